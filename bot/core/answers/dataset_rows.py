"""Cells of the datasets as rows and words: whom they are about, who counted them, how many or how precisely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import prod

from bot.core.datasets.coverage import LEAST, MEAN, THIN, Coverage, Found, asked_statistic, statistic_of
from bot.core.datasets.periods import Month, fiscal_year, month_of
from bot.core.model.datasets import Cell, Dataset, Place, PublicData
from bot.core.model.dialogue import PARTS, Lookup, Period, Query, Row, Table, Terms
from bot.core.model.knowledge import Source
from bot.core.model.language import later
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.phrases.wording import BY
from bot.core.text.formatting import capital

_MONTHS_OF_YEAR = (
    later("January {year}"),
    later("February {year}"),
    later("March {year}"),
    later("April {year}"),
    later("May {year}"),
    later("June {year}"),
    later("July {year}"),
    later("August {year}"),
    later("September {year}"),
    later("October {year}"),
    later("November {year}"),
    later("December {year}"),
)
# The month that fiscal years of the US government begin in, before another month of the same year.
_OCTOBER = later("October")
PERCENTILES = ("p10", "p25", "median", "p75", "p90")
NAMES = {
    "p10": later("10th percentile"),
    "p25": later("25th percentile"),
    "median": later("median"),
    "p75": later("75th percentile"),
    "p90": later("90th percentile"),
    "mean": later("mean"),
    "low": later("typical lower end"),
    "high": later("typical upper end"),
}
# As short as a column of a picture is narrow.
_COLUMNS = {
    "p10": later("10th"),
    "p25": later("25th"),
    "median": later("median"),
    "p75": later("75th"),
    "p90": later("90th"),
}
# What else total pay is of each publisher says differently, in its population.
_PAY = {
    "base": later("base pay, without bonus and stock"),
    "unknown": later("bonus and stock not stated"),
}
_WIDER = {
    "official": later("{asked} aren't counted by themselves; the nearest official occupation is {given}."),
    "role": later("I have too few figures for {asked} there; these are for {given}, the nearest that I have."),
    "employer": later("I have too few filings for {asked} at {company}; this is all of its filings."),
    "employer_level": later("I have too few filings for {asked} at {company}; this is of all its jobs at that level."),
    "level": later("My figures aren't split by level there, so these are all levels."),
    "places": later("I have no figures for {place}; {wider} is the nearest that I have."),
    "statistic": later("I have no percentiles of pay there, only the ends of what was offered."),
    "mean": later("I have no mean of pay there, only the ends of what was offered."),
    "median": later("I have no mean there, only the median."),
}


def public_of(phrases: Phrasebook) -> PublicData:
    """Return the datasets that a lookup is answered from; there is no lookup without them."""
    assert phrases.knowledge.public is not None
    return phrases.knowledge.public


def people(role: str, phrases: Phrasebook) -> str:
    """Name those who have a role of the datasets, or everybody."""
    return phrases.say(public_of(phrases).roles[role].people if role else later("people"))


def whom(key: Lookup, phrases: Phrasebook) -> str:
    """Name whom a cell is about: "senior data scientists at Meta", "software engineers in the Austin, TX area"."""
    public = public_of(phrases)
    them = people(key.role, phrases)
    if key.level:
        level = public.levels[key.level]
        # Levels of surveys are no words of a title: "data scientists with 5 to 9 years of coding".
        template = later("{level} {people}") if level.words else later("{people} with {level}")
        them = phrases.say(template, level=phrases.say(level.name), people=them)
    if key.employers and not (key.role or key.level):
        them = public.employers[key.employers[0]].name
    elif key.employers:
        them = phrases.say("{people} at {company}", people=them, company=public.employers[key.employers[0]].name)
    if key.employers and public.places[key.places[0]].kind == "country":
        return them
    return phrases.say("{people} in {place}", people=them, place=place_name(public.places[key.places[0]], phrases))


def place_name(place: Place, phrases: Phrasebook) -> str:
    """Name a place for a sentence; of a metropolitan area the first city: "the Austin, TX area"."""
    cities, _, states = place.name.partition(", ")
    if place.kind != "metro" or not states:
        return phrases.say(place.name)
    return phrases.say(
        "the {city}, {state} area", city=cities.split("-", maxsplit=1)[0], state=states.split("-", maxsplit=1)[0]
    )


def short_names(asked: Lookup, rows: Sequence[Row], phrases: Phrasebook) -> tuple[str, ...]:
    """Name rows in a picture: percentiles and years as short as a column is narrow, others by what they differ in."""
    public = public_of(phrases)
    if asked.trend or asked.ranked:
        return tuple(row.subject for row in rows)
    if len(asked.employers) > 1:
        return tuple(public.employers[key].name for key in asked.employers)
    if len(asked.places) > 1:
        return tuple(capital(place_name(public.places[key], phrases)) for key in asked.places)
    return tuple(phrases.say(_COLUMNS[name]) for name in PERCENTILES) if rows else ()


def row_of(found: Found, key: Lookup, phrases: Phrasebook) -> Row:
    """Return the figure of a cell: the statistic asked for, or from the typical low end to the typical high one."""
    low = statistic_of(found.cell, key.statistic)
    high = statistic_of(found.high, key.statistic) if found.high is not None else None
    spread = low is not None and high is not None and high > low and has_enough(found.high)
    return Row(
        subject=capital(whom(key, phrases)),
        sources=(_source(found.dataset),),
        value=None if spread else low,
        low=low if spread else None,
        high=high if spread else None,
        unit=found.dataset.currency,  # type: ignore[arg-type] # a currency of the datasets
        period=found.dataset.period,
        note="; ".join(notes(found, phrases)) or None,
        terms=(_terms(found.dataset, found.cell.period, phrases),),
    )


def converted(query: Query, covered: Sequence[Found], rows: Sequence[Row], phrases: Phrasebook) -> tuple[Row, ...]:
    """Return rows by the period that was asked for; what was published by the year in dollars as the article's are."""
    if query.period is None:
        return tuple(rows)
    pairs = zip(rows, covered, strict=True)
    return tuple(_in_period(row, query.period, found.dataset, phrases) for row, found in pairs)


