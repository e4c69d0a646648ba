"""Charts before they are drawn: which answers have one, that each number has its origin, and what fits."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.advisor import Advisor
from bot.core.answers import ANSWERS
from bot.core.model.dialogue import PARTS, Amount, Query, Row, Table
from bot.core.model.knowledge import Company, Figure, Knowledge
from bot.core.model.language import Language
from bot.core.render.chart import LONGEST_ALT, Bar, Chart, Line, chart_of
from bot.core.render.chart_plan import MOST_BARS

QUESTIONS = sorted(
    question["ask"]
    for path in (Path(__file__).parent / "questions").glob("*.yaml")
    for question in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
)
AVERAGE = "ML engineers, mean of 5 sources"


@pytest.fixture(scope="module")
def known(advisor: Advisor) -> Knowledge:
    return advisor.knowledge


def charted(known: Knowledge, answer: str, **named: Any) -> Chart:
    chart = chart_of(Query(answer=answer, **named), known)
    assert chart is not None
    return chart


def labels(chart: Chart) -> list[str]:
    return [bar.label for bar in chart.bars]


def marked(chart: Chart) -> list[str]:
    return [bar.label for bar in chart.bars if bar.marked]


def things(chart: Chart) -> list[Bar | Line]:
    return [*chart.bars, *chart.lines]


def amount(low: float, high: float | None = None, **how: Any) -> tuple[Amount]:
    return (Amount(low=low, high=low if high is None else high, text=str(low), **how),)


# ------------------------------------------------------------------ every number has its origin


@pytest.fixture(scope="module")
def charts(advisor: Advisor) -> list[tuple[str, Query, Chart]]:
    """Every question of the project whose answer has a chart."""
    asked = ((question, advisor.understand(question)) for question in QUESTIONS)
    queries = [(question, query) for question, query in asked if isinstance(query, Query)]
    drawn = [(question, query, chart_of(query, advisor.knowledge)) for question, query in queries]
    return [(question, query, chart) for question, query, chart in drawn if chart is not None]


def test_many_questions_have_a_chart_of_each_kind(charts: list[tuple[str, Query, Chart]]) -> None:
    assert len(charts) > 100
    assert {chart.kind for _, _, chart in charts} == {"companies", "levels", "sources", "roles", "offer"}


def test_each_number_is_a_figure_on_file_or_shows_its_working(
    advisor: Advisor, charts: list[tuple[str, Query, Chart]]
) -> None:
    figures = {end for figure in advisor.knowledge.figures for end in (figure.value, figure.low, figure.high)}
    for question, query, chart in charts:
        typed = {end * PARTS[one.period or "year"] for one in _amounts(query) for end in (one.low, one.high)}
        for thing in things(chart):
            origin = typed if isinstance(thing, Line) and thing.asked else figures
            if thing.working is None:
                assert set(_ends(thing)) <= origin, question
            else:
                results = _results(thing.working, figures | {end for one in _amounts(query) for end in _both(one)})
                assert [round(end) for end in _ends(thing)] == pytest.approx(results, abs=1), question


def _amounts(query: Query | None) -> list[Amount]:
    return [] if query is None else [*query.amounts, *_amounts(query.then)]


def _both(one: Amount) -> tuple[float, float]:
    return one.low, one.high


def _ends(thing: Bar | Line) -> list[float]:
    ends = [thing.value] if isinstance(thing, Bar) and thing.value is not None else [thing.low, thing.high]
    return list(dict.fromkeys(end for end in ends if end is not None))


_SUM = re.compile(r"\((?P<terms>[\d,. +]+)\) / (?P<n>\d+) = (?P<is>[\d,.]+)")
_STEP = re.compile(r"(?P<a>[\d,.]+) (?P<sign>[/x]) (?P<b>[\d,.]+) = (?P<is>[\d,.]+)")


def _results(working: str, origins: set[float | None]) -> list[float]:
    """Return the results of a working, having done the sums again; what it starts from has to have an origin."""

    def number(said: str) -> float:
        return float(said.replace(",", ""))

    results, known = [], {round(origin) for origin in origins if origin is not None}
    for step in working.split("; "):
        if summed := _SUM.fullmatch(step):
            terms = [number(term) for term in summed["terms"].split(" + ")]
            assert set(terms) <= known
            result = sum(terms) / number(summed["n"])
        else:
            divided = _STEP.fullmatch(step)
            assert divided, step
            a, b = number(divided["a"]), number(divided["b"])
            # Where a mean is divided, it was rounded to the dollar first.
            assert round(a) in known | {127303}
            assert b in PARTS.values()
            result, summed = (a / b if divided["sign"] == "/" else a * b), divided
        assert number(summed["is"]) == pytest.approx(result, abs=1)
        results.append(number(summed["is"]))
    return results


def test_a_chart_shows_the_figures_of_its_answer(advisor: Advisor, charts: list[tuple[str, Query, Chart]]) -> None:
    for question, query, chart in charts:
        if query.then is not None or chart.kind == "roles":  # of roles only what is like for like
            continue
        answer = advisor.answer(query)
        assert answer.status in ("answered", "partial"), question
        table = next(block for block in answer.blocks if isinstance(block, Table))
        shown = {_figure(thing) for thing in things(chart)}
        if query.period in (None, "year"):
            assert {_figure(row) for row in table.rows} <= shown, question


def _figure(thing: Row | Bar | Line) -> tuple[float | None, ...]:
    if isinstance(thing, Line):
        return (thing.low,)
    return (thing.low, thing.high) if thing.value is None else (thing.value,)


def test_rankings_keep_the_order_of_the_answer(advisor: Advisor, charts: list[tuple[str, Query, Chart]]) -> None:
    ranked = [(query, chart) for _, query, chart in charts if query.answer.startswith("rank_")]
    assert len(ranked) > 10
    for query, chart in ranked:
        rows = advisor.answer(query).rows
        assert [_figure(bar) for bar in chart.bars] == [_figure(row) for row in rows[: len(chart.bars)]]


def test_what_is_said_is_what_is_drawn(charts: list[tuple[str, Query, Chart]]) -> None:
    for question, _, chart in charts:
        for thing in things(chart):
            said = [float(one.replace(",", "")) for one in re.findall(r"\$([\d,]+)", thing.text)]
            assert said == [int(end + 0.5) for end in _ends(thing)], question
            assert thing.text in chart.alt
            assert thing.label in chart.alt
        assert chart.title in chart.alt
        assert chart.credit.startswith("Sources: ")
        assert chart.ticks[0].value == 0
        assert len(chart.alt.encode("utf-16-le")) / 2 <= LONGEST_ALT


def some(*ids: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(ids), unique=True, max_size=3).map(tuple)


QUERIES = st.builds(
    Query,
    answer=st.sampled_from(sorted(ANSWERS)),
    topic=st.just("skills"),
    companies=some("amazon", "apple", "facebook", "google", "microsoft"),
    excluded=some("amazon", "apple", "facebook", "google", "microsoft"),
    roles=some("ai_engineer", "data_scientist", "ml_engineer"),
    levels=some("entry", "junior", "mid", "senior", "veteran"),
    sources=some("glassdoor", "indeed", "linkedin", "payscale", "salary", "ziprecruiter"),
    amounts=st.sampled_from(((), amount(150_000), amount(9_000, 12_000, period="month"), amount(5))),
    period=st.sampled_from((None, *PARTS)),
    directions=some("highest", "lowest", "widest", "narrowest", "start", "end"),
)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=QUERIES)
def test_any_query_is_charted_or_not_and_only_beside_figures(query: Query, advisor: Advisor) -> None:
    if query.answer in ("offer", "convert") and not query.amounts:
        return
    chart = chart_of(query, advisor.knowledge)
    if chart is None:
        return
    answer = advisor.answer(query)
    assert answer.rows
    assert answer.status in ("answered", "partial")
    figures = {end for figure in advisor.knowledge.figures for end in (figure.value, figure.low, figure.high)}
    for thing in things(chart):
        assert thing.working or set(_ends(thing)) <= figures | {one.low for one in query.amounts}
    ends = {end for row in answer.rows for end in (row.value, row.low, row.high)}
    assert all(set(_ends(bar)) <= ends for bar in chart.bars if bar.marked)


def test_equal_charts_are_one_key_and_travel(known: Knowledge) -> None:
    one, other = (charted(known, "pay", companies=("google",)) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own


# ------------------------------------------------------------------ one answer after the other


def test_a_company_among_all(known: Knowledge) -> None:
    chart = charted(known, "pay", companies=("apple",))
    assert labels(chart) == ["Google", "Amazon", "Apple", "Facebook", "Microsoft"]
    assert marked(chart) == ["Apple"]
    assert [(line.label, line.text, line.asked) for line in chart.lines] == [(AVERAGE, "$127,303", False)]
    assert chart.bars[2] == Bar(
        label="Apple",
        text="$119,224 – $267,481",  # noqa: RUF001 - a range's own dash
        by="source not stated",
        low=119224,
        high=267481,
        marked=True,
    )
    assert chart.credit == "Sources: source not stated, Glassdoor, Salary, Indeed, PayScale, LinkedIn"


def test_companies_compared_by_the_month(known: Knowledge) -> None:
    chart = charted(known, "compare", companies=("google", "microsoft"), period="month")
    assert [(bar.low, bar.high) for bar in chart.bars] == [(6000, 313797 / 12), (128514 / 12, 149789 / 12)]
    assert chart.bars[0].working == "72,000 / 12 = 6,000; 313,797 / 12 = 26,150"
    assert chart.lines[0].text == "$10,609"
    assert chart.axis == "US dollars a month (a year / 12)"
    assert not marked(chart)


def test_the_ladder(known: Knowledge) -> None:
    chart = charted(known, "pay", levels=("senior",))
    assert [bar.value for bar in chart.bars] == [97090, 112057, 138351, 150360, 162000]
    assert marked(chart) == ["Senior (10-19 years)"]
    assert [bar.label for bar in chart.bars if bar.and_above] == ["Mid-career (5-9 years)"]
    assert chart.bars[2].text == "$138,351 and above"
    assert {bar.by for bar in chart.bars} == {""}  # one source for all: the credit says it
    assert charted(known, "ladder", levels=("senior",)) == chart
    assert not marked(charted(known, "ladder"))
    assert marked(charted(known, "compare", levels=("junior", "senior"))) == [
        "Junior (1-4 years)",
        "Senior (10-19 years)",
    ]


def test_sources_beside_their_mean_without_the_second_payscale_figure(known: Knowledge) -> None:
    chart = charted(known, "pay", sources=("payscale",))
    assert [(bar.label, bar.value) for bar in chart.bars] == [
        ("Indeed", 140923),
        ("Glassdoor", 131001),
        ("LinkedIn", 130000),
        ("Salary", 121233),
        ("PayScale", 113358),
    ]
    assert marked(chart) == ["PayScale"]
    assert chart.lines[0].working == "(140,923 + 113,358 + 131,001 + 121,233 + 130,000) / 5 = 127,303"
    assert charted(known, "rank_sources", directions=("lowest",)).bars == charted(known, "pay").bars


def test_few_averages_have_no_mean(known: Knowledge) -> None:
    assert charted(known, "pay", roles=("ai_engineer",)).lines == ()


def test_roles_like_for_like(known: Knowledge) -> None:
    chart = charted(known, "compare", roles=("ai_engineer", "ml_engineer"))
    assert [(bar.label, bar.value) for bar in chart.bars] == [
        ("ML engineers on PayScale", 113358),
        ("AI engineers on PayScale", 125000),
        ("ML engineers on Glassdoor", 131001),
        ("AI engineers on Glassdoor", 119297),
    ]
    pair = charted(known, "compare", roles=("ml_engineer", "data_scientist"))
    assert [(bar.label, bar.text) for bar in pair.bars] == [
        ("ML engineers on PayScale, in the comparison", "$113,143"),
        ("Data scientists on PayScale, in the comparison", "$96,000 and above"),
    ]
    only = charted(known, "compare", roles=("ai_engineer", "ml_engineer"), sources=("glassdoor",))
    assert len(only.bars) == 2


def test_an_offer_across_what_it_is_held_against(known: Knowledge) -> None:
    chart = charted(
        known, "offer", companies=("google",), levels=("mid",), amounts=amount(12_000, 13_000, period="month")
    )
    assert labels(chart) == ["Google", "Mid-career (5-9 years)", AVERAGE]
    (line,) = chart.lines
    assert (line.low, line.high, line.asked) == (144_000, 156_000, True)
    assert line.text == "$144,000 – $156,000"  # noqa: RUF001 - a range's own dash
    assert line.working == "12,000 x 12 = 144,000; 13,000 x 12 = 156,000"
    assert len(charted(known, "offer", amounts=amount(150_000)).bars) == 6


def test_rankings_have_places_exclusions_and_an_amount(known: Knowledge) -> None:
    chart = charted(known, "rank_companies", directions=("lowest", "start"), excluded=("amazon",))
    assert labels(chart) == ["1. Google", "2. Apple", "3. Microsoft", "4. Facebook"]
    assert marked(charted(known, "rank_companies", companies=("apple",))) == ["3. Apple"]
    over = charted(known, "rank_companies", amounts=amount(200_000))
    assert [(line.text, line.asked) for line in over.lines] == [("$200,000", True)]
    assert labels(charted(known, "rank_companies", directions=("narrowest",)))[0] == "1. Microsoft"


@pytest.mark.parametrize(
    "query",
    [
        *(
            Query(answer=answer)
            for answer in ("about", "greeting", "help", "thanks", "sources", "employers", "who_says")
        ),
        Query(answer="topic", topic="payscale_conflict"),
        Query(answer="convert", amounts=amount(150_000)),
        Query(answer="pay", roles=("data_scientist",)),  # one figure, nothing beside it
        Query(answer="pay", sources=("ziprecruiter",)),  # which has none
        Query(answer="offer", amounts=amount(10)),
        Query(answer="offer", amounts=(*amount(150_000), *amount(160_000))),
        Query(answer="rank_companies", excluded=("amazon", "apple", "facebook", "google", "microsoft")),
        Query(answer="compare", roles=("ai_engineer", "data_scientist"), sources=("glassdoor",)),
    ],
    ids=repr,
)
def test_no_chart_where_it_would_say_no_more(query: Query, known: Knowledge) -> None:
    assert chart_of(query, known) is None


def test_a_joined_question_gets_the_first_chart_there_is(known: Knowledge) -> None:
    query = Query(answer="topic", topic="skills", then=Query(answer="ladder"))
    assert chart_of(query, known) == charted(known, "ladder")
    assert charted(known, "pay", companies=("google",), then=Query(answer="ladder")).kind == "companies"


def test_answers_with_amounts_have_a_chart_and_those_in_words_have_none(known: Knowledge) -> None:
    charts = {
        answer: chart_of(Query(answer=answer, amounts=amount(150_000), topic="skills"), known) for answer in ANSWERS
    }
    assert {answer: chart.kind for answer, chart in charts.items() if chart is not None} == {
        "compare": "sources",
        "ladder": "levels",
        "offer": "offer",
        "pay": "sources",
        "rank_companies": "companies",
        "rank_sources": "sources",
    }


# ------------------------------------------------------------------ more than there is room for


def grown(known: Knowledge, names: list[str]) -> Knowledge:
    """Return a knowledge base of other companies, each paying more than the one before."""
    return replace(known, companies=tuple(_company(n, name) for n, name in enumerate(names)))


def _company(n: int, name: str) -> Company:
    figure = Figure(
        id=f"c{n}.range", basis="range", source="indeed", section="x", company=f"c{n}", low=n, high=1000 * n + 1
    )
    return Company(id=f"c{n}", name=name, figures=(figure,))


def test_the_one_asked_about_stays_where_not_all_have_room(known: Knowledge) -> None:
    many = grown(known, [f"Company {n}" for n in range(40)])
    chart = charted(many, "pay", companies=("c3",))
    assert labels(chart) == [*(f"Company {n}" for n in range(39, 28, -1)), "Company 3"]
    assert marked(chart) == ["Company 3"]
    assert len(chart.bars) == MOST_BARS
    assert chart.more == "28 more are not shown"
    assert chart.more in chart.alt
    assert labels(charted(many, "rank_companies", companies=("c3",)))[-1] == "37. Company 3"
    assert charted(grown(known, ["x"] * 13), "rank_companies").more == "1 more is not shown"


@pytest.mark.parametrize("letter", ["x", "\N{FIRE}"])
def test_words_for_many_bars_are_cut_by_whole_bars(known: Knowledge, letter: str) -> None:
    chart = charted(grown(known, [f"{n} {letter * 90}" for n in range(12)]), "rank_companies")
    kept = chart.alt.count(letter * 90)
    assert 0 < kept < 12
    assert f"; {12 - kept} more; " in chart.alt
    assert chart.alt.endswith(f"{chart.credit}.")
    units = len(chart.alt.encode("utf-16-le")) // 2
    assert LONGEST_ALT - 300 < units <= LONGEST_ALT


def test_words_are_in_the_language_and_its_numbers(known: Knowledge) -> None:
    german = Language(
        code="de",
        sentences={"Pay of {people} by experience": "{people}, nach Erfahrung", "{amount} and above": "ab {amount}"},
        money=lambda value: f"{value:.0f} US$",
    )
    chart = chart_of(Query(answer="ladder"), known, german)
    assert chart is not None
    assert chart.title == "ML engineers, nach Erfahrung"
    assert chart.bars[2].text == "ab 138351 US$"
    assert chart.ticks[1].text == "50000 US$"
