"""Proposes what somebody may have meant to type where a text made no sense: each unknown word one slip away.

It goes further than mending (`spelling`): to words of two and three letters, to levels, and out of English words. So it
is only asked where a text was not understood, and `advisor` believes it only where all readings that make sense agree.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

from bot.core import text
from bot.core.knowledge import Vocabulary
from bot.core.lexis import Lexis
from bot.core.spelling import LIKELY, LONGEST_MENDED, SHORTEST_MENDED_NAME, deletions, slip_of

# Two words may be wrong, each may have been some; with more there are too many ways to read the text.
MOST_ODD = 2
MOST_WAYS = 10
# Longer words are mended without this (`spelling`), the names among them.
LONGEST_SHORT = 4
# In a shorter word one slip is as likely as another.
SHORTEST_TELLING = 2
# Behind one of these stands a name; an unknown one is no slip of an everyday word ("ml pay at ey" is not "at hey").
BEFORE_NAMES = frozenset(("at", "in", "from", "near", "for", "does", "did", "vs", "versus", "and", "or", "by", "with"))
BEHIND_NAMES = frozenset(("vs", "versus"))
_DIGITS = re.compile(r"[a-z]+\d[\d,]*k?|\$?\d[\d,]*[a-z]+|l\d[a-z]+")
_NUMBER = re.compile(r"\$?\d[\d,]*k?|l\d")
_ARTICLES = frozenset(("a", "an", "the"))
_NUMERALS = frozenset(("ii", "iii", "iv", "vi"))


class Retyper:
    """Knows the short words and the levels. Build once per knowledge base, after the reader has learnt its words."""

    def __init__(self, vocabulary: Vocabulary, lexis: Lexis) -> None:
        self._lexis = lexis
        of_levels = {word for level in vocabulary.levels for name in level.aliases for word in text.words(name)}
        # "new" of "new grad" is not as good as any other everyday word.
        filler = {word for phrase in vocabulary.filler for word in text.words(phrase)}
        self._everyday = frozenset(filler - of_levels | _ARTICLES)
        self._asking = frozenset(vocabulary.question_words)
        self._heads = frozenset(text.words(head)[-1] for head in vocabulary.role_heads)
        levels = {name for level in vocabulary.levels for name in level.aliases if name.isalpha()}
        # Short words of levels and companies are too near to others ("sr" to "ar", "goog" to "goof"): where one may be
        # meant, nothing is proposed.
        self._rivals = {word for word in levels if len(word) < SHORTEST_MENDED_NAME}
        self._rivals |= {word for word in lexis.names.known_words if _is_short_company(word, lexis)}
        self._pay = frozenset(vocabulary.pay_words)
        self._paid = {*levels, "level", *lexis.names.trade_words}
        self._names = frozenset((*lexis.names.trade_words, *(f"{word}s" for word in lexis.names.trade_words)))
        short = {word for word in lexis.words() if len(word) <= LONGEST_SHORT and word not in self._heads}
        self._targets = {*short, *self._names, *self._everyday, *self._asking, *levels, "vs"}
        self._by_deletion: dict[str, list[str]] = defaultdict(list)
        for target in sorted(self._targets):
            for form in deletions(target, 1):
                self._by_deletion[form].append(target)

    def ways(self, said: str) -> tuple[str, ...]:
        """Return the texts that may have been meant; none where too much of it is unknown."""
        raws = text.normalise(said).split(" ")
        odd = [n for n in range(len(raws)) if self._is_odd(raws, n)]
        if not 0 < len(odd) <= MOST_ODD:
            return ()
        meant = [self._meant(raws, n) for n in odd]
        ways = [dict(zip(odd, chosen, strict=True)) for chosen in product(*meant)]
        if len(ways) > MOST_WAYS:
            return ()
        return tuple(" ".join(way.get(n, raw) for n, raw in enumerate(raws)) for way in ways)

    def _is_odd(self, raws: list[str], at: int) -> bool:
        word = _bare(raws[at])
        if word in _NUMERALS and at and _bare(raws[at - 1]) in self._heads:
            return False  # "engineer ii" is a rank
        if word.isalpha():
            return self._lexis.is_odd(word)
        return _DIGITS.fullmatch(word) is not None and _NUMBER.fullmatch(word) is None

    def _meant(self, raws: list[str], at: int) -> list[str]:
        """Return what one word was typed for, its punctuation kept: the likeliest slips, everyday words as one."""
        word = _bare(raws[at])
        before = _bare(raws[at - 1]) if at else ""
        found = self._found(word, before)
        if not self._rivals.isdisjoint(found):
            return []
        everyday = [way for way in found if self._everyday.issuperset(way.split())]
        rest = [way for way in found if way not in everyday]
        after = _bare(raws[at + 1]) if at + 1 < len(raws) else ""
        if after in self._heads:
            everyday, rest = [], [way for way in found if way.split()[-1] in self._names or way == "vs"]
        elif everyday and not _ARTICLES.issuperset(found):
            first = not at and after in self._names and self._asking.isdisjoint(found)
            if first or before in BEFORE_NAMES or after in BEHIND_NAMES:
                return []
        return [raws[at].replace(word, way, 1) for way in (*rest, *everyday[:1])]

    def _found(self, word: str, before: str) -> list[str]:
        """Return the known words that the likeliest slip makes into this one, or those it can be cut into.

        Two letters swapped tell names apart, but no name from an everyday word: "ia" may be "is".
        """
        if len(word) > LONGEST_MENDED:
            return []
        if not word.isalpha():
            return list(self._cut_at_digits(word))
        near = {target for form in deletions(word, 1) for target in self._by_deletion.get(form, ())}
        if len(word) >= LONGEST_SHORT:
            near |= self._lexis.one_slip_from(word)
        if self._lexis.is_english(word):
            near &= self._lexis.plain.keys()  # it is never taken for a name
        slips = {target: slip for target in near if (slip := slip_of(word, target)) <= LIKELY}
        least = min(slips.values(), default=LIKELY)
        short = len(word) <= SHORTEST_TELLING
        found = [way for way in sorted(slips) if slips[way] == least or (short and way not in self._names)]
        if short and before not in self._paid:
            # "ml engineer ay" is one's pay, "i work ay google" is not.
            found = [way for way in found if way not in self._pay]
        return found or list(self._cut(word))

    def _cut_at_digits(self, word: str) -> Iterator[str]:
        """Yield the ways to cut a known word off a number or a rank ("90kat", "googlel4", "l5mle")."""
        for n in range(1, len(word)):
            for known, number in ((word[:n], word[n:]), (word[n:], word[:n])):
                if _NUMBER.fullmatch(number) and len(known) > 1 and self._lexis.is_ours(known):
                    yield f"{word[:n]} {word[n:]}"

    def _cut(self, word: str) -> Iterator[str]:
        """Yield the ways to cut a word, no English one, in two known ones."""
        if self._lexis.is_english(word):
            return
        if len(cut := self._lexis.meant(word)) > 1:
            yield " ".join(cut)
        for n in range(1, len(word)):
            if {word[:n], word[n:]} <= self._targets and (word[:n], word[n:]) != cut:
                yield f"{word[:n]} {word[n:]}"


def _is_short_company(word: str, lexis: Lexis) -> bool:
    named = lexis.names.alone(word)
    return len(word) == LONGEST_SHORT and named is not None and named.kind == "company"


def _bare(raw: str) -> str:
    """Return a word without the marks around it."""
    return raw.strip("?!.,;:()[]\"'/+-*").removesuffix("'s")