def _in_period(row: Row, period: Period, dataset: Dataset, phrases: Phrasebook) -> Row:
    if dataset.period == period:
        return row
    if dataset.period == "year" and row.unit == "USD":
        return phrases.in_period(row, period)
    values = {name: value for name in ("value", "low", "high") if (value := getattr(row, name)) is not None}
    ends = {name: float(int(in_period(value, dataset.period, period, dataset) + 0.5)) for name, value in values.items()}
    sum_ = _factors(period, dataset, phrases)
    working = "; ".join(f"{phrases.number(values[name])} {sum_} = {phrases.number(end)}" for name, end in ends.items())
    return replace(row, **ends, period=period, working=working)  # type: ignore[arg-type] # ends alone


def in_period(amount: float, given: Period, wanted: Period, dataset: Dataset) -> float:
    """Return pay for one period as that for another, by what the publisher counts in a month where it says so."""
    return amount * prod(_parts(given, dataset)) / prod(_parts(wanted, dataset))


def _parts(period: Period, dataset: Dataset) -> tuple[float, ...]:
    """Return the factors of a period in a year: 2,080 hours, unless the publisher says how many a month has."""
    by_month = period == "hour" and dataset.hours_of_month
    return (dataset.hours_of_month, PARTS["month"]) if by_month else (PARTS[period],)


def _factors(period: Period, dataset: Dataset, phrases: Phrasebook) -> str:
    """Return by what published pay is multiplied and divided: "x 2,080 / 12", "x 160.33"."""
    up, down = _parts(dataset.period, dataset), _parts(period, dataset)[::-1]
    common = {1, *(set(up) & set(down))}
    steps = (*(("x", part) for part in up), *(("/", part) for part in down))
    return " ".join(f"{sign} {phrases.number(part)}" for sign, part in steps if part not in common)


