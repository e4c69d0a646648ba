"""Answers comparisons: companies, roles (like for like by source), levels, sources; each difference with its sum."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from bot.core.answers.pay import pay
from bot.core.model.dialogue import Answer, Block, Gap, GapKind, Points, Query, Row, Table, Text
from bot.core.model.knowledge import Figure, Knowledge, Topic
from bot.core.model.language import OR, later
from bot.core.phrases.phrasebook import MANY, Phrasebook
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
    converted = phrases.converted(query.period, lines)
    pair = len(converted) == PAIR
    listed = "" if pair else _companies_headline(converted, phrases, figures=False)
    return Answer(
        status="answered",
        title=phrases.say("{names}, in detail", names=phrases.some([line.subject for line in lines])),
        headline=_apart(*converted, phrases=phrases) if pair else _companies_headline(converted, phrases, figures=True),
        listed=listed,
        shown=converted,
        details=(
            *phrases.tables(query.period, phrases.say("{people}"), lines),
            *([Points(_sums(*converted, phrases=phrases))] if pair else []),
        ),
        caveats=phrases.caveats_of(lines, query.period, ranges=True),
    )


def _companies_headline(lines: tuple[Row, ...], phrases: Phrasebook, *, figures: bool) -> str:
    start, top = max(lines, key=lambda line: line.low or 0), max(lines, key=lambda line: line.high or 0)
    if start is top:
        template = later("{top} starts highest and tops out highest: {figure}.")
        bare = later("{top} starts highest and tops out highest.")
    else:
        template = later("{start} starts highest ({low}); {top} tops out highest ({high}).")
        bare = later("{start} starts highest; {top} tops out highest.")
    return phrases.say(
        template if figures else bare,
        start=start.subject,
        top=top.subject,
        low=phrases.money(start.low or 0),
        high=phrases.money(top.high or 0),
        figure=phrases.figure(top),
    )


def _apart(a: Row, b: Row, *, phrases: Phrasebook) -> str:
    """Say how far apart two companies' ranges are at both ends."""
    starts, tops = _rounded(a.low) - _rounded(b.low), _rounded(a.high) - _rounded(b.high)
    template = {
        (True, True): later("{starter} pays more at both ends: it starts {start} higher and tops out {top} higher."),
        (True, False): later("{starter} starts {start} higher; both top out alike."),
        (False, True): later("{topper} tops out {top} higher; both start alike."),
        (False, False): later("{starter} and {topper} pay the same."),
    }[starts != 0, tops != 0]
    if starts * tops < 0:
        template = later("{starter} starts {start} higher; {topper} tops out {top} higher.")
    return phrases.say(
        template,
        starter=(a if starts >= 0 else b).subject,
        topper=(a if tops > 0 else b).subject,
        start=phrases.money(abs(starts)),
        top=phrases.money(abs(tops)),
    )


def against_average(lines: Sequence[Row], average: Row, phrases: Phrasebook) -> str:
    """Say whether the first figure is above or below an average, and whether the two are of one kind; "" if unlike."""
    one = next((line for line in lines if (line.unit, line.period) == (average.unit, average.period)), None)
    mean = _rounded(average.value)
    if one is None or one == average or (one.and_above and (one.value or 0) < mean):
        return ""
    low, high = (_rounded(one.value if end is None else end) for end in (one.low, one.high))
    if low <= mean <= high and low < high:
        template = later(
            "The average is inside {subject}'s range, {above_start} above its start and {to_top} below its top."
        )
    elif low == high:
        template = (
            later("{subject}: {apart} above the average.")
            if low > mean
            else later("{subject}: {apart} below the average.")
        )
        template = later("{subject}: exactly the average.") if low == mean else template
    elif low > mean:
        template = later("{subject} pays more than the average: its range starts {apart} above it.")
    else:
        template = later("{subject} pays less than the average: its range ends {apart} below it.")
    verdict = phrases.say(
        template,
        subject=one.subject,
        apart=phrases.money(max(low - mean, mean - high)),
        above_start=phrases.money(mean - low),
        to_top=phrases.money(high - mean),
    )
    if {(t.origin, t.date, t.pay) for t in one.terms} == {(t.origin, t.date, t.pay) for t in average.terms}:
        return verdict
    unlike = phrases.say("The two are of different sources, dates or kinds of pay.")
    return f"{verdict} {unlike}"


def _sums(a: Row, b: Row, *, phrases: Phrasebook) -> tuple[str, ...]:
    return (
        _sum_of(a, b, (a.low or 0, b.low or 0), later("Start: {sum} more at {company}"), phrases),
        _sum_of(a, b, (a.high or 0, b.high or 0), later("Top: {sum} more at {company}"), phrases),
    )


