"""Every dialogue of tests/tables/follow_ups.yaml: what a fragment asks for behind the question before it."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.advisor import Advisor
from bot.core.decide.follow_ups.rules import RULES
from bot.core.model.dialogue import Query, Refusal, Turn
from tests.reading import everything
from tests.test_properties import WORDS
from tests.yaml_file import content_of

TABLE = Path(__file__).parent / "tables" / "follow_ups.yaml"
NAMES = ("companies", "levels", "sources", "directions", "excluded")


def _dialogues() -> list[Any]:
    table = content_of(TABLE)
    return [pytest.param(d["before"], n, id=f"{d['before']} / {n['say']}") for d in table for n in d["next"]]


@pytest.mark.parametrize(("before", "then"), _dialogues())
def test_follow_up(advisor: Advisor, before: str, then: dict[str, Any]) -> None:
    turn = advisor.follow(then["say"], advisor.follow(before, None).context)
    if "none" in then:
        assert not turn.follow_up
        return
    assert turn.follow_up
    query = turn.decision
    assert isinstance(query, Query), query
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


def _last_turn(advisor: Advisor, *texts: str) -> Turn:
    """The last turn of a conversation."""
    turn = Turn(decision=advisor.understand(""))
    for text in texts:
        turn = advisor.follow(text, turn.context)
    return turn


def _query(advisor: Advisor, *texts: str) -> Query:
    query = _last_turn(advisor, *texts).decision
    assert isinstance(query, Query), query
    return query


def test_follow_ups_follow_each_other(advisor: Advisor) -> None:
    query = _query(advisor, "what does google pay", "per month?", "and amazon?", "vs apple?", "and for seniors?")
    assert (query.answer, query.companies, query.levels, query.period) == (
        "compare",
        ("amazon", "apple"),
        ("senior",),
        "month",
    )


def test_behind_two_questions_in_one_the_later_is_gone_on_with(advisor: Advisor) -> None:
    context = _last_turn(advisor, "average mle salary and growth rate").context
    assert context is not None
    assert context.query is not None
    assert [query.answer for query in (context.query, *context.earlier)] == ["topic", "pay"]
    assert _query(advisor, "google ml pay and growth rate", "what about amazon's").companies == ("amazon",)


def test_what_hangs_on_another_role_says_that_the_pair_is_not_on_file(advisor: Advisor) -> None:
    answer = advisor.answer(_query(advisor, "data scientist salary", "and at google?"))
    assert "I have no figures for data scientists at Google." in answer.gaps


DECIDED = [
    (("google salary", "thanks!"), "small-talk", "thanks"),
    (("google salary", "and an apple?"), "no-fragment", "pay"),
    (("is 150k at google good?", "is that good?"), "judged", "offer"),
    (("google salary", "is that good?"), "judged", "clarify"),
    (("google salary", "how old is that?"), "about-the-answer", "topic"),
    (("google salary", "is stock included"), "about-the-answer", "topic"),
    (("google salary", "who says so?"), "about-the-answer", "who_says"),
    (("mle vs data scientist salary", "why do they get less"), "explained", "topic"),
    (("google salary", "why?"), "explained", "topic"),
    (("ai engineer salary", "why are these three so different"), "alone", "topic"),
    (("google salary", "how does that compare to apple"), "reckoned", "compare"),
    (("senior mle pay", "and junior?", "by how much?"), "reckoned", "compare"),
    (("senior mle pay", "how far above the average is that?"), "reckoned", "calculation"),
    (("ai engineer salary", "average of those?"), "reckoned", "calculation"),
    (("senior mle pay", "and junior?", "both together?"), "reckoned", "calculation"),
    (("google salary", "how wide is that?"), "reckoned", "pay"),
    (("google salary", "halfway up that?"), "reckoned", "calculation"),
    (("is it true that ai engineers make more", "show me the figures"), "figures", "compare"),
    (("data scientist salary", "entry level pay?"), "level-of-ours", "pay"),
    (("google vs apple", "average of those?"), "reckoned", "not_covered"),
    (("senior mle pay", "with 10% more?"), "reckoned", "calculation"),
    (("google salary", "say that again"), "again", "pay"),
    (("google vs apple", "the second one"), "picked", "pay"),
    (("google salary", "and amazon?", "both"), "picked", "compare"),
    (("google salary", "and the others?"), "picked", "compare"),
    (("what skills do i need", "just give me the average"), "general-average", "pay"),
    (("amazon salary", "compare that with data scientists"), "reckoned", "calculation"),
    (("what skills do i need", "how does that compare to data scientists"), "compared", "compare"),
    (("google vs apple", "which is higher"), "reckoned", "compare"),
    (("who pays the most?", "and the other way round?"), "reversed", "rank_companies"),
    (("google vs apple", "the other way"), "reversed", "compare"),
    (("google salary", "who's next?"), "next", "rank_companies"),
    (("google salary", "does anyone start higher"), "anyone", "rank_companies"),
    (("who pays the most?", "leave that one out"), "without", "rank_companies"),
    (("google, apple and amazon ml pay", "the last one", "leave that one out"), "without", "compare"),
    (("senior mle pay", "who reported those numbers"), "about-the-answer", "who_says"),
    (("what skills raise pay?", "where are these numbers from?"), "about-the-answer", "who_says"),
    (("google vs apple", "mean of the 2"), "reckoned", "not_covered"),
    (("is 9k at google good", "per month"), "reckoned", "offer"),
    (("google salary", "that's not what i asked"), "small-talk", "misread"),
    (("senior mle salary", "is that ml or ai"), "identified", "pay"),
    (("average mle salary", "where does the 113k come from"), "cited", "pay"),
    (("average mle salary", "who earns 113k"), "filled", "offer"),
    (("average mle salary", "ok time to apply for jobs lol"), "laughing", "thanks"),
    (("average mle salary", "haha any negotiation tips?"), "alone", "not_covered"),
    (("google salary", "average ml engineer salary"), "whole", "pay"),
    (("senior pay at google", "and overall?"), "in-general", "pay"),
    (("google salary", "no, amazon"), "corrected", "pay"),
    (("google salary", "i meant apple"), "corrected", "pay"),
    (("google vs apple", "not apple, facebook"), "corrected", "compare"),
    (("google, apple and amazon ml pay", "without amazon"), "without", "compare"),
    (("google salary", "vs apple?"), "beside", "compare"),
    (("google salary", "and amazon?"), "filled", "pay"),
    (("google salary", "would you put that in hours"), "filled", "pay"),
    (("google salary", "could i live on that per month"), "alone", "not_covered"),
    (("who pays the most?", "haha the same everywhere"), "laughing", "thanks"),
    (("is ml growing", "since when is that"), "about-the-answer", "topic"),
    (("what do ml engineers do", "how is this different from an ai engineer"), "compared", "compare"),
    (("remote mle salary", "not remote then"), "in-general", "pay"),
    (("google salary", "add amazon"), "filled", "compare"),
    (("google salary", "an hour"), "filled", "pay"),
    (("facebook salary", "compare that with the average"), "reckoned", "calculation"),
    (("what skills do i need", "and how much do they get paid"), "pay-of-it", "pay"),
    (("google salary", "best pizza in town?"), "alone", "off_topic"),
    (("is ml a part of ai", "so who is paid more"), "roles-apart", "compare"),
    (("senior mle pay", "how much lower for an intern"), "lacked", "not_covered"),
    (("google salary", "so what is it now?"), "told-again", "pay"),
]


@pytest.mark.parametrize(("texts", "rule", "answer"), DECIDED)
def test_the_rule_that_decides(advisor: Advisor, texts: tuple[str, ...], rule: str, answer: str) -> None:
    turn = _last_turn(advisor, *texts)
    assert turn.rule == rule
    assert answer == (turn.decision.answer if isinstance(turn.decision, Query) else turn.decision.status)


def test_a_conversation_is_explained(advisor: Advisor) -> None:
    lines = advisor.explain("by how much?", ("senior mle pay per month", "and junior?"))
    assert "before    pay ml_engineer junior month" in lines
    assert "earlier   pay ml_engineer senior month" in lines
    assert any(line.startswith("follow-up reckoned: ") for line in lines)
    assert "read as   compare senior junior month" in lines
    assert not any(line.startswith("follow-up") for line in advisor.explain("google salary"))


def test_every_rule_decides_something() -> None:
    assert {rule for _, rule, _ in DECIDED} == {rule.name for rule in RULES}


@pytest.mark.parametrize(
    ("texts", "figures"),
    [
        (("what does google pay ml engineers", "per month?", "no wait, amazon"), ["8,373", "25,241"]),
        (("i have 15 years in ml, what should i earn", "no, 3"), ["112,057"]),
        (("mle pay with 22 years", "i meant 3.5"), ["112,057"]),
        (("mle pay with 22 years", "and 5-9?"), ["138,351"]),
        (("mle pay with 9 years", "and a year later?"), ["150,360"]),
        (("junior mle pay", "and one level up?"), ["138,351"]),
        (("google salary", "by month at the top"), ["26,150"]),
        (("which company pays mle most", "how much is that a week?"), ["6,035"]),
        (("google salary", "who says what for apple", "per month"), ["9,935", "22,290"]),
        (("what are your sources", "who is highest?"), ["140,923"]),
        (("payscale ml pay", "and glassdoor", "mean of all of them"), ["127,303"]),
        (("google, apple and amazon ml pay", "only the first two"), ["313,797", "267,481"]),
        (("google, apple and amazon ml pay", "only the first two", "the last one"), ["302,894"]),
        (("ai engineer pay", "which site is the lowest?"), ["119,297"]),
        (("i make 90k as a data scientist", "if it was ml?"), ["127,303"]),
        (("google vs apple", "wow! so what does indeed say for ml?"), ["140,923"]),
        (("senior mle pay", "and 0?"), ["97,090"]),
        (("facebook salary", "in euros?", "per week then"), ["3,564", "3,989"]),
        (("mle salary in germany", "and france?", "ok in the us"), ["127,303"]),
        (("what do data engineers make", "data scientists?", "per month"), ["8,000"]),
        (("senior mle at google", "senior in general"), ["150,360"]),
        (("average ai engineer pay on payscale", "lol", "and for ml engineers on there"), ["113,358"]),
        (("google vs microsoft", "and apple", "per month?"), ["9,935", "22,290", "12,482", "26,150"]),
        (("got an offer from amazon, 160k", "what if it was google"), ["313,797"]),
        (("pay by experience", "gap between the second and the fourth"), ["38,303"]),
        (("pay by experience", "from the bottom to the top that's how much"), ["64,910"]),
        (("google vs apple ml pay", "difference at the bottom?", "and at the top?"), ["46,316"]),
        (("apple salary", "highest minus lowest"), ["148,257"]),
        (("apple salary", "what's a quarter of the way up"), ["156,288"]),
        (("google vs amazon ml pay", "and the midpoint of each?"), ["192,898", "201,687"]),
        (("google salary", "how wide is that?", "and apple's?"), ["148,257"]),
        (("senior mle pay", "two of those?", "and three?", "per month"), ["37,590"]),
        (("entry level mle pay", "with 10% more", "and 20%?"), ["116,508"]),
        (("senior mle pay", "and junior?", "the ratio?"), ["1.34"]),
        (("senior mle pay", "and junior?", "average of those", "times 2"), ["131,209", "262,418"]),
        (("apple salary", "divided by 4"), ["29,806", "66,870"]),
        (("glassdoor mle salary", "and indeed?", "payscale?", "average of the three"), ["128,427"]),
        (("average mle salary", "and without indeed?"), ["123,898"]),
        (("mle salary on indeed", "not indeed, glassdoor"), ["131,001"]),
        (("is 150k good for a senior mle", "by what percent?"), ["0.2%"]),
        (("is 150k at amazon good", "how far off is that?"), ["49,519", "152,894"]),
        (("is 150k good for a senior mle", "so 300 short?"), ["360"]),
        (("is 150k at amazon good", "what's that per month?", "and at apple?"), ["119,224"]),
        (("ml pay with 3 years", "and 5 more years?"), ["138,351"]),
        (("apple salary", "and for seniors monthly?"), ["9,935", "aren't split by level"]),
        (("average mle salary", "am i good with 150?"), ["22,697"]),
        (("google salary", "haha wow. and amazon's?"), ["100,481"]),
        (("google salary", "how much exactly?"), ["72,000"]),
        (("what skills do i need at google", "which languages?", "and what do they pay"), ["72,000"]),
        (("ai engineer pay", "glassdoor?", "and payscale", "by how much?", "the first one weekly"), ["2,294"]),
        (("glassdoor mle salary", "and indeed?", "how large is the gap"), ["9,922"]),
        (("glassdoor mle salary", "and indeed?", "how broad is the diffrence"), ["9,922"]),
        (("google salary", "hm alright. and aple"), ["119,224", "267,481"]),
        (("average mle salary", "and for a begginner"), ["97,090"]),
        (
            ("which company starts highest", "and apple?", "is that low?", "how much less than google at the top"),
            ["46,316"],
        ),
        (("average mle salary in spain", "alright so what's the average you have"), ["127,303"]),
        (("mle salary", "and ai engineers?", "which site is lowest for these"), ["119,297"]),
        (("ai engineer salary", "who reported 165k"), ["164,769"]),
        (("ai engineer salary", "which one says 125k", "and how far below the ml average is that?"), ["2,303"]),
        (("senior mle pay", "how far above the ml average is that"), ["23,057"]),
        (("senior mle pay", "sorry, 8 months"), ["97,090"]),
        (("senior mle pay per month", "and with 30 months"), ["9,338"]),
        (("senior mle pay", "and junior?", "so that's a drop of..."), ["38,303"]),
        (("senior mle pay", "and mid?", "a cut of how much?"), ["12,009"]),
        (("senior mle pay", "and junior?", "what are the two together in a year"), ["262,417"]),
        (("who pays the most?", "the second one", "and lowest"), ["149,789", "72,000"]),
        (("who pays the most?", "the second one", "and the lowest?"), ["100,481"]),
        (("what do ml engineers do", "how is this different from an ai engineer", "who earns more"), ["119,297"]),
        (("who pays the most?", "and who starts lowest?", "the same one?", "and how wide is that"), ["241,797"]),
        (("google salary", "who has the largest gap?"), ["313,797", "21,275"]),
        (("who pays the most?", "and who starts highest?", "the same company?"), ["72,000", "207,430"]),
        (("i make 110k, is that good for an mle", "i'd be a senior", "a raise of how much?"), ["40,360"]),
        (("ai engineer pay", "but 119k is less than 127k?", "which site is highest"), ["164,769"]),
    ],
)
def test_what_is_said_behind_each_other(advisor: Advisor, texts: tuple[str, ...], figures: list[str]) -> None:
    text = everything(advisor.answer(_query(advisor, *texts)))
    assert all(figure in text for figure in figures), text


@pytest.mark.parametrize("text", ["and in germany?", "without a degree?"])
def test_what_the_figures_are_not_split_by_is_a_gap(advisor: Advisor, text: str) -> None:
    turn = _last_turn(advisor, "google salary", text)
    answer = advisor.answer(turn.decision)
    assert answer.status == "partial"
    assert answer.gaps
    assert "72,000" in everything(answer)


BEFORE = st.sampled_from([d.values[0] for d in _dialogues()])
STARTS = st.sampled_from(["and", "what about", "vs", "same at", "in", "per", "with", ""])


@given(before=BEFORE, start=STARTS, rest=st.lists(WORDS, max_size=3).map(" ".join))
def test_whatever_follows_is_named_in_one_of_the_two(advisor: Advisor, before: str, start: str, rest: str) -> None:
    context = advisor.follow(before, None).context
    first = context.query if context is not None else None
    turn = advisor.follow(f"{start} {rest}?", context)
    query = turn.decision
    if first is None or not turn.follow_up or not isinstance(query, Query):
        return
    named = {m.id for q in (first, query) for m in q.mentions}
    if turn.rule not in ("reckoned", "picked"):  # these name what was told; so does the leader of a ranking, per month
        before_it = everything(advisor.answer(first))
        assert all(key in named or advisor.knowledge.company(key).name in before_it for key in query.companies)
    assert set(query.sources) <= named
    answer = advisor.answer(query)
    assert answer.status in ("answered", "partial", "clarify", "not_covered")
    assert all(row.sources for row in answer.rows)
    if query.amounts:
        assert first.amounts or set(query.amounts) <= {*_amounts(query)}


def _amounts(query: Query) -> list[object]:
    text = {m.id for m in query.mentions if m.kind == "amount"}
    return [amount for amount in query.amounts if amount.text in text]


@pytest.mark.parametrize("between", ["lol nice weather", "thanks!", "help", "who says so?", "why?", "in euros?"])
def test_small_talk_and_questions_about_an_answer_leave_it_to_hang_on(advisor: Advisor, between: str) -> None:
    assert _query(advisor, "google salary per month", between, "and amazon?").period == "month"


@pytest.mark.parametrize(
    "texts",
    [
        ("what does adobe require from ml engineers", "how much do they pay"),
        ("what does adobe require from ml engineers", "what do they really offer ml engineers"),
        ("what does adobe require from ml engineers", "which languages?", "what do they pay"),
        ("what skills do i need at netflix", "and the pay?"),
    ],
)
def test_what_an_employer_pays_that_is_not_on_file_is_not_the_average(advisor: Advisor, texts: tuple[str, ...]) -> None:
    decision = _last_turn(advisor, *texts).decision
    assert decision.status == "not_covered" if isinstance(decision, Refusal) else False, decision
    assert [gap.kind for gap in decision.gaps] == ["company"]


def test_they_are_nobody_behind_figures_of_nobody(advisor: Advisor) -> None:
    assert _query(advisor, "average mle salary", "what do they pay").gaps == ()


def test_what_was_refused_is_replaced(advisor: Advisor) -> None:
    assert _query(advisor, "google salary per month", "what does netflix pay?", "and amazon?").period is None
