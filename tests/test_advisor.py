"""The five outcomes, the commands, the slots of a query, and two questions in one."""

import json
from pathlib import Path

import pytest

from bot.core.advisor import Advisor
from bot.core.model.dialogue import Query, Refusal
from tests.reading import message

FIRST_CONTACT = sorted((Path(__file__).parent / "questions" / "first_contact").glob("*.jsonl"))


@pytest.mark.long
@pytest.mark.parametrize("file", FIRST_CONTACT, ids=lambda file: file.stem)
def test_every_question_of_a_stranger_gets_an_answer(advisor: Advisor, file: Path) -> None:
    for line in file.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)["q"]
        assert advisor.ask(question).headline, question


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("google ml engineer salary", "answered"),
        ("google vs netflix for ml engineers", "partial"),
        ("what does netflix pay", "not_covered"),
        ("is it going to rain", "off_topic"),
        ("", "off_topic"),
        ("   \n ", "off_topic"),
        ("?!", "answered"),  # by what the bot can be asked
        ("where are the settings", "answered"),
        ("reset my phone settings", "off_topic"),
    ],
)
def test_outcome(advisor: Advisor, text: str, status: str) -> None:
    assert advisor.ask(text).status == status


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("!salary google", "$72,000 to $313,797"),
        ("/salary 7 yoe", "$138,351"),
        ("!SALARY Meta", "$185,350"),
        ("/compare google amazon", "$100,481"),
        ("!salary", "$127,303"),
        ("!sources", "PayScale"),
        ("!help", "Ask me"),
    ],
)
def test_a_command_line_is_read_as_the_command(advisor: Advisor, line: str, part: str) -> None:
    answer = advisor.ask(line)
    assert answer.status == "answered"
    assert part in message(answer)


def test_a_command_with_nonsense_says_that_it_has_no_figures(advisor: Advisor) -> None:
    assert advisor.ask("!salary flurb").status in {"not_covered", "clarify"}


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("google vs amazon ml pay", "companies", ("google", "amazon")),
        ("7 yoe mle salary", "levels", ("mid",)),
        ("15 yoe mle salary", "levels", ("senior",)),
        ("3 to 10 years mle salary", "levels", ("junior", "senior")),
        ("starting salary of an ml engineer", "levels", ("entry",)),
        ("glassdoor ai engineer pay", "roles", ("ai_engineer",)),
        ("glassdoor ai engineer pay", "sources", ("glassdoor",)),
        ("ml salary per month", "period", "month"),
        ("which company pays best besides google", "excluded", ("google",)),
        ("ai salary", "roles", ("ai_engineer",)),
    ],
)
def test_what_a_question_names(advisor: Advisor, text: str, field: str, value: object) -> None:
    query = advisor.understand(text)
    assert isinstance(query, Query)
    assert getattr(query, field) == value


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("average mle salary and growth rate", ["$127,303", "38.6%"]),
        ("fresher pay + which skills do i need", ["$97,090", "Python"]),
        ("what do ml engineers do and how much do they make at google", ["models", "$72,000"]),
    ],
)
def test_two_questions_get_two_answers(advisor: Advisor, text: str, parts: list[str]) -> None:
    answer = advisor.ask(text)
    assert answer.status == "answered"
    assert all(part in message(answer) for part in parts)


def test_half_a_question_is_answered_and_the_other_half_owned_up_to(advisor: Advisor) -> None:
    answer = advisor.ask("average mle salary and how do i negotiate?")
    assert answer.status == "partial"
    assert "$127,303" in answer.headline
    assert answer.gaps


def test_what_is_missing_is_named(advisor: Advisor) -> None:
    refusal = advisor.understand("what does netflix pay in germany")
    assert isinstance(refusal, Refusal)
    assert {gap.name for gap in refusal.gaps} == {"Netflix", "Germany"}
    assert "Netflix" in advisor.ask("what does netflix pay in germany").headline


@pytest.mark.parametrize(
    "text", ["i work at google lol", "google maps is down", "my phone is an apple", "good morning"]
)
def test_a_remark_gets_no_figures(advisor: Advisor, text: str) -> None:
    assert not advisor.ask(text).rows


def test_every_answer_says_how_it_was_read(advisor: Advisor) -> None:
    assert advisor.ask("senior mle pay").read_as == "pay of ML engineers, senior (10–19 years)"


def test_every_company_on_file_can_be_asked_for_by_every_name(advisor: Advisor) -> None:
    for company in advisor.knowledge.companies:
        for name in (company.name, *company.aliases):
            answer = advisor.ask(f"what does {name} pay?")
            assert [row.subject for row in answer.cited] == [company.name], name
