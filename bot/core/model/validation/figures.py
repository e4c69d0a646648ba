"""Checks figures: their shape, amounts that look like a slip, and what the words say of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.core.model.knowledge import (
    Company,
    Figure,
    Knowledge,
    Place,
    Role,
)
from bot.core.model.validation.problem import Problem

# A year's pay in US dollars; and how far from the middle figure an amount may lie before somebody has to look at it.
LEAST_PAY, MOST_PAY = 10_000, 3_000_000
OFTEN_LESS, OFTEN_MORE = 5, 8
CLAIM = re.compile(r"(?P<one>[\w.]+) (?P<sign>[<>]) (?P<others>[\w.]+(?:, [\w.]+)*)")


def placed_figures(knowledge: Knowledge) -> Iterator[tuple[Place, Figure]]:
    """Yield every figure with the place it stands at."""
    groups: tuple[tuple[str, Iterable[Role | Company]], ...] = (
        ("role", knowledge.roles),
        ("company", knowledge.companies),
    )
    for kind, owners in groups:
        for owner in owners:
            for n, figure in enumerate(owner.figures):
                yield Place(kind, owner.id, ("figures", n)), figure


class FigureChecks:
    """Checks the figures of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong, each with the place it stands at."""
        yield from self._faulty_figures()
        yield from self._odd_amounts()
        yield from self._false_claims()

    def _faulty_figures(self) -> Iterator[Problem]:
        """Yield the figures that name what is not there, or whose fields contradict each other."""
        for place, f in placed_figures(self._knowledge):
            yield from (
                Problem(Place(place.kind, place.id, (*place.path, key)), why, absence=why.startswith("there is no"))
                for key, why in self._figure_faults(f)
            )
            mine = f.company if place.kind == "company" else f.role
            if mine != place.id:
                yield Problem(
                    place, f"this figure names the {place.kind} {mine!r}; in this file it has to be {place.id!r}"
                )

    def _figure_faults(self, f: Figure) -> Iterator[tuple[str, str]]:
        for kind, key in (("source", f.source), ("role", f.role), ("level", f.level)):
            if key is not None and not self._knowledge.has(kind, key):
                yield kind, f"there is no {kind} {key!r}; add it or correct the spelling"
        one, two = f.value is not None, f.low is not None or f.high is not None
        if one == two or (two and (f.low is None or f.high is None)):
            yield "id", "give either `value`, or both `low` and `high`"
        elif f.low is not None and f.high is not None and f.low >= f.high:
            yield (
                "low",
                f"low {f.low} is above high {f.high}; swap them" if f.low > f.high else "low and high are the same",
            )
        if any(number is not None and number <= 0 for number in (f.value, f.low, f.high)):
            yield "id", "an amount has to be above zero"
        yield from _basis_faults(f)
        yield from _percentile_faults(f)

    def _odd_amounts(self) -> Iterator[Problem]:
        """Yield the dollar figures that look like a slip: too few or many digits, or pay by the month."""
        figures = [(place, f) for place, f in placed_figures(self._knowledge) if f.unit == "USD" and not f.checked]
        figures = [(place, f) for place, f in figures if (f.low or 0) <= (f.high or 0)]  # else told already
        amounts = sorted(end for _, f in figures for end in (f.value, f.low, f.high) if end is not None)
        middle = amounts[len(amounts) // 2] if amounts else 0
        for place, f in figures:
            for key, amount in (("value", f.value), ("low", f.low), ("high", f.high)):
                if amount is None or amount <= 0:
                    continue
                odd = not LEAST_PAY <= amount <= MOST_PAY or not middle / OFTEN_LESS <= amount <= middle * OFTEN_MORE
                if odd:
                    why = f"{amount:,.0f} dollars a year is unlike the other figures (the middle one is {middle:,.0f})"
                    how = "give a year's pay in dollars, or write `checked: true` beside it"
                    yield Problem(Place(place.kind, place.id, (*place.path, key)), f"{why}; {how}")

    def _false_claims(self) -> Iterator[Problem]:
        """Yield what the words say of the figures and the figures do not bear out."""
        for place, claim in self._claims():
            found = CLAIM.fullmatch(claim)
            if found is None:
                yield Problem(place, f"{claim!r} is no claim; write FIGURE > FIGURE, FIGURE or FIGURE < FIGURE, FIGURE")
                continue
            keys = [found["one"], *found["others"].replace(" ", "").split(",")]
            values = [self._value_of(key) for key in keys]
            for key, value in zip(keys, values, strict=True):
                if value is None:
                    yield Problem(
                        place, f"there is no figure {key!r} to compare; correct it, and the words", absence=True
                    )
            one, *others = values
            for key, other in zip(keys[1:], others, strict=True):
                if one is not None and other is not None and not (one > other if found["sign"] == ">" else one < other):
                    yield Problem(
                        place,
                        f"{keys[0]} ({one:,.0f}) {found['sign']} {key} ({other:,.0f}) is not so; correct the words",
                    )

    def _claims(self) -> Iterator[tuple[Place, str]]:
        knowledge = self._knowledge
        for topic in knowledge.topics:
            yield from ((Place("topic", topic.id, ("claims", n)), claim) for n, claim in enumerate(topic.claims))
        owners: tuple[tuple[str, Iterable[Role | Company]], ...] = (
            ("company", knowledge.companies),
            ("role", knowledge.roles),
        )
        for kind, entries in owners:
            for entry in entries:
                for n, remark in enumerate(entry.remarks):
                    for i, claim in enumerate(remark.claims):
                        yield Place(kind, entry.id, ("remarks", n, "claims", i)), claim

    def _value_of(self, reference: str) -> float | None:
        """Return what `google.range.low` or `ml_engineer.payscale` refers to."""
        knowledge = self._knowledge
        if knowledge.has("figure", reference):
            return knowledge.figure(reference).value
        key, _, end = reference.rpartition(".")
        if end not in ("low", "high") or not knowledge.has("figure", key):
            return None
        return knowledge.figure(key).low if end == "low" else knowledge.figure(key).high


def _basis_faults(f: Figure) -> Iterator[tuple[str, str]]:
    if f.basis == "band" and f.level is None:
        yield "basis", "a figure of the basis `band` needs a `level`"
    if (f.basis == "range") != (f.low is not None):
        yield "basis", "`low` and `high` go with the basis `range`, a single `value` with the others"
    if f.basis == "range" and f.company is None:
        yield "basis", "only a company's figure has the basis `range`"
    if f.unit != "percent" and f.period != "year":
        yield "period", "pay is given by the year; leave `period` out"
    if (f.basis == "growth") != (f.unit == "percent"):
        yield "unit", "a figure of the basis `growth` has the unit `percent`, and only that one"


def _percentile_faults(f: Figure) -> Iterator[tuple[str, str]]:
    if any(not 0 < one.at < 100 for one in f.percentiles):  # noqa: PLR2004 - percent
        yield "percentiles", "`at` lies between 0 and 100"
    values = [one.value for one in sorted(f.percentiles, key=lambda one: one.at)]
    if values != sorted(values):
        yield "percentiles", "a higher percentile has a lower amount; correct one of them"
