"""Answers comparisons: companies, roles (like for like by source), levels, sources; each difference with its sum."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

from bot.core.answers import figure_rows
from bot.core.answers.pay import pay
from bot.core.answers.phrases import ERA, RANGE, fill, gap_lines
from bot.core.model.dialogue import Answer, Block, Gap, Points, Query, Row, Table, Text
from bot.core.model.knowledge import MAIN_ROLE, Figure, Knowledge, Topic
from bot.core.model.language import AND, OR, Language, later

PAIR = 2


def compare(query: Query, known: Knowledge, language: Language) -> Answer:
    """Compare the named things of the first kind that is named twice; one thing alone is simply told."""
    if len(query.companies) > 1:
        return _companies(query, known, language)
    if len(query.levels) > 1 and not query.companies:
        return _levels(query, known, language)
    if len(query.roles) > 1 and not query.companies:
        return _roles(query, known, language)
    if len(query.sources) > 1 and not query.companies:
        return _sources(query, known, language)
    return pay(query, known, language)


def _companies(query: Query, known: Knowledge, language: Language) -> Answer:
    lines = tuple(figure_rows.row(known, known.range_of(company), language) for company in query.companies)
    blocks: tuple[Block, ...] = (
        Table(language.say("ML engineers"), lines),
        Points(_range_gaps(*lines, language=language) if len(lines) == PAIR else ()),
        *_by_period(query, lines, language),
    )
    title = language.listing([line.subject for line in lines])
    headline = _companies_headline(lines, language)
    return _answer(title, headline, blocks, (), language, language.say(RANGE))


def _companies_headline(lines: tuple[Row, ...], language: Language) -> str:
    start, top = max(lines, key=lambda line: line.low or 0), max(lines, key=lambda line: line.high or 0)
    others = [figure_rows.labelled(line, language) for line in lines if not (start is top and line is top)]
    if start is top:
        return language.say(
            "{company} pays ML engineers more at both ends: {figure}. {others}.",
            company=top.subject,
            figure=figure_rows.told(top, language),
            others=language.listing(others),
        )
    return language.say(
        _APART if len(lines) == PAIR else _APART_OF_MANY,
        start_company=start.subject,
        start=language.money(start.low or 0),
        top_company=top.subject,
        top=language.money(top.high or 0),
        figures=language.listing(others),
    )


_APART = later("{start_company} starts higher ({start}), {top_company} goes higher ({top}). {figures}.")
_APART_OF_MANY = later("{start_company} starts highest ({start}), {top_company} goes highest ({top}). {figures}.")


def _range_gaps(a: Row, b: Row, *, language: Language) -> tuple[str, ...]:
    starts = _apart(a, b, a.low or 0, b.low or 0, language)
    tops = _apart(a, b, a.high or 0, b.high or 0, language)
    return (
        language.say("Start: {more} is {difference} above {less} ({sum}).", **starts),
        language.say("Top: {more} is {difference} above {less} ({sum}).", **tops),
    )


def _apart(a: Row, b: Row, one: float, other: float, language: Language) -> dict[str, str]:
    more, less = (a, b) if one >= other else (b, a)
    high, low = max(one, other), min(one, other)
    return {
        "more": more.subject,
        "less": less.subject,
        "difference": language.money(high - low),
        "sum": f"{language.number(high)} - {language.number(low)}",
    }


def _by_period(query: Query, lines: tuple[Row, ...], language: Language) -> tuple[Block, ...]:
    """Tell the figures once more in the period that was asked for, if it is another one than the year."""
    if query.period in (None, "year"):
        return ()
    assert query.period is not None
    told = tuple(figure_rows.in_period(line, query.period, language) for line in lines)
    return (Table(figure_rows.rule(query.period, language), told),)


def _levels(query: Query, known: Knowledge, language: Language) -> Answer:
    levels = [level.id for level in known.vocabulary.levels if level.id in query.levels]
    bands = [band for level in levels if (band := known.band(level)) is not None]
    lines = tuple(figure_rows.row(known, band, language) for band in bands)
    step = figure_rows.difference(lines[-1], lines[0], language)
    assert bands[0].level is not None
    headline = language.say(
        "{level} earns {difference} more a year than {lower_level}: {figure} against {lower_figure} {source}.",
        level=lines[-1].subject,
        lower_level=figure_rows.level(known, bands[0].level, language),
        difference=language.money(step.value or 0),
        figure=figure_rows.told(lines[-1], language),
        lower_figure=figure_rows.told(lines[0], language),
        source=figure_rows.by(lines[0], language),
    )
    tables = (Table(language.say("ML engineers"), lines), Table(language.say("Difference"), (step,)))
    blocks = (*tables, *_by_period(query, lines, language))
    return _answer(language.say("Pay by experience, compared"), headline, blocks, (), language)


def _sources(query: Query, known: Knowledge, language: Language) -> Answer:
    role = query.roles[0] if query.roles else MAIN_ROLE
    figures = [f for f in known.averages(role) if f.source in query.sources]
    if not figures:
        return pay(query, known, language)
    lines = tuple(figure_rows.row(known, f, language, known.source(f.source).name) for f in figures)
    high, low = max(lines, key=lambda line: line.value or 0), min(lines, key=lambda line: line.value or 0)
    people = figure_rows.plural(known, role, language)
    blocks: tuple[Block, ...] = (Table(language.say("Average of {people}", people=people), lines),)
    said = language.listing([figure_rows.says(line, language) for line in lines])
    headline = language.say("For {people} {figures}.", people=people, figures=said)
    if high is not low:
        step = figure_rows.difference(high, low, language)
        headline = language.say(
            "For {people} {figures}: {source} is {difference} higher.",
            people=people,
            figures=said,
            source=high.subject,
            difference=language.money(step.value or 0),
        )
        blocks += (Table(language.say("Difference"), (step,)),)
    return _answer(language.say("Sources compared"), headline, blocks, (), language)


def _roles(query: Query, known: Knowledge, language: Language) -> Answer:
    """Compare roles: the article's claim, the figures of each, and those of one source side by side."""
    roles = sorted(query.roles, key=lambda role: role != MAIN_ROLE)
    if query.sources:
        return _roles_on(query, known, roles, language)
    topics = [topic for topic in known.topics if topic.compares and set(topic.compares) <= set(roles)]
    people = [figure_rows.plural(known, role, language) for role in roles]
    tables = [
        Table(figure_rows.capital(named), _figures(known, role, roles, language))
        for role, named in zip(roles, people, strict=True)
    ]
    alike = _like_for_like(known, roles, {role: _told(known, role, roles) for role in roles}, language)
    blocks: list[Block] = [*(Text(fill(known, topic.lead, language)) for topic in topics[1:]), *tables]
    if alike:
        blocks.append(Points(tuple(one.said for one in alike)))
    blocks += [Points(tuple(fill(known, point, language) for point in topic.points)) for topic in topics]
    mixed = len(roles) == PAIR and len({one.more for one in alike}) > 1
    headline = " ".join(_role_headlines(known, roles, topics, language, mixed=mixed))
    title = f" {language.say(AND)} ".join(people)
    return _answer(title, headline, tuple(blocks), (), language)


