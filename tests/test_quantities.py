"""Years, amounts, dates and ranks in a text."""

from dataclasses import fields, replace
from typing import Any

import pytest

from bot.core.advisor import Advisor
from bot.core.model.words import QuantityWords
from bot.core.nlu.quantities import QuantityParser
from bot.core.text.normalization import normalize


@pytest.fixture(scope="module")
def parser(advisor: Advisor) -> QuantityParser:
    return QuantityParser(advisor.knowledge)


def test_each_quantity_is_marked(parser: QuantityParser) -> None:
    found = parser.find("is 12.5k/month ok with 7 yoe at google l5?")
    assert found.marked == "is §amount0 ok with §years0 at google §grade0 ?"
    assert found.resolve("§amount0") == ("amount", "12.5k/month")
    assert found.resolve("§years0") == ("years", "7 years")
    assert found.resolve("§grade0") == ("grade", "l5")


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("7 yoe", [(7, 7)]),
        ("1-4 years", [(1, 4)]),
        ("3 to 10 yrs", [(3, 10)]),
        ("20+ years", [(20, 20)]),
        ("five years", [(5, 5)]),
        ("a decade in ml", [(10, 10)]),
        ("less than 1 year", [(0, 0)]),
        ("under 3 years", [(2, 2)]),
        ("6 months of experience", [(0.5, 0.5)]),
        ("experience: 8", [(8, 8)]),
        ("0 y.o.e", [(0, 0)]),
        ("25 years old", []),
        ("in the last 5 years", []),
        ("5 years ago", []),
        ("a 4 year degree", []),
        ("paid in six years", []),
        ("in 6 years of experience", [(6, 6)]),
        ("in 6 yoe", [(6, 6)]),
        ("90k in stock over 3 years", []),
        ("-1 years", []),
        ("900 years", []),
    ],
)
def test_years_of_experience(parser: QuantityParser, text: str, years: list[tuple[float, float]]) -> None:
    assert parser.find(normalize(text)).years == tuple(years)


@pytest.mark.parametrize(
    ("text", "low", "high", "currency", "period"),
    [
        ("150k", 150_000, 150_000, "USD", None),
        ("$150,000", 150_000, 150_000, "USD", None),
        ("150000", 150_000, 150_000, "USD", None),
        ("12.5k/month", 12_500, 12_500, "USD", "month"),
        ("70/h", 70, 70, "USD", "hour"),
        ("$70 an hour", 70, 70, "USD", "hour"),
        ("is $60 an hour decent", 60, 60, "USD", "hour"),
        ("100k to 300k", 100_000, 300_000, "USD", None),
        ("100-150k", 100_000, 150_000, "USD", None),
        ("150 grand", 150_000, 150_000, "USD", None),
        ("six-figures", 100_000, 100_000, "USD", None),
        ("six figures", 100_000, 100_000, "USD", None),
        ("£42k", 42_000, 42_000, "GBP", None),
        ("rs 70000", 70_000, 70_000, "INR", None),
        ("15 lpa", 1_500_000, 1_500_000, "INR", None),
        ("72 000 usd", 72_000, 72_000, "USD", None),
        ("1.5m", 1_500_000, 1_500_000, "USD", None),
        ("i won 80k", 80_000, 80_000, "USD", None),
        ("80k won", 80_000, 80_000, "KRW", None),
        ("100k mxn", 100_000, 100_000, "MXN", None),
        ("150'000", 150_000, 150_000, "USD", None),
        ("$150.000", 150_000, 150_000, "USD", None),
        ("33.333 an hour", 33.333, 33.333, "USD", "hour"),
        ("1e6", 1_000_000, 1_000_000, "USD", None),
        (".15m", 150_000, 150_000, "USD", None),
        ("1,5 lakh", 150_000, 150_000, "INR", None),
        ("one hundred and fifty thousand", 150_000, 150_000, "USD", None),
        ("two twenty five grand", 225_000, 225_000, "USD", None),
        ("a quarter of a million", 250_000, 250_000, "USD", None),
        ("95ish k", 95_000, 95_000, "USD", None),
        ("2000 a week", 2_000, 2_000, "USD", "week"),
        ("2000 per month", 2_000, 2_000, "USD", "month"),
        ("2020 dollars an hour", 2_020, 2_020, "USD", "hour"),
        ("is 150 a good salary", 150_000, 150_000, "USD", None),
        ("they offered me 140-160 for it", 140_000, 160_000, "USD", None),
        ("150 a year", 150_000, 150_000, "USD", "year"),
    ],
)
def test_amounts(parser: QuantityParser, text: str, low: float, high: float, currency: str, period: str | None) -> None:
    [amount] = parser.find(normalize(text)).amounts
    assert (amount.low, amount.high, amount.currency, amount.period) == (low, high, currency, period)


@pytest.mark.parametrize(
    "text",
    [
        "401k match",
        "401 (k) match",
        "top 5 skills",
        "7 rounds",
        "10%",
        "room 101",
        "in 2026",
        "google 2021 per month",
        "l5",
        "45 is a good age",
        "make 50 models",
    ],
)
def test_what_is_no_amount(parser: QuantityParser, text: str) -> None:
    assert parser.find(normalize(text)).amounts == ()


@pytest.mark.parametrize("text", ["-150k", "-$20,000", "negative 90k", "$150,00", "is 2000 a good salary"])
def test_an_amount_that_cannot_be_meant(parser: QuantityParser, text: str) -> None:
    found = parser.find(normalize(text))
    assert (found.amounts, len(found.impossible)) == ((), 1)


@pytest.mark.parametrize(
    ("text", "grades"), [("google l5", ["l5"]), ("level 8", ["level 8"]), ("sde ii", ["ii"]), ("e4 at meta", ["e4"])]
)
def test_ranks_inside_a_company(parser: QuantityParser, text: str, grades: list[str]) -> None:
    assert parser.find(normalize(text)).grades == tuple(grades)


def test_a_mark_typed_by_a_person_is_no_mark(parser: QuantityParser) -> None:
    assert parser.find("§amount0 §years5").marked == "amount0 years5"


@pytest.mark.parametrize(("text", "stray"), [("back in 2 hours", True), ("with 7 years at 150k", False)])
def test_digits_that_belong_to_no_quantity(parser: QuantityParser, text: str, *, stray: bool) -> None:
    assert parser.has_stray_digits(text) is stray


@pytest.mark.parametrize(("text", "foreign"), [("salary in eur: 80k", True), ("they won 80k", False), ("$80k", False)])
def test_foreign_money_in_a_message(parser: QuantityParser, text: str, *, foreign: bool) -> None:
    assert parser.names_foreign_money(text) is foreign


def test_without_words_only_digits_are_read(advisor: Advisor) -> None:
    words = advisor.knowledge.words
    empty: dict[str, Any] = {one.name: type(getattr(words.quantities, one.name))() for one in fields(words.quantities)}
    none = replace(words, quantities=QuantityWords(**empty))
    found = QuantityParser(replace(advisor.knowledge, words=none)).find("a 401k and 5 years, half a year, l5, 150000")
    assert found.marked == "a 401k and 5 years, half a year, l5, §amount0"


def test_words_may_be_spelled_with_signs(advisor: Advisor) -> None:
    words = advisor.knowledge.words
    quantities = replace(words.quantities, worded_amounts={"six-figures": "100k"}, not_amounts={"401(k": "retirement"})
    parser = QuantityParser(replace(advisor.knowledge, words=replace(words, quantities=quantities)))
    assert parser.find("six-figures and a 401(k) or 401k").marked == "§amount0 and a retirement or retirement"