def _sum_of(a: Row, b: Row, ends: tuple[float, float], template: str, phrases: Phrasebook) -> str:
    high, low = _rounded(max(ends)), _rounded(min(ends))
    sum_ = f"{phrases.number(high)} - {phrases.number(low)} = {phrases.number(high - low)}"
    return phrases.say(template, sum=sum_, company=(a if ends[0] >= ends[1] else b).subject)


def _rounded(end: float | None) -> int:
    """Return the end of a range as it is shown, so that a difference is that of what is shown."""
    return int((end or 0) + 0.5)


def _levels(query: Query, phrases: Phrasebook) -> Answer:
    levels = [level.id for level in phrases.knowledge.vocabulary.levels if level.id in query.levels]
    bands = [band for level in levels if (band := phrases.knowledge.band(level)) is not None]
    lines = tuple(phrases.row(band) for band in bands)
    converted = phrases.converted(query.period, lines)
    step = phrases.difference(converted[-1], converted[0])
    assert bands[0].level is not None
    return Answer(
        status="answered",
        title=phrases.say("Pay by experience, compared"),
        headline=phrases.say(
            "{level} earns {difference} more than {lower_level}.",
            level=converted[-1].subject,
            lower_level=phrases.level(bands[0].level),
            difference=phrases.per(phrases.money(step.value or 0), step.period),
        ),
        shown=converted,
        details=(
            *phrases.tables(query.period, phrases.say("{people}"), lines),
            Table(phrases.say("Difference"), (step,)),
        ),
        caveats=phrases.caveats_of(lines, query.period),
    )


def _sources(query: Query, phrases: Phrasebook) -> Answer:
    role = query.roles[0] if query.roles else phrases.main_role
    figures = [f for f in phrases.knowledge.averages(role) if f.source in query.sources]
    if not figures:
        return pay(query, phrases)
    lines = tuple(phrases.row(f, phrases.source_name(f)) for f in figures)
    high, low = max(lines, key=lambda line: line.value or 0), min(lines, key=lambda line: line.value or 0)
    people = phrases.plural(role)
    details: tuple[Block, ...] = (Table(phrases.say("Average of {people}", people=people), lines),)
    formatted = phrases.listing([phrases.quoted(line) for line in lines])
    headline = phrases.say("For {people} {figures}.", people=people, figures=formatted)
    if high is not low:
        step = phrases.difference(high, low)
        headline = phrases.say(
            "{source} is {difference} higher than {other} for {people}.",
            people=people,
            source=high.subject,
            other=low.subject,
            difference=phrases.money(step.value or 0),
        )
        details += (Table(phrases.say("Difference"), (step,)),)
    return Answer(
        status="answered",
        title=phrases.say("Sources compared"),
        headline=headline,
        shown=lines if high is not low else (),
        cited=lines,
        details=details,
        caveats=phrases.caveats_of(lines, None),
    )


def _roles(query: Query, phrases: Phrasebook) -> Answer:
    """Compare roles: the figures of one source side by side, and what the article claims."""
    roles = sorted(query.roles, key=lambda role: role != phrases.main_role)
    if query.sources:
        return _roles_on(query, phrases, roles)
    topics = [topic for topic in phrases.knowledge.topics if topic.compares and set(topic.compares) <= set(roles)]
    people = [phrases.plural(role) for role in roles]
    tables = [Table(capital(named), _figures(phrases, role, roles)) for role, named in zip(roles, people, strict=True)]
    alike = _like_for_like(phrases, roles, {role: _compared_figures(phrases.knowledge, role, roles) for role in roles})
    details: list[Block] = list(tables)
    if alike:
        details.append(Points(tuple(one.sum for one in alike)))
    details += [Points((phrases.fill(topic.lead), *map(phrases.fill, topic.points))) for topic in topics]
    headline, also = _roles_headline(phrases, roles, alike, topics)
    rows = [row for table in tables for row in table.rows]
    return Answer(
        status="answered",
        title=phrases.say("{names}, in detail", names=capital(phrases.listing(people))),
        headline=headline,
        also=also,
        details=tuple(details),
        cited=tuple(row for one in alike for row in one.rows) if len(roles) == PAIR and alike else tuple(rows),
        caveats=phrases.caveats_of(rows, None),
    )


