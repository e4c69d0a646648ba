"""What holds for any text: no exception, no figure from nowhere, nothing echoed that could do harm."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.advisor import Advisor
from bot.core.answers import Phrasebook
from bot.core.model.dialogue import PARTS
from bot.core.model.language import ENGLISH
from tests.reading import everything

WORDS = st.sampled_from(
    [
        "google",
        "amazon",
        "meta",
        "apple",
        "microsoft",
        "netflix",
        "salary",
        "pay",
        "ml",
        "engineer",
        "mle",
        "senior",
        "junior",
        "entry",
        "level",
        "vs",
        "and",
        "compare",
        "7",
        "yoe",
        "150k",
        "$200,000",
        "per",
        "month",
        "hourly",
        "glassdoor",
        "payscale",
        "indeed",
        "average",
        "highest",
        "lowest",
        "which",
        "company",
        "what",
        "how",
        "much",
        "is",
        "good",
        "germany",
        "london",
        "intern",
        "l5",
        "skills",
        "python",
        "phd",
        "growth",
        "not",
        "besides",
        "faang",
        "data",
        "scientist",
        "ai",
        "nurse",
        "software",
        "why",
        "where",
        "2014",
        "-1",
        "years",
        "0",
        "1-4",
        "20+",
        "median",
        "bonus",
        "?",
        "!",
        ",",
        "/",
        "+",
        "€",
        "rupees",
    ]
)
QUESTIONS = st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=200)
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def numbers(text: str) -> set[float]:
    return {float(found.replace(",", "")) for found in _NUMBER.findall(text)}


def accounted_for(advisor: Advisor, asked: str) -> set[float]:
    """Every number that may stand in an answer: the knowledge base's, the person's own, and what is worked out."""
    knowledge = advisor.knowledge
    figures = {value for f in knowledge.figures for value in (f.value, f.low, f.high) if value is not None}
    rules = set(map(float, PARTS.values()))
    mean = Phrasebook(ENGLISH, knowledge).mean("ml_engineer").value or 0
    typed = {value for amount in _amounts(advisor, asked) for value in amount}
    return figures | rules | {mean} | numbers(asked) | typed


def _amounts(advisor: Advisor, asked: str) -> list[tuple[float, ...]]:
    reading = advisor._router.read(asked)
    ends = [end for amount in reading.amounts for end in (amount.low, amount.high)]
    return [tuple(end * parts for parts in PARTS.values()) for end in ends]


@given(text=QUESTIONS)
@example(text="\ud800")
@example(text="§years0 §amount5")
@example(text="convert 100k hourly")
@example(text="is 1e999 ok")
@example(text="9" * 300 + "k salary")
def test_any_text_gets_an_answer(advisor: Advisor, text: str) -> None:
    answer = advisor.ask(text)
    assert answer.status in {"answered", "partial", "not_covered", "clarify", "off_topic"}
    assert answer.headline
    assert 0 <= answer.confidence <= 1


@given(text=st.lists(WORDS, max_size=12).map(" ".join))
def test_every_pay_figure_is_known_or_worked_out_in_the_answer(advisor: Advisor, text: str) -> None:
    answer = advisor.ask(text)
    allowed = accounted_for(advisor, text)
    worked_out = {
        number
        for working in re.findall(r"[^.;\n]*(?:=|\([\d,. -]+\)|/ [\d,]+)[^.;\n]*", everything(answer))
        for number in numbers(working)
    }
    for number in numbers(everything(answer)):
        if number >= 1_000 and not 1950 <= number <= 2050:
            assert number in allowed | worked_out, (number, everything(answer))


@given(text=QUESTIONS)
def test_rows_have_sources_and_only_answers_have_rows(advisor: Advisor, text: str) -> None:
    answer = advisor.ask(text)
    assert all(row.sources for row in answer.rows)
    if answer.status in {"not_covered", "clarify", "off_topic"}:
        assert not answer.rows
        typed = numbers(text) | {value for amount in _amounts(advisor, text) for value in amount}
        assert not {n for n in numbers(answer.headline) if n >= 10_000} - typed


@given(text=QUESTIONS)
def test_asking_twice_gives_the_same_answer(advisor: Advisor, text: str) -> None:
    assert advisor.ask(text) == advisor.ask(text)
