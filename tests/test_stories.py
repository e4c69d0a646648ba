"""What people say around their question: years in another trade, names they take back, others' levels."""

from __future__ import annotations

import pytest

from bot.core.advisor import Advisor
from bot.core.model.dialogue import Query
from bot.core.render.markdown import message


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("i drove trucks for 14 years, then 3 years as an ml engineer. what should i be paid?", ("junior",)),
        ("eleven years in insurance and six years as an ML engineer, what's typical?", ("mid",)),
        (
            "I was a welder for nine years and have been an ML engineer for twelve years, what do people like me get?",
            ("senior",),
        ),
        ("14 years as a cook, now an ml engineer. what do ml engineers earn?", ()),
        ("after six and a half years as an ml engineer, what pay is normal?", ("mid",)),
        ("mle salary with twenty-two years of experience", ("veteran",)),
        ("ml engineer pay with 3 years versus 12 years", ("junior", "senior")),
        ("2 years at a mid-size bank as an ml engineer: what is typical pay?", ("junior",)),
        ("this is my first position as an ml engineer, what can i expect", ("entry",)),
        ("i have never worked, what do ml engineers like me earn", ("entry",)),
        ("ml engineer pay when you have never had a real job", ("entry",)),
        ("ml engineer pay? we never had an ml engineer position", ()),
        ("never had a job in this industry: ml engineer pay?", ("entry",)),
        ("never had a job in a bank: ml engineer pay?", ()),
        ("pay of an ml engineer without any earlier job", ("entry",)),
        ("pay of an ml engineer without earlier employment", ("entry",)),
        ("what does an ml engineer make after 12 years of hypertuning", ("senior",)),
        ("what is normal for a whizbang ml engineer with 6 years", ("mid",)),
        ("folks w/ 8 yoe", ("mid",)),
        ("for someone with about 15 yrs?", ("senior",)),
        ("my aunt has 12 years of ml on her cv, what does she make", ("senior",)),
        ("what is a mid level ml engineer on", ("mid",)),
        ("what do juniors get", ("junior",)),
        ("i'm at 120k with 6 years as an ml engineer and mentor two juniors, is that fair?", ("mid",)),
    ],
)
def test_years_belong_to_what_they_stand_with(advisor: Advisor, text: str, levels: tuple[str, ...]) -> None:
    query = advisor.understand(text)
    assert isinstance(query, Query), query
    assert query.levels == levels


@pytest.mark.parametrize(
    ("text", "companies"),
    [
        ("what does apple pay? not apple, microsoft", ("microsoft",)),
        ("how much do ml engineers get at amazon? I meant google not amazon", ("google",)),
        ("mle pay at facebook - sorry, apple", ("apple",)),
        ("google, no wait, amazon salary for ml engineers", ("amazon",)),
        ("what does microsoft pay, not google", ("microsoft",)),
        ("sorry, what does google pay ml engineers", ("google",)),
        ("not asking about facebook or apple, just google", ("google",)),
        ("not talking about google, i mean amazon ml pay", ("amazon",)),
        ("no interest in facebook or apple, just google pay", ("google",)),
        ("skip the talk, what does google pay", ("google",)),
        ("do not ignore microsoft, what does it pay", ("microsoft",)),
        ("should i skip google and look at apple pay", ("google", "apple")),
        ("is apple or amazon better paid, sorry if that was asked", ("apple", "amazon")),
    ],
)
def test_a_name_that_is_taken_back_is_not_asked_about(advisor: Advisor, text: str, companies: tuple[str, ...]) -> None:
    query = advisor.understand(text)
    assert isinstance(query, Query), query
    assert query.companies == companies


def test_a_level_that_is_taken_back_is_not_asked_about(advisor: Advisor) -> None:
    query = advisor.understand("what do seniors make, i mean juniors")
    assert isinstance(query, Query)
    assert query.levels == ("junior",)


def test_won_is_a_currency_only_in_its_place(advisor: Advisor) -> None:
    assert advisor.ask("we won a grant, what do ml engineers earn?").status in ("answered", "partial")
    assert any(gap.kind == "currency" for gap in advisor.understand("ml engineer salary in won").gaps)


@pytest.mark.parametrize(
    ("text", "companies", "gaps"),
    [
        ("can you google the average ml engineer salary", (), []),
        ("should i google mle pay", (), []),
        ("what does google the company pay", ("google",), []),
        ("does target pay ml engineers", (), ["company"]),
        ("what do ml engineers earn? i have a talk on Tuesday", (), []),
        ("is 140k base + 30k stock good at google?", ("google",), ["aspect"]),
        ("155 base at apple, fair?", ("apple",), []),
    ],
)
def test_a_word_is_a_name_only_in_its_place(
    advisor: Advisor, text: str, companies: tuple[str, ...], gaps: list[str]
) -> None:
    decision = advisor.understand(text)
    assert getattr(decision, "companies", ()) == companies
    assert [gap.kind for gap in decision.gaps] == gaps


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where does 127,303 come from", "127,303"),
        ("who says 140,923", "Indeed"),
        ("which site has 302,894", "Amazon"),
        ("is it 113,358 or 113,143", "gives two"),
        ("what does indeed say about apple", "119,224"),
    ],
)
def test_a_figure_that_is_quoted_is_found(advisor: Advisor, text: str, expected: str) -> None:
    assert expected in advisor.ask(text).headline


