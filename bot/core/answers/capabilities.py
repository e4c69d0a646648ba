"""Settles what a question's answer can take account of; what else it names is left out, and owned up to.

Rules: a question comes here from a text, a button, a form or a line of ids, so it may name any parts together. Whatever
is left in it is in the answer's figures; whatever is taken out has a gap. ML engineers alone have ranges and bands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.core.answers.phrases import ALL_OF_THEM, SINGLE_COMPANIES, by_year_only
from bot.core.model.dialogue import Gap, Query
from bot.core.model.knowledge import MAIN_ROLE, Knowledge
from bot.core.model.language import Language, later

# A question without what its answer has no use for, and the gaps that say so.
Settled = tuple[Query, tuple[Gap, ...]]
TELLING = frozenset({"pay", "compare"})
NAMES = ("companies", "excluded", "roles", "levels", "sources")


def settled(query: Query, known: Knowledge, language: Language) -> Settled:
    """Return a question as its answer can take it, and what it can't take."""
    if query.answer not in _KINDS:
        return query, ()
    once: dict[str, Any] = {part: tuple(dict.fromkeys(getattr(query, part))) for part in NAMES}
    asked = replace(query, **once)
    gaps: tuple[Gap, ...] = ()
    for settle in (_companies, _kind, _roles, _levels, _sources, _period):
        asked, lacking = settle(asked, known, language)
        gaps += lacking
    return asked, gaps


def _kind(query: Query, known: Knowledge, language: Language) -> Settled:
    """Let several roles be compared, and tell the pay of a role that has no ladder."""
    del language
    others = _others(query)
    if query.answer == "ladder" and others and MAIN_ROLE not in query.roles:
        return _kind_of_several(replace(query, answer="pay", levels=())), _no_levels(others, known)
    return _kind_of_several(query), ()


def _kind_of_several(query: Query) -> Query:
    several = len(query.roles) > 1 and not query.companies and query.answer in ("pay", "rank_sources")
    return replace(query, answer="compare") if several else query


def _roles(query: Query, known: Knowledge, language: Language) -> Settled:
    """Leave out the roles that have no figures beside what else is named: only ML engineers have ranges and bands."""
    del language
    others = _others(query)
    if not others:
        return query, ()
    ours = replace(query, roles=tuple(role for role in query.roles if role == MAIN_ROLE))
    if query.companies and query.answer in TELLING | {"offer", "who_says"}:
        firms = tuple(known.company(company).name for company in query.companies)
        pairs = tuple(Gap(kind="pair", name=known.role(role).people, at=firms) for role in others)
        # An amount is held against whose pay it is; a company's range is another's.
        whose = query.answer == "offer" and not ours.roles
        return (replace(query, companies=()) if whose else ours), pairs
    if (
        query.answer == "ladder"
        or (query.answer == "compare" and len(query.levels) > 1)
        or (query.answer == "who_says" and query.levels)
    ):
        return ours, _no_levels(others, known)
    ranked = query.answer == "rank_sources" and not known.averages(others[0])
    if query.answer == "rank_companies" or ranked:
        return ours, tuple(Gap(kind="only_ml", name=known.role(role).people) for role in others)
    return query, ()


def _companies(query: Query, known: Knowledge, language: Language) -> Settled:
    """Leave out the companies where pay by experience or by source is asked for, which is told of all together."""
    if not query.companies or query.answer not in ("ladder", "rank_sources"):
        return query, ()
    names = [known.company(company).name for company in query.companies]
    if query.answer == "rank_sources":
        return replace(query, companies=()), tuple(Gap(kind="topic_company", name=name) for name in names)
    return replace(query, companies=()), _whole_ranges(names, language)


def _levels(query: Query, known: Knowledge, language: Language) -> Settled:
    """Leave out the levels wherever the figures are not split by them."""
    others, without = _others(query), replace(query, levels=())
    if not query.levels or query.answer in ("ladder", "who_says"):
        return query, ()
    if query.answer in _UNSPLIT:
        return without, (Gap(kind="level", name=_UNSPLIT[query.answer]),)
    if query.answer == "offer":
        # It is held against the bands beside all else, where ML engineers are meant.
        return (query if MAIN_ROLE in (query.roles or (MAIN_ROLE,)) else without), _no_levels(others, known)
    return (without, _no_levels(others, known)) if others else _levels_told(query, known, language)


