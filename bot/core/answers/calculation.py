"""Answers what is reckoned from figures told before: a difference, a mean, a share more or less; each with its sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from bot.core.answers.capabilities import restrict
from bot.core.answers.pay import pay
from bot.core.model.dialogue import Answer, Operation, Query, Row, Table
from bot.core.model.language import later
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.text.formatting import capital

TWICE, HALF = 2.0, 0.5


class _NamedFigure(NamedTuple):
    """A figure told before, and what to call it in a sentence: "the average", "the figure for juniors"."""

    row: Row
    name: str


def calculation(query: Query, phrases: Phrasebook) -> Answer:
    """Answer with the result; the sum is in the details."""
    figures = tuple(one for operand in query.operands for one in _named_figures(operand, phrases))
    if not _fits(query, figures):
        headline = phrases.say("I don't have two figures in US dollars that I could hold against each other.")
        return Answer(status="not_covered", title=phrases.say("No figures"), headline=headline)
    assert query.operation is not None
    return _OPERATIONS[query.operation](figures, query, phrases)


def _fits(query: Query, figures: Sequence[_NamedFigure]) -> bool:
    """Whether there are figures enough: a difference takes two, and one of them may be a range."""
    ranges = sum(one.row.value is None for one in figures)
    least, most = {"difference": (2, 1), "ratio": (2, 0), "mean": (1, 0)}.get(query.operation or "", (1, len(figures)))
    return len(figures) >= least and ranges <= most and all(one.row.unit == "USD" for one in figures)


def _named_figures(operand: Query, phrases: Phrasebook) -> tuple[_NamedFigure, ...]:
    """Return the figures that a question is answered with, by the period it asks for; of a range the end it names."""
    if operand.answer == "calculation":
        details = calculation(operand, phrases).details
        results = details[-1].rows if details and isinstance(details[-1], Table) else ()
        return tuple(_NamedFigure(row, phrases.say("that")) for row in results)
    usable, _ = restrict(operand, phrases)
    rows = pay(replace(usable, directions=()), phrases).cited
    if usable.companies:
        company = rows[0].subject
        if (ends := set(operand.directions)) and rows[0].value is None:
            starts = bool({"start", "lowest"} & ends)
            template = later("the start of {company}'s range") if starts else later("the top of {company}'s range")
            return (_NamedFigure(_ends(rows[0], operand)[0], phrases.say(template, company=company)),)
        name = phrases.say("{company}'s range", company=company)
    elif usable.levels:
        name = phrases.say("the figure for {whom}", whom=phrases.level(usable.levels[0]))
    elif usable.roles not in ((), (phrases.main_role,)) or usable.sources:
        return tuple(_NamedFigure(row, phrases.say("the figure for {whom}", whom=row.subject)) for row in rows)
    else:
        name = phrases.say("the average")
    return tuple(_NamedFigure(row, name) for row in rows)


def _shown(value: float) -> int:
    """Return a figure as it is shown, so that what is reckoned is right for that."""
    return int(value + 0.5)


def _answer(
    headline: str, figures: Sequence[_NamedFigure], results: tuple[Row, ...], title: str, phrases: Phrasebook
) -> Answer:
    rows = tuple(one.row for one in figures)
    period = next((row.period for row in rows if row.yearly), None)
    return Answer(
        status="answered",
        title=title,
        headline=headline,
        shown=rows,
        cited=rows,
        details=(Table(phrases.say("What it's calculated from"), rows), Table(title, results)),
        caveats=phrases.caveats_of(rows, None, ranges=any(row.value is None for row in rows))
        if period is None
        else phrases.caveats_of(rows, "month" if period == "month" else None),
    )


def _difference(figures: Sequence[_NamedFigure], query: Query, phrases: Phrasebook) -> Answer:
    """Say how far the first figure is above or below each of the others; a range at both ends, or at one."""
    first, others = figures[0], figures[1:]
    title = phrases.say("Difference")
    if first.row.value is None or any(one.row.value is None for one in others):
        first, others = _range_first(figures)
        other = others[0]
        ends = _ends(first.row, query)
        steps = tuple(phrases.difference(end, other.row) for end in ends)
        where = [_apart(end, other, phrases) for end in ends]
        return _answer(_of_range(first, where, query, phrases), figures, steps, title, phrases)
    steps = tuple(phrases.difference(first.row, other.row) for other in others)
    where = [_apart(first.row, other, phrases) for other in others]
    headline = phrases.say("{figure} is {places}.", figure=capital(first.name), places=phrases.listing(where))
    return _answer(headline, figures, steps, title, phrases)


def _range_first(figures: Sequence[_NamedFigure]) -> tuple[_NamedFigure, Sequence[_NamedFigure]]:
    """Return the range, and what it is held against."""
    at = next(n for n, one in enumerate(figures) if one.row.value is None)
    return figures[at], [*figures[:at], *figures[at + 1 :]]


def _ends(row: Row, query: Query) -> tuple[Row, ...]:
    """Return a range's two ends as rows; the one only that is asked for."""
    wants = set(query.directions)
    yearly = (row.yearly[:1], row.yearly[-1:])
    low = replace(row, value=row.low, low=None, high=None, yearly=yearly[0])
    high = replace(row, value=row.high, low=None, high=None, yearly=yearly[1])
    if wants and wants <= {"start", "lowest"}:
        return (low,)
    return (high,) if wants and wants <= {"end", "highest"} else (low, high)


