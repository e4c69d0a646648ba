"""Answers in words: the topics of the knowledge base, who says a figure, which sources and companies are on file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.core.answers.phrasebook import Phrasebook
from bot.core.model.dialogue import Answer, Block, GapKind, Points, Query, Row, Table, Text
from bot.core.model.knowledge import Figure, Source
from bot.core.model.language import later
from bot.core.text.formatting import capital


def topic(query: Query, phrases: Phrasebook) -> Answer:
    """Tell a topic: its lead, its points, its figures, and what the article leaves out."""
    assert query.topic is not None
    topic = phrases.knowledge.topic(query.topic)
    asked = any(gap.kind == GapKind.LEFT_OUT for gap in query.gaps)
    blocks: list[Block] = []
    if topic.points:
        blocks.append(Points(tuple(phrases.fill(point) for point in topic.points)))
    if topic.figures:
        figures = [phrases.knowledge.figure(key) for key in topic.figures]
        lines = tuple(phrases.row(figure, _named(phrases, figure)) for figure in figures)
        blocks.append(Table(phrases.say("In figures"), lines))
    return Answer(
        status="answered",
        title=phrases.say(topic.title),
        headline=phrases.fill(topic.lead),
        blocks=tuple(blocks),
        caveats=(phrases.say(topic.gap),) if topic.gap and not asked else (),
        said_by=(phrases.knowledge.source(topic.source),),
    )


def _named(phrases: Phrasebook, figure: Figure) -> str:
    if figure.basis == "growth":
        people = phrases.plural(figure.role)
        return phrases.say("Growth of {people}, {years}", people=people, years=figure.period)
    named = phrases.subject(figure)
    return phrases.say("{subject}, in the comparison", subject=named) if figure.basis == "comparison" else named


def who_says(query: Query, phrases: Phrasebook) -> Answer:
    """Say who is behind the figures that the question names."""
    knowledge = phrases.knowledge
    figures = [figure for company in query.companies for figure in knowledge.company(company).figures]
    figures += [band for level in query.levels if (band := phrases.knowledge.band(level)) is not None]
    if not figures:
        of_roles = [figure for role in query.roles or (knowledge.main_role,) for figure in knowledge.role(role).figures]
        figures = [figure for figure in of_roles if figure.unit == "USD" and figure.basis != "band"]
    lines = tuple(_under_section(figure, phrases) for figure in figures)
    formatted = phrases.listing([_attribution(line, phrases) for line in lines])
    return Answer(
        status="answered",
        title=phrases.say("Where the figure is from"),
        headline=f"{capital(formatted)}.",
        blocks=(Table(phrases.say("Figures and their sources"), lines),),
        caveats=phrases.caveats(one for line in lines for one in line.terms),
    )


def _under_section(figure: Figure, phrases: Phrasebook) -> Row:
    row = phrases.row(figure)
    return replace(row, note=phrases.say('under "{section}"', section=figure.section)) if figure.section else row


def _attribution(line: Row, phrases: Phrasebook) -> str:
    figure, source = phrases.figure(line), line.sources[0]
    if source.kind != "unnamed":
        return phrases.say(
            "{source} says {figure} for {subject}", source=source.name, figure=figure, subject=line.subject
        )
    template = (
        later("the article names no source for {subject} ({figure})")
        if phrases.is_of_document(line.terms)
        else later("no source is named for {subject} ({figure})")
    )
    return phrases.say(template, subject=line.subject, figure=figure)


def sources(query: Query, phrases: Phrasebook) -> Answer:
    """List every source and what it is the source of: the document with those it quotes, then the others."""
    del query
    knowledge = phrases.knowledge
    used: dict[Source, list[str]] = {}
    for figure in knowledge.figures:
        used.setdefault(knowledge.source(figure.source), []).append(_use(figure, phrases))
    uses = {source: phrases.listing(list(dict.fromkeys(each))) for source, each in used.items()}
    quoted = [source for source in uses if source.quoted_in == knowledge.document.id and source.kind == "publisher"]
    direct = [source for source in uses if source.quoted_in != knowledge.document.id]
    headline = phrases.say(
        "My figures come from {article}, which quotes {sources}.",
        article=phrases.credit(knowledge.document),
        sources=phrases.names(quoted),
    )
    if direct:
        others = phrases.say("Others are directly from {sources}.", sources=phrases.names(direct))
        headline = f"{headline} {others}"
    points = [
        phrases.say("{source}: {uses}", source=_described(one, phrases), uses=uses[one]) for one in quoted + direct
    ]
    unnamed = [use for source, use in uses.items() if source.kind == "unnamed" and source not in direct]
    return Answer(
        status="answered",
        title=phrases.say("Sources"),
        headline=headline,
        blocks=(
            Points(tuple(points)),
            *(Text(phrases.say("The article names no source for: {figures}.", figures=use)) for use in unnamed),
        ),
        caveats=tuple(_caveats_of(knowledge.document, direct, phrases)),
        said_by=(knowledge.document, *direct),
    )


def _described(source: Source, phrases: Phrasebook) -> str:
    """Name a source with what is on file of its publication."""
    date = source.date and phrases.say(source.date)
    details = [part for part in (source.title, source.publisher, date, source.link) if part]
    return f"{phrases.credit(source)} ({', '.join(details)})" if details else phrases.credit(source)


def _caveats_of(document: Source, direct: list[Source], phrases: Phrasebook) -> Iterator[str]:
    for source in (document, *direct):
        if source.note:
            yield phrases.say(source.note)
        yield from map(phrases.say, source.caveats)
    if document.link:
        yield document.link


def _use(figure: Figure, phrases: Phrasebook) -> str:
    if figure.company is not None and figure.basis == "range":
        return phrases.say("the range at {company}", company=phrases.knowledge.company(figure.company).name)
    if figure.company is not None:
        return phrases.subject(figure)
    if figure.basis == "band":
        return phrases.say("{people} by experience")
    if figure.basis == "growth":
        return phrases.say("the growth of the job")
    return phrases.say("the average of {people}", people=phrases.plural(figure.role))


def employers(query: Query, phrases: Phrasebook) -> Answer:
    """List the companies on file."""
    del query
    knowledge = phrases.knowledge
    ranges = knowledge.ranges(company.id for company in knowledge.companies)
    names = [knowledge.company(figure.company or "").name for figure in ranges]
    renamed = [
        phrases.say("{now} is {company}", now=company.now_called, company=company.name)
        for company in knowledge.companies
        if company.now_called
    ]
    headline = phrases.count(
        "I have pay ranges of {people} for {count} company: {companies}.",
        "I have pay ranges of {people} for {count} companies: {companies}.",
        len(names),
        companies=phrases.some(names) + (f" ({', '.join(renamed)})" if renamed else ""),
    )
    if others := [company.name for company in knowledge.companies if knowledge.range_of(company.id) is None]:
        headline += " " + phrases.say("Other figures I have for {companies}.", companies=phrases.some(others))
    terms = tuple(dict.fromkeys(map(phrases.terms, ranges)))
    people = knowledge.role(knowledge.main_role).people
    return Answer(
        status="answered",
        title=phrases.say("Companies on file"),
        headline=headline,
        blocks=(Table(phrases.say("{people}"), tuple(map(phrases.row, ranges))),) if ranges else (),
        said_by=tuple(dict.fromkeys(one.origin for one in terms)),
        suggestions=(
            f"which company pays {people} the most?",
            *([f"compare {names[0]} and {names[-1]}"] if len(names) > 1 else []),
        ),
        caveats=phrases.caveats(terms),
    )
