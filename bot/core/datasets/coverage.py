"""Finds the cells that are nearest to a lookup, and says by what they are wider than what was asked.

Tried in this order: the asked role before the nearest occupation, the asked place before a wider one, the asked level
before all levels. Of a role that no statistics count by itself, a place inside its country comes before the country; of
an employer, a percentile, which no filing has, before what there is. Fewer than LEAST observations are as if they were
not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import cast

from bot.core.datasets.periods import calendar_years
from bot.core.model.datasets import Cell, Dataset, Place, PublicData
from bot.core.model.dialogue import Lookup

LEAST, THIN = 5, 30
# The statistic that a table may lack beside its median.
MEAN = "mean"
_YEAR = re.compile(r"\d{4}")
# So many datasets stand beside each other in the details of an answer.
MOST_BESIDE = 3
# A place that nobody named is that of the datasets' largest country.
HOME = "us"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one dataset has for one employer, role, level and place: one cell, or a low and a high end."""

    dataset: Dataset
    cells: tuple[Cell, ...]

    @property
    def cell(self) -> Cell:
        """The cell of percentiles, or that of the low end."""
        return self.cells[0]

    @property
    def high(self) -> Cell | None:
        """The cell of the high end."""
        return next((cell for cell in self.cells if cell.end == "high"), None)

    @property
    def is_thin(self) -> bool:
        """Whether few observations stand behind it."""
        return bool(self.dataset.counted) and self.cell.n is not None and self.cell.n < THIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was found for one employer and place that were `asked`, in order of rank, and the `key` that it is of."""

    asked: Lookup
    key: Lookup
    found: tuple[Found, ...]

    @property
    def widened(self) -> tuple[str, ...]:
        """The parts in which this is wider than what was asked."""
        return tuple(
            part
            for part in ("roles", "level", "places", "statistic")
            if getattr(self.key, part) != getattr(self.asked, part)
        )


def coverage(asked: Lookup, public: PublicData) -> tuple[Coverage, ...]:
    """Return what the datasets have for each employer, role and place asked; nothing unless each has something."""
    singles = [
        replace(asked, employers=employers, roles=roles, places=(place,))
        for employers, roles, place in product(_each(asked.employers), _each(asked.roles), asked.places or (HOME,))
    ]
    found = [_remembered(single, public) for single in singles]
    covered = tuple(one for one in found if one is not None)
    if len(covered) < len(found):
        return ()
    return tuple(replace(one, found=one.found[:MOST_BESIDE]) for one in _aligned(covered))


def _aligned(covered: tuple[Coverage, ...]) -> tuple[Coverage, ...]:
    """Return what was found with a dataset first that has all of it at one time, so that it can be compared.

    Few observations are no better for being of one dataset.
    """
    kinds = [[(found.dataset.id, found.cell.period) for found in one.found if not found.is_thin] for one in covered]
    if len({tuple(one[:1]) for one in kinds}) == 1 or len({one.widened for one in covered}) > 1:
        return covered
    common = next((kind for kind in kinds[0] if all(kind in one for one in kinds)), None)

    def is_other(found: Found) -> bool:
        return (found.dataset.id, found.cell.period) != common

    return tuple(replace(one, found=tuple(sorted(one.found, key=is_other))) for one in covered) if common else covered


def _each(ids: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((one,) for one in ids) or ((),)


def _remembered(asked: Lookup, public: PublicData) -> Coverage | None:
    if asked not in public.found:
        public.found.add(asked, next(_nearest(asked, public), None))
    return cast("Coverage | None", public.found[asked])


def _nearest(asked: Lookup, public: PublicData) -> Iterator[Coverage]:
    for key in _keys(asked, public):
        found = tuple(_found(key, public))
        if found:
            yield Coverage(
                asked=asked, key=key, found=tuple(sorted(found, key=lambda one: _preference(one, asked.year)))
            )


def _preference(found: Found, asked: str) -> tuple[bool, bool, int]:
    """Order datasets: many observations before few, pay before offers, of those the newest; else by their rank.

    Of the year that is `asked` for ("" = none) no dataset is newer than another.
    """
    offers = found.dataset.measures == "range_ends"
    if asked:
        return found.is_thin, offers, 0
    year = _YEAR.search(found.cell.period)
    return found.is_thin, offers, -int(year[0]) if offers and year is not None else 0


def _keys(asked: Lookup, public: PublicData) -> Iterator[Lookup]:
    """Yield what is asked and what is next to it."""
    places, roles, levels = tuple(_places(asked, public)), _roles(asked, public), dict.fromkeys((asked.level, ""))
    if asked.employers:
        statistics = dict.fromkeys((asked.statistic, ""))
        for statistic, one, place, level in product(statistics, roles, places, levels):
            yield replace(asked, roles=one, places=(place,), level=level, statistic=statistic)
        return
    inside = tuple(place for place in places if public.places[place].kind != "country")
    # What is counted nowhere by itself is the nearest occupation inside the country, else the role in all of it.
    groups = (places,) if _is_counted(asked.role, public) else (inside, places[len(inside) :])
    for group in groups:
        for one, place, level in product(roles, group, levels):
            key = replace(asked, roles=one, places=(place,), level=level)
            yield key
            if asked.statistic == MEAN:
                yield replace(key, statistic="")  # the median of what is asked, before the mean of others


def _roles(asked: Lookup, public: PublicData) -> tuple[tuple[str, ...], ...]:
    if asked.employers:
        # An employer's pay of another trade is no answer; that of all its filings is, said to be that.
        return tuple(dict.fromkeys((asked.roles, ())))
    family = public.roles.get(asked.role)
    return (asked.roles, *((near,) for near in (family.nearest if family is not None else ())))


def _is_counted(role: str, public: PublicData) -> bool:
    """Whether official statistics have an occupation for a role."""
    family = public.roles.get(role)
    return family is None or any(one.classification in _official(public) for one in family.occupations)


def _official(public: PublicData) -> frozenset[str]:
    return frozenset(
        dataset.classification for dataset in public.datasets if dataset.classification and not dataset.counted
    )


def _places(asked: Lookup, public: PublicData) -> Iterator[str]:
    """Yield a place, then wider ones; a city and its metropolitan area stand for each other, the area first."""
    place = public.places.get(asked.places[0])
    if place is not None and place.kind == "city" and not asked.employers:
        yield place.parent
    while place is not None:
        yield place.id
        yield from _main_city(place, public)
        place = public.places.get(place.parent)


def _main_city(area: Place, public: PublicData) -> Iterator[str]:
    if area.kind == "metro":
        first = area.name.partition(",")[0].split("-", maxsplit=1)[0]
        cities = (one for one in public.places.values() if one.parent == area.id and one.kind == "city")
        yield from (city.id for city in cities if city.name.partition(",")[0] == first)


def _found(key: Lookup, public: PublicData) -> Iterator[Found]:
    company = "".join(key.employers)
    for dataset in _named(key, public):
        cells = public.tables[dataset.id].cells(company=company, role=key.role, level=key.level, place=key.places[0])
        usable = tuple(cell for cell in cells if _is_usable(cell, key, dataset))
        if usable:
            latest = max(cell.period for cell in usable)
            yield Found(dataset=dataset, cells=_ordered(cell for cell in usable if cell.period == latest))


def _named(asked: Lookup, public: PublicData) -> Iterator[Dataset]:
    """Yield the datasets that are asked for, all where none is named."""
    return (dataset for dataset in public.datasets if not asked.datasets or dataset.id in asked.datasets)


def _is_usable(cell: Cell, key: Lookup, dataset: Dataset) -> bool:
    of_year = not key.year or key.year in calendar_years(cell.period)
    if not of_year or (dataset.counted and (cell.n is None or cell.n < LEAST)):
        return False
    # A percentile of the ends of offers is none of pay.
    if key.statistic and dataset.measures == "range_ends":
        return False
    return statistic_of(cell, key.statistic) is not None


def statistic_of(cell: Cell, statistic: str) -> float | None:
    """Return the statistic that is asked for, the median where none is; the mean where no median is published."""
    value: float | None = getattr(cell, asked_statistic(cell, statistic))
    return value


def asked_statistic(cell: Cell, statistic: str) -> str:
    """Return the name of the statistic that a cell is told by."""
    return statistic or ("median" if cell.median is not None else "mean")


def _ordered(cells: Iterator[Cell]) -> tuple[Cell, ...]:
    return tuple(sorted(cells, key=lambda cell: ("", "low", "high").index(cell.end)))


def ranking(asked: Lookup, public: PublicData) -> tuple[Found, ...]:
    """Return the employers with THIN or more filings of a role, by the typical low end of what they offered."""
    for dataset in _named(asked, public):
        if dataset.measures == "range_ends":
            cells = [
                cell for cell in public.tables[dataset.id].scan(role=asked.role, level="", place=HOME) if cell.company
            ]
            latest = max((cell.period for cell in cells), default="")
            found = [
                Found(dataset=dataset, cells=(cell,))
                for cell in cells
                if cell.period == latest and cell.end != "high" and (cell.n or 0) >= THIN and cell.median is not None
            ]
            if len(found) > 1:
                return tuple(sorted(found, key=lambda one: one.cell.median or 0, reverse=asked.ranked == "highest"))
    return ()


def trend(asked: Lookup, public: PublicData) -> tuple[Found, ...]:
    """Return one cell a period, the oldest first, from the first dataset that has several of a role and place.

    Only those of the years asked, unless there is no change to tell of these.
    """
    place = asked.places[0] if asked.places else HOME
    company = "".join(asked.employers)
    for roles in _roles(replace(asked, places=(place,)), public):
        key = replace(asked, roles=roles, year="")
        for dataset in _named(asked, public):
            cells = public.tables[dataset.id].cells(company=company, role=key.role, level=asked.level, place=place)
            usable = [cell for cell in cells if cell.end != "high" and _is_usable(cell, key, dataset)]
            if dataset.counted:
                usable = [cell for cell in usable if (cell.n or 0) >= THIN]
            if len(usable) > 1:
                within = [cell for cell in usable if _is_within(cell, asked.year)]
                shown = sorted(within if len(within) > 1 else usable, key=lambda cell: cell.period)
                return tuple(Found(dataset=dataset, cells=(cell,)) for cell in shown)
    return ()


def _is_within(cell: Cell, years: str) -> bool:
    """Whether a cell is of the time since a year ("2018"), or between two ("2020-2022")."""
    first, _, last = years.partition("-")
    return any(first <= year and (not last or year <= last) for year in calendar_years(cell.period))