def converting(query: Query, covered: Sequence[Found], rows: Sequence[Row], phrases: Phrasebook) -> tuple[str, ...]:
    """Say for the small print how rows were converted that were not published by the year in dollars."""
    lines = []
    for row, found in zip(rows, covered, strict=True):
        if query.period is not None and query.period != found.dataset.period and not row.yearly:
            by, sum_ = phrases.say(BY[found.dataset.period]), _factors(query.period, found.dataset, phrases)
            lines.append(phrases.say("published {by_period}, {sum}", by_period=by, sum=sum_))
    return tuple(dict.fromkeys(lines))


def has_enough(cell: Cell | None) -> bool:
    """Whether as many filings name an upper end as make a figure."""
    return cell is not None and (cell.n or 0) >= LEAST


def percentiles(found: Found, key: Lookup, phrases: Phrasebook) -> tuple[Row, ...]:
    """Return the percentiles of a cell, if all are published."""
    if found.dataset.measures != "percentiles" or any(getattr(found.cell, name) is None for name in PERCENTILES):
        return ()
    return tuple(_statistics(found, key, PERCENTILES, phrases))


def table_of(found: Found, key: Lookup, phrases: Phrasebook) -> Table:
    """Return all that is published of a cell, under the dataset, the official name of the place, and when."""
    place = phrases.say(public_of(phrases).places[key.places[0]].name)
    parts = {"dataset": found.dataset.short, "place": place, "period": when(found.cell.period, phrases)}
    return Table(
        phrases.say("{dataset}, {place}, {period}", **parts),
        tuple(_statistics(found, key, (*PERCENTILES, "mean"), phrases)),
    )


def _statistics(found: Found, key: Lookup, names: Sequence[str], phrases: Phrasebook) -> Iterator[Row]:
    row = row_of(found, replace(key, statistic=""), phrases)
    for cell in found.cells:
        for name in names:
            value = getattr(cell, name)
            if value is not None:
                # The standard error is that of the mean.
                note = row.note if name == "mean" or found.dataset.counted else None
                yield replace(row, subject=_statistic(cell, name, phrases), value=value, low=None, high=None, note=note)


def _statistic(cell: Cell, name: str, phrases: Phrasebook) -> str:
    plain = phrases.say(NAMES[name])
    if not cell.end:
        return capital(plain)
    end = phrases.say("lower ends") if cell.end == "low" else phrases.say("upper ends")
    return capital(phrases.say("{end}, {statistic}", end=end, statistic=plain))


def statistic_name(found: Found, key: Lookup, phrases: Phrasebook) -> str:
    """Name what a cell is told by: "median", "typical lower end"."""
    ends = found.dataset.measures == "range_ends"
    return phrases.say(NAMES["low" if ends else asked_statistic(found.cell, key.statistic)])


def count(found: Found, phrases: Phrasebook) -> str:
    """Say how many observations stand behind a cell: "452 visa filings", "only 11 visa filings"."""
    parts = {"count": phrases.number(found.cell.n or 0), "counted": phrases.say(found.dataset.counted)}
    filings = phrases.say(later("only {count} {counted}") if found.is_thin else later("{count} {counted}"), **parts)
    high = found.high
    if high is None or not has_enough(high) or high.n == found.cell.n:
        return filings
    few = (high.n or 0) < THIN and not found.is_thin
    upper = later("{filings}, {upper} with an upper end")
    template = later("{filings}, only {upper} with an upper end") if few else upper
    return phrases.say(template, filings=filings, upper=phrases.number(high.n or 0))


def notes(found: Found, phrases: Phrasebook) -> Iterator[str]:
    """Yield how many observations stand behind a figure, or how precise it is."""
    if found.dataset.counted and found.cell.n is not None:
        yield count(found, phrases)
    if found.cell.rse is not None:
        yield phrases.say("standard error of the mean {percent}", percent=phrases.percent(found.cell.rse))


