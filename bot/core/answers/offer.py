"""Answers how an amount compares: with a company's range, the band of a level, the averages. No verdict, only sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.core.model.dialogue import PARTS, Amount, Answer, Period, Points, Query, Row, Table, Text
from bot.core.model.knowledge import Figure
from bot.core.model.language import later
from bot.core.phrases.phrasebook import Phrasebook

# An amount is placed beside so many in the headline; the others stand in the picture or below.
MOST_PLACED = 2
LEAST_PLAUSIBLE, MOST_PLAUSIBLE = 1_000, 5_000_000  # US dollars a year


class _Reference(NamedTuple):
    """What an amount is held against, and whose pay that is; nobody in particular's where it is the overall mean."""

    row: Row
    whom: str = ""


class _Wording(NamedTuple):
    """How it is said that an amount is about as high as a single figure, around, below or above it."""

    about: str
    around: str
    below: str
    above: str


_OVERALL = _Wording(
    about=later("{amount} is about the overall average of {people} ({sources}) of {figure}."),
    around=later("{amount} is around the overall average of {people} ({sources}) of {figure}."),
    below=later("{amount} is {difference} below the overall average of {people} ({sources}) of {figure} ({sum})."),
    above=later("{amount} is {difference} above the overall average of {people} ({sources}) of {figure} ({sum})."),
)
_OF_A_SOURCE = _Wording(
    about=later("{amount} is about {source}'s figure for {whom} of {figure}."),
    around=later("{amount} is around {source}'s figure for {whom} of {figure}."),
    below=later("{amount} is {difference} below {source}'s figure for {whom} of {figure} ({sum})."),
    above=later("{amount} is {difference} above {source}'s figure for {whom} of {figure} ({sum})."),
)


def offer(query: Query, phrases: Phrasebook) -> Answer:
    """Say where the amount lies; yearly, with the multiplication shown where it was given by the month or hour."""
    if len(query.amounts) > 1:
        return _ask(phrases.say("One amount at a time, please: which one shall I place?"), phrases)
    amount = query.amounts[0].to_the_cent()
    parts = PARTS[amount.period or "year"]
    low, high = amount.low * parts, amount.high * parts
    if high > MOST_PLAUSIBLE or low < LEAST_PLAUSIBLE:
        headline = phrases.say("I can't place that amount: give a year's pay in dollars, such as 150k.")
        return _ask(headline, phrases)
    return _placed(query, phrases, low, high)


def _ask(headline: str, phrases: Phrasebook) -> Answer:
    return Answer(status="clarify", title=phrases.say("Which amount?"), headline=headline)


def _placed(query: Query, phrases: Phrasebook, low: float, high: float) -> Answer:
    amount = query.amounts[0].to_the_cent()
    formatted = phrases.money(low) if low == high else phrases.span(low, high)
    references = _references(query, phrases)
    rows = tuple(reference.row for reference in references)
    yearly = amount.period in (None, "year")
    reaching = _reaching(query, phrases, low)
    # Of several sources' figures for the same people each is told with its source.
    apart = len({reference.whom for reference in references}) < len(references)
    first = [
        _where(reference, low, high, phrases, apart=apart, query=query)
        for reference in references[: len(references) if apart else MOST_PLACED]
    ]
    placed = phrases.say("{amount} is {places}.", amount=formatted, places=phrases.listing(first))
    return Answer(
        status="answered",
        title=phrases.per(formatted, "year"),
        headline=placed
        if yearly
        else phrases.say("{amount} a year is {places}.", amount=formatted, places=phrases.listing(first)),
        also=tuple(map(Text, _beyond(reaching, phrases))),
        shown=rows,
        cited=(*rows, *(reaching or ())),
        details=(
            Table(phrases.say("Compared with"), rows),
            Points((*_working(amount, phrases), *(_place(one, formatted, low, high, phrases) for one in references))),
            *_by_source(query, phrases, (low, high)),
        ),
        limits=(*_multiplied(amount, phrases), phrases.say(_not_covered(rows))),
        caveats=(
            phrases.say(_depends_on(rows)),
            *phrases.caveats_of(rows, amount.period),
        ),
    )


def _not_covered(rows: Iterable[Row]) -> str:
    """Say what figures leave out of what an offer is worth."""
    if all(one.pay == "total" for row in rows for one in row.terms):
        return later("location not covered")
    return later("location, bonus, stock not covered")


def _depends_on(rows: Iterable[Row]) -> str:
    if all(one.pay == "total" for row in rows for one in row.terms):
        return later("Whether that is good depends on what the figures don't show: location and skills.")
    return later("Whether that is good depends on what the figures don't show: location, skills, bonus and equity.")


