"""Answers in words: the topics of the knowledge base, who says a figure, which sources and companies are on file."""

from __future__ import annotations

from dataclasses import replace

from bot.core.answers import figure_rows
from bot.core.answers.phrases import ERA, fill
from bot.core.model.dialogue import Answer, Block, Points, Query, Row, Table, Text
from bot.core.model.knowledge import ARTICLE, MAIN_ROLE, NOT_STATED, Figure, Knowledge
from bot.core.model.language import Language


def topic(query: Query, known: Knowledge, language: Language) -> Answer:
    """Tell a topic: its lead, its points, its figures, and what the article leaves out."""
    assert query.topic is not None
    told = known.topic(query.topic)
    blocks: list[Block] = []
    if told.points:
        blocks.append(Points(tuple(fill(known, point, language) for point in told.points)))
    if told.figures:
        figures = [known.figure(key) for key in told.figures]
        lines = tuple(figure_rows.row(known, figure, language, _named(known, figure, language)) for figure in figures)
        blocks.append(Table(language.say("In figures"), lines))
    return Answer(
        status="answered",
        title=language.say(told.title),
        headline=fill(known, told.lead, language),
        blocks=tuple(blocks),
        caveats=(language.say(told.gap),) if told.gap else (),
        said_by=(known.source(told.source),),
    )


def _named(known: Knowledge, figure: Figure, language: Language) -> str:
    if figure.basis == "growth":
        people = figure_rows.plural(known, figure.role, language)
        return language.say("Growth of {people}, {years}", people=people, years=figure.period)
    named = figure_rows.subject(known, figure, language)
    return language.say("{subject}, in the comparison", subject=named) if figure.basis == "comparison" else named


def who_says(query: Query, known: Knowledge, language: Language) -> Answer:
    """Say who is behind the figures that the question names."""
    figures = [known.range_of(company) for company in query.companies]
    figures += [band for level in query.levels if (band := known.band(level)) is not None]
    if not figures:
        told = [figure for role in query.roles or (MAIN_ROLE,) for figure in known.role(role).figures]
        figures = [figure for figure in told if figure.unit == "USD" and figure.basis != "band"]
    lines = tuple(
        replace(
            figure_rows.row(known, figure, language), note=language.say('under "{section}"', section=figure.section)
        )
        for figure in figures
    )
    said = language.listing([_attribution(line, language) for line in lines])
    return Answer(
        status="answered",
        title=language.say("Where the figure is from"),
        headline=f"{figure_rows.capital(said)}.",
        blocks=(Table(language.say("Figures and their sources"), lines),),
        caveats=(language.say(ERA),),
    )


def _attribution(line: Row, language: Language) -> str:
    figure = figure_rows.told(line, language)
    if line.sources[0].id == NOT_STATED:
        return language.say("the article names no source for {subject} ({figure})", subject=line.subject, figure=figure)
    source = line.sources[0].name
    return language.say("{source} says {figure} for {subject}", source=source, figure=figure, subject=line.subject)


def sources(query: Query, known: Knowledge, language: Language) -> Answer:
    """List every source and what it is the source of."""
    del query
    used: dict[str, list[str]] = {}
    for figure in known.figures:
        used.setdefault(figure.source, []).append(_use(figure, known, language))
    uses = {key: language.listing(list(dict.fromkeys(each))) for key, each in used.items()}
    unstated = uses.pop(NOT_STATED, "")
    article = known.source(ARTICLE)
    headline = language.say(
        "My figures come from {article}, which quotes {sources}.",
        article=figure_rows.credit(article, language),
        sources=language.listing([known.source(key).name for key in uses]),
    )
    named = [language.say("{source}: {uses}", source=known.source(key).name, uses=use) for key, use in uses.items()]
    honest = language.say("They are averages of job postings and reports; I can't check how accurate they are.")
    return Answer(
        status="answered",
        title=language.say("Sources"),
        headline=headline,
        blocks=(
            Points(tuple(named)),
            Text(language.say("The article names no source for: {figures}.", figures=unstated)),
        ),
        caveats=(*([language.say(article.note)] if article.note else []), honest),
        said_by=(article,),
    )


def _use(figure: Figure, known: Knowledge, language: Language) -> str:
    if figure.company is not None:
        return language.say("the range at {company}", company=known.company(figure.company).name)
    if figure.basis == "band":
        return language.say("ML engineers by experience")
    if figure.basis == "growth":
        return language.say("the growth of the job")
    return language.say("the average of {people}", people=figure_rows.plural(known, figure.role, language))


def employers(query: Query, known: Knowledge, language: Language) -> Answer:
    """List the companies on file."""
    del query
    names = [company.name for company in known.companies]
    return Answer(
        status="answered",
        title=language.say("Companies on file"),
        headline=language.count(
            "I have pay ranges of ML engineers for {count} company: {companies} (Meta is Facebook).",
            "I have pay ranges of ML engineers for {count} companies: {companies} (Meta is Facebook).",
            len(names),
            companies=figure_rows.some(names, language),
        ),
        said_by=(known.source(ARTICLE),),
        suggestions=("which company pays ML engineers the most?", f"compare {names[0]} and {names[-1]}"),
        caveats=(language.say(ERA),),
    )
