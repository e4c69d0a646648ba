"""Answers: each sum is right and shown, each row has its source, each kind of answer exists."""

import re
from typing import get_args

import pytest

from bot.core.advisor import Advisor
from bot.core.answers import ANSWERS, Phrasebook
from bot.core.model.answer_specs import SPECS, AnswerKind
from bot.core.model.dialogue import Amount, Period, Query, Row
from bot.core.model.language import ENGLISH
from bot.core.render.markdown import line_of
from tests.reading import everything

SMALL_TALK = {"greeting", "misread", "thanks", "about"}


def test_a_row_cannot_be_built_without_a_source() -> None:
    with pytest.raises(ValueError, match="no source"):
        Row(subject="x", sources=(), value=1)


def test_the_overall_average_is_the_mean_of_five_sources_and_shows_it(advisor: Advisor) -> None:
    mean = Phrasebook(ENGLISH, advisor.knowledge).mean("ml_engineer")
    assert mean.value == (140923 + 113358 + 131001 + 121233 + 130000) / 5 == 127303
    assert mean.working == "(140,923 + 113,358 + 131,001 + 121,233 + 130,000) / 5 = 127,303"


@pytest.mark.parametrize(
    ("period", "value", "working"),
    [
        ("month", "$10,609 a month", "127,303 / 12 = 10,609"),
        ("week", "$2,448 a week", "127,303 / 52 = 2,448"),
        ("day", "$490 a day", "127,303 / 260 = 490"),
        ("hour", "$61 an hour", "127,303 / 2,080 = 61"),
    ],
)
def test_other_periods_show_the_division(advisor: Advisor, period: Period, value: str, working: str) -> None:
    phrases = Phrasebook(ENGLISH, advisor.knowledge)
    part = phrases.in_period(phrases.mean("ml_engineer"), period)
    assert phrases.figure(part) == value
    assert part.working == working


@pytest.mark.parametrize(
    ("query", "gap"),
    [
        (Query(answer="compare", roles=("ml_engineer", "data_scientist"), period="month"), "not by the month"),
        (Query(answer="compare", sources=("glassdoor", "payscale"), period="hour"), "not by the hour"),
        (
            Query(answer="compare", roles=("ml_engineer", "data_scientist"), sources=("payscale",), period="week"),
            "not by the week",
        ),
        (Query(answer="pay", companies=("google", "apple"), sources=("payscale",)), "no such figure from PayScale"),
    ],
)
def test_what_an_answer_takes_no_account_of_is_said(advisor: Advisor, query: Query, gap: str) -> None:
    answer = advisor.answer(query)
    assert answer.rows
    assert answer.status == "partial"
    assert gap in " ".join(answer.gaps)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("150k at google with 6 yoe, good?", ["(150,000 - 72,000) / (313,797 - 72,000)", "150,000 - 138,351"]),
        ("is 160k at microsoft good", ["160,000 - 149,789 = 10,211"]),
        ("is 60k at google ok", ["72,000 - 60,000 = 12,000"]),
        ("google vs apple ml pay", ["119,224 - 72,000", "313,797 - 267,481"]),
        ("senior vs fresher ml pay", ["150,360 - 97,090 = 53,270", "54.9%"]),
        ("ml engineer vs data scientist pay", ["113,143 - 96,000 = 17,143"]),
        ("ai engineer vs ml engineer pay", ["125,000 - 113,358 = 11,642", "131,001 - 119,297 = 11,704"]),
    ],
)
def test_the_sums_are_shown(advisor: Advisor, question: str, parts: list[str]) -> None:
    text = everything(advisor.ask(question))
    for part in parts:
        assert part in text, text


def test_an_offer_gets_no_verdict(advisor: Advisor) -> None:
    text = everything(advisor.ask("is 150k at google good?")).casefold()
    assert not re.search(r"\b(good offer|great|bad|fair|lowball|accept)\b", text)


def test_sources_are_derived_from_the_rows_each_once(advisor: Advisor) -> None:
    answer = advisor.ask("average ml engineer salary")
    assert [source.name for source in answer.sources] == ["Indeed", "PayScale", "Glassdoor", "Salary", "LinkedIn"]


def test_a_source_that_the_article_does_not_name_is_said_so(advisor: Advisor) -> None:
    assert "No source named" in everything(advisor.ask("google salary"))


def test_the_conflict_of_the_two_payscale_figures_is_told(advisor: Advisor) -> None:
    text = everything(advisor.ask("why does payscale have two figures?"))
    assert "$113,358" in text
    assert "$113,143" in text


