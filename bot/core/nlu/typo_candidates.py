"""Finds the known words that one slip may have made into another: short ones, levels and short names among them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.model.knowledge import Knowledge
from bot.core.nlu.lexicon import Lexicon
from bot.core.nlu.spelling import (
    LIKELY,
    LONGEST_MENDED,
    SHORTEST_MENDED_NAME,
    SHORTEST_TYPO,
    DeletionIndex,
    slip_of,
)
from bot.core.text import normalization
from bot.core.text.inflection import singulars

# Longer words are mended without this (`spelling`), the names among them.
LONGEST_SHORT = 4
# In a shorter word one slip is as likely as another.
SHORTEST_RANKED = 2
NUMBER = re.compile(r"\$?\d[\d,]*k?|l\d")


class TypoCandidates:
    """The words that a slip may have hit. Build after the lexis has learned its words.

    `names` are the words of roles, fields and skills, `heads` the last words of occupations, `people` the short
    ones among them, `companies` the names of companies of four letters.
    """

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon) -> None:
        vocabulary, articles = knowledge.vocabulary, knowledge.words.grammar.articles
        self._lexicon = lexicon
        trade = lexicon.names.trade_words
        heads = [normalization.words(head)[-1] for head in vocabulary.role_heads]
        self.heads = frozenset((*heads, *(f"{head}s" for head in heads)))
        filler = {
            word
            for phrase in (*vocabulary.function_words, *vocabulary.question_nouns)
            for word in normalization.words(phrase)
        }
        # The "is" of a longer name is no name.
        small = {word for word in (*filler, *articles) if len(word) <= SHORTEST_TYPO}
        self.names = frozenset((*trade, *(f"{word}s" for word in trade))) - small
        levels = {name for level in vocabulary.levels for name in level.aliases if name.isalpha()}
        self.companies = frozenset(word for word in lexicon.names.singles() if _is_short_company(word, lexicon))
        # Short words of levels and companies are too near to others ("sr" to "ar", "goog" to "goof").
        self.rivals = self.companies.union(word for word in levels if len(word) < SHORTEST_MENDED_NAME)
        self.people = frozenset(head for head in heads if len(head) < SHORTEST_MENDED_NAME)
        self._strangers = self.companies - lexicon.names.words_on_file
        self._short_names = frozenset(name for name in self.names - lexicon.plain.keys() if len(name) <= LONGEST_SHORT)
        self._pay = frozenset(vocabulary.pay_words)
        self._paid = {*levels, "level", *trade}
        short = {word for word in lexicon.words() if len(word) <= LONGEST_SHORT and word not in self.heads}
        short |= {word for word in lexicon.names.abbreviations if word.isalpha() and len(word) >= SHORTEST_TYPO}
        short |= {word for word in lexicon.names.others if len(word) <= LONGEST_SHORT}
        names = {*self.rivals, *self.people, *self.names, *levels}
        versus = {word for word in knowledge.words.typos.behind_names if len(word) <= LONGEST_SHORT}
        targets = {*short, *names, *filler, *articles, *vocabulary.question_words, *versus}
        self._pieces = {word for word in targets if len(word) > 1}.union(knowledge.words.grammar.one_letter)
        self._index = DeletionIndex(dict.fromkeys(targets, 1))

    def found(self, word: str, before: str) -> list[str]:
        """Return the known words that the likeliest slip makes into this one, or those it can be cut into.

        Two letters swapped tell names apart, but no name from an everyday word: "ia" may be "is".
        """
        if len(word) > LONGEST_MENDED:
            return []
        if not word.isalpha():
            return list(self._cut_at_digits(word))
        slips = self._slips(word)
        units = self._lexicon.units & slips.keys()
        if before.isdecimal() and units:
            return sorted(units)  # behind a number stands what is counted: "9 yor" is no "9 your"
        least = min(slips.values(), default=LIKELY)
        short = len(word) <= SHORTEST_RANKED
        found = [
            candidate
            for candidate in sorted(slips)
            if slips[candidate] == least or (short and candidate not in self.names)
        ]
        if short and before not in self._paid:
            # "ml engineer ay" is one's pay, "i work ay google" is not.
            found = [candidate for candidate in found if candidate not in self._pay]
        return found or list(self._cut(word))

    def company(self, word: str, found: list[str]) -> list[str]:
        """Return the short name of a company where a word can be nothing else: "msftt", but not "mst" ("must")."""
        sure = len(found) == 1 and self.companies.issuperset(found) and len(word) >= LONGEST_SHORT
        english = self._lexicon.is_english
        is_english = any(map(english, (word, *singulars(word))))  # the "mets"
        two = any(english(word[:n]) and english(word[n:]) for n in range(2, len(word) - 1))  # "gogo"
        return found if sure and not is_english and not two else []

    def around(self, word: str) -> list[str]:
        """Return the known words one likely slip away, an English one or not; no number and no rival."""
        return sorted(self._near(word).keys() - self.rivals - self.people - self._lexicon.number_words)

    def _slips(self, word: str) -> dict[str, int]:
        """Return what a word may have been typed for, and how unlikely that is: nothing but plain words for English."""
        slips = self._near(word)
        if not self._lexicon.is_english(word):
            return slips
        # An English word is never taken for a name; where it may be a short one nothing is proposed.
        rivalled = not self._short_names.isdisjoint(slips)
        return {} if rivalled else {target: slip for target, slip in slips.items() if target in self._lexicon.plain}

    def _near(self, word: str) -> dict[str, int]:
        """Return the known words one likely slip away, and how unlikely it is."""
        near = self._index.candidates(word, 1)
        if len(word) >= LONGEST_SHORT:
            near |= self._lexicon.one_slip_from(word)
        else:
            near -= self._strangers  # "ofa" is "of a" rather than "bofa"
        return {target: slip for target in near if (slip := slip_of(word, target)) <= LIKELY}

    def _cut_at_digits(self, word: str) -> Iterator[str]:
        """Yield the ways to cut a known word off a number or a rank ("90kat", "googlel4", "l5mle")."""
        for n in range(1, len(word)):
            for name, number in ((word[:n], word[n:]), (word[n:], word[:n])):
                if NUMBER.fullmatch(number) and len(name) > 1 and self._lexicon.is_ours(name):
                    yield f"{word[:n]} {word[n:]}"

    def _cut(self, word: str) -> Iterator[str]:
        """Yield the ways to cut a word, no English one, in two known ones."""
        if self._lexicon.is_english(word):
            return
        if len(cut := self._lexicon.meant(word)) > 1:
            yield " ".join(cut)
        for n in range(1, len(word)):
            if self._pieces.issuperset((word[:n], word[n:])) and (word[:n], word[n:]) != cut:
                yield f"{word[:n]} {word[n:]}"


def _is_short_company(word: str, lexicon: Lexicon) -> bool:
    named = lexicon.names.alone(word)
    return len(word) == LONGEST_SHORT and named is not None and named.kind == "company"
