"""Answers comparisons: companies, roles (like for like by source), levels, sources; each difference with its sum."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

from bot.core.answers import rows
from bot.core.answers.pay import foreign_sources, pay
from bot.core.answers.wording import ERA, RANGE, fill, gap_lines
from bot.core.dialogue import Answer, Block, Gap, Points, Query, Row, Table, Text
from bot.core.knowledge import MAIN_ROLE, Figure, Knowledge, Topic
from bot.core.text import listing, money, number

PAIR = 2


def compare(query: Query, known: Knowledge) -> Answer:
    """Compare the named things of the first kind that is named twice; one thing alone is simply told."""
    if len(query.companies) > 1:
        return _companies(query, known)
    if len(query.levels) > 1 and not query.companies:
        return _levels(query, known)
    if len(query.sources) > 1 and not query.companies:
        return _sources(query, known)
    if len(query.roles) > 1 and not query.companies:
        return _roles(query, known)
    return pay(query, known)


def _companies(query: Query, known: Knowledge) -> Answer:
    lines = tuple(rows.row(known, known.range_of(company)) for company in query.companies)
    start, top = max(lines, key=lambda line: line.low or 0), max(lines, key=lambda line: line.high or 0)
    if start is top:
        headline = f"{top.subject} pays ML engineers more at both ends: {rows.told(top)}"
    else:
        headline = (
            f"{start.subject} starts higher ({money(start.low or 0)}), "
            f"{top.subject} goes higher ({money(top.high or 0)})"
        )
    others = [f"{line.subject}: {rows.told(line)}" for line in lines if not (start is top and line is top)]
    blocks: tuple[Block, ...] = (
        Table("ML engineers", lines),
        Points(_range_gaps(*lines) if len(lines) == PAIR else ()),
    )
    if query.period not in (None, "year"):
        assert query.period is not None
        blocks += (Table(rows.RULES[query.period], tuple(rows.in_period(line, query.period) for line in lines)),)
    gaps = [Gap(kind="level", name="single companies") for _ in query.levels[:1]]
    gaps += foreign_sources(query, known, lines)
    title = listing([line.subject for line in lines])
    return _answer(title, f"{headline}. {listing(others)}.", blocks, tuple(gaps), RANGE)


def _range_gaps(a: Row, b: Row) -> tuple[str, ...]:
    points = []
    for what, one, other in (("start", a.low or 0, b.low or 0), ("top", a.high or 0, b.high or 0)):
        more, less = (a, b) if one >= other else (b, a)
        high, low = max(one, other), min(one, other)
        points.append(
            f"{what.capitalize()}: {more.subject} is {money(high - low)} above {less.subject} "
            f"({number(high)} - {number(low)})."
        )
    return tuple(points)


def _levels(query: Query, known: Knowledge) -> Answer:
    bands = [known.band(level.id) for level in known.vocabulary.levels if level.id in query.levels]
    lines = tuple(rows.row(known, band) for band in bands if band is not None)
    step = rows.difference(lines[-1], lines[0])
    headline = (
        f"{lines[-1].subject} earns {money(step.value or 0)} more a year than {_lower(lines[0].subject)}: "
        f"{rows.told(lines[-1])} against {rows.told(lines[0])} {rows.by(lines[0])}."
    )
    blocks: tuple[Block, ...] = (Table("ML engineers", lines), Table("Difference", (step,)))
    if query.period not in (None, "year"):
        assert query.period is not None
        blocks += (Table(rows.RULES[query.period], tuple(rows.in_period(line, query.period) for line in lines)),)
    others = [r for r in query.roles if r != MAIN_ROLE]
    gaps = tuple(Gap(kind="level", name=rows.plural(known, role)) for role in others)
    return _answer("Pay by experience, compared", headline, blocks, gaps)


def _sources(query: Query, known: Knowledge) -> Answer:
    role = query.roles[0] if query.roles else MAIN_ROLE
    figures = [f for f in known.averages(role) if f.source in query.sources]
    missing = tuple(
        Gap(kind="source", name=known.source(s).name) for s in query.sources if s not in {f.source for f in figures}
    )
    if not figures:
        return pay(query, known)
    lines = tuple(rows.row(known, f, known.source(f.source).name) for f in figures)
    high, low = max(lines, key=lambda line: line.value or 0), min(lines, key=lambda line: line.value or 0)
    people = rows.plural(known, role)
    blocks: tuple[Block, ...] = (Table(f"Average of {people}", lines),)
    said = listing([f"{line.subject} says {rows.told(line)}" for line in lines])
    headline = f"For {people} {said}."
    if high is not low:
        step = rows.difference(high, low)
        headline = f"For {people} {said}: {high.subject} is {money(step.value or 0)} higher."
        blocks += (Table("Difference", (step,)),)
    return _answer("Sources compared", headline, blocks, (*missing, *_by_year_only(query)))


def _roles(query: Query, known: Knowledge) -> Answer:
    """Compare roles: the article's claim, the figures of each, and those of one source side by side."""
    roles = sorted(query.roles, key=lambda role: role != MAIN_ROLE)
    if query.sources:
        return _roles_on(query, known, roles)
    topics = [topic for topic in known.topics if topic.compares and set(topic.compares) <= set(roles)]
    tables = [Table(_title(known, role), _figures(known, role, roles)) for role in roles]
    alike = _like_for_like(known, roles, {role: _told(known, role, roles) for role in roles})
    blocks: list[Block] = [*(Text(topic.lead) for topic in topics[1:]), *tables]
    if alike:
        blocks.append(Points(tuple(one.said for one in alike)))
    blocks += [Points(tuple(fill(known, point) for point in topic.points)) for topic in topics if topic.points]
    headline = _role_headline(known, roles, topics, {one.more for one in alike})
    gaps = [Gap(kind="level", name=rows.plural(known, role)) for role in roles if query.levels and role != MAIN_ROLE]
    return _answer(
        " and ".join(rows.plural(known, role) for role in roles),
        headline,
        tuple(blocks),
        (*gaps, *_by_year_only(query)),
    )


