"""Answers what somebody is paid: a company's range, a level's band, a source's average, a role, or overall."""

from __future__ import annotations

from dataclasses import replace

from bot.core.answers.phrasebook import Phrasebook
from bot.core.answers.wording import BY
from bot.core.model.dialogue import Answer, Block, Points, Query, Row, Table, Terms, Text
from bot.core.model.language import OR, later
from bot.core.text.formatting import capital


def pay(query: Query, phrases: Phrasebook) -> Answer:
    """Answer with the most particular figures that the question names."""
    if len(query.companies) > 1:
        answer = _companies(query, phrases)
    elif query.companies:
        answer = _company(query, phrases)
    elif any(role != phrases.main_role for role in query.roles):
        answer = _roles(query, phrases)
    elif query.levels:
        answer = _level(query, phrases)
    elif query.sources:
        answer = _source(query, phrases)
    else:
        answer = _overall(phrases)
    return _with_home(query, _with_period(query, answer, phrases), phrases)


def ladder(query: Query, phrases: Phrasebook) -> Answer:
    """Answer with pay at every level of experience."""
    bands = [phrases.knowledge.band(level.id) for level in phrases.knowledge.vocabulary.levels]
    lines = tuple(phrases.row(band) for band in bands if band is not None)
    levels = [phrases.knowledge.level(band.level or "") for band in bands if band is not None]
    headline = phrases.say(
        "{role} pay climbs from {first} for {beginners} to {last} with {years} years and more {source}.",
        role=phrases.say(phrases.knowledge.role(phrases.main_role).short),
        first=phrases.figure(lines[0]),
        beginners=phrases.say(levels[0].people or levels[0].name),
        last=phrases.figure(lines[-1]),
        years=phrases.number(levels[-1].from_years),
        source=phrases.attribution(lines[0]),
    )
    remarks = phrases.knowledge.role(phrases.main_role).remarks
    blocks: tuple[Block, ...] = (
        Table(phrases.say("By years of experience"), lines),
        *(Text(phrases.fill(remark.text)) for remark in remarks),
    )
    return _with_period(query, _answer(phrases.say("Pay by experience"), headline, blocks, phrases), phrases)


def _answer(
    title: str,
    headline: str,
    blocks: tuple[Block, ...],
    phrases: Phrasebook,
    *,
    ranges: bool = False,
) -> Answer:
    rows = (row for block in blocks if isinstance(block, Table) for row in block.rows)
    terms = [one for row in rows for one in row.terms]
    return Answer(
        status="answered",
        title=title,
        headline=headline,
        blocks=blocks,
        caveats=phrases.caveats(terms, ranges=ranges),
    )


def _company(query: Query, phrases: Phrasebook) -> Answer:
    company = phrases.knowledge.company(query.companies[0])
    figures = phrases.knowledge.figures_at(company.id, query.roles, query.levels)
    lines = tuple(map(phrases.row, figures))
    people = phrases.listing([phrases.plural(role) for role in query.roles or (phrases.main_role,)])
    title = phrases.say("{people} at {company}", people=people, company=company.name)
    remarks = tuple(phrases.fill(remark.text) for remark in company.remarks)
    blocks: tuple[Block, ...] = (Table(capital(title), lines), *([Points(remarks)] if remarks else []))
    if figures[0].basis == "range" and figures[0].role == phrases.main_role:
        headline = _company_headline(query, lines[0], phrases)
    else:
        each = [f"{phrases.labeled(line)} {phrases.attribution(line)}" for line in lines]
        headline = f"{phrases.listing(each)}."
    return _answer(company.name, headline, blocks, phrases, ranges=any(f.basis == "range" for f in figures))


def _company_headline(query: Query, line: Row, phrases: Phrasebook) -> str:
    company, pay, source = line.subject, phrases.figure(line), phrases.attribution(line)
    if {"widest", "narrowest"} & set(query.directions) or {"lowest", "highest"} <= set(query.directions):
        return _width(line, phrases)
    if "lowest" in query.directions or "start" in query.directions:
        return phrases.say(
            "{company} starts {people} at {start}: {pay} {source}.",
            company=company,
            start=phrases.money(line.low or 0),
            pay=pay,
            source=source,
        )
    if "highest" in query.directions or "end" in query.directions:
        return phrases.say(
            "{company} goes up to {top} for {people}: {pay} {source}.",
            company=company,
            top=phrases.money(line.high or 0),
            pay=pay,
            source=source,
        )
    return phrases.say("{company} pays {people} {pay} {source}.", company=company, pay=pay, source=source)


def _width(line: Row, phrases: Phrasebook) -> str:
    """Say how far apart the ends of a range are, with the sum."""
    low, high = line.low or 0, line.high or 0
    return phrases.say(
        "{company}'s range for {people} is {width} wide ({sum}): {pay} {source}.",
        company=line.subject,
        width=phrases.money(high - low),
        sum=f"{phrases.number(high)} - {phrases.number(low)}",
        pay=phrases.figure(line),
        source=phrases.attribution(line),
    )


def _companies(query: Query, phrases: Phrasebook) -> Answer:
    lines = tuple(map(phrases.row, phrases.knowledge.ranges(query.companies)))
    low = min(lines, key=lambda line: line.low or 0)
    high = max(lines, key=lambda line: line.high or 0)
    headline = phrases.say(
        "{people} get from {start} (the start at {starting}) to {top} (the top at {topping}) a year at {companies}.",
        start=phrases.money(low.low or 0),
        starting=low.subject,
        top=phrases.money(high.high or 0),
        topping=high.subject,
        companies=phrases.listing([line.subject for line in lines]),
    )
    table = Table(phrases.say("{people}"), lines)
    title = phrases.say("Pay by company")
    return _answer(title, headline, (table,), phrases, ranges=True)


