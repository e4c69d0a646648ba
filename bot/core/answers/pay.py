"""Answers what somebody is paid: a company's range, a level's band, a source's average, a role, or overall."""

from __future__ import annotations

from dataclasses import replace

from bot.core.model.dialogue import Answer, Block, Points, Query, Row, Text
from bot.core.model.language import OR, later
from bot.core.phrases.phrasebook import Phrasebook, pay_of
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
        answer = _overall(query, phrases)
    return _with_home(query, answer, phrases)


def ladder(query: Query, phrases: Phrasebook) -> Answer:
    """Answer with pay at every level of experience."""
    bands = [phrases.knowledge.band(level.id) for level in phrases.knowledge.vocabulary.levels]
    lines = tuple(phrases.row(band) for band in bands if band is not None)
    levels = [phrases.knowledge.level(band.level or "") for band in bands if band is not None]
    converted = phrases.converted(query.period, lines)
    headline = phrases.say(
        "{role} pay climbs with experience: from {first} for {beginners} to {last} with {years}+ years.",
        role=phrases.say(phrases.knowledge.role(phrases.main_role).short),
        first=phrases.amount(converted[0]),
        beginners=phrases.say(levels[0].people or levels[0].name),
        last=phrases.figure(converted[-1]),
        years=phrases.number(levels[-1].from_years),
    )
    remarks = phrases.knowledge.role(phrases.main_role).remarks
    return Answer(
        status="answered",
        title=phrases.say("Pay by experience"),
        headline=headline,
        shown=converted,
        details=(
            *phrases.tables(query.period, phrases.say("By years of experience"), lines),
            *(Text(phrases.fill(remark.text)) for remark in remarks),
        ),
        caveats=phrases.caveats_of(lines, query.period),
    )


def _company(query: Query, phrases: Phrasebook) -> Answer:
    company = phrases.knowledge.company(query.companies[0])
    figures = phrases.knowledge.figures_at(company.id, query.roles, query.levels)
    lines = tuple(map(phrases.row, figures))
    converted = phrases.converted(query.period, lines)
    people = phrases.listing([phrases.plural(role) for role in query.roles or (phrases.main_role,)])
    details: list[Block] = [*phrases.tables(query.period, capital(people), lines)]
    if company.remarks:
        details.append(Points(tuple(phrases.fill(remark.text) for remark in company.remarks)))
    beside: tuple[Row, ...] = ()
    more = figures[0].basis == "range" and figures[0].role == phrases.main_role
    if more:
        if query.brief:
            converted = (_end_of(query, converted[0]), *converted[1:])
        headline = _company_headline(query, converted[0], phrases)
        details += [Text(_width_sum(lines[0], phrases))] if _wants_width(query) else []
        # What is only partly known stands alone: beside a gap the average would seem to fill it.
        beside = () if query.gaps else _average_beside(lines[0], phrases)
        details += phrases.tables(query.period, phrases.say("Beside it"), beside) if beside else ()
    else:
        headline = f"{phrases.listing([phrases.labeled(line) for line in converted])}."
    return Answer(
        status="answered",
        title=phrases.say("{company}, in detail", company=company.name),
        headline=headline,
        # Converted the range stands alone: a picture would show no more than it.
        also=tuple(Text(f"{phrases.labeled(line)}.") for line in converted[1:]) if more else (),
        shown=(converted[0], *beside) if beside and converted == lines else (),
        details=tuple(details),
        cited=converted,
        caveats=phrases.caveats_of(lines, query.period, ranges=any(f.basis == "range" for f in figures)),
    )


def _end_of(query: Query, line: Row) -> Row:
    """Return the one end of a range that nothing but is asked for: "just the top"."""
    wants = set(query.directions)
    ends = {"low": wants <= {"lowest", "start"}, "high": wants <= {"highest", "end"}}
    end = next((name for name, wanted in ends.items() if wanted), None) if wants else None
    if end is None:
        return line
    yearly = (line.yearly[0 if end == "low" else -1],) if line.yearly else ()
    return replace(line, value=getattr(line, end), low=None, high=None, yearly=yearly)


