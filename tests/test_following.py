"""Every dialogue of tests/tables/follow_ups.yaml: what a fragment asks for behind the question before it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.core.advisor import Advisor
from bot.core.decide.follow_ups import hung_on
from bot.core.model.dialogue import Query
from tests.test_properties import QUICK, WORDS

TABLE = Path(__file__).parent / "tables" / "follow_ups.yaml"
NAMES = ("companies", "levels", "sources", "directions", "excluded")


def _dialogues() -> list[Any]:
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return [pytest.param(d["before"], n, id=f"{d['before']} / {n['say']}") for d in table for n in d["next"]]


def _asked(advisor: Advisor, said: str) -> Query:
    query = advisor.understand(said)
    assert isinstance(query, Query), said
    return query


@pytest.mark.parametrize(("before", "then"), _dialogues())
def test_follow_up(advisor: Advisor, before: str, then: dict[str, Any]) -> None:
    query = advisor.follow(then["say"], _asked(advisor, before))
    if "none" in then:
        assert query is None
        return
    assert query is not None
    assert query.answer == then["answer"]
    for names in NAMES:
        assert list(getattr(query, names)) == then.get(names, []), names
    # "ML engineers" may be said or meant.
    assert [*query.roles] == then.get("roles", []) or (query.roles == ("ml_engineer",) and "roles" not in then)
    assert query.period == then.get("period")
    assert [f"{a.text}/{a.period}" if a.period and a.period not in a.text else a.text for a in query.amounts] == [
        *then.get("amounts", [])
    ]
    assert [gap.kind for gap in query.gaps] == then.get("gaps", [])
    assert query.asked
    answer = advisor.answer(query)
    assert answer.status in ("answered", "partial")
    assert answer.read_as
    assert answer.rows or query.answer == "convert"


def test_follow_ups_follow_each_other(advisor: Advisor) -> None:
    query: Query | None = _asked(advisor, "what does google pay")
    for said in ("per month?", "and amazon?", "vs apple?", "and for seniors?"):
        assert query is not None
        query = advisor.follow(said, query)
    assert query is not None
    assert (query.answer, query.companies, query.levels, query.period) == (
        "compare",
        ("amazon", "apple"),
        ("senior",),
        "month",
    )


def test_two_questions_in_one_are_nothing_to_hang_on(advisor: Advisor) -> None:
    assert advisor.follow("and amazon?", _asked(advisor, "average mle salary and growth rate")) is None


def test_what_hangs_on_another_role_says_that_the_pair_is_not_on_file(advisor: Advisor) -> None:
    query = advisor.follow("and at google?", _asked(advisor, "data scientist salary"))
    assert query is not None
    assert "I have no figures for data scientists at Google." in advisor.answer(query).gaps


BEFORE = st.sampled_from([d.values[0] for d in _dialogues()])
STARTS = st.sampled_from(["and", "what about", "vs", "same at", "in", "per", "with", ""])


@QUICK
@given(before=BEFORE, start=STARTS, rest=st.lists(WORDS, max_size=3).map(" ".join))
def test_whatever_follows_is_named_in_one_of_the_two(advisor: Advisor, before: str, start: str, rest: str) -> None:
    first = _asked(advisor, before)
    query = advisor.follow(f"{start} {rest}?", first)
    if query is None:
        return
    named = {m.id for q in (first, query) for m in q.mentions}
    assert set(query.companies) <= named
    assert set(query.sources) <= named
    answer = advisor.answer(query)
    assert answer.status in ("answered", "partial", "clarify", "not_covered")
    assert all(row.sources for row in answer.rows)
    if query.amounts:
        assert first.amounts or set(query.amounts) <= {*_amounts(query)}


def _amounts(query: Query) -> list[object]:
    said = {m.id for m in query.mentions if m.kind == "amount"}
    return [amount for amount in query.amounts if amount.text in said]


@pytest.mark.parametrize(
    ("newer", "stays"),
    [
        ("what is the bonus at google?", False),
        ("google salary in euros", False),
        ("what skills do i need?", False),
        ("lol nice weather", True),
        ("thanks!", True),
    ],
)
def test_nothing_hangs_on_a_question_that_a_newer_one_came_after(advisor: Advisor, newer: str, *, stays: bool) -> None:
    before = _asked(advisor, "google salary")
    assert hung_on(before, advisor.understand(newer)) is (before if stays else None)
    assert hung_on(before, asked := _asked(advisor, "amazon salary")) is asked
