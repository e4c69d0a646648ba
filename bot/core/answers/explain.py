"""Answers in words: the topics of the knowledge base, who says a figure, which sources and companies are on file."""

from __future__ import annotations

from dataclasses import replace

from bot.core.answers.phrasebook import ERA, Phrasebook
from bot.core.model.dialogue import Answer, Block, Points, Query, Row, Table, Text
from bot.core.model.knowledge import ARTICLE, NOT_STATED, Figure
from bot.core.text.formatting import capital


def topic(query: Query, phrases: Phrasebook) -> Answer:
    """Tell a topic: its lead, its points, its figures, and what the article leaves out."""
    assert query.topic is not None
    told = phrases.knowledge.topic(query.topic)
    blocks: list[Block] = []
    if told.points:
        blocks.append(Points(tuple(phrases.fill(point) for point in told.points)))
    if told.figures:
        figures = [phrases.knowledge.figure(key) for key in told.figures]
        lines = tuple(phrases.row(figure, _named(phrases, figure)) for figure in figures)
        blocks.append(Table(phrases.say("In figures"), lines))
    return Answer(
        status="answered",
        title=phrases.say(told.title),
        headline=phrases.fill(told.lead),
        blocks=tuple(blocks),
        caveats=(phrases.say(told.gap),) if told.gap else (),
        said_by=(phrases.knowledge.source(told.source),),
    )


def _named(phrases: Phrasebook, figure: Figure) -> str:
    if figure.basis == "growth":
        people = phrases.plural(figure.role)
        return phrases.say("Growth of {people}, {years}", people=people, years=figure.period)
    named = phrases.subject(figure)
    return phrases.say("{subject}, in the comparison", subject=named) if figure.basis == "comparison" else named


def who_says(query: Query, phrases: Phrasebook) -> Answer:
    """Say who is behind the figures that the question names."""
    figures = [phrases.knowledge.range_of(company) for company in query.companies]
    figures += [band for level in query.levels if (band := phrases.knowledge.band(level)) is not None]
    if not figures:
        told = [
            figure for role in query.roles or (phrases.main_role,) for figure in phrases.knowledge.role(role).figures
        ]
        figures = [figure for figure in told if figure.unit == "USD" and figure.basis != "band"]
    lines = tuple(
        replace(phrases.row(figure), note=phrases.say('under "{section}"', section=figure.section))
        for figure in figures
    )
    said = phrases.listing([_attribution(line, phrases) for line in lines])
    return Answer(
        status="answered",
        title=phrases.say("Where the figure is from"),
        headline=f"{capital(said)}.",
        blocks=(Table(phrases.say("Figures and their sources"), lines),),
        caveats=(phrases.say(ERA),),
    )


def _attribution(line: Row, phrases: Phrasebook) -> str:
    figure = phrases.figure(line)
    if line.sources[0].id == NOT_STATED:
        return phrases.say("the article names no source for {subject} ({figure})", subject=line.subject, figure=figure)
    source = line.sources[0].name
    return phrases.say("{source} says {figure} for {subject}", source=source, figure=figure, subject=line.subject)


def sources(query: Query, phrases: Phrasebook) -> Answer:
    """List every source and what it is the source of."""
    del query
    used: dict[str, list[str]] = {}
    for figure in phrases.knowledge.figures:
        used.setdefault(figure.source, []).append(_use(figure, phrases))
    uses = {key: phrases.listing(list(dict.fromkeys(each))) for key, each in used.items()}
    unstated = uses.pop(NOT_STATED, "")
    article = phrases.knowledge.source(ARTICLE)
    headline = phrases.say(
        "My figures come from {article}, which quotes {sources}.",
        article=phrases.credit(article),
        sources=phrases.listing([phrases.knowledge.source(key).name for key in uses]),
    )
    named = [
        phrases.say("{source}: {uses}", source=phrases.knowledge.source(key).name, uses=use)
        for key, use in uses.items()
    ]
    honest = phrases.say("They are averages of job postings and reports; I can't check how accurate they are.")
    return Answer(
        status="answered",
        title=phrases.say("Sources"),
        headline=headline,
        blocks=(
            Points(tuple(named)),
            Text(phrases.say("The article names no source for: {figures}.", figures=unstated)),
        ),
        caveats=(*([phrases.say(article.note)] if article.note else []), honest),
        said_by=(article,),
    )


def _use(figure: Figure, phrases: Phrasebook) -> str:
    if figure.company is not None:
        return phrases.say("the range at {company}", company=phrases.knowledge.company(figure.company).name)
    if figure.basis == "band":
        return phrases.say("ML engineers by experience")
    if figure.basis == "growth":
        return phrases.say("the growth of the job")
    return phrases.say("the average of {people}", people=phrases.plural(figure.role))


def employers(query: Query, phrases: Phrasebook) -> Answer:
    """List the companies on file."""
    del query
    names = [company.name for company in phrases.knowledge.companies]
    return Answer(
        status="answered",
        title=phrases.say("Companies on file"),
        headline=phrases.count(
            "I have pay ranges of ML engineers for {count} company: {companies} (Meta is Facebook).",
            "I have pay ranges of ML engineers for {count} companies: {companies} (Meta is Facebook).",
            len(names),
            companies=phrases.some(names),
        ),
        said_by=(phrases.knowledge.source(ARTICLE),),
        suggestions=("which company pays ML engineers the most?", f"compare {names[0]} and {names[-1]}"),
        caveats=(phrases.say(ERA),),
    )