def _average_beside(line: Row, phrases: Phrasebook) -> tuple[Row, ...]:
    """Return the average that a range is shown beside: one from where the range is from, as no other compares."""
    if not phrases.knowledge.averages(phrases.main_role):
        return ()
    mean = phrases.mean(phrases.main_role)
    return (mean,) if {one.origin for one in mean.terms} == {one.origin for one in line.terms} else ()


def _wants_width(query: Query) -> bool:
    wants = set(query.directions)
    return bool({"widest", "narrowest"} & wants) or {"lowest", "highest"} <= wants


def _company_headline(query: Query, line: Row, phrases: Phrasebook) -> str:
    if _wants_width(query):
        template = later("{company}'s range for {people} is {width} wide: {pay}.")
    elif line.value is not None:
        starts = "lowest" in query.directions or "start" in query.directions
        template = (
            later("{company} starts {people} at {pay}.")
            if starts
            else later("{company} tops out at {pay} for {people}.")
        )
    elif "lowest" in query.directions or "start" in query.directions:
        template = later("{company} starts {people} at {start}; its range goes up to {high}.")
    elif "highest" in query.directions or "end" in query.directions:
        template = later("{company} goes up to {top} for {people}; its range starts at {low}.")
    else:
        template = later("{company} pays {people} {pay}.")
    low, high = phrases.money(line.low or 0), phrases.money(line.high or 0)
    return phrases.say(
        template,
        company=line.subject,
        pay=phrases.figure(line),
        low=low,
        start=phrases.per(low, line.period),
        high=high,
        top=phrases.per(high, line.period),
        width=phrases.money((line.high or 0) - (line.low or 0)),
    )


def _width_sum(line: Row, phrases: Phrasebook) -> str:
    """Show how far apart the ends of a range are."""
    low, high = line.low or 0, line.high or 0
    sum_ = f"{phrases.number(high)} - {phrases.number(low)} = {phrases.number(high - low)}"
    return phrases.say("From the start to the top: {sum}", sum=sum_)


def _companies(query: Query, phrases: Phrasebook) -> Answer:
    lines = tuple(map(phrases.row, phrases.knowledge.ranges(query.companies)))
    converted = phrases.converted(query.period, lines)
    low = min(converted, key=lambda line: line.low or 0)
    high = max(converted, key=lambda line: line.high or 0)
    headline = phrases.say(
        "{people} get from {start} at {starting} to {top} at {topping}.",
        start=phrases.money(low.low or 0),
        starting=low.subject,
        top=phrases.per(phrases.money(high.high or 0), high.period),
        topping=high.subject,
    )
    return Answer(
        status="answered",
        title=phrases.say("Pay by company"),
        headline=headline,
        listed=phrases.say(
            "Lowest start: {starting}. Highest top: {topping}.", starting=low.subject, topping=high.subject
        ),
        shown=converted,
        details=phrases.tables(query.period, phrases.say("{people}"), lines),
        caveats=phrases.caveats_of(lines, query.period, ranges=True),
    )


def _level(query: Query, phrases: Phrasebook) -> Answer:
    figures = [band for level in query.levels if (band := phrases.knowledge.band(level)) is not None]
    lines = tuple(phrases.row(figure) for figure in figures)
    converted = phrases.converted(query.period, lines)
    each = [
        phrases.say("{level}: {people} earn {pay}", level=row.subject, pay=phrases.figure(row)) for row in converted[:1]
    ]
    return Answer(
        status="answered",
        title=phrases.say("{level}, in detail", level=capital(phrases.level(query.levels[0]))),
        headline=f"{'; '.join([*each, *map(phrases.labeled, converted[1:])])}.",
        details=phrases.tables(query.period, phrases.say("{people}"), lines),
        cited=converted,
        caveats=phrases.caveats_of(lines, query.period),
    )


