"""Restricts a query to what its answer can use; each part that is taken out becomes a gap.

A query comes from a text, a button, a form or a line of ids, so it may name any parts together. Whatever stays in it is
in the answer's figures. Ranges and bands are those of the main role alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Gap, GapKind, Query
from bot.core.model.language import later
from bot.core.phrases.phrasebook import Phrasebook, period_gap

# A query without the parts that its answer has no use for, and the gaps that say so.
Restricted = tuple[Query, tuple[Gap, ...]]
ALL_OF_THEM = later("{source} for all of them")
SINGLE_COMPANIES = later("single companies")
NAMES = ("companies", "excluded", "roles", "levels", "sources")


def restrict(query: Query, phrases: Phrasebook) -> Restricted:
    """Return the query as its answer can use it, and a gap for each part that is taken out."""
    if not SPECS[query.answer].restricted:
        return query, ()
    named = {part: getattr(query, part) for part in NAMES}
    once: dict[str, Any] = {part: tuple(dict.fromkeys(ids)) for part, ids in named.items() if len({*ids}) < len(ids)}
    restricted = replace(query, **once) if once else query
    gaps: tuple[Gap, ...] = ()
    for step in (_without_range, _companies, _kind, _roles, _levels, _sources, _period):
        restricted, lacking = step(restricted, phrases)
        gaps += lacking
    return restricted, gaps


def _without_range(query: Query, phrases: Phrasebook) -> Restricted:
    """Part the companies that have no range from those whose ranges are compared: each is told by what it has."""
    knowledge, spec = phrases.knowledge, SPECS[query.answer]
    alone = spec.tells_pay and len(query.companies) == 1
    if alone or not (spec.tells_pay or query.answer == "rank_companies"):
        return query, ()
    without = [company for company in query.companies if knowledge.range_of(company) is None]
    if not without:
        return query, ()
    kept = tuple(company for company in query.companies if company not in without)
    if kept and query.answer == "compare":
        pay = knowledge.intent_of("pay")
        then = query.then
        for company in reversed(without):
            intent = pay.id if pay is not None else ""
            then = replace(query, answer="pay", intent=intent, companies=(company,), gaps=(), then=then)
        return replace(query, companies=kept, then=then), ()
    names = (knowledge.company(company).name for company in without)
    return replace(query, companies=kept), tuple(Gap(kind=GapKind.RANGE, name=name) for name in names)


def _kind(query: Query, phrases: Phrasebook) -> Restricted:
    """Compare several roles; answer a role without a ladder with its pay."""
    others = _others(query, phrases)
    if query.answer == "ladder" and others and phrases.main_role not in query.roles:
        return _kind_of_several(replace(query, answer="pay", levels=())), _no_levels(others, phrases)
    return _kind_of_several(query), ()


def _kind_of_several(query: Query) -> Query:
    several = len(query.roles) > 1 and not query.companies and query.answer in ("pay", "rank_sources")
    return replace(query, answer="compare") if several else query


def _roles(query: Query, phrases: Phrasebook) -> Restricted:
    """Drop the roles that have no figures beside what else is named."""
    others = _others(query, phrases)
    knowledge = phrases.knowledge
    if SPECS[query.answer].tells_pay and len(query.companies) == 1:
        others = tuple(role for role in others if not knowledge.figures_at(query.companies[0], (role,)))
    if not others:
        return query, ()
    ours = replace(query, roles=tuple(role for role in query.roles if role not in others))
    if query.companies and (SPECS[query.answer].tells_pay or query.answer in ("offer", "who_says")):
        firms = tuple(phrases.knowledge.company(company).name for company in query.companies)
        pairs = tuple(Gap(kind=GapKind.PAIR, name=phrases.knowledge.role(role).people, at=firms) for role in others)
        # An amount is held against whose pay it is; a company's range is another's.
        whose = query.answer == "offer" and not ours.roles
        return (replace(query, companies=()) if whose else ours), pairs
    if (
        query.answer == "ladder"
        or (query.answer == "compare" and len(query.levels) > 1)
        or (query.answer == "who_says" and query.levels)
    ):
        return ours, _no_levels(others, phrases)
    ranked = query.answer == "rank_sources" and not phrases.knowledge.averages(others[0])
    if query.answer == "rank_companies" or ranked:
        return ours, tuple(
            Gap(kind=GapKind.ONLY_MAIN_ROLE, name=phrases.knowledge.role(role).people) for role in others
        )
    return query, ()


def _companies(query: Query, phrases: Phrasebook) -> Restricted:
    """Drop the companies where pay by experience or by source is asked for: those figures are of no company."""
    if not query.companies or query.answer not in ("ladder", "rank_sources"):
        return query, ()
    names = [phrases.knowledge.company(company).name for company in query.companies]
    if query.answer == "rank_sources":
        return replace(query, companies=()), tuple(Gap(kind=GapKind.TOPIC_COMPANY, name=name) for name in names)
    return replace(query, companies=()), _whole_ranges(names, phrases)


def _levels(query: Query, phrases: Phrasebook) -> Restricted:
    """Drop the levels wherever the figures are not split by them."""
    if not query.levels or query.answer in ("ladder", "who_says") or _are_bands_of_company(query, phrases):
        return query, ()
    others, without = _others(query, phrases), replace(query, levels=())
    if SPECS[query.answer].unsplit:
        return without, (Gap(kind=GapKind.LEVEL, name=SPECS[query.answer].unsplit),)
    if query.answer == "offer":
        # It is held against the bands beside all else, where ML engineers are meant.
        return (query if phrases.main_role in (query.roles or (phrases.main_role,)) else without), _no_levels(
            others, phrases
        )
    return (without, _no_levels(others, phrases)) if others else _levels_of_pay(query, phrases)


def _are_bands_of_company(query: Query, phrases: Phrasebook) -> bool:
    """Whether the one company named has figures of each level named."""
    if not SPECS[query.answer].tells_pay or len(query.companies) != 1:
        return False
    at = query.companies[0]
    return all(phrases.knowledge.figures_at(at, query.roles, (level,)) for level in query.levels)


def _levels_of_pay(query: Query, phrases: Phrasebook) -> Restricted:
    without = replace(query, levels=())
    if query.companies:
        return without, _whole_ranges([phrases.knowledge.company(key).name for key in query.companies], phrases)
    foreign = [source for source in query.sources if source not in _of_bands(query, phrases)]
    if query.answer == "compare" and len(query.levels) == 1 and len(query.sources) > 1:
        return without, tuple(Gap(kind=GapKind.LEVEL, name=phrases.knowledge.source(source).name) for source in foreign)
    return query, ()


def _sources(query: Query, phrases: Phrasebook) -> Restricted:
    """Drop the sources that none of the figures is from."""
    if not query.sources or query.answer == "who_says":
        return query, ()  # whose a figure is, is the answer
    if (query.companies and SPECS[query.answer].tells_pay) or query.answer == "rank_companies":
        return _sources_of_ranges(query, phrases)
    if query.levels and query.answer == "offer":
        foreign = [source for source in query.sources if source not in _of_bands(query, phrases)]
        kept = tuple(source for source in query.sources if source not in foreign)
        gaps = tuple(Gap(kind=GapKind.LEVEL, name=phrases.knowledge.source(source).name) for source in foreign)
        return replace(query, sources=kept), gaps
    have = _sources_of(query, phrases)
    kept = tuple(source for source in query.sources if source in have)
    # Then the answer is that there is none, and who has some.
    if not kept and SPECS[query.answer].tells_pay and not query.levels:
        return query, ()
    lacking = (source for source in query.sources if source not in have)
    return replace(query, sources=kept), tuple(
        Gap(kind=GapKind.SOURCE, name=phrases.knowledge.source(key).name) for key in lacking
    )


def _sources_of(query: Query, phrases: Phrasebook) -> frozenset[str]:
    """Return the sources that the answer's figures are from."""
    if query.answer == "ladder" or (query.levels and SPECS[query.answer].tells_pay):
        return _of_bands(query, phrases)
    by_role = [_of_role(role, phrases) for role in query.roles or (phrases.main_role,)]
    # An amount is held against all roles by the same sources.
    return frozenset.intersection(*by_role) if query.answer == "offer" else frozenset().union(*by_role)


