"""Answers which company or which source is highest, lowest, widest."""

from __future__ import annotations

from bot.core.answers import rows
from bot.core.answers.wording import ALL_OF_THEM, ERA, RANGE, gap_lines
from bot.core.dialogue import PARTS, Answer, Gap, Query, Row, Table
from bot.core.knowledge import MAIN_ROLE, Knowledge
from bot.core.language import Language, later


def rank_companies(query: Query, known: Knowledge, language: Language) -> Answer:
    """Rank the companies by the end of the range that is asked about; one that is named is placed among all."""
    several = query.companies if len(query.companies) > 1 else ()
    wanted = set(several or [company.id for company in known.companies]).difference(query.excluded)
    chosen = [company for company in known.companies if company.id in wanted]
    lines = [rows.row(known, known.range_of(company.id), language) for company in chosen]
    if not lines:
        return _ask(language.say("Which companies do you mean? You left all of them out."), language)
    if len(query.amounts) > 1:
        return _ask(language.say("Which amount do you mean? Give me one at a time."), language)
    headline, order = _over(lines, query, language) if query.amounts else _ranked(lines, query, language)
    yardstick = [] if several else [known.company(company).name for company in query.companies]
    headline += "".join(f" {said}" for said in _places(yardstick, order, language))
    foreign = [known.source(s) for s in query.sources if any(known.source(s) not in line.sources for line in lines)]
    gaps = tuple(Gap(kind="source", name=language.say(ALL_OF_THEM, source=source.name)) for source in foreign)
    on_file = language.count("{count} company is on file.", "{count} companies are on file.", len(known.companies))
    return Answer(
        status="partial" if gaps else "answered",
        title=language.say("Companies by pay of ML engineers"),
        headline=headline,
        blocks=(Table(language.say("ML engineers"), tuple(order)),),
        gaps=gap_lines(gaps, language),
        caveats=(f"{on_file} {language.say(RANGE)}", language.say(ERA)),
    )


def _ask(headline: str, language: Language) -> Answer:
    return Answer(status="clarify", title=language.say("Which one?"), headline=headline)


def _places(names: list[str], order: list[Row], language: Language) -> list[str]:
    """Say which place each of the named companies takes."""
    places = [line.subject for line in order]
    return [
        language.say(
            "{company} is number {place} of {all}.",
            company=name,
            place=language.number(places.index(name) + 1),
            all=language.number(len(places)),
        )
        for name in names
        if name in places
    ]


def _ranked(lines: list[Row], query: Query, language: Language) -> tuple[str, list[Row]]:
    wants = set(query.directions)
    by_low, by_high = sorted(lines, key=_low), sorted(lines, key=_high)
    if "widest" in wants or "narrowest" in wants:
        order = sorted(lines, key=lambda line: _high(line) - _low(line), reverse="widest" in wants)
        return _by_width(order[0], language, widest="widest" in wants), order
    if "start" in wants:
        order = by_low if "lowest" in wants else by_low[::-1]
        return _by_start(order[0], language, lowest="lowest" in wants), order
    lowest = "lowest" in wants
    top, start = (by_high[0], by_low[0]) if lowest else (by_high[-1], by_low[-1])
    template = _LOWEST if lowest else _HIGHEST
    headline = language.say(
        template,
        top_company=top.subject,
        top=language.money(_high(top)),
        start_company=start.subject,
        start=language.money(_low(start)),
    )
    return headline, by_high if lowest else by_high[::-1]


_LOWEST = later(
    "{top_company} has the lowest top for ML engineers ({top}); the lowest start is {start_company}'s ({start})."
)
_HIGHEST = later(
    "{top_company} pays ML engineers the most at the top of its range ({top}); "
    "the highest start is {start_company}'s ({start})."
)


def _by_width(line: Row, language: Language, *, widest: bool) -> str:
    high, low, width = (language.number(value) for value in (_high(line), _low(line), _high(line) - _low(line)))
    template = (
        later("{company} has the widest range for ML engineers: {figure} ({sum}).")
        if widest
        else later("{company} has the narrowest range for ML engineers: {figure} ({sum}).")
    )
    return language.say(
        template, company=line.subject, figure=rows.told(line, language), sum=f"{high} - {low} = {width}"
    )


def _by_start(line: Row, language: Language, *, lowest: bool) -> str:
    template = (
        later("{company} starts lowest for ML engineers: {figure} {source}.")
        if lowest
        else later("{company} starts highest for ML engineers: {figure} {source}.")
    )
    figure, source = rows.told(line, language), rows.by(line, language)
    return language.say(template, company=line.subject, figure=figure, source=source)


def _over(lines: list[Row], query: Query, language: Language) -> tuple[str, list[Row]]:
    """Say which ranges start above, reach, or stay below the amount."""
    amount = query.amounts[0]
    wanted = amount.low * PARTS[amount.period or "year"]
    starts, below = "start" in query.directions, "lowest" in query.directions
    end = _low if starts else _high
    order = sorted(lines, key=end, reverse=not below)
    found = [line for line in order if (end(line) < wanted if below else end(line) >= wanted)]
    names = language.listing([f"{line.subject} ({rows.told(line, language)})" for line in found])
    headline = language.say(
        _RANGES[starts, below],
        amount=language.money(wanted),
        companies=names or language.say("none of those on file"),
    )
    return headline, order


_RANGES = {
    (True, True): later("Ranges that start with less than {amount}: {companies}."),
    (True, False): later("Ranges that start with at least {amount}: {companies}."),
    (False, True): later("Ranges that go up to less than {amount}: {companies}."),
    (False, False): later("Ranges that go up to at least {amount}: {companies}."),
}


def _low(line: Row) -> float:
    return line.low or 0.0


def _high(line: Row) -> float:
    return line.high or 0.0


def rank_sources(query: Query, known: Knowledge, language: Language) -> Answer:
    """Rank the sources by their average of one role, or list them all."""
    role = next((r for r in query.roles if known.averages(r)), MAIN_ROLE)
    figures = sorted(known.averages(role), key=lambda figure: -(figure.value or 0))
    lines = tuple(rows.row(known, figure, language, known.source(figure.source).name) for figure in figures)
    people = rows.plural(known, role, language)
    high, low = lines[0], lines[-1]
    spread = Table(language.say("Spread"), (rows.difference(high, low, language),))
    return Answer(
        status="answered",
        title=language.say("Averages of {people} by source", people=people),
        headline=language.say(
            _sources_headline(query),
            people=people,
            lowest=rows.told(low, language),
            lowest_source=low.subject,
            highest=rows.told(high, language),
            highest_source=high.subject,
        ),
        blocks=(Table(language.say("Average of {people}", people=people), lines), spread),
        caveats=(language.say(ERA),),
    )


def _sources_headline(query: Query) -> str:
    if "lowest" in query.directions:
        return later("{lowest_source} gives the lowest average for {people}: {lowest}.")
    if "highest" in query.directions:
        return later("{highest_source} gives the highest average for {people}: {highest}.")
    return later("The averages for {people} run from {lowest} ({lowest_source}) to {highest} ({highest_source}).")
