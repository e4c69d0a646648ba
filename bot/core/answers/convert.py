"""Answers what an amount that the person typed comes to in another period; arithmetic only."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.answers.phrasebook import Phrasebook
from bot.core.model.dialogue import PARTS, Answer, Period, Points, Query

# Below this an hour's pay is not told without its cents.
CENTS_COUNT = 1_000


def convert(query: Query, phrases: Phrasebook) -> Answer:
    """Turn the amount into a year's pay and that into the period asked for, each step shown."""
    amount, wanted = query.amounts[0].to_the_cent(), query.period or "month"
    given = amount.period or "year"
    ends = tuple(dict.fromkeys((amount.low, amount.high)))
    results = [end * PARTS[given] / PARTS[wanted] for end in ends]
    rules = [phrases.rule(period) for period in (given, wanted) if period != "year"]
    return Answer(
        status="answered",
        title=phrases.say("Converted"),
        headline=phrases.say(
            "{given} is about {converted}.",
            given=phrases.per(_span(ends, phrases), given),
            converted=phrases.per(_span([float(int(result + 0.5)) for result in results], phrases), wanted),
        ),
        blocks=(Points(tuple(_steps(ends, given, wanted, phrases))),),
        caveats=(phrases.say("The rule is mine: {rules}. Before tax.", rules="; ".join(rules)),),
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
