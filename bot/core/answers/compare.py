"""Answers comparisons: companies, roles (like for like by source), levels, sources; each difference with its sum."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

from bot.core.answers.pay import pay
from bot.core.answers.phrasebook import MANY, Phrasebook
from bot.core.model.dialogue import Answer, Block, Gap, GapKind, Points, Query, Row, Table, Text
from bot.core.model.knowledge import Figure, Knowledge, Topic
from bot.core.model.language import AND, OR, later
from bot.core.text.formatting import capital

PAIR = 2


def compare(query: Query, phrases: Phrasebook) -> Answer:
    """Compare the named things of the first kind that is named twice; one thing alone is simply told."""
    if len(query.companies) > 1:
        return _companies(query, phrases)
    if len(query.levels) > 1 and not query.companies:
        return _levels(query, phrases)
    if len(query.roles) > 1 and not query.companies:
        return _roles(query, phrases)
    if len(query.sources) > 1 and not query.companies:
        return _sources(query, phrases)
    return pay(query, phrases)


def _companies(query: Query, phrases: Phrasebook) -> Answer:
    lines = tuple(map(phrases.row, phrases.knowledge.ranges(query.companies)))
    blocks: tuple[Block, ...] = (
        Table(phrases.say("{people}"), lines),
        Points(_range_gaps(*lines, phrases=phrases) if len(lines) == PAIR else ()),
        *_by_period(query, lines, phrases),
    )
    title = phrases.listing([line.subject for line in lines])
    headline = _companies_headline(lines, phrases)
    return _answer(title, headline, blocks, (), phrases, ranges=True)


def _companies_headline(lines: tuple[Row, ...], phrases: Phrasebook) -> str:
    start, top = max(lines, key=lambda line: line.low or 0), max(lines, key=lambda line: line.high or 0)
    others = [phrases.labeled(line) for line in lines if not (start is top and line is top)]
    if start is top:
        return phrases.say(
            "{company} pays {people} more at both ends: {figure}. {others}.",
            company=top.subject,
            figure=phrases.figure(top),
            others=phrases.listing(others),
        )
    return phrases.say(
        _APART if len(lines) == PAIR else _APART_OF_MANY,
        start_company=start.subject,
        start=phrases.money(start.low or 0),
        top_company=top.subject,
        top=phrases.money(top.high or 0),
        figures=phrases.listing(others),
    )


_APART = later("{start_company} starts higher ({start}), {top_company} goes higher ({top}). {figures}.")
_APART_OF_MANY = later("{start_company} starts highest ({start}), {top_company} goes highest ({top}). {figures}.")


def _range_gaps(a: Row, b: Row, *, phrases: Phrasebook) -> tuple[str, ...]:
    starts = _apart(a, b, a.low or 0, b.low or 0, phrases)
    tops = _apart(a, b, a.high or 0, b.high or 0, phrases)
    return (
        phrases.say("Start: {more} is {difference} above {less} ({sum}).", **starts),
        phrases.say("Top: {more} is {difference} above {less} ({sum}).", **tops),
    )


def _apart(a: Row, b: Row, one: float, other: float, phrases: Phrasebook) -> dict[str, str]:
    more, less = (a, b) if one >= other else (b, a)
    high, low = max(one, other), min(one, other)
    return {
        "more": more.subject,
        "less": less.subject,
        "difference": phrases.money(high - low),
        "sum": f"{phrases.number(high)} - {phrases.number(low)}",
    }


def _by_period(query: Query, lines: tuple[Row, ...], phrases: Phrasebook) -> tuple[Block, ...]:
    """Tell the figures once more in the period that was asked for, if it is another one than the year."""
    if query.period in (None, "year"):
        return ()
    assert query.period is not None
    formatted = tuple(phrases.in_period(line, query.period) for line in lines)
    return (Table(phrases.rule(query.period), formatted),)


def _levels(query: Query, phrases: Phrasebook) -> Answer:
    levels = [level.id for level in phrases.knowledge.vocabulary.levels if level.id in query.levels]
    bands = [band for level in levels if (band := phrases.knowledge.band(level)) is not None]
    lines = tuple(phrases.row(band) for band in bands)
    step = phrases.difference(lines[-1], lines[0])
    assert bands[0].level is not None
    headline = phrases.say(
        "{level} earns {difference} more a year than {lower_level}: {figure} against {lower_figure} {source}.",
        level=lines[-1].subject,
        lower_level=phrases.level(bands[0].level),
        difference=phrases.money(step.value or 0),
        figure=phrases.figure(lines[-1]),
        lower_figure=phrases.figure(lines[0]),
        source=phrases.attribution(lines[0]),
    )
    tables = (Table(phrases.say("{people}"), lines), Table(phrases.say("Difference"), (step,)))
    blocks = (*tables, *_by_period(query, lines, phrases))
    return _answer(phrases.say("Pay by experience, compared"), headline, blocks, (), phrases)


def _sources(query: Query, phrases: Phrasebook) -> Answer:
    role = query.roles[0] if query.roles else phrases.main_role
    figures = [f for f in phrases.knowledge.averages(role) if f.source in query.sources]
    if not figures:
        return pay(query, phrases)
    lines = tuple(phrases.row(f, phrases.knowledge.source(f.source).name) for f in figures)
    high, low = max(lines, key=lambda line: line.value or 0), min(lines, key=lambda line: line.value or 0)
    people = phrases.plural(role)
    blocks: tuple[Block, ...] = (Table(phrases.say("Average of {people}", people=people), lines),)
    formatted = phrases.listing([phrases.quoted(line) for line in lines])
    headline = phrases.say("For {people} {figures}.", people=people, figures=formatted)
    if high is not low:
        step = phrases.difference(high, low)
        headline = phrases.say(
            "For {people} {figures}: {source} is {difference} higher.",
            people=people,
            figures=formatted,
            source=high.subject,
            difference=phrases.money(step.value or 0),
        )
        blocks += (Table(phrases.say("Difference"), (step,)),)
    return _answer(phrases.say("Sources compared"), headline, blocks, (), phrases)


def _roles(query: Query, phrases: Phrasebook) -> Answer:
    """Compare roles: the article's claim, the figures of each, and those of one source side by side."""
    roles = sorted(query.roles, key=lambda role: role != phrases.main_role)
    if query.sources:
        return _roles_on(query, phrases, roles)
    topics = [topic for topic in phrases.knowledge.topics if topic.compares and set(topic.compares) <= set(roles)]
    people = [phrases.plural(role) for role in roles]
    tables = [Table(capital(named), _figures(phrases, role, roles)) for role, named in zip(roles, people, strict=True)]
    alike = _like_for_like(phrases, roles, {role: _compared_figures(phrases.knowledge, role, roles) for role in roles})
    blocks: list[Block] = [*(Text(phrases.fill(topic.lead)) for topic in topics[1:]), *tables]
    if alike:
        blocks.append(Points(tuple(one.sentence for one in alike)))
    blocks += [Points(tuple(phrases.fill(point) for point in topic.points)) for topic in topics]
    mixed = len(roles) == PAIR and len({one.more for one in alike}) > 1
    headline = " ".join(_role_headlines(phrases, roles, topics, mixed=mixed))
    title = f" {phrases.say(AND)} ".join(people)
    return _answer(title, headline, tuple(blocks), (), phrases)


