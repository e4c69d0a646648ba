"""Links what a question names to the ids of the datasets: employers, roles, levels, places, statistics and years.

Names are matched whole, as words: "Wyoming" is no "Grand Rapids-Wyoming-Kentwood", "Tesla" no "Tesla Dentistry". What
can't be linked is None, and then nothing is looked up: a figure of something near would be a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.core.model.datasets import PublicData
from bot.core.model.dialogue import Lookup, Mention
from bot.core.model.knowledge import Knowledge
from bot.core.text import inflection, normalization

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Levels of surveys: `years_5_9`, `years_20_up`.
_SPAN = re.compile(r"years_(\d+)_(\d+|up)")
_Names = Mapping[tuple[str, ...], str]


class Linker:
    """Links mentions to ids of the datasets. Build once per knowledge base."""

    def __init__(self, knowledge: Knowledge, public: PublicData) -> None:
        self._employers = _index((e.id, (e.name, *e.names)) for e in public.employers.values())
        self._places = _index((p.id, (p.name, *p.names)) for p in public.places.values())
        self._roles = _index(
            (r.id, (r.id.replace("_", " "), r.name, r.people, *r.aliases)) for r in public.roles.values()
        )
        self._levels = _index((one.id, (one.id, *one.words, *one.aliases)) for one in public.levels.values())
        self._spans = tuple(public.levels)
        self._statistics = {
            words: name for name, phrases in knowledge.vocabulary.statistics.items() for words in map(_key, phrases)
        }
        self._typed = {company.id: (company.name, *company.aliases) for company in knowledge.companies}
        self._titles = {role.id: (role.name, role.short, *role.aliases) for role in knowledge.roles}
        self._field_roles = {field.id: field.role or "" for field in knowledge.vocabulary.fields}
        self._rungs = {level.id: (level.id, *level.aliases) for level in knowledge.vocabulary.levels}

    def linked(self, mentions: Iterable[Mention]) -> Lookup | None:
        """Return what the mentions of a text name; None where one of them is a name that no dataset has."""
        named = [mention for mention in mentions if not mention.excluded]
        employers = [self._employer(m) for m in named if m.kind == "company"]
        places = [self._first(self._places, (m.text, m.id)) for m in named if m.kind == "place"]
        roles = [self._role(m) for m in named if m.kind in ("role", "field")]
        levels = [self._level(m) for m in named if m.kind in ("level", "grade")]
        levels += [key for m in named if m.kind == "years" for key in self._years(m)]
        statistics = [self._statistics.get(_key(m.id)) for m in named if m.kind == "statistic"]
        years = [year for m in named if m.kind == "date" for year in _YEAR.findall(m.text)]
        found = (*employers, *places, *roles, *levels, *statistics)
        single = (set(roles), set(levels), set(statistics), set(years))
        if None in found or any(len(ids) > 1 for ids in single):
            return None
        return Lookup(
            employers=_ids(employers),
            role="".join(_ids(roles)),
            level="".join(_ids(levels)),
            places=_ids(places),
            statistic="".join(_ids(statistics)),
            year="".join(years[:1]),
        )

    def _employer(self, mention: Mention) -> str | None:
        return self._first(self._employers, (*self._typed.get(mention.id, ()), mention.id, mention.text))

    def _role(self, mention: Mention) -> str | None:
        key = self._field_roles.get(mention.id, mention.id) if mention.kind == "field" else mention.id
        return self._first(self._roles, (*self._titles.get(key, ()), key, mention.text))

    def _level(self, mention: Mention) -> str | None:
        return self._first(self._levels, (mention.text, *self._rungs.get(mention.id, ())))

    def _years(self, mention: Mention) -> Iterator[str]:
        """Yield the level of surveys that years of experience fall into."""
        years = _NUMBER.search(mention.id) or _NUMBER.search(mention.text)
        if years is not None:
            spans = ((level, _SPAN.fullmatch(level)) for level in self._spans)
            yield from (level for level, span in spans if span and int(span[1]) <= float(years[0]) < _end(span[2]))

    def _first(self, names: _Names, texts: Iterable[str]) -> str | None:
        return next((found for text in texts for found in _looked_up(names, text)), None)


def _end(last: str) -> float:
    return float("inf") if last == "up" else int(last) + 1


def _index(named: Iterable[tuple[str, Iterable[str]]]) -> _Names:
    """Return the ids by name; of a name that two share, the first."""
    names: dict[tuple[str, ...], str] = {}
    for key, texts in named:
        for text in texts:
            names.setdefault(_key(text), key)
    return names


def _key(text: str) -> tuple[str, ...]:
    return normalization.words(text)


def _looked_up(names: _Names, text: str) -> Iterator[str]:
    """Yield the id of a name, as it stands or with its last word in the singular."""
    words = _key(text)
    if words in names:
        yield names[words]
    elif words:
        forms = ((*words[:-1], form) for form in inflection.singulars(words[-1]))
        yield from (names[form] for form in forms if form in names)


def _ids(keys: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key in keys if key is not None))
