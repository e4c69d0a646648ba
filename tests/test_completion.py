"""Names completed while they are typed."""

from dataclasses import replace

import pytest

from bot.core.advisor import Advisor
from bot.core.nlu.autocomplete import FEW_NAMES, Autocompleter


@pytest.mark.parametrize(
    ("typed", "first"),
    [("goo", "Google"), ("GOOG", "Google"), ("gogle", "Google"), ("amz", "Amazon"), ("sen", "senior ML engineer"),
     ("pays", "PayScale"), ("data s", "data scientist"), ("google and ama", "google and Amazon")],
)  # fmt: skip
def test_prefix_first_then_alike(advisor: Advisor, typed: str, first: str) -> None:
    assert advisor.complete(typed)[0] == first


def test_nothing_typed_offers_names_and_nonsense_offers_none(advisor: Advisor) -> None:
    assert "Google" in advisor.complete("")
    assert advisor.complete("zzzzqq") == ()


def test_never_more_than_asked_for(advisor: Advisor) -> None:
    assert len(advisor.complete("", 3)) == 3
    assert len(advisor.complete("e")) <= 25


@pytest.mark.parametrize(
    ("typed", "first"),
    [("goo", "Google"), ("gogle", "Google"), ("firm 0123", "Firm 0123"), ("frim 0123", "Firm 0123")],
)
def test_among_many_names_the_same_are_found(advisor: Advisor, typed: str, first: str) -> None:
    knowledge = advisor.knowledge
    one = knowledge.companies[0]
    more = (replace(one, id=f"firm_{n}", name=f"Firm {n:04}", aliases=(), figures=()) for n in range(FEW_NAMES))
    assert Autocompleter(replace(knowledge, companies=(*knowledge.companies, *more))).complete(typed)[0] == first