def _roles_on(query: Query, phrases: Phrasebook, roles: list[str]) -> Answer:
    """Compare roles by the named sources only; where one of them lacks a role, that is said."""
    by_role = {
        role: [f for f in _compared_figures(phrases.knowledge, role, roles) if f.source in query.sources]
        for role in roles
    }
    title = phrases.say("Roles on one source")
    if not all(by_role.values()):
        names = phrases.listing([phrases.knowledge.source(source).name for source in query.sources], OR)
        lacking = [phrases.plural(role) for role, figures in by_role.items() if not figures]
        whose = phrases.say("{sources} for {people}", sources=names, people=phrases.listing(lacking, OR))
        headline = phrases.say("I can't compare these on {sources}.", sources=names)
        tables = tuple(
            Table(
                capital(phrases.plural(role)),
                tuple(phrases.row(f, _source_named(phrases, f)) for f in figures),
            )
            for role, figures in by_role.items()
            if figures
        )
        return _answer(title, headline, tables, (Gap(kind=GapKind.SOURCE, name=whose),), phrases)
    alike = _like_for_like(phrases, roles, by_role)
    lines = tuple(phrases.row(figure, phrases.on_source(figure)) for role in roles for figure in by_role[role])
    figures_ = phrases.listing([phrases.labeled(line) for line in lines])
    headline = " ".join(one.sentence for one in alike) or f"{figures_}."
    return _answer(
        title, headline, (Table(phrases.say("Averages"), lines),), _unheard(query, phrases, by_role), phrases
    )


def _unheard(query: Query, phrases: Phrasebook, by_role: dict[str, list[Figure]]) -> tuple[Gap, ...]:
    """Return a gap for each role that some of the named sources, though not all, have no figure of."""
    gaps = []
    for role, figures in by_role.items():
        heard = {figure.source for figure in figures}
        lacking = [phrases.knowledge.source(source).name for source in query.sources if source not in heard]
        people = phrases.plural(role)
        whose = phrases.say("{sources} for {people}", sources=phrases.listing(lacking or [""], OR), people=people)
        gaps += [Gap(kind=GapKind.SOURCE, name=whose)] if lacking else []
    return tuple(gaps)


def _compared_figures(knowledge: Knowledge, role: str, roles: list[str]) -> list[Figure]:
    """Return a role's figures for a comparison: its averages, and those made for comparing if all have them."""
    paired = all(_of(knowledge, other, "comparison") for other in roles)
    alone = not knowledge.averages(role)
    return [*knowledge.averages(role), *(_of(knowledge, role, "comparison") if paired or alone else ())]


