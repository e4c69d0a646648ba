"""The index of phrases: every name, and every phrase that is looked for whole, by its first word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.core.model.knowledge import Knowledge, names_of, recognized_names
from bot.core.nlu.spelling import SHORTEST_MENDED_NAME
from bot.core.text import normalization
from bot.core.text.inflection import singulars
from bot.core.text.memo import Memo

# Kinds of names in which a typo is forgiven; numbers, levels, grades and places are never matched with one.
FUZZY_KINDS = frozenset({"company", "role", "source", "skill", "field"})
TRADE_KINDS = frozenset({"role", "skill", "field"})
# Phrases that are looked for so that their words are not taken for others.
WHOLE_KINDS = frozenset({"product", "neutral"})
SHORTEST_NAMED = 4
REMEMBERED = 4_096
EXACT_KINDS = frozenset({"level", "place", "grade"})


class GazetteerEntry(NamedTuple):
    """What a phrase stands for; `on_file` where there is something to say about it."""

    kind: str
    id: str
    on_file: bool


class Gazetteer:
    """The phrases of one knowledge base.

    `words_on_file` are the words of names with figures, `trade_words` those of roles, fields and skills among them,
    `first_words_on_file` the first word of each. `words` are the long words of all phrases, in which a typo is mended;
    `others` are single-word names without figures, `exact` those never met with a typo; `levels` maps a level's
    single words to its id.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.abbreviations = {
            " ".join(normalization.words(short)): normalization.words(full)
            for short, full in knowledge.vocabulary.abbreviations.items()
        }
        self.words: set[str] = set()
        self.exact: set[str] = set()
        self.others: set[str] = set()
        self.words_on_file: set[str] = set()
        self.trade_words: set[str] = set()
        self.named_words: set[str] = set()
        self.levels: dict[str, str] = {}
        self._phrases: dict[tuple[str, ...], GazetteerEntry] = {}
        self._most: dict[str, int] = {}
        self._reach = Memo[str, int](REMEMBERED)
        for phrase, named in _all(knowledge):
            self._add(phrase, named)
        self.first_words_on_file = {phrase[0] for phrase, named in self._phrases.items() if named.on_file}

    def alone(self, word: str) -> GazetteerEntry | None:
        """Return what a word stands for by itself."""
        return self._phrases.get((word,))

    def singles(self) -> Iterator[str]:
        """Yield the names of one word."""
        return (words[0] for words in self._phrases if len(words) == 1)

    def longest(self, words: list[str], at: int) -> Iterator[tuple[int, GazetteerEntry, tuple[str, ...]]]:
        """Return (end, what it stands for, phrase) of each phrase that stands at `at`, the longest first.

        A phrase is looked for as said, then with its last word in the singular, then with all of them.
        """
        reach = self._longest_from(words[at])
        return self._phrases_at(words, at, min(at + reach, len(words))) if reach else iter(())

    def _phrases_at(self, words: list[str], at: int, end: int) -> Iterator[tuple[int, GazetteerEntry, tuple[str, ...]]]:
        for behind in range(end, at, -1):
            for phrase in _forms(tuple(words[at:behind])):
                named = self._phrases.get(phrase)
                if named is not None:
                    yield behind, named, phrase
                    break

    def _longest_from(self, word: str) -> int:
        """Return how many words the longest phrase has that begins with a word, or with what it is the plural of."""
        longest = self._reach.get(word)
        if longest is None:
            longest = self._reach.add(word, max(self._most.get(form, 0) for form in (word, *singulars(word))))
        return longest

    def spell_out(self, phrase: str) -> Iterator[str]:
        """Yield the words of a phrase, short forms spelled out."""
        for word in normalization.words(phrase):
            yield from self.abbreviations.get(word, (word,))

    def standing(self, words: list[str]) -> set[str]:
        """Return the words of the names that stand in a text as typed."""
        return {word for at in range(len(words)) for end, *_ in self.longest(words, at) for word in words[at:end]}

    def holds(self, word: str, *, whole: bool = False) -> bool:
        """Whether a word begins a name or is one of a name with figures; `whole` leaves out beginnings of other names.

        Of 100,000 names one begins with nearly any rare English word ("hep sales"); alone it may be a typo ("hep me").
        """
        if (word in self.first_words_on_file or (word,) in self._phrases) if whole else word in self._most:
            return True
        if word in self.words or word in self.exact or word in self.abbreviations:
            return True
        return any(form in self.words for form in singulars(word))

    def _add(self, alias: str, named: GazetteerEntry) -> None:
        # "R" the language is no "are": a name of one letter is not spelled out.
        words = normalization.words(alias) if len(alias) == 1 else tuple(self.spell_out(alias))
        if not words:
            return
        self._phrases.setdefault(words, named)
        self._most[words[0]] = max(self._most.get(words[0], 0), len(words))
        if named.on_file:
            self.named_words.update(words)
        if named.kind in FUZZY_KINDS and named.on_file:
            self.words_on_file.update(words)
            if named.kind in TRADE_KINDS:
                self.trade_words.update(words)
            self.words.update(w for w in words if len(w) >= SHORTEST_MENDED_NAME and w.isalpha())
        if not named.on_file and len(words) == 1 and len(words[0]) >= SHORTEST_MENDED_NAME and words[0].isalpha():
            self.others.add(words[0])
        if named.kind in WHOLE_KINDS:
            # "google aps" are its maps.
            self.others.update(word for word in words if len(word) >= SHORTEST_NAMED and word.isalpha())
        if named.kind in EXACT_KINDS and len(words) == 1:
            self.exact.add(words[0])
            if named.kind == "level" and len(words[0]) >= SHORTEST_MENDED_NAME:
                self.levels[words[0]] = named.id


def _all(knowledge: Knowledge) -> Iterator[tuple[str, GazetteerEntry]]:
    vocabulary = knowledge.vocabulary
    for kind, key, alias, _ in names_of(knowledge):
        yield alias, GazetteerEntry(kind, key, on_file=True)
    for kind, name, alias, _ in recognized_names(knowledge):
        yield alias, GazetteerEntry(kind, name, on_file=False)
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        ("group", [name for group in vocabulary.groups for name in group.names]),
        ("grade", vocabulary.grades),
        ("condition", vocabulary.conditions),
        ("currency", vocabulary.currencies),
        ("reach", vocabulary.reach_questions),
        ("employment", vocabulary.employments),
        ("neutral", vocabulary.neutral),
        ("breakdown", (*vocabulary.breakdowns, *vocabulary.breakdowns_by_year)),
        ("statistic", [name for names in vocabulary.statistics.values() for name in names]),
        ("home", vocabulary.homes),
        ("product", vocabulary.products),
        ("exclusion", (*vocabulary.exclusions, *knowledge.words.payers.setting_aside)),
    )
    for group, phrases in groups:
        for phrase in phrases:
            yield phrase, GazetteerEntry(group, phrase, on_file=group in ("group", "home", "exclusion", "reach"))
    for length, phrases in vocabulary.periods.items():
        for phrase in phrases:
            yield phrase, GazetteerEntry("period", length, on_file=True)


def _forms(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    last = singulars(words[-1])
    for form in last:
        yield (*words[:-1], form)
    if len(words) > 1 and any(word[-1] == "s" for word in words):
        yield tuple((singulars(word) or (word,))[-1] for word in words)
