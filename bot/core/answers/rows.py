"""Builds the rows of figures that all answers share: a figure with its source, a mean, a difference, another period.

Each result carries its working: the overall average is never typed, it is five averages and a sum.
"""

from __future__ import annotations

from bot.core.dialogue import PARTS, Period, Row
from bot.core.knowledge import Figure, Knowledge
from bot.core.text import listing, money, number

# From this number of averages on a role is told by their mean; fewer are told one by one.
MANY = 4
# Shown with every converted figure.
RULES: dict[Period, str] = {
    "month": "a month is a year / 12",
    "week": "a week is a year / 52",
    "day": "a day is a year / 260 working days",
    "hour": "an hour is a year / 2,080 working hours",
}


def subject(known: Knowledge, figure: Figure) -> str:
    """Say whom a figure is about.

    A source's average is named after the source, a band after its level, a range after its company.
    """
    if figure.company is not None:
        return known.company(figure.company).name
    if figure.level is not None:
        return known.level(figure.level).name[:1].upper() + known.level(figure.level).name[1:]
    return f"{_capital(plural(known, figure.role))} on {known.source(figure.source).name}"


def plural(known: Knowledge, role: str) -> str:
    """Name a role's people: "ML engineers"."""
    return f"{known.role(role).short}s"


def row(known: Knowledge, figure: Figure, named: str | None = None) -> Row:
    """Make the row of one figure as the article gives it."""
    return Row(
        subject=named or subject(known, figure),
        sources=(known.source(figure.source),),
        value=figure.value,
        low=figure.low,
        high=figure.high,
        and_above=figure.and_above,
        unit=figure.unit,
        period=figure.period,
        note=figure.note,
    )


def mean(known: Knowledge, role: str) -> Row:
    """Return the mean of a role's averages, with the sum shown."""
    figures = known.averages(role)
    values = [figure.value for figure in figures if figure.value is not None]
    total = sum(values)
    shown = " + ".join(number(value) for value in values)
    return Row(
        subject=f"{_capital(plural(known, role))}, mean of {len(values)} sources",
        sources=tuple(known.source(figure.source) for figure in figures),
        value=total / len(values),
        working=f"({shown}) / {len(values)} = {number(round(total / len(values)))}",
    )


def difference(one: Row, other: Row) -> Row:
    """Return how much more `one` is than `other` (both single values), in dollars and per cent of `other`."""
    a, b = one.value or 0.0, other.value or 0.0
    share = f"; that is {abs(a - b) / b * 100:.1f} % {'more' if a >= b else 'less'}" if b else ""
    return Row(
        subject=f"{one.subject} - {other.subject}",
        sources=tuple(dict.fromkeys((*one.sources, *other.sources))),
        value=abs(a - b),
        working=f"{number(round(max(a, b)))} - {number(round(min(a, b)))} = {number(round(abs(a - b)))}{share}",
        period=one.period,
    )


def in_period(yearly: Row, period: Period) -> Row:
    """Return a yearly row told by the month, week, day or hour, rounded to the dollar, with the division shown."""
    parts = PARTS[period]
    values = [v for v in (yearly.value, yearly.low, yearly.high) if v is not None]
    workings = [f"{number(round(v))} / {number(parts)} = {number(_rounded(v / parts))}" for v in values]
    return Row(
        subject=yearly.subject,
        sources=yearly.sources,
        value=None if yearly.value is None else yearly.value / parts,
        low=None if yearly.low is None else yearly.low / parts,
        high=None if yearly.high is None else yearly.high / parts,
        and_above=yearly.and_above,
        period=period,
        working="; ".join(workings),
    )


def _rounded(value: float) -> int:
    return int(value + 0.5)


def told(row_: Row) -> str:
    """Tell a row's figure in words.

    >>> from bot.core.knowledge import Source
    >>> told(Row(subject="Google", sources=(Source(id="x", name="X"),), low=72000, high=313797))
    '$72,000 to $313,797 a year'
    """
    if row_.unit == "percent":
        return f"{number(row_.value or 0)} %"
    if row_.value is None:
        return f"{money(row_.low or 0)} to {money(row_.high or 0)} {_per(row_)}"
    return f"{money(row_.value)} {_per(row_)}{' and above' if row_.and_above else ''}"


def _per(row_: Row) -> str:
    return f"an {row_.period}" if row_.period == "hour" else f"a {row_.period}"


def by(row_: Row) -> str:
    """Name a row's sources for a sentence: "(Glassdoor)", "(source not stated)"."""
    return f"({listing(tuple(source.name for source in row_.sources))})"


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