def _multiplied(amount: Amount, phrases: Phrasebook) -> tuple[str, ...]:
    """Say what an amount that was not given by the year was multiplied by."""
    if amount.period is None or amount.period == "year":
        return ()
    given = phrases.per(_span(tuple(dict.fromkeys((amount.low, amount.high))), phrases), amount.period)
    return (f"{given} \N{MULTIPLICATION SIGN} {phrases.number(PARTS[amount.period])}",)


def _where(
    reference: _Reference,
    low: float,
    high: float,
    phrases: Phrasebook,
    *,
    apart: bool,
    query: Query,
) -> str:
    """Say where an amount lies beside one figure or range, to go on with "... is"; the sums are in the details.

    `apart` names the source of a figure; a range is held against at one end where that is what is asked for, at both
    where the difference is.
    """
    row = reference.row
    if row.value is None:
        if query.directions in (("start",), ("end",)) and low == high:
            return _beside_end(row, low, phrases, starts=query.directions == ("start",))
        if query.operation is not None and low == high:
            return phrases.listing([_beside_end(row, low, phrases, starts=starts) for starts in (True, False)])
        bottom, top = row.low or 0.0, row.high or 0.0
        return phrases.say(_in_range(bottom, top, low, high), company=row.subject)
    value = round(row.value)
    sides = _BESIDE_FIGURE if reference.whom else _BESIDE_AVERAGE if low == high else _RANGE_BESIDE_AVERAGE
    side = 0 if high < value else 1 if low > value else 2 if low == high else 3
    whom = reference.whom
    if apart and whom:
        whom = phrases.say("{people} on {source}", people=whom, source=phrases.names(row.sources))
    gap = value - high if high < value else low - value
    difference = phrases.money(gap)
    if query.operation == "ratio" and value:
        share = phrases.percent(round(gap / value * 100, 1))
        difference = phrases.say("{difference} ({share})", difference=difference, share=share)
    return phrases.say(sides[side], whom=whom, difference=difference)


def _beside_end(row: Row, amount: float, phrases: Phrasebook, *, starts: bool) -> str:
    """Say how far an amount is from one end of a range."""
    end = (row.low if starts else row.high) or 0.0
    template = {
        (True, True): later("{difference} above the start of {company}'s range"),
        (True, False): later("{difference} below the start of {company}'s range"),
        (False, True): later("{difference} above the top of {company}'s range"),
        (False, False): later("{difference} below the top of {company}'s range"),
    }[starts, amount >= end]
    return phrases.say(template, difference=phrases.money(abs(amount - end)), company=row.subject)


def _in_range(bottom: float, top: float, low: float, high: float) -> str:
    """Return how to say where an amount lies in a range, in words."""
    if high < bottom:
        return later("below the start of {company}'s range")
    if low > top:
        return later("above the top of {company}'s range")
    if low < bottom and high > top:
        return later("wider than {company}'s range")
    if low != high:
        within = low >= bottom and high <= top
        return later("within {company}'s range") if within else later("partly within {company}'s range")
    share = (low - bottom) / ((top - bottom) or 1)
    return min(_WAY_UP, key=lambda step: abs(step[0] - share))[1]


_BESIDE_FIGURE = (
    later("{difference} below the figure for {whom}"),
    later("{difference} above the figure for {whom}"),
    later("about the figure for {whom}"),
    later("on both sides of the figure for {whom}"),
)
_BESIDE_AVERAGE = (
    later("{difference} below the average"),
    later("{difference} above the average"),
    later("about the average"),
    later("on both sides of the average"),
)
_RANGE_BESIDE_AVERAGE = (
    later("at least {difference} below the average"),
    later("at least {difference} above the average"),
    *_BESIDE_AVERAGE[2:],
)
# Where an amount lies between the start of a range and its top; the nearest step is told.
_WAY_UP = (
    (0.0, later("at the start of {company}'s range")),
    (0.1, later("near the start of {company}'s range")),
    (1 / 4, later("about a quarter of the way up {company}'s range")),
    (1 / 3, later("about a third of the way up {company}'s range")),
    (1 / 2, later("about halfway up {company}'s range")),
    (2 / 3, later("about two thirds of the way up {company}'s range")),
    (3 / 4, later("about three quarters of the way up {company}'s range")),
    (0.9, later("near the top of {company}'s range")),
    (1.0, later("at the top of {company}'s range")),
)


def _reaching(query: Query, phrases: Phrasebook, low: float) -> tuple[Row, ...] | None:
    """Return the companies' ranges that reach an amount above the pay at every level; None where it is not above."""
    knowledge = phrases.knowledge
    bands = [band.value or 0 for level in knowledge.vocabulary.levels if (band := knowledge.band(level.id)) is not None]
    if query.companies or query.sources or any(role != phrases.main_role for role in query.roles):
        return None
    if not bands or low <= max(bands):
        return None
    ranges = map(phrases.row, knowledge.ranges(company.id for company in knowledge.companies))
    return tuple(row for row in ranges if (row.high or 0) >= low)


