"""Answers in words: the topics of the knowledge base, who says a figure, which sources and companies are on file."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.model.dialogue import Answer, Block, GapKind, Points, Query, Row, Suggestion, Table, Text
from bot.core.model.knowledge import Figure, Source, Topic, figures_named
from bot.core.model.language import later
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.text.formatting import capital, in_sentence

# More attributions than these are a list, which ends where nobody reads on.
MOST_IN_SENTENCE, MOST_BULLETS = 2, 6


def topic(query: Query, phrases: Phrasebook) -> Answer:
    """Tell a topic: its lead, its points, its figures, and what the article leaves out."""
    assert query.topic is not None
    topic = phrases.knowledge.topic(query.topic)
    asked = any(gap.kind == GapKind.LEFT_OUT for gap in query.gaps)
    details: list[Block] = [Points(tuple(map(phrases.fill, topic.points)))] if topic.points else []
    lines: tuple[Row, ...] = ()
    if topic.figures:
        figures = [phrases.knowledge.figure(key) for key in topic.figures]
        lines = tuple(phrases.row(figure, _named(phrases, figure)) for figure in figures)
        details.append(Table(phrases.say("In figures"), lines))
    source = phrases.knowledge.source(topic.source)
    return Answer(
        status="answered",
        title=phrases.say(topic.title),
        headline=phrases.fill(topic.lead),
        also=_also(topic, phrases),
        details=tuple(details),
        cited=lines,
        limits=tuple(map(phrases.say, topic.limits)),
        headings=(topic.section,),
        caveats=(phrases.say(topic.gap),) if topic.gap and not asked else (),
        text_sources=(source,),
    )


def _also(topic: Topic, phrases: Phrasebook) -> tuple[Text | Points, ...]:
    """Return what a topic says in the message behind its lead: one sentence, or several as a list."""
    also = tuple(map(phrases.fill, topic.also))
    return (Points(also),) if len(also) > 1 else tuple(map(Text, also))


def _named(phrases: Phrasebook, figure: Figure) -> str:
    if figure.basis == "growth":
        people = phrases.plural(figure.role)
        return phrases.say("Growth of {people}, {years}", people=people, years=figure.period)
    named = phrases.subject(figure)
    return phrases.say("{subject}, in the comparison", subject=named) if figure.basis == "comparison" else named


def who_says(query: Query, phrases: Phrasebook) -> Answer:
    """Say who is behind the figures that the question names."""
    knowledge = phrases.knowledge
    if query.topic is not None:
        return _who_says_topic(knowledge.topic(query.topic), phrases)
    figures = figures_named(knowledge, query.companies, query.levels, roles=query.roles or (knowledge.main_role,))
    lines = tuple(map(phrases.row, figures))
    each = [_attribution(line, _whose(figure, phrases), phrases) for line, figure in zip(lines, figures, strict=True)]
    several = len(each) > MOST_IN_SENTENCE
    return Answer(
        status="answered",
        title=phrases.say("Where the figure is from"),
        headline=phrases.say("Each figure with who says it:") if several else f"{capital(phrases.listing(each))}.",
        also=(Points(tuple(map(capital, each[:MOST_BULLETS]))),) if several else (),
        details=(Table(phrases.say("Figures and their sources"), lines),),
        cited=lines,
        caveats=phrases.caveats_of(lines, None),
    )


def provenance(query: Query, phrases: Phrasebook) -> Answer:
    """Say what the figures that the question names are: of when, of how many people, of what pay, and of where."""
    figures = figures_named(
        phrases.knowledge, query.companies, query.levels, query.sources, query.roles or (phrases.main_role,)
    )
    lines = tuple(map(phrases.row, figures))
    each = [
        phrases.say(
            "{figure}: {meaning}",
            figure=_attribution(line, _whose(figure, phrases), phrases),
            meaning=phrases.meaning(figure),
        )
        for line, figure in zip(lines, figures, strict=True)
    ]
    several = len(each) > 1
    return Answer(
        status="answered",
        title=phrases.say("What the figures are"),
        headline=phrases.say("What is known of each figure:") if several else f"{capital(each[0])}.",
        also=(Points(tuple(map(capital, each[:MOST_BULLETS]))),) if several else (),
        details=(
            *([Points(tuple(map(capital, each[MOST_BULLETS:])))] if len(each) > MOST_BULLETS else []),
            Table(phrases.say("Figures and their sources"), lines),
        ),
        caveats=tuple(
            map(phrases.say, dict.fromkeys(one for line in lines for t in line.terms for one in t.source.caveats))
        ),
    )


def _who_says_topic(topic: Topic, phrases: Phrasebook) -> Answer:
    """Say who is behind what a topic tells: the document, and whom that names for its figures."""
    figures = [phrases.knowledge.figure(key) for key in topic.figures]
    lines = tuple(phrases.row(figure, _named(phrases, figure)) for figure in figures)
    each = [_attribution(line, in_sentence(line.subject), phrases) for line in lines]
    source = phrases.knowledge.source(topic.source)
    unnamed = all(line.sources[0].kind == "unnamed" for line in lines)
    headline = (
        f"{capital(phrases.listing(each))}." if each else phrases.say("That's what the source says; it cites nobody.")
    )
    return Answer(
        status="partial" if unnamed else "answered",
        title=phrases.say("Where the figure is from"),
        headline=headline,
        details=(Table(phrases.say("Figures and their sources"), lines),) if lines else (),
        cited=lines,
        text_sources=(source,),
    )


def _whose(figure: Figure, phrases: Phrasebook) -> str:
    """Name whom a figure is about without its source, which the attribution names."""
    if figure.company is not None or figure.level is not None:
        return phrases.subject(figure)
    people = phrases.plural(figure.role)
    return phrases.say("{subject}, in the comparison", subject=people) if figure.basis == "comparison" else people


def _attribution(line: Row, subject: str, phrases: Phrasebook) -> str:
    figure, source = phrases.figure(line), line.sources[0]
    if source.kind != "unnamed":
        return phrases.say("{source} says {figure} for {subject}", source=source.name, figure=figure, subject=subject)
    template = (
        later("the article names no source for {subject} ({figure})")
        if phrases.is_of_document(line.terms)
        else later("no source is named for {subject} ({figure})")
    )
    return phrases.say(template, subject=subject, figure=figure)


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
    headline = phrases.say("My figures come from {article}. It quotes:", article=phrases.credit(knowledge.document))
    by_use: dict[str, list[Source]] = {}
    for one in quoted:
        by_use.setdefault(uses[one], []).append(one)
    points = [phrases.say("{source}: {uses}", source=phrases.names(by_use[use]), uses=use) for use in by_use]
    unnamed = [use for source, use in uses.items() if source.kind == "unnamed" and source not in direct]
    points += [phrases.say("Nobody named: {uses}", uses=use) for use in unnamed]
    points += [
        phrases.say("Directly from {source}: {uses}", source=phrases.credit(one), uses=uses[one]) for one in direct
    ]
    return Answer(
        status="answered",
        title=phrases.say("Sources"),
        headline=headline,
        also=(Points(tuple(points[:MOST_BULLETS])), *_public_data(phrases)),
        details=(
            Points((*points[MOST_BULLETS:], *(_described(one, phrases) for one in (*quoted, *direct)))),
            *_datasets(phrases),
        ),
        caveats=tuple(_caveats_of(knowledge.document, direct, phrases)),
        text_sources=(knowledge.document, *direct),
    )


def _described(source: Source, phrases: Phrasebook) -> str:
    """Name a source with what is on file of its publication."""
    date = source.date and phrases.say(source.date)
    details = [part for part in (source.title, source.publisher, date, source.link) if part]
    return f"{phrases.credit(source)} ({', '.join(details)})" if details else phrases.credit(source)


def _public_data(phrases: Phrasebook) -> Iterator[Text]:
    """Say how many tables there are beside the facts, if any."""
    public = phrases.knowledge.public
    if public is not None:
        rows = phrases.language.number(sum(len(table) for table in public.tables.values()))
        template = later("Beside them I look up what they lack in {count} tables of public pay data ({rows} rows).")
        yield Text(phrases.say(template, count=str(len(public.datasets)), rows=rows))


def _datasets(phrases: Phrasebook) -> Iterator[Points]:
    """List the tables: title, publisher, date, rows and license."""
    public = phrases.knowledge.public
    if public is not None:
        template = later("{title} ({publisher}): {date}; rows: {rows}; {license}")
        yield Points(
            tuple(
                phrases.say(
                    template,
                    title=dataset.title,
                    publisher=dataset.publisher,
                    date=dataset.date,
                    rows=phrases.language.number(len(public.tables[dataset.id])),
                    license=dataset.license,
                )
                for dataset in public.datasets
            )
        )


def _caveats_of(document: Source, direct: list[Source], phrases: Phrasebook) -> Iterator[str]:
    for source in (document, *direct):
        if source.note:
            yield phrases.say(source.note)
        yield from map(phrases.say, source.caveats)
    if document.link:
        yield document.link


def _use(figure: Figure, phrases: Phrasebook) -> str:
    if figure.company is not None and figure.basis == "range":
        return phrases.knowledge.company(figure.company).name
    if figure.company is not None:
        return phrases.subject(figure)
    if figure.basis == "band":
        return phrases.say("levels")
    if figure.basis == "growth":
        return phrases.say("growth")
    return phrases.plural(figure.role)


def employers(query: Query, phrases: Phrasebook) -> Answer:
    """List the companies on file."""
    del query
    knowledge = phrases.knowledge
    ranges = knowledge.ranges(company.id for company in knowledge.companies)
    companies = [knowledge.company(figure.company or "") for figure in ranges]
    names = [company.name for company in companies]
    subjects = [
        phrases.say("{company} (now {now})", company=c.name, now=c.now_called) if c.now_called else c.name
        for c in companies
    ]
    headline = phrases.count(
        "I have pay ranges of {people} for {count} company.",
        "I have pay ranges of {people} for {count} companies.",
        len(names),
    )
    if others := [company.name for company in knowledge.companies if knowledge.range_of(company.id) is None]:
        headline += " " + phrases.say("Other figures I have for {companies}.", companies=phrases.some(others))
    rows = tuple(map(phrases.row, ranges, subjects))
    people, questions = knowledge.role(knowledge.main_role).people, knowledge.about.questions
    return Answer(
        status="answered",
        title=phrases.say("Companies on file"),
        headline=headline,
        shown=rows,
        details=(Table(phrases.say("{people}"), rows),) if rows else (),
        cited=rows,
        suggestions=(
            Suggestion(questions.highest.format(people=people), phrases.say("Who pays most?")),
            *([Suggestion(questions.comparison.format(first=names[0], second=names[-1]))] if len(names) > 1 else []),
        ),
        caveats=phrases.caveats_of(rows, None, ranges=True),
    )
