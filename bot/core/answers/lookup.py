"""Answers from the datasets: the nearest cells to what was asked, each with who counted whom, when, and how many.

Figures of datasets that count different things stand beside each other, and are never averaged. Pay is told in the
currency and for the period that it was published in; for another period only where one is asked for, with the sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.answers import dataset_rows as rows_of
from bot.core.datasets.coverage import HOME, MEAN, THIN, Coverage, Found, coverage, ranking, trend
from bot.core.datasets.periods import calendar_years
from bot.core.model.dialogue import Answer, Lookup, Period, Points, Query, Row, Table, Text
from bot.core.model.language import later
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.text.formatting import capital

MOST_RANKED, MOST_LISTED, PAIR = 5, 100, 2
_SENTENCES = {
    "p10": later("One in ten {whom} earns {amount} or less."),
    "p25": later("One in four {whom} earns {amount} or less."),
    "median": later("Half of the {whom} earn {amount} or more."),
    "p75": later("One in four {whom} earns {amount} or more."),
    "p90": later("One in ten {whom} earns {amount} or more."),
}
_CHANGED = {
    (False, True): later("{whom}: {amount} in {year}, {share}% more than in {before} ({start})."),
    (False, False): later("{whom}: {amount} in {year}, {share}% less than in {before} ({start})."),
    (True, True): later(
        "{whom}: offers from {amount} in {year} (typical lower end), {share}% more than in {before} ({start})."
    ),
    (True, False): later(
        "{whom}: offers from {amount} in {year} (typical lower end), {share}% less than in {before} ({start})."
    ),
}
_OFFERED = {
    (False, True): later("{whom} were offered {amount}: the typical lower and upper end of {count}."),
    (False, False): later("{whom} were offered from {amount}: the typical lower end of {count}."),
    # An employer by itself: "NVIDIA offered ...".
    (True, True): later("{whom} offered {amount}, all jobs together: the typical lower and upper end of {count}."),
    (True, False): later("{whom} offered from {amount}, all jobs together: the typical lower end of {count}."),
}

# By whether it is offered, and whether an employer by itself is told.
_MORE = {
    (False, False): later("{one} earn {amount} ({statistic}), {share}% more than {other} ({less})."),
    (True, False): later("{one} were offered from {amount} ({statistic}), {share}% more than {other} ({less})."),
    (True, True): later("{one} offered from {amount} ({statistic}), {share}% more than {other} ({less})."),
}
_EQUAL = {
    (False, False): later("{one} and {other} earn the same: {amount} ({statistic})."),
    (True, False): later("{one} and {other} were offered from the same: {amount} ({statistic})."),
    (True, True): later("{one} and {other} offered from the same: {amount} ({statistic})."),
}


def lookup(query: Query, phrases: Phrasebook) -> Answer:
    """Answer with what the datasets have nearest to what is looked up."""
    public, asked = phrases.knowledge.public, query.lookup
    if public is None or asked is None:
        return _nothing(phrases)
    if asked.ranked:
        employers = ranking(asked, public)
        return _ranking(query, asked, employers, phrases) if employers else _nothing(phrases)
    if asked.trend:
        years = trend(asked, public)
        return _trend(query, asked, years, phrases) if years else _nothing(phrases)
    covered = coverage(asked, public)
    return _figures(query, covered, phrases) if covered else _nothing(phrases)


def _nothing(phrases: Phrasebook) -> Answer:
    """Say that there is nothing, as after a reload that took a dataset away."""
    return Answer(
        status="not_covered", title=phrases.say("No figures"), headline=phrases.say("I have no figures for that.")
    )


def _figures(query: Query, covered: Sequence[Coverage], phrases: Phrasebook) -> Answer:
    """Tell what one or several people earn, how they differ, or where an amount lies among them."""
    first = [one.found[0] for one in covered]
    published = tuple(rows_of.row_of(one.found[0], one.key, phrases) for one in covered)
    rows = rows_of.converted(query, first, published, phrases)
    compared = len(rows) > 1 and _is_comparable(covered)
    offers = all(one.found[0].dataset.measures == "range_ends" for one in covered)
    counted = offers and not (query.amounts or compared)  # its sentence says how many
    if query.amounts:
        headline = " ".join(_placed(one, one.found[0], query, phrases) for one in covered)
    elif compared:
        headline = _difference(covered, rows, phrases)
    else:
        # The nearest that there is of two may be the same.
        pairs = zip(covered, rows, strict=True)
        headline = " ".join(dict.fromkeys(_sentence(one, row, query, phrases) for one, row in pairs))
    ranges = compared and any(row.value is None for row in rows)
    shown = rows if len(rows) > PAIR or ranges else ()
    if len(rows) == 1 and query.period in (None, published[0].period):
        shown = rows_of.percentiles(covered[0].found[0], covered[0].key, phrases)
    wider = [line for one in covered for line in rows_of.wider(one, phrases)]
    answer = _answer(query, [found for one in covered for found in one.found], phrases)
    each = [_placed_in_each(one, query, phrases) for one in covered] if query.amounts else []
    tables = [rows_of.table_of(found, one.key, phrases) for one in covered for found in one.found]
    return replace(
        answer,
        title=capital(rows_of.whom(covered[0].key, phrases)),
        headline=headline,
        shown=shown,
        cited=rows,
        # The heading of a table that stands alone is not shown.
        details=(*each, *([Text(tables[0].title)] if len(tables) == 1 else []), *tables, *answer.details),
        gaps=tuple(dict.fromkeys((*wider, *_apart(covered, phrases)))),
        limits=(
            *rows_of.converting(query, first, rows, phrases),
            *rows_of.limits(first, phrases, counted=counted, subjects=[row.subject for row in rows]),
        ),
    )


def _apart(covered: Sequence[Coverage], phrases: Phrasebook) -> tuple[str, ...]:
    """Say that figures which count different things, or at another time, are not held against each other."""
    if len({(one.found[0].dataset.id, one.found[0].cell.period) for one in covered}) < PAIR:
        return ()
    return (phrases.say("These figures count different people or another time, so they can't be compared."),)


def _answer(query: Query, found: Sequence[Found], phrases: Phrasebook) -> Answer:
    """Return what all answers from datasets have: their credits and caveats."""
    datasets = {one.dataset.id: one.dataset for one in found}.values()
    template = later("{title}, {publisher}. {credit}")
    credit = (phrases.say(template, title=one.title, publisher=one.publisher, credit=one.credit) for one in datasets)
    return Answer(
        status="answered",
        title="",
        headline="",
        details=tuple(map(Text, credit)),
        caveats=tuple(dict.fromkeys(phrases.say(line) for one in datasets for line in one.caveats)),
        intent=query.intent,
    )


def _sentence(one: Coverage, row: Row, query: Query, phrases: Phrasebook) -> str:
    found, whom = one.found[0], rows_of.whom(one.key, phrases)
    amount = phrases.figure(row)
    if found.dataset.measures == "range_ends":
        template = _OFFERED[not (one.key.roles or one.key.level), row.value is None]
        return capital(phrases.say(template, whom=whom, amount=amount, count=rows_of.count(found, phrases)))
    if one.key.statistic in _SENTENCES:
        return phrases.say(_SENTENCES[one.key.statistic], whom=whom, amount=amount)
    cell = found.cell
    if cell.median is None or one.key.statistic == MEAN:
        return capital(phrases.say("{whom} earn {amount} on average.", whom=whom, amount=amount))
    if cell.p25 is None or cell.p75 is None:
        return capital(phrases.say("{whom} earn {amount} at the median.", whom=whom, amount=amount))
    published = replace(row, value=None, low=cell.p25, high=cell.p75, period=found.dataset.period)
    middle = rows_of.converted(query, (found,), (published,), phrases)
    return capital(
        phrases.say(
            "{whom} earn {amount} at the median; the middle half get {ends}.",
            whom=whom,
            amount=amount,
            ends=phrases.amount(middle[0]),
        )
    )


def _is_comparable(covered: Sequence[Coverage]) -> bool:
    """Whether figures count the same thing at the same time, and are all or none wider than what was asked."""
    kinds = {(one.found[0].dataset.id, one.found[0].cell.period, one.key.level, one.widened) for one in covered}
    return len(kinds) == 1


def _difference(covered: Sequence[Coverage], rows: Sequence[Row], phrases: Phrasebook) -> str:
    """Say by how much the highest is above the lowest; offers are held against each other by their lower ends."""
    rows = [row if row.value is not None else replace(row, value=row.low, low=None, high=None) for row in rows]
    # Of equal ones the first is named before the last.
    pairs = sorted(zip(rows, covered, strict=True), key=_value, reverse=True)
    (high, _), (low, least) = pairs[0], pairs[-1]
    key, offers = covered[0].key, covered[0].found[0].dataset.measures == "range_ends"
    parts = {
        "one": high.subject,
        "amount": phrases.figure(high),
        "statistic": rows_of.statistic_name(covered[0].found[0], key, phrases),
        "other": rows_of.whom(least.key, phrases),
        "less": phrases.amount(low),
    }
    if high.value == low.value:
        return phrases.say(_EQUAL[offers, not (key.roles or key.level)], **parts)
    share = phrases.number(round(((high.value or 0) / (low.value or 1) - 1) * 100, 1))
    return phrases.say(_MORE[offers, not (key.roles or key.level)], share=share, **parts)


def _value(pair: tuple[Row, Coverage]) -> float:
    return pair[0].value or 0


def _placed_in_each(one: Coverage, query: Query, phrases: Phrasebook) -> Points:
    """Say where an amount lies in each dataset that has the same people, with its date and how many it counts."""
    template = later("{dataset}, {period}: {placed}")
    placed = []
    for found in one.found:
        line = phrases.say(
            template,
            dataset=capital(phrases.say(found.dataset.short)),
            period=rows_of.when(found.cell.period, phrases),
            placed=_placed(one, found, query, phrases),
        )
        placed.append(" ".join((line, *(f"({note})" for note in rows_of.notes(found, phrases)))))
    return Points(tuple(placed))


def _placed(one: Coverage, found: Found, query: Query, phrases: Phrasebook) -> str:
    """Say where an amount lies among the percentiles, or beside the ends of what was offered."""
    amount = query.amounts[0]
    ends = dict.fromkeys((amount.low, amount.high))
    return " ".join(_placed_end(end, amount.period or "year", found, one, phrases) for end in ends)


def _placed_end(end: float, given: Period, found: Found, one: Coverage, phrases: Phrasebook) -> str:
    dataset = found.dataset
    value = rows_of.in_period(end, given, dataset.period, dataset)
    # Hundredths are published by the hour only.
    value = value if dataset.period == "hour" else int(value + 0.5)

    def money(of: float) -> str:
        return phrases.money(of, dataset.currency)

    marks = _marks(found, rows_of.row_of(found, one.key, phrases))
    below = [mark for mark in marks if mark[1] <= value]
    above = [mark for mark in marks if mark[1] > value]

    def named(mark: tuple[str, float]) -> str:
        return f"{phrases.say(rows_of.NAMES[mark[0]])} ({money(mark[1])})"

    whom, pay = rows_of.whom(one.key, phrases), phrases.per(money(value), dataset.period)
    if given != dataset.period:
        pay = phrases.say("{amount} ({converted})", amount=phrases.per(money(end), given), converted=pay)
    equal = next((phrases.say(rows_of.NAMES[mark[0]]) for mark in marks if money(mark[1]) == money(value)), None)
    if equal is not None:
        return phrases.say("{amount} is the {mark} of {whom}.", amount=pay, mark=equal, whom=whom)
    if below and above:
        template = later("{amount} lies between the {low} and the {high} of {whom}.")
        return phrases.say(template, amount=pay, low=named(below[-1]), high=named(above[0]), whom=whom)
    if below:
        return phrases.say("{amount} is above the {mark} of {whom}.", amount=pay, mark=named(below[-1]), whom=whom)
    return phrases.say("{amount} is below the {mark} of {whom}.", amount=pay, mark=named(above[0]), whom=whom)


def _marks(found: Found, row: Row) -> list[tuple[str, float]]:
    """Return what an amount is held against, the lowest first."""
    ends: tuple[tuple[str, float | None], ...]
    if found.dataset.measures == "range_ends":
        ends = (("low", row.value if row.low is None else row.low), ("high", row.high))
    else:
        ends = tuple((name, getattr(found.cell, name)) for name in rows_of.PERCENTILES)
    return [(name, value) for name, value in ends if value is not None]


def _ranking(query: Query, asked: Lookup, found: Sequence[Found], phrases: Phrasebook) -> Answer:
    """Tell which employers offer a role most or least, by the typical lower end."""
    employers = rows_of.public_of(phrases).employers
    key = replace(asked, places=(HOME,))
    rows = tuple(
        replace(
            rows_of.row_of(one, replace(key, employers=(one.cell.company,)), phrases),
            subject=employers[one.cell.company].name,
        )
        for one in found
    )
    converted = rows_of.converted(query, found, rows, phrases)
    template = (
        later("{company} offers {people} the most: from {amount}, the typical lower end of {count}.")
        if asked.ranked == "highest"
        else later("{company} offers {people} the least: from {amount}, the typical lower end of {count}.")
    )
    people = rows_of.people(asked.role, phrases)
    headline = phrases.say(
        template,
        company=converted[0].subject,
        people=people,
        amount=phrases.figure(converted[0]),
        count=rows_of.count(found[0], phrases),
    )
    among = phrases.say(
        "Of {count} employers with {least} or more.", count=phrases.number(len(found)), least=phrases.number(THIN)
    )
    answer = _answer(query, found, phrases)
    return replace(
        answer,
        title=capital(phrases.say("employers by what they offer {people}", people=people)),
        headline=headline,
        also=(Text(among),),
        shown=converted[:MOST_RANKED],
        cited=converted[:1],
        details=(Table(phrases.say("Typical lower end"), converted[:MOST_LISTED]), *answer.details),
        limits=rows_of.limits(found[:1], phrases, counted=True),
    )


def _trend(query: Query, asked: Lookup, found: Sequence[Found], phrases: Phrasebook) -> Answer:
    """Tell how pay has changed over the years of one dataset."""
    newest = found[-1].cell
    key = replace(asked, roles=(newest.role,) if newest.role else (), places=(newest.place,))
    rows = tuple(
        replace(rows_of.row_of(one, key, phrases), subject=rows_of.period_name(one.cell.period)) for one in found
    )
    converted = rows_of.converted(query, found, rows, phrases)
    first, last = (row.value or row.low or 0 for row in (converted[0], converted[-1]))
    share = phrases.number(round(abs(last - first) / first * 100, 1))
    high, low = max(first, last), min(first, last)
    sum_ = f"({phrases.number(high)} - {phrases.number(low)}) / {phrases.number(first)} = {share}%"
    offers = found[0].dataset.measures == "range_ends"
    template = _CHANGED[offers, last >= first]
    parts = {"amount": phrases.figure(converted[-1]), "year": converted[-1].subject, "share": share}
    parts |= {"before": converted[0].subject, "start": phrases.amount(converted[0])}
    one = Coverage(asked=replace(asked, places=key.places), key=key, found=tuple(found[-1:]))
    answer = _answer(query, found, phrases)
    counted = {year for one in found for year in calendar_years(one.cell.period)}
    lacking = [year for year in asked.year.split("-") if year and year not in counted]
    unknown = (phrases.say("I have no figures for {names}.", names=phrases.listing(lacking)),) if lacking else ()
    return replace(
        answer,
        title=capital(phrases.say("{whom}, by year", whom=rows_of.whom(key, phrases))),
        headline=phrases.say(template, whom=capital(rows_of.whom(key, phrases)), **parts),
        shown=converted,
        cited=converted[-1:],
        details=(Table(phrases.say("By year"), converted), Text(sum_), *answer.details),
        gaps=(*unknown, *rows_of.wider(one, phrases)),
        limits=(
            *rows_of.converting(query, found, converted, phrases),
            *rows_of.limits(found[-1:], phrases, counted=False),
        ),
    )
