"""Completes a name that somebody is typing: names that begin so first, then those that look alike."""

from __future__ import annotations

from bisect import bisect_left

from rapidfuzz import fuzz, process

from bot.core import text
from bot.core.knowledge import Knowledge, names_of

# Below this likeness (of 100) a suggestion looks like a mistake of ours rather than of the typist's.
LIKE_ENOUGH = 60
KINDS = frozenset({"company", "role", "level", "source"})


class Completer:
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
        names = ((text.normalise(alias), labels[kind, key]) for kind, key, alias, _ in names_of(known) if kind in KINDS)
        self._names = sorted(names)
        self._keys = [name for name, _ in self._names]
        self._all = tuple(dict.fromkeys(labels.values()))

    def complete(self, typed: str, limit: int = 25) -> tuple[str, ...]:
        """Return at most `limit` names for what was typed so far; all of them, in the order of the files, for nothing.

        The last word counts: "google and ama" completes to "google and Amazon".
        """
        said = text.normalise(typed)
        if not said:
            return self._all[:limit]
        before, _, last = said.rpartition(" ")
        found = self._begin(said) or [f"{before} {name}" for name in self._begin(last) if before]
        return tuple(dict.fromkeys((*found, *self._resemble(said))))[:limit]

    def _begin(self, said: str) -> list[str]:
        at = bisect_left(self._keys, said)
        found: dict[str, None] = {}
        while at < len(self._keys) and self._keys[at].startswith(said):
            found[self._names[at][1]] = None
            at += 1
        return list(found)

    def _resemble(self, said: str) -> list[str]:
        found: dict[str, None] = {}
        for _, _, n in process.extract(said, self._keys, scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH, limit=25):
            found[self._names[n][1]] = None
        return list(found)
