"""Turns a query into a chart: what a picture of its answer shows, with every number already in words.

Rules of the module: each number is a figure of the knowledge base, one the person named, or carries its `working`;
`chart_of` returns None where a picture would say no more than the words do. Nothing is drawn here.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from bot.core.answers import figure_rows
from bot.core.answers.capabilities import settled
from bot.core.answers.offer import LEAST_PLAUSIBLE, MOST_PLAUSIBLE
from bot.core.answers.rank import high, ranking
from bot.core.model.dialogue import PARTS, Amount, Period, Query, Row
from bot.core.model.knowledge import MAIN_ROLE, Figure, Knowledge
from bot.core.model.language import ENGLISH, Language, later

Kind = Literal["companies", "levels", "sources", "roles", "offer"]
MOST_BARS = 12
LONGEST_ALT = 1_024  # UTF-16 units: what Discord takes as the description of a picture
MOST_TICKS = 4
FEWEST = 2  # one bar alone is no picture
_AXES: dict[Period, str] = {
    "year": later("US dollars a year"),
    "month": later("US dollars a month (a year / 12)"),
    "week": later("US dollars a week (a year / 52)"),
    "day": later("US dollars a day (a year / 260 working days)"),
    "hour": later("US dollars an hour (a year / 2,080 working hours)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A range from `low` to `high`, or one `value`, which is a lower bound where `and_above`.

    `said` is the figure in words, `by` its sources, `working` the arithmetic of a derived one; `marked` is what was
    asked about.
    """

    label: str
    said: str
    by: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    and_above: bool = False
    marked: bool = False
    working: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What stands beside every bar: an average, or the amount `asked` about (a band where `low` is not `high`)."""

    label: str
    said: str
    low: float
    high: float
    asked: bool = False
    working: str | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis and its words."""

    value: float
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture before it is drawn. Equal charts look equal: a chart is the key under which its picture is kept.

    `more` says how many bars are left out; `alt` is the picture in words for those who can't see it.
    """

    kind: Kind
    title: str
    bars: tuple[Bar, ...]
    axis: str
    ticks: tuple[Tick, ...]
    credit: str
    alt: str
    lines: tuple[Line, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What to show, as yearly rows; `marked` are the subjects asked about, `mean` and `asked` stand beside the rows."""

    kind: Kind
    title: str
    rows: tuple[Row, ...]
    marked: frozenset[str] = frozenset()
    mean: Row | None = None
    asked: Line | None = None
    period: Period = "year"
    left_out: int = 0


def chart_of(query: Query, known: Knowledge, language: Language = ENGLISH) -> Chart | None:
    """Return the chart of a query's answer; of a joined query the first that there is."""
    asked, _ = settled(query, known, language)
    planned = _PLANS[asked.answer](asked, known, language) if asked.answer in _PLANS else None
    if planned is not None and planned.rows and len(planned.rows) + len(_beside(planned)) >= FEWEST:
        return _chart(planned, language)
    return None if query.then is None else chart_of(query.then, known, language)


# ------------------------------------------------------------------ what to show


def _pay(query: Query, known: Knowledge, language: Language) -> _Plan | None:
    """Show the most particular thing named among its like: the order is that of the answer."""
    if len(query.companies) > 1:
        return _companies(query, known, language)
    if query.companies:
        return _company(query, known, language)
    if query.roles and query.roles != (MAIN_ROLE,):
        return _role(query, known, language)
    if query.levels:
        return _levels(query, known, language)
    return _sources(query, known, language, MAIN_ROLE)


def _compare(query: Query, known: Knowledge, language: Language) -> _Plan | None:
    if len(query.companies) > 1:
        return _companies(query, known, language)
    if query.companies:
        return _pay(query, known, language)
    if len(query.levels) > 1:
        return _levels(query, known, language)
    if len(query.roles) > 1:
        return _roles(query, known, language)
    if len(query.sources) > 1:
        role = query.roles[0] if query.roles else MAIN_ROLE
        return _sources(replace(query, period=None), known, language, role)
    return _pay(query, known, language)


def _companies(query: Query, known: Knowledge, language: Language) -> _Plan:
    """Show the companies named, in the order in which they were named."""
    lines = tuple(figure_rows.row(known, known.range_of(company), language) for company in query.companies)
    return _ranges(query, known, language, lines)