def test_the_claim_about_ai_engineers_stands_beside_the_figures(advisor: Advisor) -> None:
    text = everything(advisor.ask("do ai engineers earn more than ml engineers?"))
    assert "tend to make more" in text or "The article says so" in text
    for part in ("mixed", "$119,297", "$131,001", "$125,000", "$113,358"):
        assert part in text.lower(), text


@pytest.mark.parametrize("kind", sorted(ANSWERS))
def test_every_kind_of_answer_answers_its_plainest_query(advisor: Advisor, kind: str) -> None:
    intents = [intent for intent in advisor.knowledge.intents if intent.answer == kind]
    topic = intents[0].topic if intents else None
    amount = Amount(low=150_000, high=150_000, text="150k")
    query = Query(answer=kind, intent=intents[0].id if intents else "pay", topic=topic, amounts=(amount,))
    if kind == "rank_companies":
        query = Query(answer=kind, intent=kind)
    if kind == "calculation":
        operands = (Query(answer="pay", levels=("senior",)), Query(answer="pay"))
        query = Query(answer=kind, operation="difference", operands=operands)
    answer = advisor.answer(query)
    # The tests' knowledge base has no datasets.
    assert answer.status == ("off_topic" if kind in SMALL_TALK else "not_covered" if kind == "lookup" else "answered")
    assert answer.headline
    assert answer.title


def test_a_line_tells_subject_figure_source_and_working(advisor: Advisor) -> None:
    mean = Phrasebook(ENGLISH, advisor.knowledge).mean("ml_engineer")
    assert line_of(mean, Phrasebook(ENGLISH, advisor.knowledge)).startswith(
        "Average of 5 sources: $127,303 a year (Indeed, PayScale, Glassdoor, Salary and LinkedIn): (140,923 + "
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("is 99.99 an hour good", ["99.99 x 2,080 = 207,979.2"]),
        ("is 70.25 an hour good", ["70.25 x 2,080 = 146,120"]),
        ("is 33.333 an hour good", ["33.33 x 2,080 = 69,326.4"]),
        ("is 10,833.33 per month good", ["10,833.33 x 12 = 129,999.96"]),
        ("convert 99.99 an hour to monthly", ["99.99 x 2,080 = 207,979.2", "207,979.2 / 12 = 17,332"]),
        ("convert 100k a month to yearly", ["100,000 x 12 = 1,200,000"]),
        ("is 100k a month good", ["100,000 x 12 = 1,200,000"]),
        ("i earn 100k a month as an mle, good?", ["100,000 x 12 = 1,200,000"]),
        ("is 90k/month good", ["90,000 x 12 = 1,080,000"]),
        ("is 120k per month at google good?", ["120,000 x 12 = 1,440,000", "Google"]),
        ("150k at google per month", ["Google: $6,000 to $26,150 a month", "$150,000 a year is about $12,500 a month"]),
    ],
)
def test_sums_are_right_for_what_they_show_and_a_month_is_a_month(
    advisor: Advisor, text: str, parts: list[str]
) -> None:
    message = everything(advisor.ask(text))
    assert all(part in message for part in parts), message


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("150k per month?", "$150,000 a year per month"),
        ("127303 per month", "$127,303 a year per month"),
        ("is 15k good at google per month", "is $15,000 per month good at Google"),
        ("is 12k good for a senior monthly", "is $12,000 per month good for a senior"),
    ],
)
def test_an_amount_whose_time_is_not_clear_is_asked_back(advisor: Advisor, text: str, meant: str) -> None:
    answer = advisor.ask(text)
    assert answer.status == "clarify"
    assert not answer.rows
    assert any(meant in one.text for one in answer.suggestions)
    assert all(advisor.ask(one.text).status == "answered" for one in answer.suggestions)


@pytest.mark.parametrize(
    "text",
    [
        "salary vs glassdoor",
        "Glassdoor vs Salary",
        "compare salary and glassdoor",
        "salary and glassdoor averages",
        "difference between glassdoor and salary",
    ],
)
def test_the_source_whose_name_is_a_word_is_compared_too(advisor: Advisor, text: str) -> None:
    message = everything(advisor.ask(text))
    assert "$121,233" in message
    assert "$131,001" in message


@pytest.mark.parametrize("text", ["google salary vs amazon salary", "glassdoor and indeed salary"])
def test_the_word_stays_a_word_elsewhere(advisor: Advisor, text: str) -> None:
    assert "$121,233" not in everything(advisor.ask(text))


def test_the_table_of_answer_kinds_is_whole() -> None:
    assert set(SPECS) == set(get_args(AnswerKind))
    assert set(ANSWERS) == set(SPECS) - {"no_figures", "off_topic"}
