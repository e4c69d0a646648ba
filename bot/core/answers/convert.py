"""Answers what an amount that the person typed comes to in another period; arithmetic only."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.answers import rows
from bot.core.dialogue import PARTS, Answer, Points, Query
from bot.core.knowledge import Knowledge
from bot.core.text import money, number


def convert(query: Query, known: Knowledge) -> Answer:
    """Turn the amount into a year's pay and that into the period asked for, each step shown."""
    del known
    amount, wanted = query.amounts[0], query.period or "month"
    given = amount.period or "year"
    ends = tuple(dict.fromkeys((amount.low, amount.high)))
    results = [end * PARTS[given] / PARTS[wanted] for end in ends]
    steps = []
    for end, result in zip(ends, results, strict=True):
        yearly = end * PARTS[given]
        if given != "year":
            steps.append(f"{number(end)} x {number(PARTS[given])} = {number(yearly)} a year")
        if wanted != "year":
            steps.append(f"{number(yearly)} / {number(PARTS[wanted])} = {number(int(result + 0.5))} {_per(wanted)}")
    rules = [rows.RULES[period] for period in (given, wanted) if period != "year"]
    return Answer(
        status="answered",
        title="Converted",
        headline=f"{_span(ends)} {_per(given)} is about {_span(results)} {_per(wanted)}.",
        blocks=(Points(tuple(steps)),),
        caveats=(f"The rule is mine: {'; '.join(rules)}. Before tax.",),
    )


def _span(ends: Sequence[float]) -> str:
    return " to ".join(money(end) for end in ends)


def _per(period: str) -> str:
    return f"an {period}" if period == "hour" else f"a {period}"
