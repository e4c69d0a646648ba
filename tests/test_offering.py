"""An offer in separate fields: what each takes, what is said of what it can't take, and what the answer shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.advisor import Advisor
from bot.core.model.dialogue import Query, Refusal
from tests.reading import everything


@pytest.mark.parametrize(
    ("amount", "low", "high", "period"),
    [
        ("150k", 150_000, 150_000, None),
        ("$150,000", 150_000, 150_000, None),
        ("USD 150,000.00", 150_000, 150_000, None),
        ("12.5k/month", 12_500, 12_500, "month"),
        ("70/h", 70, 70, "hour"),
        ("$70 an hour", 70, 70, "hour"),
        ("$35.50/hr", 35.5, 35.5, "hour"),
        ("150-180k", 150_000, 180_000, None),
        ("$150k\N{EN DASH}$180k", 150_000, 180_000, None),
        ("from 150k to 180k a year", 150_000, 180_000, "year"),
        ("10k monthly", 10_000, 10_000, "month"),
        ("1.2M", 1_200_000, 1_200_000, None),
        ("1.25m", 1_250_000, 1_250_000, None),
        ("120 000", 120_000, 120_000, None),
        ("150k usd", 150_000, 150_000, None),
        ("~150k base salary", 150_000, 150_000, None),
        ("2k a week", 2_000, 2_000, "week"),
        ("500/day", 500, 500, "day"),
        ("one fifty k", 150_000, 150_000, None),
    ],
)
def test_an_amount_is_read_as_people_write_it(
    advisor: Advisor, amount: str, low: float, high: float, period: str | None
) -> None:
    query = advisor.offer(amount)
    assert isinstance(query, Query)
    [found] = query.amounts
    assert (found.low, found.high, found.period) == (low, high, period)
    assert advisor.answer(query).status == "answered"


@pytest.mark.parametrize(
    ("amount", "part"),
    [
        ("", "Amount: give"),
        ("150.000", "in two ways"),
        ("150.000 usd", "in two ways"),
        ("150,00", "in two ways"),
        ("$12,50/h", "in two ways"),
        ("1,50,000", "in two ways"),
        ("12.500k", "in two ways"),
        ("150", "for what time"),
        ("$5,000", "for what time"),
        ("5000", "for what time"),
        ("-150k", "can't read"),
        ("150k+", "can't read"),
        ("150k + 20% bonus", "can't read"),
        ("not 150k", "can't read"),
        ("up to 150k", "can't read"),
        ("more than 150k", "can't read"),
        ("180-150k", "can't read"),
        ("150kk", "can't read"),
        ("150k 2022", "can't read"),
        ("150k with 7 years", "can't read"),
        ("150k or 170k", "holds several"),
        ("150k/hour", "I can place"),
        ("$5 a year", "I can place"),
        ("9" * 300, "Amount: "),
        ("\u20ac150k", "nothing in EUR"),
        ("150k euros", "nothing in EUR"),
        ("15 lpa", "nothing in INR"),
    ],
)
def test_an_amount_that_is_not_clear_gets_no_figures(advisor: Advisor, amount: str, part: str) -> None:
    refusal = advisor.offer(amount)
    assert isinstance(refusal, Refusal)
    answer = advisor.answer(refusal)
    assert part in answer.headline
    assert not answer.rows


@pytest.mark.parametrize(
    ("company", "expected"),
    [
        ("google", "google"),
        ("Google LLC", "google"),
        ("gogle", "google"),
        (" META ", "facebook"),
        ("msft", "microsoft"),
        ("netflix", None),
        ("apple pay", None),
        ("google and amazon", None),
        ("not google", None),
        ("faang", None),
        ("l5", None),
        ("asdf", None),
    ],
)
def test_a_company(advisor: Advisor, company: str, expected: str | None) -> None:
    query = advisor.offer("150k", company)
    if expected is not None:
        assert isinstance(query, Query)
        assert query.companies == (expected,)
        return
    assert isinstance(query, Refusal)
    text = advisor.answer(query).headline
    assert text.startswith("Company: ")
    assert "Amazon, Apple, Facebook, Google or Microsoft" in text


@pytest.mark.parametrize(
    ("years", "levels"),
    [
        ("5", ("mid",)),
        ("5 years", ("mid",)),
        ("7+", ("mid",)),
        ("7+ yoe", ("mid",)),
        ("five", ("mid",)),
        ("0", ("entry",)),
        ("3-5", ("junior", "mid")),
        ("20+", ("veteran",)),
        ("a decade", ("senior",)),
        ("-5", None),
        ("70", None),
        ("10-5", None),
        ("5 apples", None),
        ("5 years ago", None),
        ("5 years old", None),
        ("many", None),
    ],
)
def test_years(advisor: Advisor, years: str, levels: tuple[str, ...] | None) -> None:
    query = advisor.offer("150k", years=years)
    if levels is not None:
        assert isinstance(query, Query)
        assert query.levels == levels
    else:
        assert isinstance(query, Refusal)
        assert advisor.answer(query).headline.startswith("Years: ")


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("senior", "senior"),
        ("Sr", "senior"),
        ("new grad", "entry"),
        ("mid-career (5–9 years)", "mid"),
        ("senoir", None),
        ("L5", None),
        ("staff", None),
        ("junior or senior", None),
        ("not senior", None),
    ],
)
def test_a_level(advisor: Advisor, level: str, expected: str | None) -> None:
    query = advisor.offer("150k", level=level)
    if expected is not None:
        assert isinstance(query, Query)
        assert query.levels == (expected,)
    else:
        assert isinstance(query, Refusal)
        assert advisor.answer(query).headline.startswith("Level: ")


def test_years_and_level_have_to_agree(advisor: Advisor) -> None:
    assert isinstance(advisor.offer("150k", years="7", level="mid"), Query)
    spanning = advisor.offer("150k", years="3-7", level="mid")
    assert isinstance(spanning, Query)
    assert spanning.levels == ("mid",)
    text = advisor.answer(advisor.offer("150k", years="7", level="senior")).headline
    assert text == "Years and level: they contradict each other (7 / senior (10–19 years)); give one of the two."


def test_all_that_is_wrong_is_said_at_once(advisor: Advisor) -> None:
    answer = advisor.answer(advisor.offer("150.000", "netflix", "many", "l5"))
    assert [line.split(":")[0] for line in (answer.headline, *answer.gaps)] == ["Amount", "Company", "Years", "Level"]
    assert answer.status == "clarify"


def test_the_answer_holds_an_offer_against_range_band_and_averages_without_a_verdict(advisor: Advisor) -> None:
    answer = advisor.answer(advisor.offer("12.5k/month", "google", "7"))
    text = everything(answer)
    for part in (
        "12,500 x 12 = 150,000 a year",
        "(150,000 - 72,000) / (313,797 - 72,000)",
        "150,000 - 138,351",
        "150,000 - 127,303",
        "150,000 - 140,923 = 9,077 above",
        "150,000 - 113,358 = 36,642 above",
        "150,000 - 131,001 = 18,999 above",
        "150,000 - 121,233 = 28,767 above",
        "150,000 - 130,000 = 20,000 above",
    ):
        assert part in text, part
    for verdict in ("good", "bad", "fair", "low offer"):
        assert verdict not in text.replace("Whether that is good depends", "")


def test_both_ends_of_a_range_are_held_against_each_average(advisor: Advisor) -> None:
    text = everything(advisor.answer(advisor.offer("110-130k")))
    assert "113,358 - 110,000 = 3,358 below; 130,000 - 113,358 = 16,642 above" in text
    assert "130,000 - 110,000 = 20,000 below; 130,000 is the same" in text


FIELD = st.text(max_size=30) | st.sampled_from(["150k", "google", "7", "senior"])


@given(fields=st.lists(FIELD, min_size=4, max_size=4))
def test_any_fields_get_an_answer(advisor: Advisor, fields: list[str]) -> None:
    answer = advisor.answer(advisor.offer(*fields))
    assert answer.headline
    assert answer.rows or answer.status in ("clarify", "not_covered")
