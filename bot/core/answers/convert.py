"""Answers what an amount that the person typed comes to in another period; arithmetic only."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.answers import figure_rows
from bot.core.model.dialogue import PARTS, Answer, Period, Points, Query
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import Language

# Below this an hour's pay is not told without its cents.
CENTS_COUNT = 1_000


def convert(query: Query, known: Knowledge, language: Language) -> Answer:
    """Turn the amount into a year's pay and that into the period asked for, each step shown."""
    del known
    amount, wanted = figure_rows.to_the_cent(query.amounts[0]), query.period or "month"
    given = amount.period or "year"
    ends = tuple(dict.fromkeys((amount.low, amount.high)))
    results = [end * PARTS[given] / PARTS[wanted] for end in ends]
    rules = [figure_rows.rule(period, language) for period in (given, wanted) if period != "year"]
    return Answer(
        status="answered",
        title=language.say("Converted"),
        headline=language.say(
            "{given} is about {converted}.",
            given=figure_rows.per(_span(ends, language), given, language),
            converted=figure_rows.per(
                _span([float(int(result + 0.5)) for result in results], language), wanted, language
            ),
        ),
        blocks=(Points(tuple(_steps(ends, given, wanted, language))),),
        caveats=(language.say("The rule is mine: {rules}. Before tax.", rules="; ".join(rules)),),
    )


def _steps(ends: Sequence[float], given: Period, wanted: Period, language: Language) -> list[str]:
    steps, number = [], language.number
    for end in ends:
        yearly = end * PARTS[given]
        if given != "year":
            steps.append(
                figure_rows.per(f"{number(end)} x {number(PARTS[given])} = {number(yearly)}", "year", language)
            )
        if wanted != "year":
            result = number(int(yearly / PARTS[wanted] + 0.5))
            steps.append(figure_rows.per(f"{number(yearly)} / {number(PARTS[wanted])} = {result}", wanted, language))
    return steps


def _span(ends: Sequence[float], language: Language) -> str:
    if any(not float(end).is_integer() for end in ends) and ends[-1] < CENTS_COUNT:
        return " - ".join(f"{language.number(end)} USD" for end in ends)
    return language.money(ends[0]) if len(ends) == 1 else figure_rows.span(ends[0], ends[-1], language)