def _roles_on(query: Query, known: Knowledge, roles: list[str], language: Language) -> Answer:
    """Compare roles by the named sources only; where one of them lacks a role, that is said."""
    told = {role: [f for f in _told(known, role, roles) if f.source in query.sources] for role in roles}
    title = language.say("Roles on one source")
    if not all(told.values()):
        names = language.listing([known.source(source).name for source in query.sources], OR)
        lacking = [figure_rows.plural(known, role, language) for role, figures in told.items() if not figures]
        whose = language.say("{sources} for {people}", sources=names, people=language.listing(lacking, OR))
        headline = language.say("I can't compare these on {sources}.", sources=names)
        tables = tuple(
            Table(
                figure_rows.capital(figure_rows.plural(known, role, language)),
                tuple(figure_rows.row(known, f, language, _source_named(known, f, language)) for f in figures),
            )
            for role, figures in told.items()
            if figures
        )
        return _answer(title, headline, tables, (Gap(kind="source", name=whose),), language)
    alike = _like_for_like(known, roles, told, language)
    lines = tuple(
        figure_rows.row(known, figure, language, figure_rows.on_source(known, figure, language))
        for role in roles
        for figure in told[role]
    )
    figures_ = language.listing([figure_rows.labelled(line, language) for line in lines])
    headline = " ".join(one.said for one in alike) or f"{figures_}."
    return _answer(
        title, headline, (Table(language.say("Averages"), lines),), _unheard(query, known, told, language), language
    )


def _unheard(query: Query, known: Knowledge, told: dict[str, list[Figure]], language: Language) -> tuple[Gap, ...]:
    """Return a gap for each role that some of the named sources, though not all, have no figure of."""
    gaps = []
    for role, figures in told.items():
        heard = {figure.source for figure in figures}
        lacking = [known.source(source).name for source in query.sources if source not in heard]
        people = figure_rows.plural(known, role, language)
        whose = language.say("{sources} for {people}", sources=language.listing(lacking or [""], OR), people=people)
        gaps += [Gap(kind="source", name=whose)] if lacking else []
    return tuple(gaps)


def _told(known: Knowledge, role: str, roles: list[str]) -> list[Figure]:
    """Return a role's figures for a comparison: its averages, and those made for comparing if all have them."""
    paired = all(_of(known, other, "comparison") for other in roles)
    alone = not known.averages(role)
    return [*known.averages(role), *(_of(known, role, "comparison") if paired or alone else ())]