def _roles_headline(
    phrases: Phrasebook, roles: list[str], alike: list[_Alike], topics: list[Topic]
) -> tuple[str, tuple[Text | Points, ...]]:
    """Return the headline of a comparison of roles, and what stands below it: figures, and how the jobs differ."""
    differ = tuple(Text(phrases.fill(sentence)) for topic in topics[:1] for sentence in topic.also)
    if len(roles) == PAIR and len({one.more for one in alike}) > 1:
        claim = " ".join(phrases.fill(topic.lead) for topic in topics[:1])
        mixed = phrases.say("Mixed. {claim} Source by source:", claim=claim)
        overall = _overall(phrases, roles)
        return mixed, (Points((*(one.apart for one in alike), *_lone(phrases, roles, alike), *overall)), *differ)
    if len(roles) == PAIR and len(alike) == 1:
        lone = _lone(phrases, roles, alike)
        return alike[0].headline, ((Points(lone), *differ) if lone else differ)
    each = tuple(_pay_of(phrases, role, roles) for role in roles)
    if len(roles) == PAIR and not alike:
        return f"{phrases.listing(each)}.", ()
    shared = tuple(one.apart for one in alike) if len(roles) == PAIR else ()
    return phrases.say("Side by side:"), (Points(tuple(map(capital, (*each, *shared)))),)


def _lone(phrases: Phrasebook, roles: list[str], alike: list[_Alike]) -> tuple[str, ...]:
    """Tell the figures of a role with few averages that no figure of the other role is like."""
    compared = {source for one in alike for row in one.rows for source in row.sources}
    averages = [figures for figures in map(phrases.knowledge.averages, roles) if len(figures) < MANY]
    return tuple(
        phrases.say(
            "{source}, {people} only: {figure}",
            source=phrases.source_name(figure),
            people=phrases.plural(figure.role),
            figure=phrases.money(figure.value or 0),
        )
        for figures in averages
        for figure in figures
        if phrases.knowledge.source(figure.source) not in compared
    )


def _overall(phrases: Phrasebook, roles: list[str]) -> tuple[str, ...]:
    """Tell the mean of each role with many averages."""
    return tuple(
        phrases.say(
            "{people} overall: {figure}", people=phrases.plural(role), figure=phrases.amount(phrases.mean(role))
        )
        for role in roles
        if len(phrases.knowledge.averages(role)) >= MANY
    )


def _roles_on(query: Query, phrases: Phrasebook, roles: list[str]) -> Answer:
    """Compare roles by the named sources only; where one of them lacks a role, that is said."""
    by_role = {
        role: [f for f in _compared_figures(phrases.knowledge, role, roles) if f.source in query.sources]
        for role in roles
    }
    title = phrases.say("Roles on one source")
    lines = tuple(phrases.row(figure, phrases.on_source(figure)) for role in roles for figure in by_role[role])
    if not all(by_role.values()):
        names = phrases.listing([phrases.knowledge.source(source).name for source in query.sources], OR)
        lacking = [phrases.plural(role) for role, figures in by_role.items() if not figures]
        whose = phrases.say("{sources} for {people}", sources=names, people=phrases.listing(lacking, OR))
        return Answer(
            status="partial",
            title=title,
            headline=phrases.say("I can't compare these on {sources}.", sources=names),
            shown=lines,
            details=(Table(phrases.say("Averages"), lines),) if lines else (),
            gaps=phrases.gap_lines((Gap(kind=GapKind.SOURCE, name=whose),)),
            caveats=phrases.caveats_of(lines, None),
        )
    alike = _like_for_like(phrases, roles, by_role)
    gaps = phrases.gap_lines(_unheard(query, phrases, by_role))
    one = len(alike) == 1
    return Answer(
        status="partial" if gaps else "answered",
        title=title,
        headline=alike[0].headline if one else phrases.say("Side by side:"),
        also=(Points(tuple(pair.apart for pair in alike)),) if alike and not one else (),
        shown=() if alike else lines,
        cited=lines,
        details=(
            Table(phrases.say("Averages"), lines),
            *([Points(tuple(pair.sum for pair in alike))] if alike else []),
        ),
        gaps=gaps,
        caveats=phrases.caveats_of(lines, None),
    )


def _unheard(query: Query, phrases: Phrasebook, by_role: dict[str, list[Figure]]) -> tuple[Gap, ...]:
    """Return a gap for each role that some of the named sources, though not all, have no figure of."""
    gaps = []
    for role, figures in by_role.items():
        found = {figure.source for figure in figures}
        lacking = [phrases.knowledge.source(source).name for source in query.sources if source not in found]
        people = phrases.plural(role)
        whose = phrases.say("{sources} for {people}", sources=phrases.listing(lacking or [""], OR), people=people)
        gaps += [Gap(kind=GapKind.SOURCE, name=whose)] if lacking else []
    return tuple(gaps)


