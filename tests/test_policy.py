"""The policy: each rule decides some question, and none is dead; explanations say which one did."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from bot.core.advisor import Advisor
from bot.core.decide.policy import POLICY
from tests.yaml_file import content_of

QUESTIONS = Path(__file__).parent / "questions"


@cache
def asked() -> tuple[str, ...]:
    files = [content_of(path) for path in sorted(QUESTIONS.glob("*.yaml"))]
    return ("", *(question["ask"] for file in files for question in file["questions"]))


def test_every_rule_decides_some_question(advisor: Advisor) -> None:
    fired = Counter(advisor.understand(text).rule for text in asked())
    assert {rule.name for rule in POLICY} - fired.keys() == set()


def test_every_decision_names_its_rule(advisor: Advisor) -> None:
    names = {rule.name for rule in POLICY} | {"command"}
    assert {advisor.understand(text).rule for text in (*asked(), "!help", "!sources")} <= names


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("google?", "bare-name"),
        ("how does apple pay work", "product"),
        ("we hired an ml engineer yesterday", "remark"),
        ("what does acme pay ml engineers", "not-covered"),
    ],
)
def test_an_explanation_ends_with_the_rule_that_decided(advisor: Advisor, text: str, rule: str) -> None:
    lines = advisor.explain(text)
    assert 3 < len(lines) <= 20
    assert any(line.split()[:2] == ["rule", f"{rule}:"] for line in lines), lines