def _company(query: Query, known: Knowledge, language: Language) -> _Plan:
    """Show the company asked about among the others, the highest top first; of very many those at the top."""
    named = set(query.companies)
    ranges = [f for f in known.figures if f.basis == "range" and f.role == MAIN_ROLE]
    others = (f for f in ranges if f.company not in named and f.company not in query.excluded)
    figures = [*map(known.range_of, query.companies), *heapq.nlargest(MOST_BARS - len(named), others, key=high)]
    order = sorted(figures, key=high, reverse=True)
    plan = _ranges(query, known, language, (figure_rows.row(known, figure, language) for figure in order))
    marked = frozenset(known.company(company).name for company in query.companies)
    return replace(plan, marked=marked, left_out=len(ranges) - len(set(query.excluded) - named) - len(figures))


def _ranges(query: Query, known: Knowledge, language: Language, lines: Iterable[Row]) -> _Plan:
    return _Plan(
        kind="companies",
        title=language.say("Pay of ML engineers by company"),
        rows=tuple(lines),
        mean=figure_rows.mean(known, MAIN_ROLE, language),
        period=query.period or "year",
    )


def _levels(query: Query, known: Knowledge, language: Language) -> _Plan:
    bands = (known.band(level.id) for level in known.vocabulary.levels)
    lines = {band.level: figure_rows.row(known, band, language) for band in bands if band is not None}
    return _Plan(
        kind="levels",
        title=language.say("Pay of ML engineers by experience"),
        rows=tuple(lines.values()),
        marked=frozenset(line.subject for level, line in lines.items() if level in query.levels),
        period=query.period or "year",
    )


def _role(query: Query, known: Knowledge, language: Language) -> _Plan | None:
    return _sources(query, known, language, next(role for role in query.roles if role != MAIN_ROLE))


def _sources(query: Query, known: Knowledge, language: Language, role: str) -> _Plan | None:
    """Show a role's averages, the highest first, beside their mean; figures made for a comparison are no part of it."""
    figures = _averages(known, role)
    if query.sources and not any(figure.source in query.sources for figure in figures):
        return None
    return _Plan(
        kind="sources",
        title=language.say("Average of {people} by source", people=figure_rows.plural(known, role, language)),
        rows=tuple(_by_source(known, figure, language) for figure in figures),
        marked=frozenset(known.source(source).name for source in query.sources),
        mean=figure_rows.mean(known, role, language) if len(figures) >= figure_rows.MANY else None,
        period=query.period or "year",
    )


def _averages(known: Knowledge, role: str) -> list[Figure]:
    return sorted(known.averages(role), key=lambda figure: figure.value or 0, reverse=True)


def _rank_sources(query: Query, known: Knowledge, language: Language) -> _Plan | None:
    role = next((role for role in query.roles if known.averages(role)), MAIN_ROLE)
    return _sources(replace(query, period=None), known, language, role)


def _rank_companies(query: Query, known: Knowledge, language: Language) -> _Plan | None:
    """Show the ranking with its places, one company that was named marked; an amount that was named is the line."""
    if len(query.amounts) > 1:
        return None
    order = ranking(query, known)
    named = set(query.companies) if len(query.companies) == 1 else set()
    shown = [(place, f) for place, f in enumerate(order, 1) if place <= MOST_BARS or f.company in named]
    lines = [(f, figure_rows.row(known, f, language, f"{place}. {_name(known, f)}")) for place, f in shown]
    plan = _ranges(replace(query, period=None), known, language, ())
    return replace(
        plan,
        rows=tuple(line for _, line in lines),
        marked=frozenset(line.subject for f, line in lines if f.company in named),
        left_out=len(order) - len(lines),
        mean=None if query.amounts else plan.mean,
        asked=_asked(query.amounts[0], language) if query.amounts else None,
    )


def _name(known: Knowledge, figure: Figure) -> str:
    return known.company(figure.company or "").name


