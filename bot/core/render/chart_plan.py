"""Selects what the chart of a query shows: which figures, in which order, and what is marked. `chart` words it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from bot.core.answers.dataset_rows import short_names
from bot.core.answers.lookup import lookup
from bot.core.answers.offer import LEAST_PLAUSIBLE, MOST_PLAUSIBLE
from bot.core.decide.ranking import ranking
from bot.core.model.dialogue import PARTS, Amount, Period, Query, Row
from bot.core.model.knowledge import Figure, Knowledge, Level
from bot.core.phrases.phrasebook import MANY, Phrasebook

Kind = Literal["companies", "levels", "sources", "offer"]
MOST_BARS = 12
PAIR, SEVERAL = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The yearly rows of a chart; `marked` are the subjects asked about, `mean` and `asked` are drawn as lines.

    `labels` are shorter names of the rows.
    """

    kind: Kind
    title: str
    rows: tuple[Row, ...]
    labels: tuple[str, ...] = ()
    marked: frozenset[str] = frozenset()
    mean: Row | None = None
    asked: Amount | None = None
    period: Period = "year"
    left_out: int = 0


def plan_of(query: Query, phrases: Phrasebook) -> Plan | None:
    """Return what the chart of a restricted query shows; None where a picture would say no more than the words do.

    It says more with three figures, two ranges, or a place in a range, all on one scale: of one origin, kind of pay,
    currency and period.
    """
    plan = _PLANS[query.answer](query, phrases) if query.answer in _PLANS else None
    if plan is None or not plan.rows or len({_scale(row) for row in plan.rows}) > 1:
        return None
    if plan.mean is not None and _scale(plan.mean) != _scale(plan.rows[0]):
        plan = replace(plan, mean=None)
    ranges = sum(row.value is None for row in plan.rows)
    beside = (plan.mean is not None) + (plan.asked is not None)
    return plan if ranges >= PAIR or (ranges and beside) or len(plan.rows) + beside >= SEVERAL else None


def _scale(row: Row) -> Hashable:
    return row.unit, row.period, frozenset((terms.origin, terms.pay) for terms in row.terms)


def ends_of(ends: Iterable[float], phrases: Phrasebook) -> str:
    """Format an amount, or its two ends, without the period: the message says it."""
    return " – ".join(dict.fromkeys(map(phrases.money, ends)))


def _pay(query: Query, phrases: Phrasebook) -> Plan | None:
    """Show a company's range beside the mean, or a role's averages where they have no mean to tell in a word."""
    if len(query.companies) > 1:
        return _companies(query, phrases)
    if query.companies:
        return _company(query, phrases)
    role = next((role for role in query.roles if role != phrases.main_role), None)
    if role is None or query.sources or len(phrases.knowledge.averages(role)) >= MANY:
        return None
    return _sources(query, phrases, role)


def _compare(query: Query, phrases: Phrasebook) -> Plan | None:
    if query.companies:
        return _pay(query, phrases)
    if len(query.levels) > 1:
        return _levels(query, phrases)
    if len(query.sources) > 1 and len(query.roles) <= 1:
        return _sources(query, phrases, query.roles[0] if query.roles else phrases.main_role)
    return None if len(query.roles) > 1 else _pay(query, phrases)


def _companies(query: Query, phrases: Phrasebook) -> Plan:
    """Show the companies named, in the order in which they were named."""
    return _ranges(query, phrases, map(phrases.row, phrases.knowledge.ranges(query.companies)))


def _company(query: Query, phrases: Phrasebook) -> Plan | None:
    """Show a company's range by the year beside the mean of all sources."""
    if query.levels or query.roles not in ((), (phrases.main_role,)) or query.period not in (None, "year"):
        return None
    rows = tuple(map(phrases.row, phrases.knowledge.ranges(query.companies)))
    plan = _ranges(query, phrases, rows)
    return replace(plan, mean=phrases.mean(phrases.main_role), marked=frozenset(row.subject for row in rows))


def _ranges(query: Query, phrases: Phrasebook, rows: Iterable[Row]) -> Plan:
    title = phrases.say("Pay of {people} by company")
    return Plan(kind="companies", title=title, rows=tuple(rows), period=query.period or "year")


def _levels(query: Query, phrases: Phrasebook) -> Plan:
    """Show the steps of experience: those compared, or all, those named marked."""
    levels = [level for level in phrases.knowledge.vocabulary.levels if phrases.knowledge.band(level.id) is not None]
    if query.answer == "compare":
        levels = [level for level in levels if level.id in query.levels]
    rows = {level.id: phrases.row(band) for level in levels if (band := phrases.knowledge.band(level.id)) is not None}
    named = query.levels if query.answer != "compare" else ()
    return Plan(
        kind="levels",
        title=phrases.say("Pay of {people} by experience"),
        rows=tuple(rows.values()),
        labels=tuple(_years(level, phrases) for level in levels),
        marked=frozenset(row.subject for level, row in rows.items() if level in named),
        period=query.period or "year",
    )


