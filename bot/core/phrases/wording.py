"""Formats figures, amounts, periods and sources in one language; `phrasebook` adds what needs the knowledge base."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.core.model.dialogue import PARTS, Period, Row
from bot.core.model.knowledge import Source
from bot.core.model.language import Language, later

# More names than these in a sentence nobody reads.
MOST_NAMED = 24
_RULES: dict[Period, str] = {
    "month": later("a month as 1/{parts} of a year"),
    "week": later("a week as 1/{parts} of a year"),
    "day": later("a working day as 1/{parts} of a year"),
    "hour": later("a working hour as 1/{parts} of a year"),
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


@dataclass(frozen=True, slots=True)
class Wording:
    """A language, with the phrases for figures and their sources."""

    language: Language

    def say(self, sentence: str, /, **parts: object) -> str:
        """Translate a sentence and fill in its `{parts}`."""
        return self.language.say(sentence, **parts)

    def count(self, one: str, many: str, number: int, /, **parts: object) -> str:
        """Translate a sentence in the form that goes with a number."""
        return self.language.count(one, many, number, **parts)

    def listing(self, items: Sequence[str], last: str = "and") -> str:
        """Join items as in a sentence."""
        return self.language.listing(items, last)

    def money(self, amount: float, unit: str = "USD") -> str:
        """Format an amount, of US dollars where no other currency is given: "$72,000", "GBP 72,000"."""
        return self.language.money(amount) if unit == "USD" else f"{unit} {self.number(amount)}"

    def number(self, value: float) -> str:
        """Format a number: "72,000"."""
        return self.language.number(value)

    def rule(self, period: Period) -> str:
        """Say what a period is taken as, to go on with "I take"; in the details of every converted figure."""
        return self.say(_RULES[period], parts=self.number(PARTS[period]))

    def per(self, amount: str, period: str) -> str:
        """Add the period that an amount is paid for: "$150,000 a year"."""
        return self.say(_PER[period], amount=amount)

    def span(self, low: float, high: float) -> str:
        """Format a range of amounts."""
        return self.say("{low} to {high}", low=self.money(low), high=self.money(high))

    def ends(self, values: Sequence[float]) -> str:
        """Format one amount, or a range from its two ends."""
        return self.money(values[0]) if len(values) == 1 else self.span(values[0], values[-1])

    def percent(self, value: float) -> str:
        """Format a percentage."""
        return self.say("{number}%", number=self.number(value))

    def figure(self, row: Row) -> str:
        """Format a row's figure with its period.

        >>> from bot.core.model.language import ENGLISH
        >>> google = Row(subject="Google", sources=(Source(id="x", name="X"),), low=72000, high=313797)
        >>> Wording(ENGLISH).figure(google)
        '$72,000 to $313,797 a year'
        """
        if row.unit == "percent":
            return self.percent(row.value or 0)
        if row.unit != "USD":
            if row.value is not None:
                return self.per(self.money(row.value, row.unit), row.period)
            low, high = self.money(row.low or 0, row.unit), self.number(row.high or 0)
            return self.per(self.say("{low} to {high}", low=low, high=high), row.period)
        if row.value is None:
            return self.per(self.span(row.low or 0, row.high or 0), row.period)
        figure = self.per(self.money(row.value), row.period)
        return self.say("{figure} and above", figure=figure) if row.and_above else figure

    def amount(self, row: Row) -> str:
        """Format a row's figure without its period."""
        if row.unit != "USD":
            return self.figure(row)
        amount = self.span(row.low or 0, row.high or 0) if row.value is None else self.money(row.value)
        return self.say("{figure} and above", figure=amount) if row.and_above else amount

    def labeled(self, row: Row, *, bare: bool = False) -> str:
        """Format a row's figure with its subject, for a list; `bare` leaves out the period."""
        figure = self.amount(row) if bare else self.figure(row)
        return self.say("{subject}: {figure}", subject=row.subject, figure=figure)

    def quoted(self, row: Row) -> str:
        """Format a row's figure as what its source says."""
        return self.say("{source} says {figure}", source=self.names(row.sources), figure=self.figure(row))

    def attribution(self, row: Row) -> str:
        """Name a row's sources in parentheses: "(Glassdoor)", "(no source named)"."""
        return f"({self.names(row.sources)})"

    def credit(self, source: Source) -> str:
        """Name a source. A name is never translated ("Salary"); a description ("no source named") is."""
        return source.name if source.kind == "publisher" else self.say(source.name)

    def names(self, sources: Iterable[Source]) -> str:
        """List sources for a sentence."""
        return self.listing([self.credit(source) for source in sources])

    def some(self, names: Sequence[str], many: int | None = None, *, most: int = MOST_NAMED) -> str:
        """List the first names and count the others (of `many` in all).

        >>> from bot.core.model.language import ENGLISH
        >>> Wording(ENGLISH).some(["Google"], many=3)
        'Google and 2 more'
        """
        shown = list(names[:most])
        if more := (len(names) if many is None else many) - len(shown):
            shown.append(self.count("{count} more", "{count} more", more))
        return self.listing(shown)

    def difference(self, one: Row, other: Row) -> Row:
        """Return how much more `one` is than `other` (both single values), in dollars and percent of `other`."""
        a, b = one.value or 0.0, other.value or 0.0
        high, low, gap = (self.number(round(value)) for value in (max(a, b), min(a, b), abs(a - b)))
        working = f"{high} - {low} = {gap}"
        if b:
            share = self.number(round(abs(a - b) / b * 100, 1))
            template = later("{sum}; that is {share}% more") if a >= b else later("{sum}; that is {share}% less")
            working = self.say(template, sum=working, share=share)
        return Row(
            subject=f"{one.subject} - {other.subject}",
            sources=tuple(dict.fromkeys((*one.sources, *other.sources))),
            value=abs(a - b),
            terms=tuple(dict.fromkeys((*one.terms, *other.terms))),
            working=working,
            period=one.period,
        )

    def converted(self, period: Period | None, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """Return yearly rows in the period that was asked for; what is not yearly pay stays as it is."""
        if period is None or period == "year":
            return rows
        return tuple(self.in_period(row, period) if row.unit == "USD" and row.period == "year" else row for row in rows)

    def in_period(self, yearly: Row, period: Period) -> Row:
        """Convert a yearly row to another period, rounded to the dollar, with the division shown."""
        parts = PARTS[period]
        values = [v for v in (yearly.value, yearly.low, yearly.high) if v is not None]
        workings = [
            f"{self.number(round(v))} / {self.number(parts)} = {self.number(int(v / parts + 0.5))}" for v in values
        ]
        return replace(
            yearly,
            value=None if yearly.value is None else yearly.value / parts,
            low=None if yearly.low is None else yearly.low / parts,
            high=None if yearly.high is None else yearly.high / parts,
            period=period,
            working="; ".join(workings),
            note=None,
            yearly=tuple(values),
        )