def _of_role(role: str, phrases: Phrasebook) -> frozenset[str]:
    knowledge = phrases.knowledge
    figures = knowledge.averages(role) if role == phrases.main_role else knowledge.role(role).figures
    return frozenset(figure.source for figure in figures if figure.unit == "USD")


def _of_bands(query: Query, phrases: Phrasebook) -> frozenset[str]:
    knowledge = phrases.knowledge
    levels = query.levels or tuple(level.id for level in knowledge.vocabulary.levels)
    return frozenset(band.source for level in levels if (band := knowledge.band(level)) is not None)


def _sources_of_ranges(query: Query, phrases: Phrasebook) -> Restricted:
    alone = SPECS[query.answer].tells_pay and len(query.companies) == 1
    several = query.companies if SPECS[query.answer].tells_pay or len(query.companies) > 1 else ()
    wanted = several or tuple(company.id for company in phrases.knowledge.companies if company.id not in query.excluded)
    knowledge = phrases.knowledge
    figures = knowledge.figures_at(wanted[0], query.roles) if alone else knowledge.ranges(wanted)
    behind = [figure.source for figure in figures]
    foreign = [key for key in query.sources if any(source != key for source in behind)]
    names = [phrases.knowledge.source(key).name for key in foreign]
    shown = names if alone else [phrases.say(ALL_OF_THEM, source=name) for name in names]
    kept = tuple(key for key in query.sources if key not in foreign)
    return replace(query, sources=kept), tuple(Gap(kind=GapKind.SOURCE, name=name) for name in shown)


def _period(query: Query, phrases: Phrasebook) -> Restricted:
    """Drop the requested pay period where only annual figures exist."""
    del phrases
    beside = len(query.roles) > 1 or len(query.sources) > 1
    of_sums = query.answer == "compare" and beside and not query.companies and not query.levels[1:]
    if query.period is None or (SPECS[query.answer].by_period and not of_sums):
        return query, ()
    return replace(query, period=None), period_gap(query)


def _others(query: Query, phrases: Phrasebook) -> tuple[str, ...]:
    return tuple(role for role in query.roles if role != phrases.main_role)


def _no_levels(roles: tuple[str, ...], phrases: Phrasebook) -> tuple[Gap, ...]:
    return tuple(Gap(kind=GapKind.LEVEL, name=phrases.knowledge.role(role).people) for role in roles)


def _whole_ranges(companies: list[str], phrases: Phrasebook) -> tuple[Gap, ...]:
    if len(companies) > 1:
        return (Gap(kind=GapKind.LEVEL, name=SINGLE_COMPANIES),)
    return (
        Gap(kind=GapKind.LEVEL, name=phrases.say("{company}: its figures aren't split by level", company=companies[0])),
    )