def _of(knowledge: Knowledge, role: str, basis: str) -> list[Figure]:
    return [figure for figure in knowledge.role(role).figures if figure.basis == basis]


def _figures(phrases: Phrasebook, role: str, roles: list[str]) -> tuple[Row, ...]:
    figures = _compared_figures(phrases.knowledge, role, roles)
    lines = tuple(phrases.row(f, _source_named(phrases, f)) for f in figures)
    return (*lines, phrases.mean(role)) if len(phrases.knowledge.averages(role)) >= MANY else lines


def _source_named(phrases: Phrasebook, figure: Figure) -> str:
    name = phrases.credit(phrases.knowledge.source(figure.source))
    return phrases.say("{source}, where it compares the two", source=name) if figure.basis == "comparison" else name


class _Alike(NamedTuple):
    more: str
    sentence: str


def _like_for_like(phrases: Phrasebook, roles: list[str], figures: dict[str, list[Figure]]) -> list[_Alike]:
    """Compare two roles source by source, where one source has both; figures of one basis before mixed ones."""
    found: list[_Alike] = []
    for one, other in combinations(roles, 2):
        pairs = [(a, b) for a in figures[one] for b in figures[other] if a.source == b.source]
        for a, b in [(a, b) for a, b in pairs if _is_best(a, b, pairs)]:
            more, less = (one, other) if (a.value or 0) >= (b.value or 0) else (other, one)
            high, low = max(a.value or 0, b.value or 0), min(a.value or 0, b.value or 0)
            sentence = phrases.say(
                "Like for like on {source}: {more} {high}, {less} {low}; {sum} more.",
                source=phrases.knowledge.source(a.source).name,
                more=phrases.plural(more),
                high=phrases.money(high),
                less=phrases.plural(less),
                low=phrases.money(low),
                sum=f"{phrases.number(high)} - {phrases.number(low)} = {phrases.number(high - low)}",
            )
            found.append(_Alike(more, sentence))
    return found


def _is_best(a: Figure, b: Figure, pairs: list[tuple[Figure, Figure]]) -> bool:
    """Whether a pair is of one basis, or its source has none that is; of one made for comparing, only that."""
    bases = [(one.basis, other.basis) for one, other in pairs if one.source == a.source]
    if ("comparison", "comparison") in bases:
        return a.basis == b.basis == "comparison"
    return a.basis == b.basis or not any(one == other for one, other in bases)


def _role_headlines(phrases: Phrasebook, roles: list[str], topics: list[Topic], *, mixed: bool) -> list[str]:
    """Return the sentences of the headline: what the article claims, the figures, and whether they bear it out."""
    claims = [phrases.fill(topic.lead) for topic in topics[:1]]
    pairs = {role: _of(phrases.knowledge, role, "comparison") for role in roles}
    if all(pairs.values()):
        # The article's own pair, one source for all: nothing else is as much like for like.
        figures = [pairs[role][0] for role in roles]
        source = phrases.knowledge.source(figures[0].source).name
        formatted = phrases.listing([_figure_of(phrases, figure) for figure in figures])
        return [*claims, phrases.say("On {source}: {figures}.", source=source, figures=formatted)]
    formatted = phrases.listing([_pay_of(phrases, role, roles) for role in roles])
    doubts = [phrases.say("Like for like its figures are mixed.")] if mixed else []
    return [*claims, phrases.say("In figures: {figures}.", figures=formatted), *doubts]


def _figure_of(phrases: Phrasebook, figure: Figure) -> str:
    people, formatted = (
        phrases.plural(figure.role),
        phrases.figure(phrases.row(figure)),
    )
    return phrases.say("{people} {figure}", people=people, figure=formatted)


def _pay_of(phrases: Phrasebook, role: str, roles: list[str]) -> str:
    """Tell a role's pay in a few words: its mean, its lowest and highest figure, or the only one."""
    lines, people = _figures(phrases, role, roles), phrases.plural(role)
    values = [line.value or 0 for line in lines]
    if len(phrases.knowledge.averages(role)) >= MANY:
        average = phrases.money(phrases.mean(role).value or 0)
        return phrases.say("{people} {amount} on average", people=people, amount=average)
    if len(values) > 1:
        span = phrases.span(min(values), max(values))
        return phrases.say("{people} {range} by source", people=people, range=span)
    figure, source = phrases.figure(lines[0]), phrases.attribution(lines[0])
    return phrases.say("{people} {figure} {source}", people=people, figure=figure, source=source)


def _answer(
    title: str,
    headline: str,
    blocks: tuple[Block, ...],
    gaps: tuple[Gap, ...],
    phrases: Phrasebook,
    *,
    ranges: bool = False,
) -> Answer:
    terms = [one for block in blocks if isinstance(block, Table) for row in block.rows for one in row.terms]
    return Answer(
        status="partial" if gaps else "answered",
        title=title,
        headline=headline,
        blocks=tuple(block for block in blocks if not (isinstance(block, Points) and not block.items)),
        gaps=phrases.gap_lines(gaps),
        caveats=phrases.caveats(terms, ranges=ranges),
    )
