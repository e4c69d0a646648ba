"""Text in and out."""

import pytest

from bot.core.advisor import Advisor
from bot.core.model.dialogue import Query
from bot.core.text import formatting, normalization, references


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("  What\u2019s   GOOGLE\u2019s pay\u2026? ", "what's google's pay...?"),
        ("sal\u200bary of ml\u200d engineers", "salary of ml engineers"),
        ("\uff27\uff2f\uff2f\uff27\uff2c\uff25", "google"),
        ("g\u043e\u043egle", "google"),  # two Cyrillic letters
        ("s\u00e1l\u00e0ry", "salary"),
        ("ml pay \U0001f525\U0001f525", "ml pay"),
        ("ml $$$", "ml money"),
        ("<@123456> hi <:pepe:42> https://example.org/x", "hi"),
        ("a" * 9_000, "a" * normalization.LONGEST),
        ("\ud800 pay \x00", "pay"),
    ],
)
def test_normalize(text: str, read: str) -> None:
    assert normalization.normalize(text) == read


@pytest.mark.parametrize("typed", ["Ph.D.", "Ph. D", "ph d", "PhD"])
def test_a_word_that_is_also_written_apart_is_one_word(advisor: Advisor, typed: str) -> None:
    understood = advisor.understand(f"is a {typed} needed")
    assert isinstance(understood, Query)
    assert understood.topic == "education"


@pytest.mark.parametrize(
    ("amount", "shown"), [(127303, "$127,303"), (10608.58, "$10,609"), (0.5, "$1"), (61.2, "$61"), (-5, "-$5")]
)
def test_money_rounds_to_the_dollar_halves_up(amount: float, shown: str) -> None:
    assert formatting.money(amount) == shown


@pytest.mark.parametrize(("items", "text"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_listing(items: list[str], text: str) -> None:
    assert formatting.listing(items) == text


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("from $72,000 a year", ["$72,000"]),
        ("38.6 % more", ["38.6 %"]),
        ("about 100k", ["100k"]),
        ("10-19 years, 2021-2028, {figure:google.range.low}", []),
    ],
)
def test_amounts_typed_into_prose_are_found(prose: str, found: list[str]) -> None:
    assert references.typed_amounts(prose) == found