def _beyond(reaching: tuple[Row, ...] | None, phrases: Phrasebook) -> tuple[str, ...]:
    """Say which companies' ranges reach an amount."""
    if reaching is None:
        return ()
    if not reaching:
        ranges = phrases.knowledge.ranges(company.id for company in phrases.knowledge.companies)
        top = max((figure.high or 0 for figure in ranges), default=0)
        return (phrases.say("No range that I have reaches that: the highest ends at {top}.", top=phrases.money(top)),)
    tops = [
        phrases.say("{company} (up to {top})", company=row.subject, top=phrases.money(row.high or 0))
        for row in reaching
    ]
    return (phrases.say("Ranges that reach that: {ranges}.", ranges=phrases.some(tops)),)


def _working(amount: Amount, phrases: Phrasebook) -> list[str]:
    """Show what an amount that was not given by the year comes to in a year."""
    period = amount.period or "year"
    parts, number = PARTS[period], phrases.number
    ends = dict.fromkeys((amount.low, amount.high)) if parts != 1 else ()
    sums = [f"{number(end)} x {number(parts)} = {number(end * parts)}" for end in ends]
    formatted = [f"{phrases.per(sum_, 'year')}." for sum_ in sums]
    if sums:
        mean = phrases.in_period(phrases.mean(phrases.main_role), period)
        formatted.append(f"{phrases.labeled(mean)}.")
    return formatted


def _references(query: Query, phrases: Phrasebook) -> tuple[_Reference, ...]:
    """Return what an amount is held against, the most particular first."""

    def reference(figure: Figure) -> _Reference:
        whom = phrases.plural(figure.role) if figure.level is None else phrases.level(figure.level)
        if figure.company is not None:
            company = phrases.knowledge.company(figure.company).name
            whom = phrases.say("{people} at {company}", people=whom, company=company)
        return _Reference(phrases.row(figure), whom)

    knowledge = phrases.knowledge
    companies = [
        range_ or next(iter(knowledge.figures_at(c)))
        for c in query.companies
        if (range_ := knowledge.range_of(c)) or knowledge.figures_at(c)
    ]
    ranges = [reference(figure) for figure in companies if figure.unit == "USD"]
    roles = [role for role in query.roles if role != phrases.main_role]
    figures = [figure for role in roles for figure in phrases.knowledge.role(role).figures if figure.unit == "USD"]
    others = [reference(f) for f in figures if not query.sources or f.source in query.sources]
    if others and phrases.main_role not in query.roles:
        return tuple(others)
    bands = [reference(band) for level in query.levels if (band := phrases.knowledge.band(level)) is not None]
    averages = [reference(f) for f in phrases.knowledge.averages(phrases.main_role) if f.source in query.sources]
    return (*ranges, *others, *bands, *averages, _Reference(phrases.mean(phrases.main_role)))


def _by_source(query: Query, phrases: Phrasebook, ends: tuple[float, float]) -> tuple[Table, ...]:
    """Hold the amount against each source's average, the sum beside it."""
    if query.roles and phrases.main_role not in query.roles:
        return ()
    lines = (
        phrases.row(f, phrases.knowledge.source(f.source).name) for f in phrases.knowledge.averages(phrases.main_role)
    )
    rows = tuple(replace(line, working=_sums(line.value or 0, ends, phrases)) for line in lines)
    return (Table(phrases.say("Beside each source's average"), rows),)


def _sums(value: float, ends: tuple[float, float], phrases: Phrasebook) -> str:
    """Tell by how much each end of an amount is above or below a value.

    >>> from bot.core.model.language import ENGLISH
    >>> _sums(113_143, (110_000, 150_000), ENGLISH)
    '113,143 - 110,000 = 3,143 below; 150,000 - 113,143 = 36,857 above'
    """
    return "; ".join(_sum(round(value), end, phrases) for end in dict.fromkeys(ends))


def _sum(value: float, end: float, phrases: Phrasebook) -> str:
    number = phrases.number
    if end == value:
        return phrases.say("{amount} is the same", amount=number(end))
    sum_ = f"{number(max(end, value))} - {number(min(end, value))} = {number(abs(end - value))}"
    return phrases.say("{sum} above", sum=sum_) if end > value else phrases.say("{sum} below", sum=sum_)


