"""Answers what somebody is paid: a company's range, a level's band, a source's average, a role, or overall."""

from __future__ import annotations

from dataclasses import replace

from bot.core.answers import rows
from bot.core.answers.wording import ERA, NO_PLACE, RANGE, fill, gap_lines
from bot.core.dialogue import Answer, Block, Gap, Points, Query, Row, Table, Text
from bot.core.knowledge import MAIN_ROLE, NOT_STATED, Knowledge
from bot.core.text import listing, money


def pay(query: Query, known: Knowledge) -> Answer:
    """Answer with the most particular figures that the question names."""
    if len(query.companies) > 1:
        answer = _companies(query, known)
    elif query.companies:
        answer = _company(query, known)
    elif query.roles and query.roles != (MAIN_ROLE,):
        answer = _roles(query, known)
    elif query.levels:
        answer = _level(query, known)
    elif query.sources:
        answer = _source(query, known)
    else:
        answer = _overall(known)
    return _with_home(query, _with_period(query, answer))


def ladder(query: Query, known: Knowledge) -> Answer:
    """Answer with pay at every level of experience; only ML engineers have levels."""
    if query.roles and MAIN_ROLE not in query.roles:
        whole = _roles(query, known)
        gap = gap_lines(Gap(kind="level", name=rows.plural(known, role)) for role in query.roles)
        told = replace(whole, status="partial" if whole.rows else whole.status, gaps=(*whole.gaps, *gap))
        return _with_period(query, told)
    bands = [known.band(level.id) for level in known.vocabulary.levels]
    lines = tuple(rows.row(known, band) for band in bands if band is not None)
    headline = (
        f"ML engineer pay climbs from {rows.told(lines[0])} for freshers "
        f"to {rows.told(lines[-1])} with 20 years and more "
        f"{rows.by(lines[0])}."
    )
    more = Text("The more years of experience, and the more people managed, the higher the pay, says the article.")
    gaps = tuple(Gap(kind="level", name=rows.plural(known, r)) for r in query.roles if r != MAIN_ROLE)
    answer = _answer("Pay by experience", headline, (Table("By years of experience", lines), more), gaps=gaps)
    return _with_period(query, answer)


def _answer(
    title: str, headline: str, blocks: tuple[Block, ...], *, caveats: tuple[str, ...] = (), gaps: tuple[Gap, ...] = ()
) -> Answer:
    return Answer(
        status="partial" if gaps else "answered",
        title=title,
        headline=headline,
        blocks=blocks,
        caveats=(*caveats, ERA),
        gaps=gap_lines(gaps),
    )


def _company(query: Query, known: Knowledge) -> Answer:
    company = known.company(query.companies[0])
    line = rows.row(known, known.range_of(company.id))
    headline = f"{company.name} pays ML engineers {rows.told(line)} {rows.by(line)}."
    if "lowest" in query.directions or "start" in query.directions:
        headline = f"{company.name} starts ML engineers at {money(line.low or 0)}: {rows.told(line)} {rows.by(line)}."
    elif "highest" in query.directions or "end" in query.directions:
        headline = (
            f"{company.name} goes up to {money(line.high or 0)} for ML engineers: {rows.told(line)} {rows.by(line)}."
        )
    remarks = tuple(fill(known, remark.text) for remark in company.remarks)
    blocks: tuple[Block, ...] = (Table(f"ML engineers at {company.name}", (line,)),)
    if remarks:
        blocks += (Points(remarks),)
    return _answer(company.name, headline, blocks, caveats=(RANGE,), gaps=_company_gaps(query, known, line))


def _company_gaps(query: Query, known: Knowledge, line: Row) -> tuple[Gap, ...]:
    levels = [Gap(kind="level", name=f"{line.subject}: its range is not split by level")] if query.levels else []
    foreign = [s for s in query.sources if known.source(s) not in line.sources]
    return (*levels, *(Gap(kind="source", name=known.source(s).name) for s in foreign))


def _companies(query: Query, known: Knowledge) -> Answer:
    lines = tuple(rows.row(known, known.range_of(company)) for company in query.companies)
    low = min(lines, key=lambda line: line.low or 0)
    high = max(lines, key=lambda line: line.high or 0)
    headline = (
        f"ML engineers get from {money(low.low or 0)} (the start at {low.subject}) to {money(high.high or 0)} "
        f"(the top at {high.subject}) a year at {listing([line.subject for line in lines])}."
    )
    gaps = tuple(Gap(kind="level", name="single companies") for _ in query.levels[:1]) + foreign_sources(
        query, known, lines
    )
    return _answer("Pay by company", headline, (Table("ML engineers", lines),), caveats=(RANGE,), gaps=gaps)


def foreign_sources(query: Query, known: Knowledge, lines: tuple[Row, ...]) -> tuple[Gap, ...]:
    """Return a gap for each source asked for that does not stand behind every one of the lines."""
    foreign = [s for s in query.sources if any(known.source(s) not in line.sources for line in lines)]
    return tuple(Gap(kind="source", name=f"{known.source(s).name} for all of them") for s in foreign)


