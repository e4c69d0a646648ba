"""Answers comparisons: companies, roles (like for like by source), levels, sources; each difference with its sum."""

from __future__ import annotations

from itertools import combinations

from bot.core.answers import rows
from bot.core.answers.pay import pay
from bot.core.answers.wording import ERA, RANGE, fill, gap_lines
from bot.core.dialogue import Answer, Block, Gap, Points, Query, Row, Table, Text
from bot.core.knowledge import Knowledge, Topic
from bot.core.text import listing, money, number

PAIR = 2
ALL_ROLES = ("ml_engineer", "ai_engineer", "data_scientist")


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
    lines = tuple(rows.row(known, known.company(company).figures[0]) for company in query.companies)
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
    gaps = tuple(Gap(kind="level", name="single companies") for _ in query.levels[:1])
    return _answer(
        f"{listing([line.subject for line in lines])}", f"{headline}. {listing(others)}.", blocks, gaps, RANGE
    )


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
    others = [r for r in query.roles if r != "ml_engineer"]
    gaps = tuple(Gap(kind="level", name=rows.plural(known, role)) for role in others)
    return _answer("Pay by experience, compared", headline, blocks, gaps)


def _sources(query: Query, known: Knowledge) -> Answer:
    role = query.roles[0] if query.roles else "ml_engineer"
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
    return _answer("Sources compared", headline, blocks, missing)


def _roles(query: Query, known: Knowledge) -> Answer:
    """Compare roles: the article's claim, the figures of each, and those of one source side by side."""
    roles = [role for role in ALL_ROLES if role in query.roles] or list(query.roles)
    topics = [topic for topic in known.topics if topic.compares and set(topic.compares) <= set(roles)]
    tables = [Table(_title(known, role), _figures(known, role, roles)) for role in roles]
    alike = _like_for_like(known, roles)
    blocks: list[Block] = [*(Text(topic.lead) for topic in topics[1:]), *tables]
    if alike:
        blocks.append(Points(alike))
    blocks += [Points(tuple(fill(known, point) for point in topic.points)) for topic in topics if topic.points]
    headline = _role_headline(known, roles, topics)
    gaps = [
        Gap(kind="level", name=rows.plural(known, role)) for role in roles if query.levels and role != "ml_engineer"
    ]
    return _answer(" and ".join(rows.plural(known, role) for role in roles), headline, tuple(blocks), tuple(gaps))


def _title(known: Knowledge, role: str) -> str:
    people = rows.plural(known, role)
    return people[:1].upper() + people[1:]


def _figures(known: Knowledge, role: str, roles: list[str]) -> tuple[Row, ...]:
    """Return a role's figures for a comparison; PayScale's comparison figure only beside the other half of it."""
    pair = "data_scientist" in roles
    figures = [f for f in known.role(role).figures if f.basis == "average" or (f.basis == "comparison" and pair)]
    lines = tuple(rows.row(known, f, _source_named(known, f.source, f.basis)) for f in figures)
    return lines if len(known.averages(role)) < 4 else (*lines, rows.mean(known, role))  # noqa: PLR2004 - few are told singly


def _source_named(known: Knowledge, source: str, basis: str) -> str:
    name = known.source(source).name
    return f"{name}, where it compares the two" if basis == "comparison" else name


def _like_for_like(known: Knowledge, roles: list[str]) -> tuple[str, ...]:
    """Compare two roles source by source, where one source has both."""
    points: list[str] = []
    for one, other in combinations(roles, 2):
        for a, b in ((a, b) for a in known.role(one).figures for b in known.role(other).figures):
            if a.source != b.source or not _alike(a.basis, b.basis, one, other) or a.value is None or b.value is None:
                continue
            more, less = (one, other) if a.value >= b.value else (other, one)
            high, low = max(a.value, b.value), min(a.value, b.value)
            points.append(
                f"Like for like on {known.source(a.source).name}: {rows.plural(known, more)} {money(high)}, "
                f"{rows.plural(known, less)} {money(low)}; {number(high)} - {number(low)} = {number(high - low)} more."
            )
    return tuple(points)


def _alike(one: str, other: str, role: str, against: str) -> bool:
    """Whether two figures of one source can stand side by side: the article's own pair before a mixed one."""
    pair = {role, against}
    if pair == {"ml_engineer", "data_scientist"}:
        return one == other == "comparison"
    if "data_scientist" in pair:
        return {one, other} <= {"average", "comparison"} and one != "band"
    return one == other == "average"


def _role_headline(known: Knowledge, roles: list[str], topics: list[Topic]) -> str:
    told = []
    for role in roles:
        lines = _figures(known, role, roles)
        values = [line.value or 0 for line in lines]
        if role == "ml_engineer":
            mean = rows.mean(known, role)
            told.append(f"{rows.plural(known, role)} {money(mean.value or 0)} on average")
        elif len(values) > 1:
            told.append(f"{rows.plural(known, role)} {money(min(values))} to {money(max(values))} by source")
        else:
            told.append(f"{rows.plural(known, role)} {rows.told(lines[0])} {rows.by(lines[0])}")
    claim = f"{topics[0].lead} " if topics else ""
    mixed = " Its figures are mixed, see below." if set(roles) == {"ml_engineer", "ai_engineer"} else ""
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
