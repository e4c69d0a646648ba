"""Answers in words: the topics of the knowledge base, who says a figure, which sources and companies are on file."""

from __future__ import annotations

from dataclasses import replace

from bot.core.answers import rows
from bot.core.answers.wording import ERA, fill
from bot.core.dialogue import Answer, Block, Points, Query, Row, Table, Text
from bot.core.knowledge import ARTICLE, MAIN_ROLE, NOT_STATED, Figure, Knowledge
from bot.core.text import listing


def topic(query: Query, known: Knowledge) -> Answer:
    """Tell a topic: its lead, its points, its figures, and what the article leaves out."""
    assert query.topic is not None
    told = known.topic(query.topic)
    blocks: list[Block] = []
    if told.points:
        blocks.append(Points(tuple(fill(known, point) for point in told.points)))
    if told.figures:
        blocks.append(
            Table("In figures", tuple(rows.row(known, known.figure(key), _named(known, key)) for key in told.figures))
        )
    return Answer(
        status="answered",
        title=told.title,
        headline=fill(known, told.lead),
        blocks=tuple(blocks),
        caveats=(told.gap,) if told.gap else (),
        said_by=(known.source(told.source),),
    )


def _named(known: Knowledge, key: str) -> str:
    figure = known.figure(key)
    if figure.basis == "growth":
        return f"Growth of {rows.plural(known, figure.role)}, {figure.period}"
    return f"{rows.subject(known, figure)}{', in the comparison' if figure.basis == 'comparison' else ''}"


def who_says(query: Query, known: Knowledge) -> Answer:
    """Say who is behind the figures that the question names."""
    figures = [known.range_of(company) for company in query.companies]
    figures += [band for level in query.levels if (band := known.band(level)) is not None]
    if not figures:
        role = query.roles[0] if query.roles else MAIN_ROLE
        figures = [f for f in known.role(role).figures if f.unit == "USD" and f.basis != "band"]
    lines = tuple(replace(rows.row(known, figure), note=f'under "{figure.section}"') for figure in figures)
    headline = listing([_attribution(figure, line, known) for figure, line in zip(figures, lines, strict=True)])
    return Answer(
        status="answered",
        title="Where the figure is from",
        headline=f"{headline[:1].upper()}{headline[1:]}.",
        blocks=(Table("Figures and their sources", lines),),
        caveats=(ERA,),
    )


def _attribution(figure: Figure, line: Row, known: Knowledge) -> str:
    if figure.source == NOT_STATED:
        return f"the article names no source for {line.subject} ({rows.told(line)})"
    return f"{known.source(figure.source).name} says {rows.told(line)} for {line.subject}"


def sources(query: Query, known: Knowledge) -> Answer:
    """List every source and what it is the source of."""
    del query
    used: dict[str, list[str]] = {}
    for figure in known.figures:
        used.setdefault(figure.source, []).append(_use(figure, known))
    lines = tuple(
        f"{known.source(key).name}: {listing(list(dict.fromkeys(uses)))}"
        for key, uses in used.items()
        if key != NOT_STATED
    )
    unstated = listing(list(dict.fromkeys(used.get(NOT_STATED, []))))
    names = listing([known.source(key).name for key in used if key != NOT_STATED])
    article = known.source(ARTICLE)
    return Answer(
        status="answered",
        title="Sources",
        headline=f"My figures come from {article.name}, which quotes {names}.",
        blocks=(Points(lines), Text(f"The article names no source for: {unstated}.")),
        caveats=tuple(
            filter(
                None,
                (article.note, "They are averages of job postings and reports; I can't check how accurate they are."),
            )
        ),
        said_by=(article,),
    )


def _use(figure: Figure, known: Knowledge) -> str:
    if figure.company is not None:
        return f"the range at {known.company(figure.company).name}"
    if figure.basis == "band":
        return "ML engineers by experience"
    if figure.basis == "growth":
        return "the growth of the job"
    return f"the average of {rows.plural(known, figure.role)}"


def employers(query: Query, known: Knowledge) -> Answer:
    """List the companies on file."""
    del query
    names = [company.name for company in known.companies]
    return Answer(
        status="answered",
        title="Companies on file",
        headline=f"I have pay ranges of ML engineers for {len(names)} companies: {listing(names)} (Meta is Facebook).",
        said_by=(known.source(ARTICLE),),
        suggestions=("which company pays ML engineers the most?", f"compare {names[0]} and {names[-1]}"),
        caveats=(ERA,),
    )