def _levels_told(query: Query, known: Knowledge, language: Language) -> Settled:
    without = replace(query, levels=())
    if query.companies:
        return without, _whole_ranges([known.company(company).name for company in query.companies], language)
    foreign = [source for source in query.sources if source not in _of_bands(query, known)]
    if query.answer == "compare" and len(query.levels) == 1 and len(query.sources) > 1:
        return without, tuple(Gap(kind="level", name=known.source(source).name) for source in foreign)
    return query, ()


def _sources(query: Query, known: Knowledge, language: Language) -> Settled:
    """Leave out the sources that none of the figures is from; a role that only others know of is said to be theirs."""
    if not query.sources or query.answer == "who_says":
        return query, ()  # whose a figure is, is the answer
    if (query.companies and query.answer in TELLING) or query.answer == "rank_companies":
        return _sources_of_ranges(query, known, language)
    if query.levels and query.answer == "offer":
        foreign = [source for source in query.sources if source not in _of_bands(query, known)]
        kept = tuple(source for source in query.sources if source not in foreign)
        gaps = tuple(Gap(kind="level", name=known.source(source).name) for source in foreign)
        return replace(query, sources=kept), gaps
    have = _have(query, known)
    kept = tuple(source for source in query.sources if source in have)
    # Then the answer is that there is none, and who has some.
    if not kept and query.answer in TELLING and not query.levels:
        return query, ()
    lacking = (source for source in query.sources if source not in have)
    return replace(query, sources=kept), tuple(Gap(kind="source", name=known.source(key).name) for key in lacking)


def _have(query: Query, known: Knowledge) -> frozenset[str]:
    """Return the sources that the answer's figures are from."""
    if query.answer == "ladder" or (query.levels and query.answer in TELLING):
        return _of_bands(query, known)
    told = [_of_role(role, known) for role in query.roles or (MAIN_ROLE,)]
    # An amount is held against all roles by the same sources.
    return frozenset.intersection(*told) if query.answer == "offer" else frozenset().union(*told)


def _of_role(role: str, known: Knowledge) -> frozenset[str]:
    figures = known.averages(role) if role == MAIN_ROLE else known.role(role).figures
    return frozenset(figure.source for figure in figures if figure.unit == "USD")


def _of_bands(query: Query, known: Knowledge) -> frozenset[str]:
    levels = query.levels or tuple(level.id for level in known.vocabulary.levels)
    return frozenset(band.source for level in levels if (band := known.band(level)) is not None)


def _sources_of_ranges(query: Query, known: Knowledge, language: Language) -> Settled:
    alone = query.answer in TELLING and len(query.companies) == 1
    several = query.companies if query.answer in TELLING or len(query.companies) > 1 else ()
    wanted = several or tuple(company.id for company in known.companies if company.id not in query.excluded)
    behind = [known.range_of(company).source for company in wanted]
    foreign = [key for key in query.sources if any(source != key for source in behind)]
    names = [known.source(key).name for key in foreign]
    said = names if alone else [language.say(ALL_OF_THEM, source=name) for name in names]
    kept = tuple(key for key in query.sources if key not in foreign)
    return replace(query, sources=kept), tuple(Gap(kind="source", name=name) for name in said)


def _period(query: Query, known: Knowledge, language: Language) -> Settled:
    """Leave out the part of the year where figures are told by the year only."""
    del known, language
    beside = len(query.roles) > 1 or len(query.sources) > 1
    of_sums = query.answer == "compare" and beside and not query.companies and not query.levels[1:]
    return (replace(query, period=None), by_year_only(query)) if query.answer in _YEARLY or of_sums else (query, ())


def _others(query: Query) -> tuple[str, ...]:
    return tuple(role for role in query.roles if role != MAIN_ROLE)


def _no_levels(roles: tuple[str, ...], known: Knowledge) -> tuple[Gap, ...]:
    return tuple(Gap(kind="level", name=known.role(role).people) for role in roles)


def _whole_ranges(companies: list[str], language: Language) -> tuple[Gap, ...]:
    if len(companies) > 1:
        return (Gap(kind="level", name=SINGLE_COMPANIES),)
    return (Gap(kind="level", name=language.say("{company}: its range is not split by level", company=companies[0])),)


_UNSPLIT = {"rank_companies": later("companies"), "rank_sources": later("sources")}
_YEARLY = frozenset({"offer", "rank_companies", "rank_sources", "who_says"})
_KINDS = TELLING | {"ladder"} | _YEARLY
