"""Every message of tests/tables/messages.yaml: the pay it names, and nothing that is no pay."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.advisor import Advisor
from bot.core.model.dialogue import PARTS, Query
from bot.core.offers.pay_detector import MOST_DETECTED
from tests.test_properties import WORDS
from tests.yaml_file import content_of

TABLE = Path(__file__).parent / "tables" / "messages.yaml"


def _messages() -> list[Any]:
    return [pytest.param(m, id=m["say"][:60]) for m in content_of(TABLE)]


def _span(query: Query) -> str:
    [amount] = query.amounts
    parts = PARTS[amount.period or "year"]
    return f"{amount.low * parts:.0f}-{amount.high * parts:.0f}"


@pytest.mark.parametrize("message", _messages())
def test_message(advisor: Advisor, message: dict[str, Any]) -> None:
    found = advisor.pay_in(message["say"])
    assert [_span(query) for query in found] == message.get("pay", [])
    for query in found if len(found) == 1 else ():
        assert list(query.companies) == message.get("companies", [])
        assert list(query.levels) == message.get("levels", [])
        assert [role for role in query.roles if role != "ml_engineer"] == message.get("roles", [])
        assert sorted({gap.kind for gap in query.gaps}) == message.get("gaps", [])
    for query in found:
        assert query.amounts[0].text in message["say"].casefold()
        answer = advisor.answer(query)
        assert answer.status in ("answered", "partial")
        assert answer.rows


def test_each_amount_has_its_own_company(advisor: Advisor) -> None:
    first, second = advisor.pay_in("Google offered 180k, Amazon offered 170k")
    assert (first.companies, second.companies) == (("google",), ("amazon",))


def test_at_most_five_are_found(advisor: Advisor) -> None:
    many = ". ".join(f"Offer {n}: base salary {100 + n}k" for n in range(9))
    assert len(advisor.pay_in(many)) == MOST_DETECTED


@given(message=st.lists(WORDS, max_size=30).map(" ".join) | st.text(max_size=300))
def test_any_message_is_looked_at(advisor: Advisor, message: str) -> None:
    for query in advisor.pay_in(message):
        assert advisor.answer(query).headline
