"""Typos that are forgiven, and those that are not."""

from collections import Counter

import pytest

from bot.core.advisor import Advisor
from bot.core.spelling import Mender


def names(advisor: Advisor, said: str) -> list[str]:
    return [f"{m.kind}:{m.id}" for m in advisor.understand(said).mentions if m.known]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("goolge salary", "company:google"),
        ("amaon ml engineer pay", "company:amazon"),
        ("microsfot salary", "company:microsoft"),
        ("payscle average", "source:payscale"),
        ("mchine learning enginer salary", "role:ml_engineer"),
        ("ml engineersalary at apple", "role:ml_engineer"),
        ("glassdor ml pay", "source:glassdoor"),
    ],
)
def test_a_typo_in_a_long_name_is_forgiven(advisor: Advisor, said: str, named: str) -> None:
    assert named in names(advisor, said)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("metal music salary", "company:facebook"),
        ("metadata engineer salary", "company:facebook"),
        ("ample salary", "company:apple"),
        ("amazing salary", "company:amazon"),
        ("indent salary", "source:indeed"),
        ("salary in indiana", "place:India"),
        ("salary in ukraine", "place:United Kingdom"),
        ("google l5", "grade:l4"),
    ],
)
def test_a_real_word_or_another_number_is_no_typo(advisor: Advisor, said: str, named: str) -> None:
    found = [f"{m.kind}:{m.id}" for m in advisor.understand(said).mentions]
    assert named not in found


@pytest.mark.parametrize(
    ("said", "never"),
    [
        ("ml engineer salary in germmany", "$127,303"),
        ("ml engineer salary ingermany", "$127,303"),
        ("aiengineer pay on glassdoor", "$131,001"),
        ("siengineer pay on glassdoor", "$131,001"),
        ("which company pays mles best, notgoogle", "$313,797"),
        ("best payer excepy google and amazon", "$302,894"),
        ("how long to applebees", "$119,224"),
    ],
)
def test_a_typo_never_turns_into_a_wrong_figure(advisor: Advisor, said: str, never: str) -> None:
    answer = advisor.ask(said)
    assert never not in answer.headline
    assert never not in [f"${row.value or row.high:,.0f}" for row in answer.rows]


@pytest.mark.parametrize(("said", "asked"), [("seniro ml engineer salary", "senior"), ("junoir mle pay", "junior")])
def test_a_level_with_a_typo_is_asked_about(advisor: Advisor, said: str, asked: str) -> None:
    answer = advisor.ask(said)
    assert answer.status == "clarify"
    assert any(asked in suggestion for suggestion in answer.suggestions)
    assert not answer.rows


def test_a_name_without_figures_rivals_only_with_as_likely_a_slip() -> None:
    mender = Mender(Counter(paid=27, rate=9), names=["google"], others=["paisd", "ratex"], pieces=[])
    assert mender.mend("paidd", real=False) == ("paid",)  # "paisd" has another letter, "paid" is doubled
    assert mender.mend("ratez", real=False) == ("ratez",)  # as likely the one as the other