def _roles_on(query: Query, known: Knowledge, roles: list[str]) -> Answer:
    """Compare roles by the named sources only; where one of them lacks a role, that is said."""
    told = {role: [f for f in _told(known, role, roles) if f.source in query.sources] for role in roles}
    if not all(told.values()):
        lacking = [rows.plural(known, role) for role, figures in told.items() if not figures]
        names = listing([known.source(source).name for source in query.sources], "or")
        gap = Gap(kind="source", name=f"{names} for {listing(lacking, 'or')}")
        tables = tuple(
            Table(_title(known, role), tuple(rows.row(known, f, _source_named(known, f)) for f in figures))
            for role, figures in told.items()
            if figures
        )
        return _answer(
            "Roles on one source", f"I can't compare these on {names}.", tables, (gap, *_by_year_only(query))
        )
    alike = _like_for_like(known, roles, told)
    lines = [
        rows.row(known, f, f"{rows.plural(known, role)} on {known.source(f.source).name}")
        for role in roles
        for f in told[role]
    ]
    headline = (
        " ".join(one.said for one in alike) or listing([f"{line.subject}: {rows.told(line)}" for line in lines]) + "."
    )
    return _answer("Roles on one source", headline, (Table("Averages", tuple(lines)),), _by_year_only(query))


def _by_year_only(query: Query) -> tuple[Gap, ...]:
    """Say that a comparison of averages is told by the year only, where another period was asked for."""
    return () if query.period in (None, "year") else (Gap(kind="period", name=str(query.period)),)


def _title(known: Knowledge, role: str) -> str:
    people = rows.plural(known, role)
    return people[:1].upper() + people[1:]