def _roles(query: Query, known: Knowledge, language: Language) -> _Plan | None:
    """Show the roles like for like: only sources that have two of them or more."""
    order = sorted(query.roles, key=lambda role: role != MAIN_ROLE)
    figures = [f for role in order for f in _told(known, role) if not query.sources or f.source in query.sources]
    alike = [f for source in dict.fromkeys(f.source for f in figures) for f in _alike(figures, source)]
    lines = tuple(_of_role(known, figure, language) for figure in alike)
    people = language.listing([figure_rows.plural(known, role, language) for role in order])
    title = language.say("{people}, like for like by source", people=people)
    return _Plan(kind="roles", title=title, rows=lines)


def _of_role(known: Knowledge, figure: Figure, language: Language) -> Row:
    line = figure_rows.row(known, figure, language)
    if figure.basis != "comparison":
        return line
    return replace(line, subject=language.say("{subject}, in the comparison", subject=line.subject))


def _told(known: Knowledge, role: str) -> list[Figure]:
    return [figure for figure in known.role(role).figures if figure.basis in ("average", "comparison")]


def _alike(figures: list[Figure], source: str) -> list[Figure]:
    """Return one figure a role from a source: those made for comparing if each role has one, else averages first."""
    of_roles: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.source == source:
            of_roles.setdefault(figure.role, []).append(figure)
    if len(of_roles) < FEWEST:
        return []
    paired = all(any(f.basis == "comparison" for f in own) for own in of_roles.values())
    wanted = "comparison" if paired else "average"
    return [min(own, key=lambda figure: figure.basis != wanted) for own in of_roles.values()]


def _offer(query: Query, known: Knowledge, language: Language) -> _Plan | None:
    """Show an amount across what it is held against; where nothing in particular is named, each source's average."""
    asked = _asked(query.amounts[0], language) if len(query.amounts) == 1 else None
    if asked is None or asked.low < LEAST_PLAUSIBLE or asked.high > MOST_PLAUSIBLE:
        return None
    others = [role for role in query.roles if role != MAIN_ROLE]
    figures = [known.range_of(company) for company in query.companies]
    figures += [f for role in others for f in _told(known, role)]
    main = MAIN_ROLE in query.roles or not others
    if main:
        figures += [band for level in query.levels if (band := known.band(level)) is not None]
        figures += [f for f in _averages(known, MAIN_ROLE) if not figures or f.source in query.sources]
    lines = [figure_rows.row(known, figure, language) for figure in figures]
    return _Plan(
        kind="offer",
        title=language.say("{amount} a year beside the figures on file", amount=asked.said),
        rows=(*lines, figure_rows.mean(known, MAIN_ROLE, language)) if main else tuple(lines),
        asked=asked,
    )


def _asked(amount: Amount, language: Language) -> Line:
    """Return an amount that the person named as a year's, with the multiplication where there is one."""
    parts = PARTS[amount.period or "year"]
    ends = tuple(dict.fromkeys((amount.low, amount.high)))
    steps = [f"{language.number(end)} x {language.number(parts)} = {language.number(end * parts)}" for end in ends]
    return Line(
        label=language.say("Asked about"),
        said=" – ".join(language.money(end * parts) for end in ends),  # noqa: RUF001 - a range's own dash
        low=amount.low * parts,
        high=amount.high * parts,
        asked=True,
        working="; ".join(steps) if parts != 1 else None,
    )


def _by_source(known: Knowledge, figure: Figure, language: Language) -> Row:
    return figure_rows.row(known, figure, language, known.source(figure.source).name)


def _low(line: Row) -> float:
    return line.low or 0.0


def _high(line: Row) -> float:
    return line.high or 0.0


_PLANS: dict[str, Callable[[Query, Knowledge, Language], _Plan | None]] = {
    "compare": _compare,
    "ladder": _levels,
    "offer": _offer,
    "pay": _pay,
    "rank_companies": _rank_companies,
    "rank_sources": _rank_sources,
}


# ------------------------------------------------------------------ the chart of it


