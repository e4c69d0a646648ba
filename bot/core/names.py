"""The index of phrases: every name, and every phrase that is looked for whole, by its first word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.core import text
from bot.core.knowledge import Knowledge, names_of, recognised_names
from bot.core.spelling import SHORTEST_MENDED_NAME, singulars

# Kinds of names in which a typo is forgiven; numbers, levels, grades and places are never matched with one.
FUZZY_KINDS = frozenset({"company", "role", "source", "skill", "field"})
EXACT_KINDS = frozenset({"level", "place", "grade"})


class Named(NamedTuple):
    """What a phrase stands for; `known` where there is something to say about it."""

    kind: str
    id: str
    known: bool


class Names:
    """The phrases of one knowledge base; `levels` maps a level's single words to its id."""

    def __init__(self, known: Knowledge) -> None:
        self.abbreviations = {
            " ".join(text.words(short)): text.words(full) for short, full in known.vocabulary.abbreviations.items()
        }
        self.words: set[str] = set()
        self.exact: set[str] = set()
        self.levels: dict[str, str] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], Named]]] = defaultdict(list)
        for phrase, named in _all(known):
            self._add(phrase, named)
        for entries in self._phrases.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def starting_with(self, word: str) -> list[tuple[tuple[str, ...], Named]]:
        """Return the phrases whose first word this is, the longest first."""
        return self._phrases.get(word, [])

    def longest(self, words: list[str], at: int) -> Iterator[tuple[int, Named, tuple[str, ...]]]:
        """Yield (end, what it stands for, phrase) of each phrase that stands at `at`, the longest first."""
        for head in (words[at], *singulars(words[at])):
            for phrase, named in self.starting_with(head):
                end = at + len(phrase)
                if end <= len(words) and _same(phrase, words[at:end]):
                    yield end, named, phrase

    def known_firsts(self) -> set[str]:
        """Return the first words of names that have figures."""
        return {word for word, entries in self._phrases.items() for _, named in entries if named.known}

    def spell_out(self, phrase: str) -> Iterator[str]:
        """Yield the words of a phrase, short forms spelled out."""
        for word in text.words(phrase):
            yield from self.abbreviations.get(word, (word,))

    def __contains__(self, word: object) -> bool:
        return word in self._phrases or word in self.words or word in self.exact

    def _add(self, alias: str, named: Named) -> None:
        # "R" the language is no "are": a name of one letter is not spelled out.
        words = text.words(alias) if len(alias) == 1 else tuple(self.spell_out(alias))
        if not words:
            return
        self._phrases[words[0]].append((words, named))
        if named.kind in FUZZY_KINDS and named.known:
            self.words.update(w for w in words if len(w) >= SHORTEST_MENDED_NAME and w.isalpha())
        elif named.kind in EXACT_KINDS and len(words) == 1:
            self.exact.add(words[0])
            if named.kind == "level" and len(words[0]) >= SHORTEST_MENDED_NAME:
                self.levels[words[0]] = named.id


def _all(known: Knowledge) -> Iterator[tuple[str, Named]]:
    vocabulary = known.vocabulary
    for kind, key, alias, _ in names_of(known):
        yield alias, Named(kind, key, known=True)
    for kind, name, alias, _ in recognised_names(known):
        yield alias, Named(kind, name, known=False)
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        ("group", [name for group in vocabulary.groups for name in group.names]),
        ("grade", vocabulary.grades),
        ("employment", vocabulary.employments),
        ("neutral", vocabulary.neutral),
        ("breakdown", vocabulary.breakdowns),
        ("statistic", vocabulary.statistics),
        ("home", vocabulary.homes),
        ("product", vocabulary.products),
        ("exclusion", vocabulary.exclusions),
    )
    for group, phrases in groups:
        for phrase in phrases:
            yield phrase, Named(group, phrase, known=group in ("group", "home", "exclusion"))
    for length, phrases in vocabulary.periods.items():
        for phrase in phrases:
            yield phrase, Named("period", length, known=True)


def _same(phrase: tuple[str, ...], words: list[str]) -> bool:
    return all(a == b or a in singulars(b) for a, b in zip(phrase, words, strict=True))
