"""Complete a name that somebody is typing: first names with that beginning, then similar ones.

With many names, only those that share trigrams with what was typed are compared; rapidfuzz decides either way. At
100,000 names that takes a tenth of the time of comparing all.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter

from rapidfuzz import fuzz, process

from bot.core.model.knowledge import Knowledge, names_of
from bot.core.text import normalization

# Below this similarity (of 100) a suggestion looks like a mistake of ours rather than of the typist's.
LEAST_SIMILARITY = 60
# Up to this many names, all are compared with what was typed, which takes half a millisecond; beyond, the likeliest.
FEW_NAMES = 2_000
MOST_COMPARED = 800
# The rarest trigrams are looked up first, until this many names were met; common ones tell nothing apart.
MOST_MET = 5_000
KINDS = frozenset({"company", "role", "level", "source"})


class Autocompleter:
    """Completes the names that have figures. Build once per knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        labels = _labels(knowledge)
        names = {
            (normalization.normalize(alias), labels[kind, key])
            for kind, key, alias, _ in names_of(knowledge)
            if kind in KINDS
        }
        self._names = sorted(names)
        self._keys = [key for key, _ in self._names]
        self._all = tuple(dict.fromkeys(labels.values()))
        self._by_trigram = _by_trigram(self._keys) if len(self._keys) > FEW_NAMES else {}

    def complete(self, typed: str, limit: int = 25) -> tuple[str, ...]:
        """Return at most `limit` names for what was typed so far; for nothing, all of them in the order of the files.

        The last word counts: "google and ama" completes to "google and Amazon".
        """
        text = normalization.normalize(typed)
        if not text:
            return self._all[:limit]
        before, _, last = text.rpartition(" ")
        found = self._beginning(text, limit)
        if before and not found:
            found = [f"{before} {name}" for name in self._beginning(last, limit)]
        if len(found) >= limit:
            return tuple(found)
        return tuple(dict.fromkeys((*found, *self._similar(text))))[:limit]

    def _beginning(self, text: str, limit: int) -> list[str]:
        n = bisect_left(self._keys, text)
        found: dict[str, None] = {}
        while n < len(self._keys) and self._keys[n].startswith(text) and len(found) < limit:
            found[self._names[n][1]] = None
            n += 1
        return list(found)

    def _similar(self, text: str) -> list[str]:
        # A short list is compared as it is: making a dictionary of it would take longer than comparing.
        keys = {n: self._keys[n] for n in self._sharing(text)} if self._by_trigram else self._keys
        found: dict[str, None] = {}
        for _, _, n in process.extract(text, keys, scorer=fuzz.ratio, score_cutoff=LEAST_SIMILARITY, limit=25):
            found[self._names[n][1]] = None
        return list(found)

    def _sharing(self, text: str) -> list[int]:
        """Return the positions of the names that share the most of the rarer trigrams with a text."""
        shared: Counter[int] = Counter()
        met = 0
        for positions in sorted((self._by_trigram.get(piece, array("I")) for piece in _trigrams(text)), key=len):
            if met and met + len(positions) > MOST_MET:
                break
            shared.update(positions)
            met += len(positions)
        return sorted(n for n, _ in shared.most_common(MOST_COMPARED))


def _labels(knowledge: Knowledge) -> dict[tuple[str, str], str]:
    """Return what is offered for each thing with figures, by kind and id."""
    people = knowledge.role(knowledge.main_role).short
    named = {key for kind, key, _, _ in names_of(knowledge) if kind == "source"}
    levels = (level for level in knowledge.vocabulary.levels if level.aliases)
    sources = (source for source in knowledge.sources if source.id in named)
    return {
        **{("company", company.id): company.name for company in knowledge.companies},
        **{("role", role.id): role.short for role in knowledge.roles},
        **{("level", level.id): f"{level.aliases[0]} {people}" for level in levels},
        **{("source", one.id): one.aliases[0] if one.common_word else one.name for one in sources},
    }


def _trigrams(name: str) -> set[str]:
    """Return the pieces of three letters, the beginning marked: it is what people type first, and get right."""
    marked = f" {name}"
    return {marked[n : n + 3] for n in range(len(marked) - 2)}


def _by_trigram(names: list[str]) -> dict[str, array[int]]:
    """Index the positions of names by their trigrams."""
    index: dict[str, array[int]] = {}
    for n, name in enumerate(names):
        for piece in _trigrams(name):
            index.setdefault(piece, array("I")).append(n)
    return index