def _source(query: Query, phrases: Phrasebook) -> Answer:
    figures = [f for f in phrases.knowledge.averages(phrases.main_role) if f.source in query.sources]
    if not figures:
        return _elsewhere(query, phrases, phrases.main_role)
    lines = tuple(phrases.row(figure) for figure in figures)
    converted = phrases.converted(query.period, lines)
    elsewhere = tuple(
        Text(
            phrases.say(
                "The article gives a second {source} figure elsewhere; ask me why there are two.",
                source=phrases.knowledge.source(f.source).name,
            )
        )
        for f in phrases.knowledge.role(phrases.main_role).figures
        if f.basis == "comparison" and f.source in query.sources
    )
    people = phrases.plural(phrases.main_role)
    if len(converted) == 1:
        headline = phrases.say(
            "{source} puts {people} at {figure} on average.",
            source=phrases.names(converted[0].sources),
            figure=phrases.figure(converted[0]),
        )
    else:
        each = [phrases.quoted(line) for line in converted]
        headline = phrases.say("{figures} for {people}, on average.", figures=phrases.listing(each))
    mean = phrases.tables(query.period, phrases.say("Overall"), (phrases.mean(phrases.main_role),))
    return Answer(
        status="answered",
        title=phrases.say("Average by source"),
        headline=headline,
        details=(
            *phrases.tables(query.period, phrases.say("Average of {people}", people=people), lines),
            *elsewhere,
            *mean,
        ),
        cited=converted,
        caveats=phrases.caveats_of(lines, query.period),
    )


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
    converted = phrases.converted(query.period, lines)
    people = phrases.plural(role)
    medians = all(figure.basis == "median" for figure in figures)
    earn = later("{people} earn {figures} at the median.") if medians else later("{people} earn {figures}.")
    averages = all(figure.basis in ("average", "comparison") for figure in figures)
    title = later("Average of {people}") if averages else later("Pay of {people}")
    remarks = tuple(phrases.fill(remark.text) for remark in phrases.knowledge.role(role).remarks)
    return Answer(
        status="answered",
        title=capital(phrases.say("{people}, in detail", people=people)),
        headline=capital(phrases.say(earn, people=people, figures=_by_whom(converted, phrases))),
        details=(
            *phrases.tables(query.period, phrases.say(title, people=people), lines),
            *([Points(remarks)] if remarks else []),
        ),
        cited=converted,
        caveats=phrases.caveats_of(lines, query.period),
    )


def _by_whom(lines: tuple[Row, ...], phrases: Phrasebook) -> str:
    """Tell figures, each with its source where they are several."""
    if len(lines) == 1:
        return phrases.figure(lines[0])
    *first, last = lines
    each = [f"{phrases.amount(line)} {phrases.attribution(line)}" for line in first]
    return phrases.listing([*each, f"{phrases.figure(last)} {phrases.attribution(last)}"], OR)


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
        also=(Text(phrases.say("For {people} I have figures from {sources}.", people=people, sources=sources)),),
        suggestions=(pay_of(phrases.knowledge.role(role), phrases),),
    )


def _overall(query: Query, phrases: Phrasebook) -> Answer:
    mean = phrases.mean(phrases.main_role)
    each = tuple(phrases.row(f, phrases.source_name(f)) for f in phrases.knowledge.averages(phrases.main_role))
    (converted,), by_source = phrases.converted(query.period, (mean,)), phrases.converted(query.period, each)
    low, high = (end(by_source, key=lambda line: line.value or 0) for end in (min, max))
    between = phrases.say(
        "From {low} ({lowest}) to {high} ({highest}), depending on the source.",
        low=phrases.money(low.value or 0),
        lowest=low.subject,
        high=phrases.money(high.value or 0),
        highest=high.subject,
    )
    return Answer(
        status="answered",
        title=phrases.say("The average, in detail"),
        headline=phrases.say("{people} earn {pay} on average.", pay=phrases.figure(converted)),
        also=(Text(between),) if len(each) > 1 else (),
        details=(
            *phrases.tables(query.period, phrases.say("Overall"), (mean,)),
            *phrases.tables(query.period, phrases.say("By source"), each),
        ),
        cited=(converted,),
        caveats=phrases.caveats_of((mean, *each), query.period),
    )


def _with_home(query: Query, answer: Answer, phrases: Phrasebook) -> Answer:
    """Say what country the figures are of, where somebody named one; that is part of what was asked."""
    if not any(mention.kind == "home" for mention in query.mentions):
        return answer
    nowhere = phrases.no_place(one for row in answer.rows for one in row.terms)
    return replace(answer, also=(*answer.also, *map(Text, nowhere)))
