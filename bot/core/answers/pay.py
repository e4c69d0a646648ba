"""Answers what somebody is paid: a company's range, a level's band, a source's average, a role, or overall."""

from __future__ import annotations

from dataclasses import replace

from bot.core.answers import figure_rows
from bot.core.answers.phrases import ERA, NO_PLACE, RANGE, fill
from bot.core.model.dialogue import Answer, Block, Points, Query, Row, Table, Text
from bot.core.model.knowledge import MAIN_ROLE, NOT_STATED, Knowledge
from bot.core.model.language import OR, Language


def pay(query: Query, known: Knowledge, language: Language) -> Answer:
    """Answer with the most particular figures that the question names."""
    if len(query.companies) > 1:
        answer = _companies(query, known, language)
    elif query.companies:
        answer = _company(query, known, language)
    elif any(role != MAIN_ROLE for role in query.roles):
        answer = _roles(query, known, language)
    elif query.levels:
        answer = _level(query, known, language)
    elif query.sources:
        answer = _source(query, known, language)
    else:
        answer = _overall(known, language)
    return _with_home(query, _with_period(query, answer, language), language)


def ladder(query: Query, known: Knowledge, language: Language) -> Answer:
    """Answer with pay at every level of experience."""
    bands = [known.band(level.id) for level in known.vocabulary.levels]
    lines = tuple(figure_rows.row(known, band, language) for band in bands if band is not None)
    headline = language.say(
        "ML engineer pay climbs from {first} for freshers to {last} with 20 years and more {source}.",
        first=figure_rows.told(lines[0], language),
        last=figure_rows.told(lines[-1], language),
        source=figure_rows.by(lines[0], language),
    )
    table = Table(language.say("By years of experience"), lines)
    more = language.say(
        "The more years of experience, and the more people managed, the higher the pay, says the article."
    )
    title = language.say("Pay by experience")
    return _with_period(query, _answer(title, headline, (table, Text(more)), language), language)


def _answer(
    title: str,
    headline: str,
    blocks: tuple[Block, ...],
    language: Language,
    *,
    caveats: tuple[str, ...] = (),
) -> Answer:
    return Answer(
        status="answered",
        title=title,
        headline=headline,
        blocks=blocks,
        caveats=(*caveats, language.say(ERA)),
    )


def _company(query: Query, known: Knowledge, language: Language) -> Answer:
    company = known.company(query.companies[0])
    line = figure_rows.row(known, known.range_of(company.id), language)
    remarks = tuple(fill(known, remark.text, language) for remark in company.remarks)
    blocks: tuple[Block, ...] = (Table(language.say("ML engineers at {company}", company=company.name), (line,)),)
    if remarks:
        blocks += (Points(remarks),)
    headline = _company_headline(query, line, language)
    return _answer(company.name, headline, blocks, language, caveats=(language.say(RANGE),))


def _company_headline(query: Query, line: Row, language: Language) -> str:
    company, pay, source = line.subject, figure_rows.told(line, language), figure_rows.by(line, language)
    if "lowest" in query.directions or "start" in query.directions:
        return language.say(
            "{company} starts ML engineers at {start}: {pay} {source}.",
            company=company,
            start=language.money(line.low or 0),
            pay=pay,
            source=source,
        )
    if "highest" in query.directions or "end" in query.directions:
        return language.say(
            "{company} goes up to {top} for ML engineers: {pay} {source}.",
            company=company,
            top=language.money(line.high or 0),
            pay=pay,
            source=source,
        )
    return language.say("{company} pays ML engineers {pay} {source}.", company=company, pay=pay, source=source)


def _companies(query: Query, known: Knowledge, language: Language) -> Answer:
    lines = tuple(figure_rows.row(known, known.range_of(company), language) for company in query.companies)
    low = min(lines, key=lambda line: line.low or 0)
    high = max(lines, key=lambda line: line.high or 0)
    headline = language.say(
        "ML engineers get from {start} (the start at {starting}) to {top} (the top at {topping}) a year "
        "at {companies}.",
        start=language.money(low.low or 0),
        starting=low.subject,
        top=language.money(high.high or 0),
        topping=high.subject,
        companies=language.listing([line.subject for line in lines]),
    )
    table = Table(language.say("ML engineers"), lines)
    title = language.say("Pay by company")
    return _answer(title, headline, (table,), language, caveats=(language.say(RANGE),))


def _level(query: Query, known: Knowledge, language: Language) -> Answer:
    figures = [band for level in query.levels if (band := known.band(level)) is not None]
    lines = tuple(figure_rows.row(known, figure, language) for figure in figures)
    headline = language.say(
        "{figures} for ML engineers {source}.",
        figures=language.listing([figure_rows.labelled(line, language) for line in lines]),
        source=figure_rows.by(lines[0], language),
    )
    title = figure_rows.capital(figure_rows.level(known, query.levels[0], language))
    return _answer(title, headline, (Table(language.say("ML engineers"), lines),), language)


