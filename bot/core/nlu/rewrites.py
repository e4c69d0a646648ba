"""Proposes what somebody may have meant to type where a text made no sense: each unknown word one slip away.

It goes further than mending (`spelling`): to words of two and three letters, to levels, and out of English words. So it
is only asked where a text was not understood, and `advisor` believes it only where the readings that make sense agree,
or one of them is by far the likeliest by what the examples say beside the same words.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice, product, zip_longest
from math import prod
from typing import NamedTuple

from rapidfuzz.distance import OSA

from bot.core.model.knowledge import Knowledge
from bot.core.nlu.lexicon import Lexicon
from bot.core.nlu.spelling import SHORTEST_MENDED_NAME, SHORTEST_MENDED_WORD, TWO_TYPOS_FROM, DeletionIndex
from bot.core.nlu.typo_candidates import NUMBER, TypoCandidates
from bot.core.text import inflection, normalization
from bot.core.text.patterns import any_of

# Two words may be wrong, each may have been some; with more there are too many ways to read the text.
MOST_ODD = 2
MOST_REWRITES = 10
# In a longer text without an odd word no known one is doubted, and a post is not rewritten.
MOST_PLACED, MOST_REWRITTEN = 20, 40
# What no example says counts as said half a time.
UNSEEN = 0.5
# Words that a hyphen or a slash joins ("entry-level") are looked at one by one; what parts them stays as it is.
_BETWEEN = re.compile(r"([\s/-]+)")
_DIGITS = re.compile(r"[a-z]+\d[\d,]*k?|\$?\d[\d,]*[a-z]+|l\d[a-z]+")


class Rewrite(NamedTuple):
    """What a text may have been meant to be, and how likely that is beside the other ways."""

    text: str
    odds: float


class Rewriter:
    """Proposes ways to read a text. Build once per knowledge base, after the reader has learned its words.

    `pairs` counts the pairs of words of the examples: what stands beside a word tells what it was typed for.
    """

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon, pairs: Counter[tuple[str, str]]) -> None:
        vocabulary, words = knowledge.vocabulary, knowledge.words.typos
        self._numerals, self._articles = frozenset(words.numerals), frozenset(knowledge.words.grammar.articles)
        self._before_names, self._behind_names = frozenset(words.before_names), frozenset(words.behind_names)
        self._versus = frozenset(knowledge.words.grammar.versus)
        self._lexicon, self._names, self._pairs = lexicon, lexicon.names, pairs
        self._slips = TypoCandidates(knowledge, lexicon)
        self._seen: Counter[str] = Counter()
        for (word, _), count in pairs.items():
            self._seen[word] += count
        of_levels = {
            word for level in vocabulary.levels for name in level.aliases for word in normalization.words(name)
        }
        # "new" of "new grad" is not as good as any other everyday word.
        filler = {
            word
            for phrase in (*vocabulary.function_words, *vocabulary.question_nouns)
            for word in normalization.words(phrase)
        }
        self._everyday = frozenset(filler - of_levels | self._articles)
        self._behind_people = frozenset(vocabulary.pay_words) | {*words.behind_people, "$"}
        self._asking = frozenset(vocabulary.question_words)
        self._before_trade = self._articles | lexicon.units | {*words.before_trade}

    def rewrites(self, text: str) -> tuple[Rewrite, ...]:
        """Return the texts that may have been meant; none where too much of it is unknown."""
        parts = _BETWEEN.split(normalization.normalize(text))
        raws = parts[::2]
        if len(raws) > MOST_REWRITTEN:
            return ()
        odd = list(islice((n for n in range(len(raws)) if self._is_odd(raws, n)), MOST_ODD + 1))
        if not odd and len(raws) <= MOST_PLACED:
            placed = [(n, candidate) for n in range(len(raws)) for candidate in self._better_placed(raws, n)]
            return tuple(self._rewrite(parts, {n: candidate}) for n, candidate in placed[:MOST_REWRITES])
        if not 0 < len(odd) <= MOST_ODD:
            return ()
        if len(odd) > 1 and any(self._lexicon.is_english(_bare(raws[n])) for n in odd):
            return ()  # one odd word may be no typo, two are another subject
        meant = [self._meant(raws, n) for n in odd]
        if prod(map(len, meant)) > MOST_REWRITES:
            return ()
        rewrites = (self._rewrite(parts, dict(zip(odd, chosen, strict=True))) for chosen in product(*meant))
        return tuple(candidate for candidate in rewrites if candidate.odds)

    def has_odd_word(self, text: str) -> bool:
        """Whether a text has a word that nobody knows."""
        raws = _BETWEEN.split(normalization.normalize(text))[::2]
        return any(self._is_odd(raws, n) for n in range(len(raws)))

    def _is_odd(self, raws: list[str], at: int) -> bool:
        word = _bare(raws[at])
        if word in self._numerals and at and _bare(raws[at - 1]) in self._slips.heads:
            return False  # "engineer ii" is a rank
        if word.isalpha():
            return self._lexicon.is_odd(word)
        return _DIGITS.fullmatch(word) is not None and NUMBER.fullmatch(word) is None

    def _meant(self, raws: list[str], at: int) -> list[str]:
        """Return what one word was typed for, its punctuation kept."""
        word = _bare(raws[at])
        before = _bare(raws[at - 1]) if at else "^"
        after = _bare(raws[at + 1]) if at + 1 < len(raws) else "$"
        found = self._slips.found(word, before) or self._of_trade(word, before, after)
        if not self._slips.rivals.isdisjoint(found):
            found = self._slips.company(word, found)
        elif self._lexicon.number_words & {*found} and self._lexicon.units & {*self._spelled(after)}:
            found = []  # a number is never guessed at: "fie years"
        elif not self._slips.people.isdisjoint(found) and after in self._behind_people:
            found = []  # "co of google salary"
        else:
            found = self._fitting(
                word, before, after, [candidate for candidate in found if candidate not in self._slips.people]
            )
        return [raws[at].replace(word, candidate, 1) for candidate in found]

    def _of_trade(self, word: str, before: str, after: str) -> list[str]:
        """Return the name of the trade that an English word was typed for where no person can stand: "5 yoe mel"."""
        named = self._names.alone(before)
        behind = before in self._before_trade or NUMBER.fullmatch(before) or (named and named.on_file)
        if not behind or not self._lexicon.is_english(word) or before in self._before_names:
            return []
        right = self._spelled(after)[0]
        names = self._slips.names
        return [
            candidate for candidate in self._slips.around(word) if candidate in names and self._pairs[candidate, right]
        ]

    def _fitting(self, word: str, before: str, after: str, found: list[str]) -> list[str]:
        """Return those of the found words that fit where it stands, the likeliest everyday word for all of them."""
        names = self._slips.names
        if after in self._slips.heads:
            return found
        everyday = [candidate for candidate in found if self._everyday.issuperset(candidate.split())]
        # A letter alone is too little of a name.
        rest = [
            candidate for candidate in found if candidate not in everyday and (len(word) > 1 or candidate not in names)
        ]
        if len(word) == 1 and (before == "^" or after == "$"):
            return []  # "google t" may be "google it"
        if everyday and not self._articles.issuperset(found):
            first = before == "^" and after in names and self._asking.isdisjoint(found)
            if first or before in self._before_names or after in self._behind_names:
                return []
        likeliest = sorted(everyday, key=lambda candidate: -self._odds(before, candidate, after))[:1]
        return [*rest, *likeliest]

    def _better_placed(self, raws: list[str], at: int) -> list[str]:
        """Return the words that the examples say between those beside a known one, which they never say there.

        "ml engineer pay no glassdoor" is "on glassdoor". What stands for something is left alone.
        """
        word = _bare(raws[at])
        left = self._spelled(_bare(raws[at - 1]))[-1] if at else "^"
        right = self._spelled(_bare(raws[at + 1]))[0] if at + 1 < len(raws) else "$"
        first, *_, last = *(spelled := self._spelled(word)), spelled[-1]
        if len(word) == 1 and (left == "^" or right == "$"):
            return []  # a letter alone is too little ("google i" may be "google it")
        if not word.isalpha() or self._pairs[left, first] or self._pairs[last, right] or self._names.alone(word):
            return []
        return [
            raws[at].replace(word, candidate, 1)
            for candidate in self._slips.around(word)
            if self._pairs[left, self._spelled(candidate)[0]] and self._pairs[self._spelled(candidate)[-1], right]
        ]

    def _rewrite(self, parts: list[str], chosen: dict[int, str]) -> Rewrite:
        """Put what some words were typed for in their place; every second part is what stands between words."""
        raws = [chosen.get(n, raw) for n, raw in enumerate(parts[::2])]
        text = ["^", *map(_bare, raws), "$"]
        odds = prod(self._odds(text[n], text[n + 1], text[n + 2]) for n in chosen)
        return Rewrite("".join(raw + between for raw, between in zip_longest(raws, parts[1::2], fillvalue="")), odds)

    def _odds(self, before: str, candidate: str, after: str) -> float:
        """Return how often the examples say a word, and say it beside those that it stands beside."""
        (*_, left), words, (right, *_) = map(self._spelled, (before, candidate, after))
        if right in self._slips.heads and words[-1] not in self._slips.names | self._versus:
            return 0.0  # "si engineers" are no "is engineers"
        seen = min(self._seen[word] for word in words)
        return (seen + UNSEEN) * (self._pairs[left, words[0]] + UNSEEN) * (self._pairs[words[-1], right] + UNSEEN)

    def _spelled(self, text: str) -> list[str]:
        short = self._names.abbreviations
        return [word for part in text.split() for word in short.get(part, (part,))] or [text]


class FragmentMender:
    """Mends words of fragments: those that tie a text to the answer before it ("diffrence?"), levels, names on file.

    What stands alone in a fragment has no other words beside it by which a slip could be told, so a rare English word
    may be one too ("and appel?").
    """

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon) -> None:
        words = knowledge.words.follow_ups
        phrases = (*words.ordinals, *words.multiples, *words.others, *words.both, *words.previous)
        lists = (*phrases, *words.ties, *words.corrections, *(one for group in words.asides.values() for one in group))
        levels = (word for word in lexicon.names.levels if len(word) >= SHORTEST_MENDED_NAME)
        found = {*levels, *words.gaps, *(word for phrase in lists for word in normalization.words(phrase))}
        self._index = DeletionIndex({word: _typos(word) for word in found if len(word) >= SHORTEST_MENDED_WORD})
        self._lexicon, self._words = lexicon, found

    def mended(self, text: str) -> str:
        """Return a text with each odd word that may be a typo of a single one of those as that one."""
        parts = _BETWEEN.split(normalization.normalize(text))
        return "".join(self._meant(part) if n % 2 == 0 else part for n, part in enumerate(parts))

    def _meant(self, raw: str) -> str:
        word = _bare(raw)
        if len(word) < SHORTEST_MENDED_WORD or word in self._words or not self._is_odd(word):
            return raw
        near = [one for one in self._index.candidates(word, _typos(word)) if _is_near(word, one)]
        meant = near or [one for one in self._lexicon.meant(word) if one in self._lexicon.names.words_on_file]
        return raw.replace(word, meant[0], 1) if len(meant) == 1 else raw

    def _is_odd(self, word: str) -> bool:
        lexicon = self._lexicon
        return not lexicon.is_ours(word) and (not lexicon.is_english(word) or bool(lexicon.rare((word,))))


def _typos(word: str) -> int:
    return 2 if len(word) >= TWO_TYPOS_FROM else 1


def _is_near(word: str, meant: str) -> bool:
    """Whether one typo makes one word into another, or two in long ones that begin alike."""
    far = min(_typos(word), _typos(meant)) if word[0] == meant[0] else 1
    return OSA.distance(word, meant, score_cutoff=far) <= far


class NameGuard:
    """Keeps rewrites from making the names of unlisted employers into other words."""

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon) -> None:
        vocabulary = knowledge.vocabulary
        levels = [name for level in vocabulary.levels for name in level.aliases]
        trade = (*vocabulary.pay_modifiers, *vocabulary.pay_words, *vocabulary.generic_payers, *levels)
        words = frozenset(word for phrase in trade for word in normalization.words(phrase))
        self._trade = words | lexicon.names.words_on_file | lexicon.units
        self._ordinary = (knowledge.english.keys(), knowledge.people)

    def allows(self, text: str, rewrite: Rewrite, names: set[str]) -> bool:
        """Whether a rewrite of a text leaves some names alone, or makes of them what may stand before pay.

        A word of English or a person's name is never made into a name; an unknown string only into words of the trade.
        """
        new = set(normalization.words(rewrite.text)) - set(normalization.words(text))
        gone = {word for name in names for word in normalization.words(name)} - set(normalization.words(rewrite.text))
        if not gone:
            return True
        ordinary = any(not words.isdisjoint(gone) for words in self._ordinary)
        return not ordinary and all(word in self._trade or not word.isalpha() for word in new)


def _bare(raw: str) -> str:
    """Return a word without the marks around it."""
    return inflection.without_possessive(raw.strip("?!.,;:()[]\"'/+-*"))


# The commands of the bot's own that ask something.
SALARY = "salary"
COMMANDS = (SALARY, "compare", "sources", "help", "about")
HELP = "help"
_COMMAND = re.compile(rf"^\s*[!/]({any_of(COMMANDS)})\b\s*", re.IGNORECASE)
# So many options make a line one of a command without its name.
SEVERAL = 2


class CommandLines:
    """Reads command lines by the names of options of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        words = knowledge.words.addressing
        self._options = _option(words.options)
        self._years = _option(words.year_options, value=r"(\d+\+?)")
        # An option typed as if it were a command asks for pay.
        self._as_command = re.compile(rf"^\s*[!/]{any_of(words.options)}\b[\s:=]*", re.IGNORECASE)

    def command(self, text: str) -> tuple[str, str] | None:
        """Return (command, the rest of the line) of a line that begins with a command of the bot's own.

        "!Salary  google" is ("salary", "google"), and so is "/company google".
        """
        if found := _COMMAND.match(text):
            return found[1].lower(), text[found.end() :]
        option = self._as_command.match(text)
        if option is None:
            return None
        values = text[option.end() :]
        return (SALARY, values) if values.strip() else (HELP, "")  # "/offer" alone names no amount

    def spelled(self, text: str) -> str:
        """Return a line of a command, or of several options, with its options as words: "years:5" as "5 years"."""
        if not text.startswith(("!", "/")) and len(self._options.findall(text)) < SEVERAL:
            return text
        return self._options.sub("", self._years.sub(r"\1 years", text))


