"""Answers which company or which source is highest, lowest, widest."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.decide.ranking import by_end, high, low, ranking
from bot.core.model.dialogue import PARTS, Amount, Answer, Points, Query, Row, Table, Text
from bot.core.model.knowledge import Figure
from bot.core.model.language import later
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.phrases.wording import MOST_NAMED

# Further places than these nobody pages to; the place of any company can be asked for.
MOST_PLACES = 240


def rank_companies(query: Query, phrases: Phrasebook) -> Answer:
    """Rank the companies by the end of the range that is asked about; one that is named is placed among all."""
    order = ranking(query, phrases.knowledge)
    if not order:
        return _ask(phrases.say("Which companies do you mean? You left all of them out."), phrases)
    if len(query.amounts) > 1:
        return _ask(phrases.say("Which amount do you mean? Give me one at a time."), phrases)
    lines = tuple(phrases.row(figure) for figure in order[:MOST_PLACES])
    places = _places(() if len(query.companies) > 1 else query.companies, order, phrases)
    headline = _over(order, query, phrases) if query.amounts else _headline(order, query, phrases)
    listed = headline if query.amounts else _headline(order, query, phrases, figures=False)
    on_file = phrases.count(
        "{count} company is on file.", "{count} companies are on file.", len(phrases.knowledge.companies)
    )
    unranked = [c.name for c in phrases.knowledge.companies if phrases.knowledge.range_of(c.id) is None]
    without = [phrases.say("No range, so no place: {names}.", names=phrases.some(unranked))] if unranked else []
    title = _heading(len(order), phrases)
    return Answer(
        status="answered",
        title=phrases.say("Companies by pay of {people}"),
        headline=headline,
        listed=listed,
        also=tuple(map(Text, places)),
        shown=lines,
        details=(Table(title, lines), *_widths(query, lines, phrases)),
        caveats=(" ".join((on_file, *without)), *phrases.caveats_of(lines, None, ranges=True)),
    )


def _widths(query: Query, lines: Sequence[Row], phrases: Phrasebook) -> tuple[Points, ...]:
    """Show how wide each range is, where that is what they are ranked by."""
    if query.amounts or not {"widest", "narrowest"} & set(query.directions):
        return ()
    sums = [(line, phrases.number(line.high or 0), phrases.number(line.low or 0)) for line in lines[:MOST_NAMED]]
    return (
        Points(
            tuple(
                f"{line.subject}: {top} - {start} = {phrases.number((line.high or 0) - (line.low or 0))}"
                for line, top, start in sums
            )
        ),
    )


def _heading(places: int, phrases: Phrasebook) -> str:
    if places <= MOST_PLACES:
        return phrases.say("{people}")
    most, of = phrases.number(MOST_PLACES), phrases.number(places)
    return phrases.say("{people}, the first {most} of {of} places", most=most, of=of)


def _ask(headline: str, phrases: Phrasebook) -> Answer:
    return Answer(status="clarify", title=phrases.say("Which one?"), headline=headline)


def _places(companies: Sequence[str], order: list[Figure], phrases: Phrasebook) -> list[str]:
    """Say which place each of the named companies takes."""
    places = {figure.company: place for place, figure in enumerate(order, 1)} if companies else {}
    number = phrases.number
    return [
        phrases.say(
            "{company} is number {place} of {all}.",
            company=phrases.knowledge.company(company).name,
            place=number(places[company]),
            all=number(len(places)),
        )
        for company in companies
        if company in places
    ]


def _headline(order: list[Figure], query: Query, phrases: Phrasebook, *, figures: bool = True) -> str:
    """Say who leads; without its figures where they stand below."""
    wants, lowest = set(query.directions), "lowest" in query.directions
    first = phrases.row(order[0])
    start = phrases.row(by_end(order, low, highest=not lowest)[0])
    if wants & {"widest", "narrowest"}:
        full, bare = _WIDTHS["widest" in wants]
    elif "start" in wants:
        full, bare = _STARTS[lowest]
    else:
        full, bare = (_LOWEST if lowest else _HIGHEST)[first.subject == start.subject]
    return phrases.say(
        full if figures else bare,
        company=first.subject,
        figure=phrases.figure(first),
        top=phrases.money(first.high or 0),
        width=phrases.money((first.high or 0) - (first.low or 0)),
        start_company=start.subject,
        start=phrases.money(start.low or 0),
    )


# Each with its figures and without them.
_HIGHEST = {
    False: (
        later("{company} tops out highest ({top}); {start_company} starts highest ({start})."),
        later("{company} tops out highest; {start_company} starts highest."),
    ),
    True: (
        later("{company} starts highest and tops out highest: {figure}."),
        later("{company} starts highest and tops out highest."),
    ),
}
_LOWEST = {
    False: (
        later("{company} tops out lowest ({top}); {start_company} starts lowest ({start})."),
        later("{company} tops out lowest; {start_company} starts lowest."),
    ),
    True: (
        later("{company} starts lowest and tops out lowest: {figure}."),
        later("{company} starts lowest and tops out lowest."),
    ),
}
_WIDTHS = {
    True: (
        later("{company} has the widest range for {people}, {width} from start to top."),
        later("{company} has the widest range for {people}, {width} from start to top."),
    ),
    False: (
        later("{company} has the narrowest range for {people}, {width} from start to top."),
        later("{company} has the narrowest range for {people}, {width} from start to top."),
    ),
}
_STARTS = {
    False: (later("{company} starts highest, at {start}."), later("{company} starts highest.")),
    True: (later("{company} starts lowest, at {start}."), later("{company} starts lowest.")),
}


def _over(order: list[Figure], query: Query, phrases: Phrasebook) -> str:
    """Say which ranges start above, reach, or stay below the amount."""
    amount = query.amounts[0]
    if amount.low != amount.high:
        return _between(order, amount, phrases)
    wanted = amount.low * PARTS[amount.period or "year"]
    starts, below = "start" in query.directions, "lowest" in query.directions
    end = low if starts else high
    found = [figure for figure in order if (end(figure) < wanted if below else end(figure) >= wanted)]
    return phrases.say(_RANGES[starts, below], amount=phrases.money(wanted), companies=_named(found, phrases))


def _between(order: list[Figure], amount: Amount, phrases: Phrasebook) -> str:
    """Say which ranges reach into the one that was named, so that neither of its ends is lost."""
    parts = PARTS[amount.period or "year"]
    least, most = amount.low * parts, amount.high * parts
    return phrases.say(
        "Ranges that are at least partly within {range}: {companies}.",
        range=phrases.span(least, most),
        companies=_named([figure for figure in order if low(figure) <= most and high(figure) >= least], phrases),
    )


def _named(found: list[Figure], phrases: Phrasebook) -> str:
    names = [phrases.row(figure).subject for figure in found[:MOST_NAMED]]
    return phrases.some(names, len(found)) or phrases.say("none of those on file")


_RANGES = {
    (True, True): later("Ranges that start with less than {amount}: {companies}."),
    (True, False): later("Ranges that start with at least {amount}: {companies}."),
    (False, True): later("Ranges that go up to less than {amount}: {companies}."),
    (False, False): later("Ranges that go up to at least {amount}: {companies}."),
}


def rank_sources(query: Query, phrases: Phrasebook) -> Answer:
    """Rank the sources by their average of one role, or list them all."""
    role = next((r for r in query.roles if phrases.knowledge.averages(r)), phrases.main_role)
    figures = sorted(phrases.knowledge.averages(role), key=lambda figure: -(figure.value or 0))
    lines = tuple(phrases.row(figure, phrases.source_name(figure)) for figure in figures)
    people = phrases.plural(role)
    top, bottom = lines[0], lines[-1]
    spread = Table(phrases.say("Spread"), (phrases.difference(top, bottom),))
    return Answer(
        status="answered",
        title=phrases.say("Averages of {people} by source", people=people),
        headline=phrases.say(
            _sources_headline(query),
            people=people,
            lowest=phrases.money(bottom.value or 0),
            lowest_source=bottom.subject,
            highest=phrases.money(top.value or 0),
            highest_source=top.subject,
            width=phrases.money((top.value or 0) - (bottom.value or 0)),
        ),
        shown=lines,
        details=(Table(phrases.say("Average of {people}", people=people), lines), spread),
        caveats=phrases.caveats_of(lines, None),
    )


def _sources_headline(query: Query) -> str:
    if {"lowest", "highest"} <= {*query.directions} or "widest" in query.directions:
        return later(
            "The averages for {people} are {width} apart, from {lowest} ({lowest_source}) "
            "to {highest} ({highest_source})."
        )
    if "lowest" in query.directions:
        return later("{lowest_source} gives the lowest average for {people}, {lowest} a year.")
    if "highest" in query.directions:
        return later("{highest_source} gives the highest average for {people}, {highest} a year.")
    return later("The averages for {people} run from {lowest} ({lowest_source}) to {highest} ({highest_source}).")