def _level(query: Query, known: Knowledge) -> Answer:
    figures = [band for level in query.levels if (band := known.band(level)) is not None]
    lines = tuple(rows.row(known, figure) for figure in figures)
    headline = (
        f"{listing([f'{line.subject}: {rows.told(line)}' for line in lines])} for ML engineers {rows.by(lines[0])}."
    )
    gaps = tuple(Gap(kind="source", name=known.source(s).name) for s in query.sources if s != figures[0].source)
    level = known.level(query.levels[0])
    return _answer(level.name[:1].upper() + level.name[1:], headline, (Table("ML engineers", lines),), gaps=gaps)


def _source(query: Query, known: Knowledge) -> Answer:
    figures = [f for f in known.averages(MAIN_ROLE) if f.source in query.sources]
    missing = tuple(
        Gap(kind="source", name=known.source(s).name) for s in query.sources if s not in {f.source for f in figures}
    )
    if not figures:
        return _elsewhere(query, known, MAIN_ROLE)
    lines = tuple(rows.row(known, figure) for figure in figures)
    said = listing(
        [
            f"{known.source(figure.source).name} says {rows.told(line)}"
            for figure, line in zip(figures, lines, strict=True)
        ]
    )
    blocks: tuple[Block, ...] = (Table("Average of ML engineers", lines),)
    twice = [f for f in known.role(MAIN_ROLE).figures if f.basis == "comparison" and f.source in query.sources]
    blocks += tuple(
        Text(f"The article gives a second {known.source(f.source).name} figure elsewhere; ask me why there are two.")
        for f in twice
    )
    return _answer("Average by source", f"{said} for ML engineers, on average.", blocks, gaps=missing)


def _roles(query: Query, known: Knowledge) -> Answer:
    role = next(r for r in query.roles if r != MAIN_ROLE)
    figures = [
        f for f in known.role(role).figures if f.unit == "USD" and (not query.sources or f.source in query.sources)
    ]
    if not figures:
        return _elsewhere(query, known, role)
    lines = tuple(rows.row(known, figure) for figure in figures)
    people = rows.plural(known, role)
    said = listing([f"{rows.told(line)} {rows.by(line)}" for line in lines])
    blocks: tuple[Block, ...] = (Table(f"Average of {people}", lines),)
    remarks = tuple(fill(known, remark.text) for remark in known.role(role).remarks)
    if remarks:
        blocks += (Points(remarks),)
    gaps = [Gap(kind="level", name=f"{people}: the bands on file are ML engineers'")] if query.levels else []
    gaps += [
        Gap(kind="source", name=known.source(s).name) for s in query.sources if s not in {f.source for f in figures}
    ]
    return _answer(
        people[:1].upper() + people[1:], f"{people[:1].upper()}{people[1:]} earn {said}.", blocks, gaps=tuple(gaps)
    )


def _elsewhere(query: Query, known: Knowledge, role: str) -> Answer:
    """Say that the named source has nothing on the role, and who has."""
    have = listing(
        list(dict.fromkeys(known.source(f.source).name for f in known.role(role).figures if f.source != NOT_STATED))
    )
    asked = listing([known.source(s).name for s in query.sources], "or")
    people = rows.plural(known, role)
    return Answer(
        status="not_covered",
        title=f"No {people} on {asked}",
        headline=f"I have no figures for {people} from {asked}.",
        blocks=(Text(f"For {people} I have figures from {have}."),),
        suggestions=(f"{known.role(role).short} salary",),
    )


def _overall(known: Knowledge) -> Answer:
    line = rows.mean(known, MAIN_ROLE)
    each = tuple(rows.row(known, figure) for figure in known.averages(MAIN_ROLE))
    headline = f"Machine learning engineers earn {rows.told(line)} on average (the mean of {len(each)} sources)."
    blocks = (Table("Overall", (line,)), Table("By source", each))
    return _answer("Average pay of ML engineers", headline, blocks)


def _with_period(query: Query, answer: Answer) -> Answer:
    if query.period in (None, "year") or not answer.rows:
        return answer
    assert query.period is not None
    first = next(block for block in answer.blocks if isinstance(block, Table))
    parts = tuple(rows.in_period(line, query.period) for line in first.rows if line.unit == "USD")
    said = listing([f"{line.subject}: {rows.told(line)}" for line in parts])
    rule = rows.RULES[query.period]
    return replace(
        answer,
        headline=f"{said}. {answer.headline}",
        blocks=(Table(f"By the {query.period} ({rule})", parts), *answer.blocks),
        caveats=(*answer.caveats, f"The article gives yearly pay only; the rule is mine: {rule}."),
    )


def _with_home(query: Query, answer: Answer) -> Answer:
    home = any(mention.kind == "home" for mention in query.mentions)
    return replace(answer, caveats=(*answer.caveats, NO_PLACE)) if home else answer
