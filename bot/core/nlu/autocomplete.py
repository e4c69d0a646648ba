"""Completes a name that somebody is typing: names that begin so first, then those that look alike.

With many names only those are compared that share pieces of three letters with what was typed; the verdict is
rapidfuzz's either way. At 100,000 names that takes a tenth of the time of comparing all.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter

from rapidfuzz import fuzz, process

from bot.core.model.knowledge import Knowledge, names_of
from bot.core.text import normalization

# Below this likeness (of 100) a suggestion looks like a mistake of ours rather than of the typist's.
LIKE_ENOUGH = 60
# Up to so many names all are compared with what was typed, which takes half a millisecond; beyond, the likeliest.
FEW = 2_000
COMPARED = 800
# The rarest pieces of what was typed are looked up until so many names were met; common ones tell nothing apart.
MET = 5_000
KINDS = frozenset({"company", "role", "level", "source"})


class Autocompleter:
    """Knows the names that have figures. Build once per knowledge base."""

    def __init__(self, known: Knowledge) -> None:
        named = {key for kind, key, _, _ in names_of(known) if kind == "source"}
        labels = {
            **{("company", c.id): c.name for c in known.companies},
            **{("role", r.id): r.short for r in known.roles},
            **{
                ("level", level.id): f"{level.aliases[0]} ML engineer"
                for level in known.vocabulary.levels
                if level.aliases
            },
            **{("source", s.id): s.aliases[0] if s.common_word else s.name for s in known.sources if s.id in named},
        }
        names = {
            (normalization.normalize(alias), labels[kind, key])
            for kind, key, alias, _ in names_of(known)
            if kind in KINDS
        }
        self._names = sorted(names)
        self._keys = [name for name, _ in self._names]
        self._all = tuple(dict.fromkeys(labels.values()))
        self._having = _having(self._keys) if len(self._keys) > FEW else {}

    def complete(self, typed: str, limit: int = 25) -> tuple[str, ...]:
        """Return at most `limit` names for what was typed so far; all of them, in the order of the files, for nothing.

        The last word counts: "google and ama" completes to "google and Amazon".
        """
        said = normalization.normalize(typed)
        if not said:
            return self._all[:limit]
        before, _, last = said.rpartition(" ")
        found = self._begin(said, limit) or [f"{before} {name}" for name in self._begin(last, limit) if before]
        if len(found) >= limit:
            return tuple(found)
        return tuple(dict.fromkeys((*found, *self._resemble(said))))[:limit]

    def _begin(self, said: str, limit: int) -> list[str]:
        at = bisect_left(self._keys, said)
        found: dict[str, None] = {}
        while at < len(self._keys) and self._keys[at].startswith(said) and len(found) < limit:
            found[self._names[at][1]] = None
            at += 1
        return list(found)

    def _resemble(self, said: str) -> list[str]:
        # A list as it is where it is short: making a dictionary of it would take longer than comparing.
        keys = {n: self._keys[n] for n in self._near(said)} if self._having else self._keys
        found: dict[str, None] = {}
        for _, _, n in process.extract(said, keys, scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH, limit=25):
            found[self._names[n][1]] = None
        return list(found)

    def _near(self, said: str) -> list[int]:
        """Return the names that share the most of the rarer pieces with what was typed."""
        shared: Counter[int] = Counter()
        met = 0
        for having in sorted((self._having.get(piece, array("I")) for piece in _pieces(said)), key=len):
            if met and met + len(having) > MET:
                break
            shared.update(having)
            met += len(having)
        return sorted(n for n, _ in shared.most_common(COMPARED))


def _pieces(name: str) -> set[str]:
    """Return the pieces of three letters, the beginning marked: it is what people type first, and get right."""
    marked = f" {name}"
    return {marked[n : n + 3] for n in range(len(marked) - 2)}


def _having(names: list[str]) -> dict[str, array[int]]:
    """Index the names by their pieces."""
    having: dict[str, array[int]] = {}
    for n, name in enumerate(names):
        for piece in _pieces(name):
            having.setdefault(piece, array("I")).append(n)
    return having