def _told(known: Knowledge, role: str, roles: list[str]) -> list[Figure]:
    """Return a role's figures for a comparison: its averages, and those made for comparing if all have them."""
    paired = all(_of(known, other, "comparison") for other in roles)
    alone = not known.averages(role)
    return [*known.averages(role), *(_of(known, role, "comparison") if paired or alone else ())]


def _of(known: Knowledge, role: str, basis: str) -> list[Figure]:
    return [figure for figure in known.role(role).figures if figure.basis == basis]


def _figures(known: Knowledge, role: str, roles: list[str]) -> tuple[Row, ...]:
    lines = tuple(rows.row(known, f, _source_named(known, f)) for f in _told(known, role, roles))
    return (*lines, rows.mean(known, role)) if len(known.averages(role)) >= rows.MANY else lines


def _source_named(known: Knowledge, figure: Figure) -> str:
    name = known.source(figure.source).name
    return f"{name}, where it compares the two" if figure.basis == "comparison" else name


class _Alike(NamedTuple):
    more: str
    said: str


def _like_for_like(known: Knowledge, roles: list[str], told: dict[str, list[Figure]]) -> list[_Alike]:
    """Compare two roles source by source, where one source has both; figures of one basis before mixed ones."""
    found: list[_Alike] = []
    for one, other in combinations(roles, 2):
        pairs = [(a, b) for a in told[one] for b in told[other] if a.source == b.source]
        for a, b in [(a, b) for a, b in pairs if _is_best(a, b, pairs)]:
            more, less = (one, other) if (a.value or 0) >= (b.value or 0) else (other, one)
            high, low = max(a.value or 0, b.value or 0), min(a.value or 0, b.value or 0)
            said = (
                f"Like for like on {known.source(a.source).name}: {rows.plural(known, more)} {money(high)}, "
                f"{rows.plural(known, less)} {money(low)}; {number(high)} - {number(low)} = {number(high - low)} more."
            )
            found.append(_Alike(more, said))
    return found


def _is_best(a: Figure, b: Figure, pairs: list[tuple[Figure, Figure]]) -> bool:
    """Whether a pair is of one basis, or its source has none that is; of one made for comparing, only that."""
    bases = [(one.basis, other.basis) for one, other in pairs if one.source == a.source]
    if ("comparison", "comparison") in bases:
        return a.basis == b.basis == "comparison"
    return a.basis == b.basis or not any(one == other for one, other in bases)


def _role_headline(known: Knowledge, roles: list[str], topics: list[Topic], winners: set[str]) -> str:
    claim = f"{topics[0].lead} " if topics else ""
    pairs = {role: _of(known, role, "comparison") for role in roles}
    if all(pairs.values()):
        # The article's own pair, one source for all: nothing else is as much like for like.
        said = [f"{rows.plural(known, role)} {rows.told(rows.row(known, pairs[role][0]))}" for role in roles]
        return f"{claim}On {known.source(pairs[roles[0]][0].source).name}: {listing(said)}."
    told = []
    for role in roles:
        lines, people = _figures(known, role, roles), rows.plural(known, role)
        values = [line.value or 0 for line in lines]
        if len(known.averages(role)) >= rows.MANY:
            told.append(f"{people} {money(rows.mean(known, role).value or 0)} on average")
        elif len(values) > 1:
            told.append(f"{people} {money(min(values))} to {money(max(values))} by source")
        else:
            told.append(f"{people} {rows.told(lines[0])} {rows.by(lines[0])}")
    mixed = " Like for like its figures are mixed." if len(roles) == PAIR and len(winners) > 1 else ""
    return f"{claim}In figures: {listing(told)}.{mixed}"


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _answer(title: str, headline: str, blocks: tuple[Block, ...], gaps: tuple[Gap, ...], *caveats: str) -> Answer:
    return Answer(
        status="partial" if gaps else "answered",
        title=title,
        headline=headline,
        blocks=tuple(block for block in blocks if not (isinstance(block, Points) and not block.items)),
        gaps=gap_lines(gaps),
        caveats=(*caveats, ERA),
    )
