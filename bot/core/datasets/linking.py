"""Links what a question names to the ids of the datasets: employers, roles, levels, places, statistics and years.

Names are matched whole, as words: "Wyoming" is no "Grand Rapids-Wyoming-Kentwood", "Tesla" no "Tesla Dentistry". What
can't be linked is None, and then nothing is looked up: a figure of something near would be a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.core.datasets.places import PlaceLinker, beside
from bot.core.model.datasets import PublicData
from bot.core.model.dialogue import Lookup, Mention, Period
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.quantities import PercentileParser
from bot.core.nlu.slots import Slots
from bot.core.text import inflection, normalization

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Levels of surveys: `years_5_9`, `years_20_up`.
_SPAN = re.compile(r"years_(\d+)_(\d+|up)")
_Names = Mapping[tuple[str, ...], str]
# The percentiles that surveys publish, by their number.
PUBLISHED = {10: "p10", 25: "p25", 50: "median", 75: "p75", 90: "p90"}


class Linker:
    """Links mentions to ids of the datasets. Build once per knowledge base."""

    def __init__(self, knowledge: Knowledge, public: PublicData) -> None:
        self._employers = _index((e.id, (e.name, *e.names)) for e in public.employers.values())
        # Employers whose name is an ordinary word, of those that are listed by hand, with what else they are called.
        self.ordinary = {
            words[0]: employer.id
            for employer in public.employers.values()
            for words in map(_key, employer.names)
            if len(words) == 1 and words[0] in knowledge.english and len(employer.names) > 1
        }
        self._versus = frozenset((*knowledge.words.grammar.versus, *knowledge.words.payers.beside_employers))
        self.places = PlaceLinker(knowledge, public)
        self._roles = _index(
            (r.id, (r.id.replace("_", " "), r.name, r.people, *r.aliases, *r.includes)) for r in public.roles.values()
        )
        # "in percent" asks how a difference is told, and for no percentile.
        self._shares = frozenset(knowledge.words.speech_acts.shares)
        self._included = _index((title, (title,)) for role in public.roles.values() for title in role.includes)
        self._levels = _index((one.id, (one.id, *one.words, *one.aliases)) for one in public.levels.values())
        self._spans = tuple(public.levels)
        self._statistics = {
            words: name for name, phrases in knowledge.vocabulary.statistics.items() for words in map(_key, phrases)
        }
        self._datasets: dict[tuple[str, ...], list[str]] = {}
        for dataset in public.datasets:
            for name in dict.fromkeys(map(_key, dataset.names)):
                self._datasets.setdefault(name, []).append(dataset.id)
        self._percentiles = PercentileParser(knowledge.words.quantities)
        self._typed = {company.id: (company.name, *company.aliases) for company in knowledge.companies}
        self._titles = {role.id: (role.name, role.short, *role.aliases) for role in knowledge.roles}
        self._field_roles = {field.id: field.role or "" for field in knowledge.vocabulary.fields}
        self._rungs = {level.id: (level.id, *level.aliases) for level in knowledge.vocabulary.levels}

    def linked(self, mentions: Iterable[Mention], words: Sequence[str] = ()) -> Lookup | None:
        """Return what the mentions of a text name; None where one of them is a name that no dataset has.

        `words` are those of the text: behind a city may stand the code of its state ("Columbus, IN").
        """
        named = [mention for mention in mentions if not (mention.excluded or self.is_share(mention))]
        employers = [self._employer(m) for m in named if m.kind == "company"]
        places = self.places.linked(named, words)
        roles = [self._role(m) for m in named if m.kind == "role"]
        # "a product manager in ai" is one role, and where they work; "ml vs software engineer" are two.
        roles += [
            self._role(m)
            for m in named
            if m.kind == "field" and (not roles or not self._versus.isdisjoint(beside(m, words)))
        ]
        levels = [self._level(m) for m in named if m.kind in ("level", "grade", "employment")]
        levels += [key for m in named if m.kind == "years" for key in self._years(m)]
        statistics = [self._statistic(m) for m in named if m.kind == "statistic"]
        years = dict.fromkeys(year for m in named if m.kind == "date" for year in _YEAR.findall(m.text))
        datasets = [self._datasets.get(_key(m.text)) for m in named if m.kind == "source"]
        if None in datasets:
            return None  # the datasets have no figure of another source
        if None in (*employers, *places, *roles, *levels, *statistics):
            return None
        if len(_ids(levels)) > 1 or len(_ids(statistics)) > 1:
            return None
        return Lookup(
            employers=_ids(employers),
            roles=_ids(roles),
            level="".join(_ids(levels)),
            places=_ids(places),
            statistic="".join(_ids(statistics)),
            year="-".join(sorted({min(years), max(years)})) if years else "",
            trend=len(years) > 1,
            datasets=tuple(dict.fromkeys(key for keys in datasets for key in keys or ())),
        )

    def period(self, read: Slots) -> Period | None:
        """Return the period that is asked for; the code of a state is none ("in Kansas City MO")."""
        words = tuple(word.typed for word in read.reading.words)
        codes = {place.end for place in read.reading.of("place") if self.places.state_behind(place, words)}
        named = read.reading.of("period")
        if any(mention.start in codes for mention in named):
            return None
        # The article's pay is that of a year anyway; in the datasets are hours and months too.
        return read.period or ("year" if any(mention.id == "year" for mention in named) else None)

    def _employer(self, mention: Mention) -> str | None:
        return _first(self._employers, (*self._typed.get(mention.id, ()), mention.id, mention.text))

    def _role(self, mention: Mention) -> str | None:
        key = self._field_roles.get(mention.id, mention.id) if mention.kind == "field" else mention.id
        return _first(self._roles, (mention.text, *self._titles.get(key, ()), key))

    def included(self, mention: Mention) -> str | None:
        """Return the title that is named, if it is counted among a wider role ("deep learning engineer")."""
        return _first(self._included, (mention.text, mention.id)) if mention.kind == "role" else None

    def _level(self, mention: Mention) -> str | None:
        return _first(self._levels, (mention.text, *self._rungs.get(mention.id, ())))

    def _statistic(self, mention: Mention) -> str | None:
        """Return the published statistic that is asked for, or the nearest to it; "" is told with the median."""
        number = self._percentiles.percentile(mention.text)
        if number is not None:
            return PUBLISHED[min(PUBLISHED, key=lambda one: abs(one - number))]
        name = self._statistics.get(_key(mention.id))
        return {"other": "median", "middle": ""}.get(name, name) if name is not None else None

    def is_share(self, mention: Mention) -> bool:
        """Whether it is named that a difference is to be told in percent."""
        return mention.kind == "statistic" and mention.text in self._shares

    def is_published(self, mention: Mention) -> bool:
        """Whether surveys publish the statistic that is asked for."""
        number = self._percentiles.percentile(mention.text)
        return number in PUBLISHED if number is not None else self._statistics.get(_key(mention.id)) != "other"

    def _years(self, mention: Mention) -> Iterator[str]:
        """Yield the level of surveys that years of experience fall into."""
        years = _NUMBER.search(mention.id) or _NUMBER.search(mention.text)
        if years is not None:
            spans = ((level, _SPAN.fullmatch(level)) for level in self._spans)
            yield from (level for level, span in spans if span and int(span[1]) <= float(years[0]) < _end(span[2]))


def _first(names: _Names, texts: Iterable[str]) -> str | None:
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
