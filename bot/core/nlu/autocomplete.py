"""Complete a name that somebody is typing: first names with that beginning, then similar ones.

With many names, only those that share trigrams with what was typed are compared; rapidfuzz decides either way. At
100,000 names that takes a tenth of the time of comparing all.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import takewhile

from rapidfuzz import fuzz, process

from bot.core.model.datasets import PublicData
from bot.core.model.knowledge import Knowledge, names_of
from bot.core.text import normalization

# Below this similarity (of 100) a suggestion looks like a mistake of ours rather than of the typist's.
LEAST_SIMILARITY = 60
# Up to this many names, all are compared with what was typed, which takes half a millisecond; beyond, the likeliest.
FEW_NAMES = 2_000
MOST_COMPARED = 800
# The rarest trigrams are looked up first, until this many names were met; common ones tell nothing apart.
MOST_MET = 5_000
# Roles come before employers and places; these are ordered by what is counted of them, from so many filings on.
MOST_ASKED, FEWEST_FILINGS = 1_000_000, 30
KINDS = frozenset({"company", "role", "level", "source"})


class Autocompleter:
    """Completes the names that have figures. Build once per knowledge base; the first completion sorts the names."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    @cached_property
    def _names(self) -> list[tuple[str, str, int]]:
        """The names, with what is offered for each and its rank, the lowest first: that of the article is 0."""
        labels = _labels(self._knowledge)
        aliases = names_of(self._knowledge)
        names = {
            (normalization.normalize(alias), labels[kind, key]): 0 for kind, key, alias, _ in aliases if kind in KINDS
        }
        if (public := self._knowledge.public) is not None:
            taken = {normalization.normalize(alias) for _, _, alias, _ in aliases}
            for name, label, counted in _public_names(public, {role.id for role in self._knowledge.roles}):
                if (key := normalization.normalize(name)) not in taken:
                    names.setdefault((key, label), MOST_ASKED + 1 - counted)
        return [(*pair, rank) for pair, rank in sorted(names.items())]

    @cached_property
    def _keys(self) -> list[str]:
        return [key for key, _, _ in self._names]

    @cached_property
    def _by_trigram(self) -> dict[str, array[int]]:
        return _by_trigram(self._keys) if len(self._keys) > FEW_NAMES else {}

    def complete(self, typed: str, limit: int = 25) -> tuple[str, ...]:
        """Return at most `limit` names for what was typed so far; for nothing, all of them in the order of the files.

        The last word counts: "google and ama" completes to "google and Amazon".
        """
        text = normalization.normalize(typed)
        if not text:
            return tuple(dict.fromkeys(_labels(self._knowledge).values()))[:limit]
        before, _, last = text.rpartition(" ")
        found = self._beginning(text, limit)
        if before and not found:
            found = [f"{before} {name}" for name in self._beginning(last, limit)]
        if len(found) >= limit:
            return tuple(found)
        return tuple(dict.fromkeys((*found, *self._similar(text))))[:limit]

    def _beginning(self, text: str, limit: int) -> list[str]:
        start = bisect_left(self._keys, text)
        named = takewhile(lambda n: self._keys[n].startswith(text), range(start, len(self._keys)))
        frequent = sorted(named, key=lambda n: self._names[n][2])
        return list(dict.fromkeys(self._names[n][1] for n in frequent))[:limit]

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


def _public_names(public: PublicData, named: set[str]) -> Iterator[tuple[str, str, int]]:
    """Yield the names of the datasets, what is offered for each, and how many observations it has at most.

    The `named` roles have names already. Legal entities of an employer, employers with few filings and small towns are
    left out: few people type them.
    """
    for role in public.roles.values():
        if role.id not in named:
            yield from ((name, role.aliases[0], MOST_ASKED) for name in role.aliases)
    employers, places = Counter[str](), Counter[str]()
    for dataset in public.datasets:
        for company, place, n in public.tables[dataset.id].counted() if dataset.counted else ():
            counted, key = (employers, company) if company else (places, place)
            counted[key] = max(counted[key], n)
    for one in public.places.values():
        if one.kind not in ("city", "region"):
            cities, _, states = one.name.partition(", ")
            label = f"{cities.split('-')[0]}, {states.split('-')[0]}" if states else one.name
            yield from ((name, label, places[one.id]) for name in (label, *one.names))
    for employer in public.employers.values():
        filings = employers[employer.id]
        if filings >= FEWEST_FILINGS and (not employer.parent or len(employer.names) > 1):
            yield from ((name, employer.name, filings) for name in (employer.name, *employer.names))


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
