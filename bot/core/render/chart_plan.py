"""Selects what the chart of a query shows: which figures, in which order, and what is marked. `chart` words it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from bot.core.answers.offer import LEAST_PLAUSIBLE, MOST_PLAUSIBLE
from bot.core.answers.phrasebook import MANY, Phrasebook
from bot.core.answers.rank import high, ranking
from bot.core.model.dialogue import PARTS, Amount, Period, Query, Row
from bot.core.model.knowledge import Figure, Knowledge

Kind = Literal["companies", "levels", "sources", "roles", "offer"]
MOST_BARS = 12
FEWEST = 2  # one bar alone is no picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The yearly rows of a chart; `marked` are the subjects asked about, `mean` and `asked` are drawn as lines."""

    kind: Kind
    title: str
    rows: tuple[Row, ...]
    marked: frozenset[str] = frozenset()
    mean: Row | None = None
    asked: Amount | None = None
    period: Period = "year"
    left_out: int = 0


def plan_of(query: Query, phrases: Phrasebook) -> Plan | None:
    """Return what the chart of a restricted query shows; None where a picture would say no more than the words do."""
    plan = _PLANS[query.answer](query, phrases) if query.answer in _PLANS else None
    if plan is None or not plan.rows:
        return None
    return plan if len(plan.rows) + (plan.mean is not None) + (plan.asked is not None) >= FEWEST else None


def ends_of(ends: Iterable[float], phrases: Phrasebook) -> str:
    """Format an amount, or its two ends, without the period: the axis says it."""
    return " – ".join(dict.fromkeys(map(phrases.money, ends)))  # noqa: RUF001 - a range's own dash


def _pay(query: Query, phrases: Phrasebook) -> Plan | None:
    """Show the most particular thing named among its like: the order is that of the answer."""
    if len(query.companies) > 1:
        return _companies(query, phrases)
    if query.companies:
        return _company(query, phrases)
    if query.roles and query.roles != (phrases.main_role,):
        return _role(query, phrases)
    if query.levels:
        return _levels(query, phrases)
    return _sources(query, phrases, phrases.main_role)


def _compare(query: Query, phrases: Phrasebook) -> Plan | None:
    if len(query.companies) > 1:
        return _companies(query, phrases)
    if query.companies:
        return _pay(query, phrases)
    if len(query.levels) > 1:
        return _levels(query, phrases)
    if len(query.roles) > 1:
        return _roles(query, phrases)
    if len(query.sources) > 1:
        role = query.roles[0] if query.roles else phrases.main_role
        return _sources(replace(query, period=None), phrases, role)
    return _pay(query, phrases)


def _companies(query: Query, phrases: Phrasebook) -> Plan:
    """Show the companies named, in the order in which they were named."""
    return _ranges(query, phrases, map(phrases.row, phrases.knowledge.ranges(query.companies)))


def _company(query: Query, phrases: Phrasebook) -> Plan | None:
    """Show the company asked about among the others, the highest top first; of very many those at the top."""
    knowledge, named = phrases.knowledge, set(query.companies)
    own = knowledge.ranges(query.companies)
    if not own or query.levels or query.roles not in ((), (phrases.main_role,)):
        return None
    ranges = knowledge.ranges(company.id for company in knowledge.companies)
    others = (f for f in ranges if f.company not in named and f.company not in query.excluded)
    figures = [
        *own,
        *heapq.nlargest(MOST_BARS - len(named), others, key=high),
    ]
    order = sorted(figures, key=high, reverse=True)
    plan = _ranges(query, phrases, (phrases.row(figure) for figure in order))
    marked = frozenset(phrases.knowledge.company(company).name for company in query.companies)
    return replace(plan, marked=marked, left_out=len(ranges) - len(set(query.excluded) - named) - len(figures))


def _ranges(query: Query, phrases: Phrasebook, lines: Iterable[Row]) -> Plan:
    return Plan(
        kind="companies",
        title=phrases.say("Pay of {people} by company"),
        rows=tuple(lines),
        mean=phrases.mean(phrases.main_role),
        period=query.period or "year",
    )


def _levels(query: Query, phrases: Phrasebook) -> Plan:
    bands = (phrases.knowledge.band(level.id) for level in phrases.knowledge.vocabulary.levels)
    lines = {band.level: phrases.row(band) for band in bands if band is not None}
    return Plan(
        kind="levels",
        title=phrases.say("Pay of {people} by experience"),
        rows=tuple(lines.values()),
        marked=frozenset(line.subject for level, line in lines.items() if level in query.levels),
        period=query.period or "year",
    )


def _role(query: Query, phrases: Phrasebook) -> Plan | None:
    return _sources(query, phrases, next(role for role in query.roles if role != phrases.main_role))