def _of_range(figure: _NamedFigure, where: Sequence[str], query: Query, phrases: Phrasebook) -> str:
    if len(where) > 1:
        return phrases.say(
            "{range} starts {start}; it tops out {top}.", range=capital(figure.name), start=where[0], top=where[1]
        )
    starts = {"start", "lowest"} & set(query.directions)
    template = later("{range} starts {place}.") if starts else later("{range} tops out {place}.")
    return phrases.say(template, range=capital(figure.name), place=where[0])


def _apart(row: Row, other: _NamedFigure, phrases: Phrasebook) -> str:
    """Say how far a figure is above or below another, in dollars and in percent of that."""
    a, b = _shown(row.value or 0), _shown(other.row.value or 0)
    if a == b:
        return phrases.say("as high as {other}", other=other.name)
    template = later("{difference} ({share}) above {other}") if a > b else later("{difference} ({share}) below {other}")
    share = phrases.percent(round(abs(a - b) / b * 100, 1)) if b else phrases.say("from nothing")
    return phrases.say(
        template, difference=phrases.per(phrases.money(abs(a - b)), row.period), share=share, other=other.name
    )


def _ratio(figures: Sequence[_NamedFigure], query: Query, phrases: Phrasebook) -> Answer:
    """Say how many times the lower of two figures the higher one is."""
    del query
    low, high = sorted(figures[:2], key=lambda one: one.row.value or 0)
    a, b = _shown(high.row.value or 0), _shown(low.row.value or 0)
    times = phrases.number(round(a / (b or 1), 2))
    step = replace(
        phrases.difference(high.row, low.row), working=f"{phrases.number(a)} / {phrases.number(b)} = {times}"
    )
    share = phrases.percent(round((a - b) / (b or 1) * 100, 1))
    headline = phrases.say(
        "{figure} is {times} times {other}, {share} more.",
        figure=capital(high.name),
        times=times,
        other=low.name,
        share=share,
    )
    return _answer(headline, figures, (step,), phrases.say("Ratio"), phrases)


def _mean(figures: Sequence[_NamedFigure], query: Query, phrases: Phrasebook) -> Answer:
    """Tell the plain mean of some figures, and that nobody gives it as one."""
    del query
    values = [_shown(one.row.value or 0) for one in figures]
    mean, number = sum(values) / len(values), phrases.number
    working = f"({' + '.join(map(number, values))}) / {number(len(values))} = {number(_shown(mean))}"
    result = replace(_together(figures), subject=phrases.say("Mean"), value=mean, working=working)
    headline = phrases.count(
        "The mean of that {count} figure is {mean}.",
        "The mean of these {count} figures is {mean}; it's my own calculation, not a published figure.",
        len(figures),
        mean=phrases.figure(result),
    )
    return _answer(headline, figures, (result,), phrases.say("Mean"), phrases)


def _sum(figures: Sequence[_NamedFigure], query: Query, phrases: Phrasebook) -> Answer:
    """Tell what some figures come to together; of ranges both ends."""
    del query
    ends = [[_shown(end) for end in (row.value or row.low or 0, row.value or row.high or 0)] for row, _ in figures]
    low, high = (sum(each) for each in zip(*ends, strict=True))
    number = phrases.number
    sums = [f"{' + '.join(number(end[at]) for end in ends)} = {number(total)}" for at, total in ((0, low), (1, high))]
    span: dict[str, Any] = {"value": low} if low == high else {"value": None, "low": low, "high": high}
    working = "; ".join(dict.fromkeys(sums))
    result = replace(_together(figures), subject=phrases.say("Together"), working=working, **span)
    headline = phrases.say("Together that comes to {sum}.", sum=phrases.figure(result))
    return _answer(headline, figures, (result,), phrases.say("Together"), phrases)


