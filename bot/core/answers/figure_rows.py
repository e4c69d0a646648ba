"""Builds the rows of figures that all answers share: a figure with its source, a mean, a difference, another period.

Each result carries its working: the overall average is never typed, it is five averages and a sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.core.model.dialogue import PARTS, Amount, Period, Row
from bot.core.model.knowledge import ARTICLE, NOT_STATED, Figure, Knowledge, Source
from bot.core.model.language import Language, later

# More names than these in a sentence nobody reads.
MOST_NAMED = 24
# From this number of averages on a role is told by their mean; fewer are told one by one.
MANY = 4
_RULES: dict[Period, str] = {
    "month": later("a month is a year / {parts}"),
    "week": later("a week is a year / {parts}"),
    "day": later("a day is a year / {parts} working days"),
    "hour": later("an hour is a year / {parts} working hours"),
}
_PER: dict[str, str] = {
    "year": later("{amount} a year"),
    "month": later("{amount} a month"),
    "week": later("{amount} a week"),
    "day": later("{amount} a day"),
    "hour": later("{amount} an hour"),
}
BY: dict[Period, str] = {
    "year": later("by the year"),
    "month": later("by the month"),
    "week": later("by the week"),
    "day": later("by the day"),
    "hour": later("by the hour"),
}


def rule(period: Period, language: Language) -> str:
    """Say by what a year's pay is divided; shown with every converted figure."""
    return language.say(_RULES[period], parts=language.number(PARTS[period]))


def per(amount: str, period: str, language: Language) -> str:
    """Say what an amount is paid for: "$150,000 a year"."""
    return language.say(_PER[period], amount=amount)


def subject(known: Knowledge, figure: Figure, language: Language) -> str:
    """Say whom a figure is about.

    A source's average is named after the source, a band after its level, a range after its company.
    """
    if figure.company is not None:
        return known.company(figure.company).name
    if figure.level is not None:
        return capital(level(known, figure.level, language))
    return capital(on_source(known, figure, language))


def on_source(known: Knowledge, figure: Figure, language: Language) -> str:
    """Name a role's people and the source that speaks of them: "data scientists on PayScale"."""
    people, source = plural(known, figure.role, language), credit(known.source(figure.source), language)
    return language.say("{people} on {source}", people=people, source=source)


def plural(known: Knowledge, role: str, language: Language) -> str:
    """Name a role's people: "ML engineers"."""
    return language.say(known.role(role).people)


def level(known: Knowledge, key: str, language: Language) -> str:
    """Name a level of experience: "senior (10-19 years)"."""
    return language.say(known.level(key).name)


def credit(source: Source, language: Language) -> str:
    """Name a source. A name stays as it is, also where it is a word ("Salary"); two of them are descriptions."""
    return language.say(source.name) if source.id in (ARTICLE, NOT_STATED) else source.name


def row(known: Knowledge, figure: Figure, language: Language, named: str | None = None) -> Row:
    """Make the row of one figure as the article gives it."""
    return Row(
        subject=named or subject(known, figure, language),
        sources=(known.source(figure.source),),
        value=figure.value,
        low=figure.low,
        high=figure.high,
        and_above=figure.and_above,
        unit=figure.unit,
        period=figure.period,
        note=figure.note and language.say(figure.note),
    )


def mean(known: Knowledge, role: str, language: Language) -> Row:
    """Return the mean of a role's averages, with the sum shown."""
    figures = known.averages(role)
    values = [figure.value for figure in figures if figure.value is not None]
    total = sum(values)
    shown = " + ".join(language.number(value) for value in values)
    people = plural(known, role, language)
    named = language.count(
        "{people}, mean of {count} source", "{people}, mean of {count} sources", len(values), people=people
    )
    return Row(
        subject=capital(named),
        sources=tuple(known.source(figure.source) for figure in figures),
        value=total / len(values),
        working=f"({shown}) / {language.number(len(values))} = {language.number(round(total / len(values)))}",
    )


def difference(one: Row, other: Row, language: Language) -> Row:
    """Return how much more `one` is than `other` (both single values), in dollars and per cent of `other`."""
    a, b = one.value or 0.0, other.value or 0.0
    high, low, gap = (language.number(round(value)) for value in (max(a, b), min(a, b), abs(a - b)))
    working = f"{high} - {low} = {gap}"
    if b:
        share = language.number(round(abs(a - b) / b * 100, 1))
        working = (
            language.say("{sum}; that is {share} % more", sum=working, share=share)
            if a >= b
            else language.say("{sum}; that is {share} % less", sum=working, share=share)
        )
    return Row(
        subject=f"{one.subject} - {other.subject}",
        sources=tuple(dict.fromkeys((*one.sources, *other.sources))),
        value=abs(a - b),
        working=working,
        period=one.period,
    )


def in_period(yearly: Row, period: Period, language: Language) -> Row:
    """Return a yearly row told by the month, week, day or hour, rounded to the dollar, with the division shown."""
    parts, number = PARTS[period], language.number
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


def to_the_cent(amount: Amount) -> Amount:
    """Return an amount as its sums show it, so that they are right for what is shown: "$33.333 an hour"."""
    return replace(amount, low=round(amount.low, 2), high=round(amount.high, 2))


def _rounded(value: float) -> int:
    return int(value + 0.5)


def told(row_: Row, language: Language) -> str:
    """Tell a row's figure in words.

    >>> from bot.core.model.knowledge import Source
    >>> from bot.core.model.language import ENGLISH
    >>> told(Row(subject="Google", sources=(Source(id="x", name="X"),), low=72000, high=313797), ENGLISH)
    '$72,000 to $313,797 a year'
    """
    if row_.unit == "percent":
        return percent(row_.value or 0, language)
    if row_.value is None:
        return per(span(row_.low or 0, row_.high or 0, language), row_.period, language)
    figure = per(language.money(row_.value), row_.period, language)
    return language.say("{figure} and above", figure=figure) if row_.and_above else figure


def span(low: float, high: float, language: Language) -> str:
    """Tell two amounts as a range."""
    return language.say("{low} to {high}", low=language.money(low), high=language.money(high))


def percent(value: float, language: Language) -> str:
    """Tell a share."""
    return language.say("{number} %", number=language.number(value))


def labelled(row_: Row, language: Language) -> str:
    """Tell a row's figure with its subject, for a list in a sentence."""
    return language.say("{subject}: {figure}", subject=row_.subject, figure=told(row_, language))


def says(row_: Row, language: Language) -> str:
    """Tell a row's figure as what its source says."""
    return language.say("{source} says {figure}", source=cited(row_.sources, language), figure=told(row_, language))


def by(row_: Row, language: Language) -> str:
    """Name a row's sources for a sentence: "(Glassdoor)", "(source not stated)"."""
    return f"({cited(row_.sources, language)})"


def some(names: Sequence[str], language: Language, many: int | None = None) -> str:
    """List names as in a sentence; of very many the first ones, and how many more there are (of `many` in all).

    >>> from bot.core.model.language import ENGLISH
    >>> some(["Google"], ENGLISH, many=3)
    'Google and 2 more'
    """
    shown = list(names[:MOST_NAMED])
    if more := (len(names) if many is None else many) - len(shown):
        shown.append(language.count("{count} more", "{count} more", more))
    return language.listing(shown)


def cited(sources: Iterable[Source], language: Language) -> str:
    """Name sources for a sentence."""
    return language.listing([credit(source, language) for source in sources])


def capital(phrase: str) -> str:
    """Begin a sentence or a title with a phrase."""
    return phrase[:1].upper() + phrase[1:]