def _place(reference: _Reference, amount: str, low: float, high: float, phrases: Phrasebook) -> str:
    row = reference.row
    if row.value is not None:
        return _against(reference, round(row.value), amount, (low, high), phrases)
    template, sum_, share = _within(row.low or 0.0, row.high or 0.0, low, high, phrases)
    return phrases.say(
        template,
        amount=amount,
        company=row.subject,
        figure=phrases.figure(row),
        source=phrases.credit(row.sources[0]),
        sum=sum_,
        share=share,
    )


def _within(bottom: float, top: float, low: float, high: float, phrases: Phrasebook) -> tuple[str, str, str]:
    """Return how to say where an amount lies in a range, the sum that shows it, and the share of the way up."""
    number = phrases.number
    if low < bottom and high > top:
        return later("{amount} is wider than the range for {people} at {company} ({figure}, {source})."), "", ""
    if high < bottom:
        sum_ = f"{number(bottom)} - {number(high)} = {number(bottom - high)}"
        return _BELOW, sum_, ""
    if low > top:
        sum_ = f"{number(low)} - {number(top)} = {number(low - top)}"
        return _ABOVE, sum_, ""
    if low >= bottom and high <= top and low != high:
        return later("{amount} is within the range for {people} at {company} ({figure}, {source})."), "", ""
    if low != high:
        return later("{amount} is partly within the range for {people} at {company} ({figure}, {source})."), "", ""
    share = number(round((low - bottom) / ((top - bottom) or 1) * 100))
    return _INSIDE, f"({number(low)} - {number(bottom)}) / ({number(top)} - {number(bottom)})", share


_BELOW = later("{amount} is below the range for {people} at {company} ({figure}, {source}): {sum} under its start.")
_ABOVE = later("{amount} is above the range for {people} at {company} ({figure}, {source}): {sum} over its top.")
_INSIDE = later(
    "{amount} is within the range for {people} at {company} ({figure}, {source}), {share}% of the way up: {sum}."
)


def _against(reference: _Reference, value: int, amount: str, ends: tuple[float, float], phrases: Phrasebook) -> str:
    low, high = ends
    row, number = reference.row, phrases.number
    wording = _OF_A_SOURCE if reference.whom else _OVERALL
    template, difference, sum_ = wording.about if low == high else wording.around, 0.0, ""
    if high < value:
        template, difference, sum_ = wording.below, value - high, f"{number(value)} - {number(high)}"
    elif low > value:
        template, difference, sum_ = wording.above, low - value, f"{number(low)} - {number(value)}"
    return phrases.say(
        template,
        amount=amount,
        difference=phrases.money(difference),
        sources=phrases.count("{count} source", "{count} sources", len(row.sources)),
        source=phrases.credit(row.sources[0]),
        whom=reference.whom,
        figure=phrases.figure(row),
        sum=sum_,
    )


# Below this an hour's pay is not told without its cents.
CENTS_COUNT = 1_000


def convert(query: Query, phrases: Phrasebook) -> Answer:
    """Turn the amount into a year's pay and that into the period asked for, each step shown."""
    amount, wanted = query.amounts[0].to_the_cent(), query.period or "month"
    given = amount.period or "year"
    ends = tuple(dict.fromkeys((amount.low, amount.high)))
    results = [end * PARTS[given] / PARTS[wanted] for end in ends]
    rules = [phrases.rule(period) for period in (given, wanted) if period != "year"]
    taken = [phrases.say("I take {rule}.", rule=phrases.listing(rules))] if rules else []
    return Answer(
        status="answered",
        title=phrases.say("Converted"),
        headline=phrases.say(
            "{given} is about {converted}.",
            given=phrases.per(_span(ends, phrases), given),
            converted=phrases.per(_span([float(int(result + 0.5)) for result in results], phrases), wanted),
        ),
        details=(Points(tuple(_steps(ends, given, wanted, phrases))),),
        limits=(phrases.say("Before tax"),),
        caveats=tuple(taken),
    )


def _steps(ends: Sequence[float], given: Period, wanted: Period, phrases: Phrasebook) -> list[str]:
    steps, number = [], phrases.number
    for end in ends:
        yearly = end * PARTS[given]
        if given != "year":
            steps.append(phrases.per(f"{number(end)} x {number(PARTS[given])} = {number(yearly)}", "year"))
        if wanted != "year":
            result = number(int(yearly / PARTS[wanted] + 0.5))
            steps.append(phrases.per(f"{number(yearly)} / {number(PARTS[wanted])} = {result}", wanted))
    return steps


def _span(ends: Sequence[float], phrases: Phrasebook) -> str:
    if any(not float(end).is_integer() for end in ends) and ends[-1] < CENTS_COUNT:
        return " - ".join(f"{phrases.number(end)} USD" for end in ends)
    return phrases.money(ends[0]) if len(ends) == 1 else phrases.span(ends[0], ends[-1])
