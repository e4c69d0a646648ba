"""Answers which company or which source is highest, lowest, widest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.core.answers import figure_rows
from bot.core.answers.phrases import ERA, RANGE
from bot.core.model.dialogue import PARTS, Amount, Answer, Query, Row, Table
from bot.core.model.knowledge import MAIN_ROLE, Figure, Knowledge
from bot.core.model.language import Language, later

# Further places than these nobody pages to; the place of any company can be asked for.
MOST_PLACES = 240


def rank_companies(query: Query, known: Knowledge, language: Language) -> Answer:
    """Rank the companies by the end of the range that is asked about; one that is named is placed among all."""
    order = ranking(query, known)
    if not order:
        return _ask(language.say("Which companies do you mean? You left all of them out."), language)
    if len(query.amounts) > 1:
        return _ask(language.say("Which amount do you mean? Give me one at a time."), language)
    told = _Told(known, language)
    said = [_over(order, query, told) if query.amounts else _headline(order, query, told)]
    said += _places(() if len(query.companies) > 1 else query.companies, order, told)
    on_file = language.count("{count} company is on file.", "{count} companies are on file.", len(known.companies))
    return Answer(
        status="answered",
        title=language.say("Companies by pay of ML engineers"),
        headline=" ".join(said),
        blocks=(Table(_heading(len(order), language), tuple(told.row(figure) for figure in order[:MOST_PLACES])),),
        caveats=(f"{on_file} {language.say(RANGE)}", language.say(ERA)),
    )


def _heading(places: int, language: Language) -> str:
    if places <= MOST_PLACES:
        return language.say("ML engineers")
    most, of = language.number(MOST_PLACES), language.number(places)
    return language.say("ML engineers, the first {most} of {of} places", most=most, of=of)


class _Told(NamedTuple):
    """Makes a row of a figure only where it is shown: there may be thousands of companies."""

    known: Knowledge
    language: Language

    def row(self, figure: Figure) -> Row:
        return figure_rows.row(self.known, figure, self.language)


def _ask(headline: str, language: Language) -> Answer:
    return Answer(status="clarify", title=language.say("Which one?"), headline=headline)


def _places(companies: Sequence[str], order: list[Figure], told: _Told) -> list[str]:
    """Say which place each of the named companies takes."""
    places = {figure.company: place for place, figure in enumerate(order, 1)} if companies else {}
    number = told.language.number
    return [
        told.language.say(
            "{company} is number {place} of {all}.",
            company=told.known.company(company).name,
            place=number(places[company]),
            all=number(len(places)),
        )
        for company in companies
        if company in places
    ]


def ranking(query: Query, known: Knowledge) -> list[Figure]:
    """Return the ranges of the companies that a question ranks, in its order; of two alike the later on file leads."""
    several = query.companies if len(query.companies) > 1 else ()
    wanted = set(several or [company.id for company in known.companies]).difference(query.excluded)
    ranges = [known.range_of(company.id) for company in known.companies if company.id in wanted]
    wants, lowest = set(query.directions), "lowest" in query.directions
    if query.amounts:
        return sorted(ranges, key=low if "start" in wants else high, reverse=not lowest)
    if wants & {"widest", "narrowest"}:
        return sorted(ranges, key=lambda figure: high(figure) - low(figure), reverse="widest" in wants)
    return _sorted(ranges, low if "start" in wants else high, highest=not lowest)


def _headline(order: list[Figure], query: Query, told: _Told) -> str:
    wants, lowest = set(query.directions), "lowest" in query.directions
    first, language = told.row(order[0]), told.language
    if wants & {"widest", "narrowest"}:
        return _by_width(first, language, widest="widest" in wants)
    if "start" in wants:
        return _by_start(first, language, lowest=lowest)
    start = told.row(_sorted(order, low, highest=not lowest)[0])
    return language.say(
        _LOWEST if lowest else _HIGHEST,
        top_company=first.subject,
        top=language.money(first.high or 0),
        start_company=start.subject,
        start=language.money(start.low or 0),
    )


def _sorted(ranges: list[Figure], end: Callable[[Figure], float], *, highest: bool) -> list[Figure]:
    order = sorted(ranges, key=end)
    return order[::-1] if highest else order


_LOWEST = later(
    "{top_company} has the lowest top for ML engineers ({top}); the lowest start is {start_company}'s ({start})."
)
_HIGHEST = later(
    "{top_company} pays ML engineers the most at the top of its range ({top}); "
    "the highest start is {start_company}'s ({start})."
)


def _by_width(line: Row, language: Language, *, widest: bool) -> str:
    ends = (line.high or 0, line.low or 0)
    top, start, width = (language.number(value) for value in (*ends, ends[0] - ends[1]))
    template = (
        later("{company} has the widest range for ML engineers: {figure} ({sum}).")
        if widest
        else later("{company} has the narrowest range for ML engineers: {figure} ({sum}).")
    )
    sum_ = f"{top} - {start} = {width}"
    return language.say(template, company=line.subject, figure=figure_rows.told(line, language), sum=sum_)


def _by_start(line: Row, language: Language, *, lowest: bool) -> str:
    template = (
        later("{company} starts lowest for ML engineers: {figure} {source}.")
        if lowest
        else later("{company} starts highest for ML engineers: {figure} {source}.")
    )
    figure, source = figure_rows.told(line, language), figure_rows.by(line, language)
    return language.say(template, company=line.subject, figure=figure, source=source)


def _over(order: list[Figure], query: Query, told: _Told) -> str:
    """Say which ranges start above, reach, or stay below the amount."""
    amount, language = query.amounts[0], told.language
    if amount.low != amount.high:
        return _between(order, amount, told)
    wanted = amount.low * PARTS[amount.period or "year"]
    starts, below = "start" in query.directions, "lowest" in query.directions
    end = low if starts else high
    found = [figure for figure in order if (end(figure) < wanted if below else end(figure) >= wanted)]
    return language.say(_RANGES[starts, below], amount=language.money(wanted), companies=_named(found, told))


def _between(order: list[Figure], amount: Amount, told: _Told) -> str:
    """Say which ranges reach into the one that was named, so that neither of its ends is lost."""
    parts, language = PARTS[amount.period or "year"], told.language
    least, most = amount.low * parts, amount.high * parts
    return language.say(
        "Ranges that are at least partly within {range}: {companies}.",
        range=figure_rows.span(least, most, language),
        companies=_named([figure for figure in order if low(figure) <= most and high(figure) >= least], told),
    )


def _named(found: list[Figure], told: _Told) -> str:
    lines, language = [told.row(figure) for figure in found[: figure_rows.MOST_NAMED]], told.language
    names = [f"{line.subject} ({figure_rows.told(line, language)})" for line in lines]
    return figure_rows.some(names, language, len(found)) or language.say("none of those on file")


_RANGES = {
    (True, True): later("Ranges that start with less than {amount}: {companies}."),
    (True, False): later("Ranges that start with at least {amount}: {companies}."),
    (False, True): later("Ranges that go up to less than {amount}: {companies}."),
    (False, False): later("Ranges that go up to at least {amount}: {companies}."),
}


def low(figure: Figure) -> float:
    """Return where a range starts."""
    return figure.low or 0.0


def high(figure: Figure) -> float:
    """Return where a range ends."""
    return figure.high or 0.0


def rank_sources(query: Query, known: Knowledge, language: Language) -> Answer:
    """Rank the sources by their average of one role, or list them all."""
    role = next((r for r in query.roles if known.averages(r)), MAIN_ROLE)
    figures = sorted(known.averages(role), key=lambda figure: -(figure.value or 0))
    lines = tuple(figure_rows.row(known, figure, language, known.source(figure.source).name) for figure in figures)
    people = figure_rows.plural(known, role, language)
    top, bottom = lines[0], lines[-1]
    spread = Table(language.say("Spread"), (figure_rows.difference(top, bottom, language),))
    return Answer(
        status="answered",
        title=language.say("Averages of {people} by source", people=people),
        headline=language.say(
            _sources_headline(query),
            people=people,
            lowest=figure_rows.told(bottom, language),
            lowest_source=bottom.subject,
            highest=figure_rows.told(top, language),
            highest_source=top.subject,
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