def _together(figures: Sequence[_NamedFigure]) -> Row:
    """Return a row without figures for what is made of several, with the sources of all of them."""
    return replace(
        figures[0].row,
        low=None,
        high=None,
        and_above=False,
        yearly=(),
        sources=tuple(dict.fromkeys(source for one in figures for source in one.row.sources)),
        terms=tuple(dict.fromkeys(terms for one in figures for terms in one.row.terms)),
    )


def _fraction(figures: Sequence[_NamedFigure], query: Query, phrases: Phrasebook) -> Answer:
    """Tell what lies some way up a range, or halfway between two figures, which is no average."""
    each = figures if figures[0].row.value is None else (_between(figures),)
    results = tuple(_way_up(one.row, query.factor, phrases) for one in each)
    share = phrases.percent(round(query.factor * 100, 1))
    template = (
        later("Halfway up {range} is {middle}.") if query.factor == HALF else later("{share} up {range} is {middle}.")
    )
    parts = [
        phrases.say(template, share=share, range=one.name, middle=phrases.figure(row))
        for one, row in zip(each, results, strict=True)
    ]
    headline = phrases.say("{figures} It's my own calculation, not an average.", figures=" ".join(parts))
    return _answer(headline, each, results, phrases.say("Partway"), phrases)


def _between(figures: Sequence[_NamedFigure]) -> _NamedFigure:
    """Return two figures as the range between them."""
    values = [one.row.value or 0 for one in figures]
    return _NamedFigure(
        replace(_together(figures), value=None, low=min(values), high=max(values)), figures[0].row.subject
    )


def _way_up(row: Row, factor: float, phrases: Phrasebook) -> Row:
    low, high, number = _shown(row.low or 0), _shown(row.high or 0), phrases.number
    middle = low + (high - low) * factor
    working = f"({number(low)} + {number(high)}) / 2 = {number(middle)}"
    if factor != HALF:
        working = (
            f"{number(low)} + ({number(high)} - {number(low)}) / {number(round(1 / factor))} = {number(_shown(middle))}"
        )
    return replace(row, value=middle, low=None, high=None, working=working, yearly=())


def _changed(figures: Sequence[_NamedFigure], query: Query, phrases: Phrasebook) -> Answer:
    """Tell figures changed by a factor: "10% more", "half of that", "three of those"."""
    factor = query.factor
    results = tuple(_times(one.row, factor, phrases) for one in figures)
    each = [
        phrases.say(_changed_by(factor), **_parts_of(factor, phrases), pay=one.name, result=phrases.figure(result))
        for one, result in zip(figures, results, strict=True)
    ]
    return _answer(" ".join(map(capital, each)), figures, results, phrases.say("Changed"), phrases)


def _changed_by(factor: float) -> str:
    if factor in (TWICE, HALF):
        return later("Twice {pay} is {result}.") if factor == TWICE else later("Half of {pay} is {result}.")
    if factor > TWICE:
        return later("{times} times {pay} is {result}.")
    if factor < HALF and (1 / factor).is_integer():
        return later("{pay} divided by {parts} is {result}.")
    return (
        later("{share} more than {pay} is {result}.") if factor > 1 else later("{share} less than {pay} is {result}.")
    )


def _parts_of(factor: float, phrases: Phrasebook) -> dict[str, str]:
    return {
        "share": phrases.percent(round(abs(factor - 1) * 100, 2)),
        "times": phrases.number(round(factor, 2)),
        "parts": phrases.number(round(1 / factor)),
    }


def _times(row: Row, factor: float, phrases: Phrasebook) -> Row:
    """Return a row times a factor, with the multiplication shown."""
    ends = [end for end in (row.value, row.low, row.high) if end is not None]
    times = phrases.number(round(factor, 4))
    sums = [f"{phrases.number(_shown(end))} x {times} = {phrases.number(_shown(_shown(end) * factor))}" for end in ends]
    changed: dict[str, Any] = {
        name: None if (end := getattr(row, name)) is None else _shown(end) * factor for name in ("value", "low", "high")
    }
    return replace(row, working="; ".join(sums), yearly=(), note=None, **changed)


_OPERATIONS: dict[Operation, Callable[[Sequence[_NamedFigure], Query, Phrasebook], Answer]] = {
    "difference": _difference,
    "ratio": _ratio,
    "mean": _mean,
    "sum": _sum,
    "fraction": _fraction,
    "change": _changed,
}
