"""What people say around their question: years in another trade, names they take back, others' levels."""

from __future__ import annotations

import pytest

from bot.core.advisor import Advisor
from bot.core.model.dialogue import Query


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