def _level(query: Query, phrases: Phrasebook) -> Answer:
    figures = [band for level in query.levels if (band := phrases.knowledge.band(level)) is not None]
    lines = tuple(phrases.row(figure) for figure in figures)
    headline = phrases.say(
        "{figures} for {people} {source}.",
        figures=phrases.listing([phrases.labeled(line) for line in lines]),
        source=phrases.attribution(lines[0]),
    )
    title = capital(phrases.level(query.levels[0]))
    return _answer(title, headline, (Table(phrases.say("{people}"), lines),), phrases)


def _source(query: Query, phrases: Phrasebook) -> Answer:
    figures = [f for f in phrases.knowledge.averages(phrases.main_role) if f.source in query.sources]
    if not figures:
        return _elsewhere(query, phrases, phrases.main_role)
    lines = tuple(phrases.row(figure) for figure in figures)
    formatted = phrases.listing([phrases.quoted(line) for line in lines])
    people = phrases.plural(phrases.main_role)
    blocks: tuple[Block, ...] = (Table(phrases.say("Average of {people}", people=people), lines),)
    blocks += tuple(
        Text(
            phrases.say(
                "The article gives a second {source} figure elsewhere; ask me why there are two.",
                source=phrases.knowledge.source(f.source).name,
            )
        )
        for f in phrases.knowledge.role(phrases.main_role).figures
        if f.basis == "comparison" and f.source in query.sources
    )
    headline = phrases.say("{figures} for {people}, on average.", figures=formatted)
    return _answer(phrases.say("Average by source"), headline, blocks, phrases)


def _roles(query: Query, phrases: Phrasebook) -> Answer:
    role = next(r for r in query.roles if r != phrases.main_role)
    figures = [
        f
        for f in phrases.knowledge.role(role).figures
        if f.unit == "USD" and (not query.sources or f.source in query.sources)
    ]
    if not figures:
        return _elsewhere(query, phrases, role)
    lines = tuple(phrases.row(figure) for figure in figures)
    people = phrases.plural(role)
    formatted = phrases.listing([f"{phrases.figure(line)} {phrases.attribution(line)}" for line in lines])
    averages = all(figure.basis in ("average", "comparison") for figure in figures)
    title = later("Average of {people}") if averages else later("Pay of {people}")
    blocks: tuple[Block, ...] = (Table(phrases.say(title, people=people), lines),)
    remarks = tuple(phrases.fill(remark.text) for remark in phrases.knowledge.role(role).remarks)
    if remarks:
        blocks += (Points(remarks),)
    headline = capital(phrases.say("{people} earn {figures}.", people=people, figures=formatted))
    return _answer(capital(people), headline, blocks, phrases)


def _elsewhere(query: Query, phrases: Phrasebook, role: str) -> Answer:
    """Say that the named source has nothing on the role, and who has."""
    have = list(
        dict.fromkeys(
            phrases.knowledge.source(f.source).name
            for f in phrases.knowledge.role(role).figures
            if phrases.knowledge.source(f.source).kind == "publisher"
        )
    )
    asked = phrases.listing([phrases.knowledge.source(s).name for s in query.sources], OR)
    people = phrases.plural(role)
    sources = phrases.listing(have)
    return Answer(
        status="not_covered",
        title=phrases.say("No {people} on {source}", people=people, source=asked),
        headline=phrases.say("I have no figures for {people} from {source}.", people=people, source=asked),
        blocks=(Text(phrases.say("For {people} I have figures from {sources}.", people=people, sources=sources)),),
        suggestions=(f"{phrases.knowledge.role(role).short} salary",),
    )


def _overall(phrases: Phrasebook) -> Answer:
    line = phrases.mean(phrases.main_role)
    each = tuple(phrases.row(figure) for figure in phrases.knowledge.averages(phrases.main_role))
    headline = phrases.count(
        "{profession} earn {pay} on average (the mean of {count} source).",
        "{profession} earn {pay} on average (the mean of {count} sources).",
        len(each),
        profession=capital(phrases.profession),
        pay=phrases.figure(line),
    )
    blocks = (Table(phrases.say("Overall"), (line,)), Table(phrases.say("By source"), each))
    return _answer(phrases.say("Average pay of {people}"), headline, blocks, phrases)


def _with_period(query: Query, answer: Answer, phrases: Phrasebook) -> Answer:
    if query.period in (None, "year") or not answer.rows:
        return answer
    assert query.period is not None
    first = next(block for block in answer.blocks if isinstance(block, Table))
    parts = tuple(phrases.in_period(line, query.period) for line in first.rows if line.unit == "USD")
    formatted = phrases.listing([phrases.labeled(line) for line in parts])
    rule = phrases.rule(query.period)
    title = f"{capital(phrases.say(BY[query.period]))} ({rule})"
    template = (
        later("The article gives yearly pay only; the rule is mine: {rule}.")
        if phrases.is_of_document(_terms(answer))
        else later("The figures are by the year; the rule is mine: {rule}.")
    )
    caveat = phrases.say(template, rule=rule)
    return replace(
        answer,
        headline=f"{formatted}. {answer.headline}",
        blocks=(Table(title, parts), *answer.blocks),
        caveats=(*answer.caveats, caveat),
    )


def _with_home(query: Query, answer: Answer, phrases: Phrasebook) -> Answer:
    home = any(mention.kind == "home" for mention in query.mentions)
    return replace(answer, caveats=(*answer.caveats, *phrases.no_place(_terms(answer)))) if home else answer


def _terms(answer: Answer) -> list[Terms]:
    return [one for row in answer.rows for one in row.terms]