class PlaceCodes:
    """Spells out the codes of places, which are ordinary words otherwise, before a text loses its capitals."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._names = {code: name for group in knowledge.recognized for code, name in group.codes.items()}
        grammar, short = knowledge.words.grammar, knowledge.vocabulary.abbreviations
        versus = (*grammar.versus, *(one for one, full in short.items() if full in grammar.versus))
        code = rf"(?:{'|'.join(self._names) or '(?!)'})"
        between = rf"\s+(?i:{any_of(versus)})\.?\s+"
        joint = rf"(?:\s*[,&/]\s*|{between}|\s+(?i:{any_of(knowledge.words.payers.exclusion_joiners)})\s+)"
        before = rf"\b(?i:{any_of(grammar.before_places)})\s+"
        self._code = re.compile(rf"\b{code}\b")
        # "in OR and OK", "OR vs WA", "Texas vs OK".
        self._placed = re.compile(
            rf"({before})({code}(?:{joint}{code})*)\b|()\b({code})(?={between}[A-Z])|(?<=\w)({between})({code})\b"
        )

    def spelled(self, text: str) -> str:
        """Return a text with the codes of places as their names; one in capitals alone stays as it is."""
        if text.isupper() or self._code.search(text) is None:
            return text
        return self._placed.sub(self._spelled_out, text)

    def _spelled_out(self, found: re.Match[str]) -> str:
        before, codes = (part for part in found.groups() if part is not None)
        return before + self._code.sub(lambda code: self._names[code[0]], codes)


def _option(names: tuple[str, ...], *, value: str = "") -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\s*[:=]\s*{value}", re.IGNORECASE)