def _years(level: Level, phrases: Phrasebook) -> str:
    """Name a step by its years, as short as a column is narrow."""
    if level.to_years is None:
        return phrases.say("{years}+ yrs", years=level.from_years)
    if not level.to_years:
        return phrases.say("Entry")
    return phrases.say("{first}–{last} yrs", first=level.from_years, last=level.to_years)


def _sources(query: Query, phrases: Phrasebook, role: str) -> Plan:
    """Show a role's averages, the highest first: of the sources compared, or of all beside their mean."""
    compared = query.answer == "compare"
    figures = _averages(phrases.knowledge, role)
    shown = [figure for figure in figures if not compared or figure.source in query.sources]
    return Plan(
        kind="sources",
        title=phrases.say("Average of {people} by source", people=phrases.plural(role)),
        rows=tuple(phrases.row(figure, phrases.knowledge.source(figure.source).name) for figure in shown),
        marked=frozenset(phrases.knowledge.source(source).name for source in query.sources if not compared),
        mean=phrases.mean(role) if not compared and len(figures) >= MANY else None,
        period=query.period or "year",
    )


def _averages(knowledge: Knowledge, role: str) -> list[Figure]:
    return sorted(knowledge.averages(role), key=lambda figure: figure.value or 0, reverse=True)


def _rank_sources(query: Query, phrases: Phrasebook) -> Plan | None:
    role = next((role for role in query.roles if phrases.knowledge.averages(role)), phrases.main_role)
    return _sources(query, phrases, role)


def _rank_companies(query: Query, phrases: Phrasebook) -> Plan | None:
    """Show the ranking with its places, one company that was named marked; an amount that was named is the line."""
    if len(query.amounts) > 1:
        return None
    order = ranking(query, phrases.knowledge)
    named = set(query.companies) if len(query.companies) == 1 else set()
    shown = [(place, f) for place, f in enumerate(order, 1) if place <= MOST_BARS or f.company in named]
    lines = [(f, phrases.row(f, f"{place}. {_name(phrases.knowledge, f)}")) for place, f in shown]
    yearly = replace(query, period=None) if query.amounts else query
    return replace(
        _ranges(yearly, phrases, (line for _, line in lines)),
        title=phrases.say("Companies by pay of {people}"),
        marked=frozenset(line.subject for f, line in lines if f.company in named),
        left_out=len(order) - len(lines),
        mean=None if query.amounts else phrases.mean(phrases.main_role),
        asked=query.amounts[0] if query.amounts else None,
    )


def _name(knowledge: Knowledge, figure: Figure) -> str:
    return knowledge.company(figure.company or "").name


def _offer(query: Query, phrases: Phrasebook) -> Plan | None:
    """Show an amount across what it is held against: companies, roles, levels and sources named, and the mean."""
    if len(query.amounts) != 1:
        return None
    asked, knowledge = query.amounts[0], phrases.knowledge
    ends = [end * PARTS[asked.period or "year"] for end in (asked.low, asked.high)]
    if ends[0] < LEAST_PLAUSIBLE or ends[1] > MOST_PLAUSIBLE:
        return None
    others = [role for role in query.roles if role != phrases.main_role]
    figures = knowledge.ranges(query.companies)
    figures += [f for role in others for f in knowledge.role(role).figures if f.basis in ("average", "comparison")]
    rows = [phrases.row(figure) for figure in figures]
    if phrases.main_role in query.roles or not others:
        bands = [band for level in query.levels if (band := knowledge.band(level)) is not None]
        named = [figure for figure in _averages(knowledge, phrases.main_role) if figure.source in query.sources]
        rows += [phrases.row(figure) for figure in (*bands, *named)]
        mean = phrases.mean(phrases.main_role)
        rows += [mean] if {_scale(row) for row in rows} <= {_scale(mean)} else []
    title = phrases.say("{amount} a year beside the figures on file", amount=ends_of(ends, phrases))
    return Plan(kind="offer", title=title, rows=tuple(rows), asked=asked)


def _lookup(query: Query, phrases: Phrasebook) -> Plan | None:
    """Show the percentiles of one cell, the years of a trend, or employers and places beside each other."""
    answer = lookup(query, phrases)
    if query.lookup is None or query.period not in (None, "year") or any(row.unit != "USD" for row in answer.shown):
        return None
    of_one = query.lookup.trend or (not query.lookup.ranked and len(answer.cited) == 1)
    return Plan(
        kind="levels" if of_one else "companies",
        title=answer.title,
        rows=answer.shown,
        labels=short_names(query.lookup, answer.shown, phrases),
        marked=frozenset(row.subject for row in answer.cited if of_one),
        asked=query.amounts[0] if query.amounts else None,
    )


_PLANS: dict[str, Callable[[Query, Phrasebook], Plan | None]] = {
    "compare": _compare,
    "ladder": _levels,
    "lookup": _lookup,
    "offer": _offer,
    "pay": _pay,
    "rank_companies": _rank_companies,
    "rank_sources": _rank_sources,
}