def _of(known: Knowledge, role: str, basis: str) -> list[Figure]:
    return [figure for figure in known.role(role).figures if figure.basis == basis]


def _figures(known: Knowledge, role: str, roles: list[str], language: Language) -> tuple[Row, ...]:
    figures = _told(known, role, roles)
    lines = tuple(figure_rows.row(known, f, language, _source_named(known, f, language)) for f in figures)
    return (*lines, figure_rows.mean(known, role, language)) if len(known.averages(role)) >= figure_rows.MANY else lines


def _source_named(known: Knowledge, figure: Figure, language: Language) -> str:
    name = figure_rows.credit(known.source(figure.source), language)
    return language.say("{source}, where it compares the two", source=name) if figure.basis == "comparison" else name


class _Alike(NamedTuple):
    more: str
    said: str


def _like_for_like(
    known: Knowledge, roles: list[str], told: dict[str, list[Figure]], language: Language
) -> list[_Alike]:
    """Compare two roles source by source, where one source has both; figures of one basis before mixed ones."""
    found: list[_Alike] = []
    for one, other in combinations(roles, 2):
        pairs = [(a, b) for a in told[one] for b in told[other] if a.source == b.source]
        for a, b in [(a, b) for a, b in pairs if _is_best(a, b, pairs)]:
            more, less = (one, other) if (a.value or 0) >= (b.value or 0) else (other, one)
            high, low = max(a.value or 0, b.value or 0), min(a.value or 0, b.value or 0)
            said = language.say(
                "Like for like on {source}: {more} {high}, {less} {low}; {sum} more.",
                source=known.source(a.source).name,
                more=figure_rows.plural(known, more, language),
                high=language.money(high),
                less=figure_rows.plural(known, less, language),
                low=language.money(low),
                sum=f"{language.number(high)} - {language.number(low)} = {language.number(high - low)}",
            )
            found.append(_Alike(more, said))
    return found


def _is_best(a: Figure, b: Figure, pairs: list[tuple[Figure, Figure]]) -> bool:
    """Whether a pair is of one basis, or its source has none that is; of one made for comparing, only that."""
    bases = [(one.basis, other.basis) for one, other in pairs if one.source == a.source]
    if ("comparison", "comparison") in bases:
        return a.basis == b.basis == "comparison"
    return a.basis == b.basis or not any(one == other for one, other in bases)


def _role_headlines(
    known: Knowledge, roles: list[str], topics: list[Topic], language: Language, *, mixed: bool
) -> list[str]:
    """Return the sentences of the headline: what the article claims, the figures, and whether they bear it out."""
    claims = [fill(known, topic.lead, language) for topic in topics[:1]]
    pairs = {role: _of(known, role, "comparison") for role in roles}
    if all(pairs.values()):
        # The article's own pair, one source for all: nothing else is as much like for like.
        figures = [pairs[role][0] for role in roles]
        source = known.source(figures[0].source).name
        said = language.listing([_figure_of(known, figure, language) for figure in figures])
        return [*claims, language.say("On {source}: {figures}.", source=source, figures=said)]
    told = language.listing([_pay_of(known, role, roles, language) for role in roles])
    doubts = [language.say("Like for like its figures are mixed.")] if mixed else []
    return [*claims, language.say("In figures: {figures}.", figures=told), *doubts]


def _figure_of(known: Knowledge, figure: Figure, language: Language) -> str:
    people, told = (
        figure_rows.plural(known, figure.role, language),
        figure_rows.told(figure_rows.row(known, figure, language), language),
    )
    return language.say("{people} {figure}", people=people, figure=told)


def _pay_of(known: Knowledge, role: str, roles: list[str], language: Language) -> str:
    """Tell a role's pay in a few words: its mean, its lowest and highest figure, or the only one."""
    lines, people = _figures(known, role, roles, language), figure_rows.plural(known, role, language)
    values = [line.value or 0 for line in lines]
    if len(known.averages(role)) >= figure_rows.MANY:
        average = language.money(figure_rows.mean(known, role, language).value or 0)
        return language.say("{people} {amount} on average", people=people, amount=average)
    if len(values) > 1:
        span = figure_rows.span(min(values), max(values), language)
        return language.say("{people} {range} by source", people=people, range=span)
    figure, source = figure_rows.told(lines[0], language), figure_rows.by(lines[0], language)
    return language.say("{people} {figure} {source}", people=people, figure=figure, source=source)


def _answer(
    title: str, headline: str, blocks: tuple[Block, ...], gaps: tuple[Gap, ...], language: Language, *caveats: str
) -> Answer:
    return Answer(
        status="partial" if gaps else "answered",
        title=title,
        headline=headline,
        blocks=tuple(block for block in blocks if not (isinstance(block, Points) and not block.items)),
        gaps=gap_lines(gaps, language),
        caveats=(*caveats, language.say(ERA)),
    )