def _source(query: Query, known: Knowledge, language: Language) -> Answer:
    figures = [f for f in known.averages(MAIN_ROLE) if f.source in query.sources]
    if not figures:
        return _elsewhere(query, known, MAIN_ROLE, language)
    lines = tuple(figure_rows.row(known, figure, language) for figure in figures)
    said = language.listing([figure_rows.says(line, language) for line in lines])
    people = figure_rows.plural(known, MAIN_ROLE, language)
    blocks: tuple[Block, ...] = (Table(language.say("Average of {people}", people=people), lines),)
    blocks += tuple(
        Text(
            language.say(
                "The article gives a second {source} figure elsewhere; ask me why there are two.",
                source=known.source(f.source).name,
            )
        )
        for f in known.role(MAIN_ROLE).figures
        if f.basis == "comparison" and f.source in query.sources
    )
    headline = language.say("{figures} for ML engineers, on average.", figures=said)
    return _answer(language.say("Average by source"), headline, blocks, language)


def _roles(query: Query, known: Knowledge, language: Language) -> Answer:
    role = next(r for r in query.roles if r != MAIN_ROLE)
    figures = [
        f for f in known.role(role).figures if f.unit == "USD" and (not query.sources or f.source in query.sources)
    ]
    if not figures:
        return _elsewhere(query, known, role, language)
    lines = tuple(figure_rows.row(known, figure, language) for figure in figures)
    people = figure_rows.plural(known, role, language)
    said = language.listing([f"{figure_rows.told(line, language)} {figure_rows.by(line, language)}" for line in lines])
    blocks: tuple[Block, ...] = (Table(language.say("Average of {people}", people=people), lines),)
    remarks = tuple(fill(known, remark.text, language) for remark in known.role(role).remarks)
    if remarks:
        blocks += (Points(remarks),)
    headline = figure_rows.capital(language.say("{people} earn {figures}.", people=people, figures=said))
    return _answer(figure_rows.capital(people), headline, blocks, language)


def _elsewhere(query: Query, known: Knowledge, role: str, language: Language) -> Answer:
    """Say that the named source has nothing on the role, and who has."""
    have = list(dict.fromkeys(known.source(f.source).name for f in known.role(role).figures if f.source != NOT_STATED))
    asked = language.listing([known.source(s).name for s in query.sources], OR)
    people = figure_rows.plural(known, role, language)
    sources = language.listing(have)
    return Answer(
        status="not_covered",
        title=language.say("No {people} on {source}", people=people, source=asked),
        headline=language.say("I have no figures for {people} from {source}.", people=people, source=asked),
        blocks=(Text(language.say("For {people} I have figures from {sources}.", people=people, sources=sources)),),
        suggestions=(f"{known.role(role).short} salary",),
    )


def _overall(known: Knowledge, language: Language) -> Answer:
    line = figure_rows.mean(known, MAIN_ROLE, language)
    each = tuple(figure_rows.row(known, figure, language) for figure in known.averages(MAIN_ROLE))
    headline = language.count(
        "Machine learning engineers earn {pay} on average (the mean of {count} source).",
        "Machine learning engineers earn {pay} on average (the mean of {count} sources).",
        len(each),
        pay=figure_rows.told(line, language),
    )
    blocks = (Table(language.say("Overall"), (line,)), Table(language.say("By source"), each))
    return _answer(language.say("Average pay of ML engineers"), headline, blocks, language)


def _with_period(query: Query, answer: Answer, language: Language) -> Answer:
    if query.period in (None, "year") or not answer.rows:
        return answer
    assert query.period is not None
    first = next(block for block in answer.blocks if isinstance(block, Table))
    parts = tuple(figure_rows.in_period(line, query.period, language) for line in first.rows if line.unit == "USD")
    said = language.listing([figure_rows.labelled(line, language) for line in parts])
    rule = figure_rows.rule(query.period, language)
    title = f"{figure_rows.capital(language.say(figure_rows.BY[query.period]))} ({rule})"
    caveat = language.say("The article gives yearly pay only; the rule is mine: {rule}.", rule=rule)
    return replace(
        answer,
        headline=f"{said}. {answer.headline}",
        blocks=(Table(title, parts), *answer.blocks),
        caveats=(*answer.caveats, caveat),
    )


def _with_home(query: Query, answer: Answer, language: Language) -> Answer:
    home = any(mention.kind == "home" for mention in query.mentions)
    return replace(answer, caveats=(*answer.caveats, language.say(NO_PLACE))) if home else answer