def _sources(query: Query, phrases: Phrasebook, role: str) -> Plan | None:
    """Show a role's averages, the highest first, beside their mean; figures made for a comparison are no part of it."""
    figures = _averages(phrases.knowledge, role)
    if query.sources and not any(figure.source in query.sources for figure in figures):
        return None
    return Plan(
        kind="sources",
        title=phrases.say("Average of {people} by source", people=phrases.plural(role)),
        rows=tuple(_by_source(phrases, figure) for figure in figures),
        marked=frozenset(phrases.knowledge.source(source).name for source in query.sources),
        mean=phrases.mean(role) if len(figures) >= MANY else None,
        period=query.period or "year",
    )


def _averages(knowledge: Knowledge, role: str) -> list[Figure]:
    return sorted(knowledge.averages(role), key=lambda figure: figure.value or 0, reverse=True)


def _rank_sources(query: Query, phrases: Phrasebook) -> Plan | None:
    role = next((role for role in query.roles if phrases.knowledge.averages(role)), phrases.main_role)
    return _sources(replace(query, period=None), phrases, role)


def _rank_companies(query: Query, phrases: Phrasebook) -> Plan | None:
    """Show the ranking with its places, one company that was named marked; an amount that was named is the line."""
    if len(query.amounts) > 1:
        return None
    order = ranking(query, phrases.knowledge)
    named = set(query.companies) if len(query.companies) == 1 else set()
    shown = [(place, f) for place, f in enumerate(order, 1) if place <= MOST_BARS or f.company in named]
    lines = [(f, phrases.row(f, f"{place}. {_name(phrases.knowledge, f)}")) for place, f in shown]
    plan = _ranges(replace(query, period=None), phrases, ())
    return replace(
        plan,
        rows=tuple(line for _, line in lines),
        marked=frozenset(line.subject for f, line in lines if f.company in named),
        left_out=len(order) - len(lines),
        mean=None if query.amounts else plan.mean,
        asked=query.amounts[0] if query.amounts else None,
    )


def _name(knowledge: Knowledge, figure: Figure) -> str:
    return knowledge.company(figure.company or "").name


def _roles(query: Query, phrases: Phrasebook) -> Plan | None:
    """Show the roles like for like: only sources that have two of them or more."""
    order = sorted(query.roles, key=lambda role: role != phrases.main_role)
    figures = [
        f
        for role in order
        for f in _figures_of(phrases.knowledge, role)
        if not query.sources or f.source in query.sources
    ]
    alike = [f for source in dict.fromkeys(f.source for f in figures) for f in _alike(figures, source)]
    lines = tuple(_of_role(phrases, figure) for figure in alike)
    people = phrases.listing([phrases.plural(role) for role in order])
    title = phrases.say("{people}, like for like by source", people=people)
    return Plan(kind="roles", title=title, rows=lines)


def _of_role(phrases: Phrasebook, figure: Figure) -> Row:
    line = phrases.row(figure)
    if figure.basis != "comparison":
        return line
    return replace(line, subject=phrases.say("{subject}, in the comparison", subject=line.subject))


def _figures_of(knowledge: Knowledge, role: str) -> list[Figure]:
    return [figure for figure in knowledge.role(role).figures if figure.basis in ("average", "comparison")]


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


def _offer(query: Query, phrases: Phrasebook) -> Plan | None:
    """Show an amount across what it is held against; where nothing in particular is named, each source's average."""
    if len(query.amounts) != 1:
        return None
    asked = query.amounts[0]
    parts = PARTS[asked.period or "year"]
    if asked.low * parts < LEAST_PLAUSIBLE or asked.high * parts > MOST_PLAUSIBLE:
        return None
    others = [role for role in query.roles if role != phrases.main_role]
    figures = phrases.knowledge.ranges(query.companies)
    figures += [f for role in others for f in _figures_of(phrases.knowledge, role)]
    main = phrases.main_role in query.roles or not others
    if main:
        figures += [band for level in query.levels if (band := phrases.knowledge.band(level)) is not None]
        figures += [
            f for f in _averages(phrases.knowledge, phrases.main_role) if not figures or f.source in query.sources
        ]
    lines = [phrases.row(figure) for figure in figures]
    return Plan(
        kind="offer",
        title=phrases.say(
            "{amount} a year beside the figures on file",
            amount=ends_of((asked.low * parts, asked.high * parts), phrases),
        ),
        rows=(*lines, phrases.mean(phrases.main_role)) if main else tuple(lines),
        asked=asked,
    )


def _by_source(phrases: Phrasebook, figure: Figure) -> Row:
    return phrases.row(figure, phrases.knowledge.source(figure.source).name)


_PLANS: dict[str, Callable[[Query, Phrasebook], Plan | None]] = {
    "compare": _compare,
    "ladder": _levels,
    "offer": _offer,
    "pay": _pay,
    "rank_companies": _rank_companies,
    "rank_sources": _rank_sources,
}
