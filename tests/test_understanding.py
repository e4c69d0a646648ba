"""What typos may cost and what confidence is worth, on a fixed part of what the benchmarks measure."""

from pathlib import Path
from typing import Any

import pytest

from bot.core.advisor import Advisor
from tests.benchmarks import labeled, reliability, typos
from tests.score_questions import HALVES, half_of

FOLDER = Path(__file__).parent.parent.parent / "shared" / "questions"
# One copy of each kind of slip; the benchmark makes twenty.
COPIES = 7


def lists() -> list[Any]:
    found = [pytest.param(labeled.own(), id="own")]
    if (FOLDER / "score.py").exists():
        found.append(pytest.param(labeled.of_folder(FOLDER), id="labeled"))
    return found


@pytest.mark.long
@pytest.mark.parametrize("questions", lists())
def test_a_slip_costs_little_and_brings_no_wrong_figure(advisor: Advisor, questions: list[labeled.Labeled]) -> None:
    assert typos.passes(typos.measure(advisor, questions, COPIES))


@pytest.mark.long
@pytest.mark.parametrize("questions", lists())
def test_what_is_sure_is_right(advisor: Advisor, questions: list[labeled.Labeled]) -> None:
    assert reliability.share_right(reliability.measure(advisor, questions, COPIES)) >= reliability.LEAST


def test_a_question_stays_in_its_half() -> None:
    asked = [question.text for question in labeled.own()]
    halves = [sum(half_of(text) == half for text in asked) for half in HALVES]
    assert min(halves) > len(asked) / 3
    assert half_of("google ml salary") == "tuning"
    assert half_of("apple ml salary") == "check"