def _compared_figures(knowledge: Knowledge, role: str, roles: list[str]) -> list[Figure]:
    """Return a role's figures for a comparison: its averages, those made for comparing if all have them, or medians."""
    paired = all(_of(knowledge, other, "comparison") for other in roles)
    alone = not knowledge.averages(role)
    figures = [*knowledge.averages(role), *(_of(knowledge, role, "comparison") if paired or alone else ())]
    return figures or _of(knowledge, role, "median")


def _of(knowledge: Knowledge, role: str, basis: str) -> list[Figure]:
    return [figure for figure in knowledge.role(role).figures if figure.basis == basis]


def _figures(phrases: Phrasebook, role: str, roles: list[str]) -> tuple[Row, ...]:
    figures = _compared_figures(phrases.knowledge, role, roles)
    lines = tuple(phrases.row(f, _source_named(phrases, f)) for f in figures)
    return (*lines, phrases.mean(role)) if len(phrases.knowledge.averages(role)) >= MANY else lines


def _source_named(phrases: Phrasebook, figure: Figure) -> str:
    name = phrases.source_name(figure)
    return phrases.say("{source}, where it compares the two", source=name) if figure.basis == "comparison" else name


class _Alike(NamedTuple):
    """Two roles by one source: which makes more, said as a headline, as a bullet, and with the sum."""

    more: str
    rows: tuple[Row, Row]
    headline: str
    apart: str
    sum: str


def _like_for_like(phrases: Phrasebook, roles: list[str], figures: dict[str, list[Figure]]) -> list[_Alike]:
    """Compare two roles source by source, where one source has both; figures of one basis before mixed ones."""
    found: list[_Alike] = []
    for one, other in combinations(roles, 2):
        pairs = [(a, b) for a in figures[one] for b in figures[other] if a.source == b.source]
        for a, b in [(a, b) for a, b in pairs if _is_best(a, b, pairs)]:
            found.append(_alike_of(phrases, *((a, b) if (a.value or 0) >= (b.value or 0) else (b, a))))
    return found


def _alike_of(phrases: Phrasebook, more: Figure, less: Figure) -> _Alike:
    rows = phrases.row(more, phrases.plural(more.role)), phrases.row(less, phrases.plural(less.role))
    high, low = more.value or 0, less.value or 0
    parts = {
        "source": phrases.source_name(more),
        "more": rows[0].subject,
        "less": rows[1].subject,
        "high": phrases.amount(rows[0]),
        "low": phrases.amount(rows[1]),
        "gap": phrases.money(high - low),
        "sum": f"{phrases.number(high)} - {phrases.number(low)} = {phrases.number(high - low)}",
    }
    return _Alike(
        more=more.role,
        rows=rows,
        headline=capital(
            phrases.say("{more} make more: {high} against {low} a year for {less}, a gap of {gap}.", **parts)
        ),
        apart=phrases.say("{source}: {more} +{gap} ({high} against {low})", **parts),
        sum=phrases.say("Like for like on {source}: {more} {high}, {less} {low}; {sum} more.", **parts),
    )


def _is_best(a: Figure, b: Figure, pairs: list[tuple[Figure, Figure]]) -> bool:
    """Whether a pair is of one basis, or its source has none that is; of one made for comparing, only that."""
    if (a.basis == "median") != (b.basis == "median"):
        return False  # a median is not held against a mean
    bases = [(one.basis, other.basis) for one, other in pairs if one.source == a.source]
    if ("comparison", "comparison") in bases:
        return a.basis == b.basis == "comparison"
    return a.basis == b.basis or not any(one == other for one, other in bases)


def _pay_of(phrases: Phrasebook, role: str, roles: list[str]) -> str:
    """Tell a role's pay in a few words: its mean, its lowest and highest figure, or the only one."""
    lines, people = _figures(phrases, role, roles), phrases.plural(role)
    values = [line.value or 0 for line in lines]
    if len(phrases.knowledge.averages(role)) >= MANY:
        average = phrases.money(phrases.mean(role).value or 0)
        return phrases.say("{people} {amount} on average", people=people, amount=average)
    if len(values) > 1:
        each = phrases.listing([phrases.money(value) for value in sorted(values)])
        return phrases.say("{people} {amounts}, by source", people=people, amounts=each)
    figure, source = phrases.figure(lines[0]), phrases.attribution(lines[0])
    median = _compared_figures(phrases.knowledge, role, roles)[0].basis == "median"
    template = later("{people} {figure} at the median {source}") if median else later("{people} {figure} {source}")
    return phrases.say(template, people=people, figure=figure, source=source)