def _chart(plan: _Plan, language: Language) -> Chart:
    shown = _shown(plan)
    mixed = len({row.sources for row in shown}) > 1
    bars = tuple(
        _bar(_told_by(row, plan.period, language), row.subject in plan.marked, mixed, language) for row in shown
    )
    beside = _beside(plan)
    lines = tuple(
        _line(_told_by(one, plan.period, language), language) if isinstance(one, Row) else one for one in beside
    )
    left_out = plan.left_out + len(plan.rows) - len(shown)
    more = language.count("{count} more is not shown", "{count} more are not shown", left_out) if left_out else ""
    sourced = [one for one in (*shown, plan.mean) if one is not None]
    named = dict.fromkeys(figure_rows.credit(source, language) for row in sourced for source in row.sources)
    credit = language.say("Sources: {names}", names=", ".join(named))
    axis = language.say(_AXES[plan.period])
    ends = [end for bar in bars for end in (bar.value, bar.high) if end is not None]
    top = max([*ends, *(line.high for line in lines)])
    return Chart(
        kind=plan.kind,
        title=plan.title,
        bars=bars,
        lines=lines,
        axis=axis,
        ticks=tuple(Tick(value, language.money(value)) for value in _ticks(top)),
        credit=credit,
        more=more,
        alt=_alt(f"{plan.title}, {axis}.", bars, lines, (more, credit), language),
    )


def _beside(plan: _Plan) -> tuple[Row | Line, ...]:
    return tuple(one for one in (plan.mean, plan.asked) if one is not None)


def _shown(plan: _Plan) -> list[Row]:
    """Return the rows there is room for, in their order: those asked about before the others."""
    first = sorted(range(len(plan.rows)), key=lambda n: plan.rows[n].subject not in plan.marked)
    return [plan.rows[n] for n in sorted(first[:MOST_BARS])]


def _told_by(row: Row, period: Period, language: Language) -> Row:
    return row if period == "year" else figure_rows.in_period(row, period, language)


def _bar(row: Row, marked: bool, mixed: bool, language: Language) -> Bar:
    """Return a row's bar; it names its source where the bars have several and its label does not name it already."""
    said = _span(row, language)
    names = [figure_rows.credit(source, language) for source in row.sources if mixed and source.name not in row.subject]
    return Bar(
        label=row.subject,
        said=language.say("{amount} and above", amount=said) if row.and_above else said,
        by="" if row.working and len(row.sources) > 1 else ", ".join(names),
        value=row.value,
        low=row.low,
        high=row.high,
        and_above=row.and_above,
        marked=marked,
        working=row.working,
    )


def _line(row: Row, language: Language) -> Line:
    low, high = (_low(row), _high(row)) if row.value is None else (row.value, row.value)
    return Line(label=row.subject, said=_span(row, language), low=low, high=high, working=row.working)


def _span(row: Row, language: Language) -> str:
    """Say a row's amount, or its two ends, without the period: the axis says it."""
    ends = (row.low or 0.0, row.high or 0.0) if row.value is None else (row.value,)
    return " – ".join(dict.fromkeys(language.money(end) for end in ends))  # noqa: RUF001 - a range's own dash


def _ticks(top: float) -> list[float]:
    """Return round values from 0 up to the top.

    >>> _ticks(313797)
    [0.0, 100000.0, 200000.0, 300000.0]
    """
    rough = max(top, 1.0) / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= rough)
    return list(takewhile(lambda value: value <= max(top, 1.0), (step * n for n in range(MOST_TICKS + 1))))


def _alt(head: str, bars: Sequence[Bar], lines: Sequence[Line], tail: Sequence[str], language: Language) -> str:
    """Return a chart in words, cut by whole bars where it would be too long."""
    beside = [f"{line.label}: {line.said}" for line in lines]
    each = [_in_words(bar, language) for bar in bars]
    last = "".join(f" {part}." for part in tail if part)
    for kept in range(len(each), -1, -1):
        cut = len(each) - kept
        rest = [language.count("{count} more", "{count} more", cut)] if cut else []
        said = f"{head} {'; '.join([*each[:kept], *rest, *beside])}.{last}"
        if _units(said) <= LONGEST_ALT:
            return said
    return f"{head[: LONGEST_ALT // 2 - 1]}…"  # a character is two units at most


def _in_words(bar: Bar, language: Language) -> str:
    aside = [part for part in (bar.by, language.say("asked about") if bar.marked else "") if part]
    return f"{bar.label}: {bar.said}" + (f" ({', '.join(aside)})" if aside else "")


def _units(said: str) -> int:
    return len(said.encode("utf-16-le")) // 2