def limits(
    found: Sequence[Found], phrases: Phrasebook, *, counted: bool, subjects: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return for the small print whose pay this is, and how many or how precise, unless the sentence has `counted`.

    Of several only how few is said, behind whose (`subjects`) they are: "Data scientists in Denmark: only 8 answers".
    """
    parts = [part for one in found for part in (one.dataset.population, _PAY.get(one.dataset.pay, "")) if part]
    if counted:
        of_each: list[str] = []
    elif len(found) == 1:
        of_each = list(notes(found[0], phrases))
    else:
        pairs = zip(found, subjects, strict=True)
        thin = [(note, subject) for one, subject in pairs if one.is_thin for note in notes(one, phrases)]
        of_each = [phrases.say("{subject}: {figure}", subject=subject, figure=note) for note, subject in thin]
    return (*dict.fromkeys(map(phrases.say, parts)), *dict.fromkeys(of_each))


def wider(one: Coverage, phrases: Phrasebook) -> Iterator[str]:
    """Yield by what the figures are wider than what was asked."""
    public = public_of(phrases)
    for part in one.widened:
        if part == "roles":
            company = public.employers[one.key.employers[0]].name if one.key.employers else ""
            kind = "official" if not one.found[0].dataset.counted else "role"
            at_level = "employer_level" if one.key.level else "employer"
            template = _WIDER[kind if one.key.role else at_level]
            asked, given = people(one.asked.role, phrases), people(one.key.role, phrases)
            yield capital(phrases.say(template, asked=asked, given=given, company=company))
        elif part == "places":
            place, given_place = (public.places[key.places[0]] for key in (one.asked, one.key))
            # A city and its metropolitan area stand for each other; the answer says which it is of.
            if {place.kind, given_place.kind} != {"city", "metro"}:
                names = {"place": place_name(place, phrases), "wider": place_name(given_place, phrases)}
                yield phrases.say(_WIDER["places"], **names)
        elif part == "statistic" and one.asked.statistic == MEAN:
            yield phrases.say(_WIDER["mean" if one.found[0].dataset.measures == "range_ends" else "median"])
        else:
            yield phrases.say(_WIDER[part])


def _source(dataset: Dataset) -> Source:
    return Source(
        id=dataset.id,
        name=dataset.short,
        title=dataset.title,
        link=dataset.link,
        publisher=dataset.publisher,
        date=dataset.date,
        pay=dataset.pay,
        caveats=dataset.caveats,
    )


def _terms(dataset: Dataset, period: str, phrases: Phrasebook) -> Terms:
    """Say what a cell's figures mean; of when they are the cell knows, as a dataset may be of many times."""
    source = _source(dataset)
    return Terms(source=source, origin=source, date=when(period, phrases), pay=dataset.pay)


def when(period: str, phrases: Phrasebook) -> str:
    """Say a period by the calendar: "May 2025"; "October to December 2023 (fiscal year 2024)"; "2023-2024" stays."""
    month, fiscal = month_of(period), fiscal_year(period)
    if month is not None:
        return _month(month, phrases)
    if fiscal is None:
        return period
    first = phrases.say(_OCTOBER) if fiscal.first.year == fiscal.last.year else _month(fiscal.first, phrases)
    template = later("{first} to {last} (fiscal year {year})")
    return phrases.say(template, first=first, last=_month(fiscal.last, phrases), year=fiscal.year)


def _month(month: Month, phrases: Phrasebook) -> str:
    return phrases.say(_MONTHS_OF_YEAR[month.number - 1], year=month.year)


def period_name(period: str) -> str:
    """Return a period as people read it: "2025-05" is 2025, "FY2026-H1" stays.

    >>> period_name("2025-05"), period_name("FY2026-H1"), period_name("2023-2024")
    ('2025', 'FY2026-H1', '2023-2024')
    """
    return period if month_of(period) is None else period[:4]