@pytest.mark.parametrize(
    ("text", "directions"),
    [
        ("which company pays at least 150k to start", {"start"}),
        ("who has a floor above 150k", {"start"}),
        ("which companies pay at most 200k", {"lowest"}),
        ("which company starts under 100k", {"start", "lowest"}),
    ],
)
def test_only_a_comparison_asks_for_less_than_an_amount(advisor: Advisor, text: str, directions: set[str]) -> None:
    query = advisor.understand(text)
    assert isinstance(query, Query), query
    assert query.answer == "rank_companies"
    assert directions <= set(query.directions)
    assert ("lowest" in query.directions) == ("lowest" in directions)


@pytest.mark.parametrize(
    "text", ["does apple sponsor work permits for ml engineers", "which college should i pick for machine learning"]
)
def test_what_is_asked_by_another_verb_or_by_name_is_refused(advisor: Advisor, text: str) -> None:
    assert advisor.ask(text).status == "not_covered"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("what's the average ml engineer salary and what do veterans get?", ("127,303", "162,000")),
        ("how much more do ai engineers make per glassdoor", ("131,001", "119,297")),
        ("is 450 a day good for an ml engineer", ("$450 a day", "260")),
        ("/level 3 years", ("112,057",)),
        ("microsoft's range and linkedin's average", ("149,789", "130,000")),
    ],
)
def test_each_part_of_a_question_is_answered(advisor: Advisor, text: str, parts: tuple[str, ...]) -> None:
    output = message(advisor.ask(text))
    assert all(part in output for part in parts), output


def test_a_level_has_no_figure_of_a_site_that_gives_none(advisor: Advisor) -> None:
    decision = advisor.ask("level: senior, source: Indeed")
    assert decision.gaps


@pytest.mark.parametrize(
    ("text", "expected", "never"),
    [
        ("two hundred and ten k at apple, fair", "$210,000", "$10,000"),
        ("how much does an ml engineer earn in one year", "$127,303", "$112,057"),
        ("we sat at lunch and my aunt said ml people are rich. what do they make", "$127,303", "no figures"),
    ],
)
def test_words_are_read_by_what_they_stand_with(advisor: Advisor, text: str, expected: str, never: str) -> None:
    spoken = message(advisor.ask(text)).replace("**", "")
    assert expected in spoken
    assert never not in spoken


def test_pay_below_zero_is_asked_back(advisor: Advisor) -> None:
    answer = advisor.ask("is -150k ok for a junior mle")
    assert answer.status == "clarify"
    assert not answer.rows


def test_companies_set_aside_are_not_ranked(advisor: Advisor) -> None:
    query = advisor.understand("leaving out google and facebook, who pays ml engineers best")
    assert isinstance(query, Query)
    assert (query.answer, query.excluded) == ("rank_companies", ("google", "facebook"))


def test_who_says_a_figure_is_no_kind_of_employment(advisor: Advisor) -> None:
    assert advisor.ask("hiring manager says ml engineers get 120k, true?").intent == "offer"
    assert advisor.ask("ml engineering manager pay").status == "not_covered"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("chief duties of an ml engineer", True),
        ("pay of a chief ml engineer", False),
        ("my story to the tired purchasing executive: what do ml engineers earn", True),
        ("my sister gets her second contract soon, what do ml engineers earn", True),
        ("what does an ml engineer on a contract earn", False),
        ("what does a contractor in machine learning make", False),
        ("would a freelancer earn more than an ml engineer at google", False),
        ("which figure does glassdoor hang on the head of an ml engineer", True),
        ("what does a head of an ml engineer team earn", False),
        ("what does the head of ml make", False),
    ],
)
def test_a_kind_of_employment_or_rank_counts_where_it_belongs_to_the_trade(
    advisor: Advisor, text: str, told: bool
) -> None:
    assert (advisor.ask(text).status in ("answered", "partial")) is told


def test_another_trade_that_is_denied_is_left_out(advisor: Advisor) -> None:
    query = advisor.understand("data scientist pay (not ml)")
    assert isinstance(query, Query)
    assert query.roles == ("data_scientist",)
    assert advisor.ask("ml engineer pay, not senior").status == "clarify"


def test_sources_are_told_with_their_distance(advisor: Advisor) -> None:
    assert "$27,565" in message(advisor.ask("how far apart are the highest and lowest averages of the sources"))
    assert "$9,768" in message(advisor.ask("compare the Salary average and the Glassdoor average"))


def test_figures_are_not_lost_beside_words(advisor: Advisor) -> None:
    output = message(advisor.ask("how is demand growing + what do freshers get"))
    assert "38.6%" in output
    assert "$97,090" in output
