"""Charts before they are drawn: which answers have one, that each number has its origin, and what fits."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.advisor import Advisor
from bot.core.answers import ANSWERS
from bot.core.model.dialogue import PARTS, Amount, Query, Row
from bot.core.model.knowledge import Company, Figure, Knowledge
from bot.core.model.language import Language
from bot.core.render.chart import LONGEST_ALT, Bar, Chart, Line, chart_of
from bot.core.render.chart_plan import MOST_BARS
from tests.yaml_file import content_of

QUESTIONS = sorted(
    question["ask"]
    for path in (Path(__file__).parent / "questions").glob("*.yaml")
    for question in content_of(path)["questions"]
)
AVERAGE = "Average of 5 sources"


@pytest.fixture(scope="module")
def knowledge(advisor: Advisor) -> Knowledge:
    return advisor.knowledge


def charted(knowledge: Knowledge, answer: str, **named: Any) -> Chart:
    chart = chart_of(Query(answer=answer, **named), knowledge)
    assert chart is not None
    return chart


def unnamed(knowledge: Knowledge) -> str:
    return knowledge.source("not_stated").name


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
    assert len(charts) > 50
    assert {chart.kind for _, _, chart in charts} == {"companies", "levels", "sources", "offer"}


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

    def number(text: str) -> float:
        return float(text.replace(",", ""))

    results, figures = [], {round(origin) for origin in origins if origin is not None}
    for step in working.split("; "):
        if summed := _SUM.fullmatch(step):
            terms = [number(term) for term in summed["terms"].split(" + ")]
            assert set(terms) <= figures
            result = sum(terms) / number(summed["n"])
        else:
            divided = _STEP.fullmatch(step)
            assert divided, step
            a, b = number(divided["a"]), number(divided["b"])
            # Where a mean is divided, it was rounded to the dollar first.
            assert round(a) in figures | {127303}
            assert b in PARTS.values()
            result, summed = (a / b if divided["sign"] == "/" else a * b), divided
        assert number(summed["is"]) == pytest.approx(result, abs=1)
        results.append(number(summed["is"]))
    return results


def test_a_chart_shows_figures_of_its_answer_alone(advisor: Advisor, charts: list[tuple[str, Query, Chart]]) -> None:
    for question, query, chart in charts:
        answer = advisor.answer(query)
        assert answer.status in ("answered", "partial"), question
        assert {_figure(bar) for bar in chart.bars} <= {_figure(row) for row in answer.rows}, question


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
            in_text = [float(one.replace(",", "")) for one in re.findall(r"\$([\d,]+)", thing.text)]
            ends = [int(end + 0.5) for end in _ends(thing)]
            assert in_text == ends or (thing.text == "" and len(chart.bars) == 1), question
            assert all(f"${end:,}" in chart.alt for end in ends), question
            assert chart.kind == "levels" or thing.label in chart.alt
            assert (thing.working or "") in chart.alt
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


def test_equal_charts_are_one_key_and_travel(knowledge: Knowledge) -> None:
    one, other = (charted(knowledge, "pay", companies=("google",)) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own


# ------------------------------------------------------------------ one answer after the other


def test_a_company_beside_the_mean(knowledge: Knowledge) -> None:
    chart = charted(knowledge, "pay", companies=("apple",))
    # The range is in the message.
    assert chart.bars == (Bar(label="Apple", text="", low=119224, high=267481, marked=True),)
    assert [(line.label, line.text, line.asked) for line in chart.lines] == [(AVERAGE, "$127,303", False)]
    assert chart.alt == (
        f"Pay of ML engineers by company, US dollars a year ({unnamed(knowledge)}): Apple $119,224 to $267,481. "
        f"{AVERAGE} $127,303 (Indeed, PayScale, Glassdoor, Salary and LinkedIn; "
        "(140,923 + 113,358 + 131,001 + 121,233 + 130,000) / 5 = 127,303)."
    )


def test_companies_compared(knowledge: Knowledge) -> None:
    chart = charted(knowledge, "compare", companies=("google", "amazon"))
    assert chart.lines == ()
    assert not marked(chart)
    assert [bar.text for bar in chart.bars] == ["$72,000 – $313,797", "$100,481 – $302,894"]
    assert chart.alt == (
        f"Pay of ML engineers by company, US dollars a year: Google $72,000 to $313,797 ({unnamed(knowledge)}); "
        "Amazon $100,481 to $302,894 (Glassdoor). Start: 100,481 - 72,000 = 28,481. Top: 313,797 - 302,894 = 10,903."
    )


def test_companies_compared_by_the_month(knowledge: Knowledge) -> None:
    chart = charted(knowledge, "compare", companies=("google", "microsoft"), period="month")
    assert [(bar.low, bar.high) for bar in chart.bars] == [(6000, 313797 / 12), (128514 / 12, 149789 / 12)]
    assert chart.bars[0].working == "72,000 / 12 = 6,000; 313,797 / 12 = 26,150"
    assert f"US dollars a month (a year / 12) ({unnamed(knowledge)}): Google $6,000 to $26,150 (72,000 / " in chart.alt


def test_the_ladder(knowledge: Knowledge) -> None:
    chart = charted(knowledge, "ladder", levels=("senior",))
    assert chart.columns
    assert [bar.value for bar in chart.bars] == [97090, 112057, 138351, 150360, 162000]
    assert labels(chart) == ["Entry", "1–4 yrs", "5–9 yrs", "10–19 yrs", "20+ yrs"]
    assert marked(chart) == ["10–19 yrs"]
    assert [bar.text for bar in chart.bars if bar.and_above] == ["$138,351+"]
    assert "US dollars a year (PayScale): " in chart.alt
    assert "Mid-career (5–9 years) $138,351 and above; " in chart.alt
    assert not marked(charted(knowledge, "ladder"))
    some = charted(knowledge, "compare", levels=("junior", "senior", "entry"))
    assert labels(some) == ["Entry", "1–4 yrs", "10–19 yrs"]
    assert not marked(some)


def test_sources_beside_their_mean_without_the_second_payscale_figure(knowledge: Knowledge) -> None:
    chart = charted(knowledge, "rank_sources", sources=("payscale",))
    assert [(bar.label, bar.value) for bar in chart.bars] == [
        ("Indeed", 140923),
        ("Glassdoor", 131001),
        ("LinkedIn", 130000),
        ("Salary", 121233),
        ("PayScale", 113358),
    ]
    assert chart.lines[0].working == "(140,923 + 113,358 + 131,001 + 121,233 + 130,000) / 5 = 127,303"
    assert "Indeed $140,923; Glassdoor $131,001; " in chart.alt  # their names are their sources
    some = charted(knowledge, "compare", sources=("payscale", "indeed", "glassdoor"))
    assert labels(some) == ["Indeed", "Glassdoor", "PayScale"]
    assert some.lines == ()


def test_few_averages_have_no_mean(knowledge: Knowledge) -> None:
    chart = charted(knowledge, "pay", roles=("ai_engineer",))
    assert labels(chart) == ["ZipRecruiter", "PayScale", "Glassdoor"]
    assert chart.lines == ()


def test_an_offer_across_what_it_is_held_against(knowledge: Knowledge) -> None:
    chart = charted(knowledge, "offer", companies=("google",), levels=("mid",), amounts=amount(12_500, period="month"))
    assert labels(chart) == ["Google", "Mid-career (5–9 years)", AVERAGE]
    assert [bar.text for bar in chart.bars] == ["$72,000 – $313,797", "$138,351+", "$127,303"]
    (line,) = chart.lines
    assert (line.low, line.high, line.asked, line.text) == (150_000, 150_000, True, "$150,000")
    assert line.working == "12,500 x 12 = 150,000"
    for part in (
        "$150,000 a year beside the figures on file: Google $72,000 to $313,797 (",
        "(150,000 - 72,000) / (313,797 - 72,000) = 32",
        "Mid-career (5–9 years) $138,351 and above (PayScale; 150,000 - 138,351 = 11,649); ",
        "; 150,000 - 127,303 = 22,697)",
    ):
        assert part in chart.alt


def test_an_offer_of_two_ends(knowledge: Knowledge) -> None:
    chart = charted(knowledge, "offer", companies=("google",), amounts=amount(12_000, 13_000, period="month"))
    (line,) = chart.lines
    assert (line.low, line.high) == (144_000, 156_000)
    assert line.text == "$144,000 – $156,000"
    assert line.working == "12,000 x 12 = 144,000; 13,000 x 12 = 156,000"
    assert line.working in chart.alt


def test_rankings_have_places_exclusions_and_an_amount(knowledge: Knowledge) -> None:
    chart = charted(knowledge, "rank_companies", directions=("lowest", "start"), excluded=("amazon",))
    assert labels(chart) == ["1. Google", "2. Apple", "3. Microsoft", "4. Facebook"]
    assert [line.label for line in chart.lines] == [AVERAGE]
    assert marked(charted(knowledge, "rank_companies", companies=("apple",))) == ["3. Apple"]
    over = charted(knowledge, "rank_companies", amounts=amount(200_000))
    assert [(line.text, line.asked) for line in over.lines] == [("$200,000", True)]
    assert labels(charted(knowledge, "rank_companies", directions=("narrowest",)))[0] == "1. Microsoft"


def test_what_is_not_on_one_scale_is_no_picture(knowledge: Knowledge) -> None:
    google = knowledge.company("google")
    other = replace(google, figures=(replace(google.figures[0], pay="total"),))
    mixed = replace(knowledge, companies=tuple(other if one is google else one for one in knowledge.companies))
    assert chart_of(Query(answer="rank_companies"), mixed) is None
    assert chart_of(Query(answer="pay", companies=("google",)), mixed) is None  # the mean says nothing of the total
    assert charted(mixed, "compare", companies=("apple", "amazon")).kind == "companies"


@pytest.mark.parametrize(
    "query",
    [
        *(
            Query(answer=answer)
            for answer in ("about", "greeting", "help", "thanks", "sources", "employers", "who_says")
        ),
        Query(answer="topic", topic="payscale_conflict"),
        Query(answer="convert", amounts=amount(150_000)),
        Query(answer="pay"),  # the mean, and in words from where to where
        Query(answer="pay", roles=("data_scientist",)),  # one figure, nothing beside it
        Query(answer="pay", sources=("payscale",)),
        Query(answer="pay", levels=("senior",)),
        Query(answer="pay", companies=("google",), period="month"),  # by the year it is in the message
        Query(answer="compare", levels=("junior", "senior")),  # two figures
        Query(answer="compare", sources=("glassdoor", "indeed")),
        Query(answer="compare", roles=("ai_engineer", "ml_engineer")),  # a difference a source
        Query(answer="offer", amounts=amount(150_000)),
        Query(answer="offer", roles=("data_scientist",), amounts=amount(150_000)),
        Query(answer="pay", sources=("ziprecruiter",)),  # which has none
        Query(answer="offer", amounts=amount(10)),
        Query(answer="offer", amounts=(*amount(150_000), *amount(160_000))),
        Query(answer="rank_companies", excluded=("amazon", "apple", "facebook", "google", "microsoft")),
        Query(answer="compare", roles=("ai_engineer", "data_scientist"), sources=("glassdoor",)),
    ],
    ids=repr,
)
def test_no_chart_where_it_would_say_no_more(query: Query, knowledge: Knowledge) -> None:
    assert chart_of(query, knowledge) is None


def test_a_joined_question_gets_the_first_chart_there_is(knowledge: Knowledge) -> None:
    query = Query(answer="topic", topic="skills", then=Query(answer="ladder"))
    assert chart_of(query, knowledge) == charted(knowledge, "ladder")
    assert charted(knowledge, "pay", companies=("google",), then=Query(answer="ladder")).kind == "companies"


def test_answers_with_amounts_have_a_chart_and_those_in_words_have_none(knowledge: Knowledge) -> None:
    charts = {
        answer: chart_of(Query(answer=answer, amounts=amount(150_000), topic="skills"), knowledge) for answer in ANSWERS
    }
    assert {answer: chart.kind for answer, chart in charts.items() if chart is not None} == {
        "ladder": "levels",
        "rank_companies": "companies",
        "rank_sources": "sources",
    }


# ------------------------------------------------------------------ more than there is room for


def grown(knowledge: Knowledge, names: list[str]) -> Knowledge:
    """Return a knowledge base of other companies, each paying more than the one before."""
    return replace(knowledge, companies=tuple(_company(n, name) for n, name in enumerate(names)))


def _company(n: int, name: str) -> Company:
    figure = Figure(
        id=f"c{n}.range", basis="range", source="indeed", section="x", company=f"c{n}", low=n, high=1000 * n + 1
    )
    return Company(id=f"c{n}", name=name, figures=(figure,))


def test_the_one_asked_about_stays_where_not_all_have_room(knowledge: Knowledge) -> None:
    many = grown(knowledge, [f"Company {n}" for n in range(40)])
    chart = charted(many, "rank_companies", companies=("c3",))
    assert labels(chart)[-2:] == ["11. Company 29", "37. Company 3"]
    assert marked(chart) == ["37. Company 3"]
    assert len(chart.bars) == MOST_BARS
    assert chart.more == "28 more are not shown"
    assert chart.more in chart.alt
    assert charted(grown(knowledge, ["x"] * 13), "rank_companies").more == "1 more is not shown"


@pytest.mark.parametrize("letter", ["x", "\N{FIRE}"])
def test_words_for_many_bars_are_cut_by_whole_bars(knowledge: Knowledge, letter: str) -> None:
    chart = charted(grown(knowledge, [f"{n} {letter * 90}" for n in range(12)]), "rank_companies")
    kept = chart.alt.count(letter * 90)
    assert 0 < kept < 12
    assert f"; {12 - kept} more. " in chart.alt
    assert "(140,923 + " in chart.alt
    units = len(chart.alt.encode("utf-16-le")) // 2
    assert LONGEST_ALT - 300 < units <= LONGEST_ALT


def test_words_are_in_the_language_and_its_numbers(knowledge: Knowledge) -> None:
    german = Language(
        code="de",
        sentences={"Pay of {people} by experience": "{people}, nach Erfahrung", "{amount} and above": "ab {amount}"},
        money=lambda value: f"{value:.0f} US$",
    )
    chart = chart_of(Query(answer="ladder"), knowledge, german)
    assert chart is not None
    assert chart.alt.startswith("ML engineers, nach Erfahrung")
    assert "ab 138351 US$" in chart.alt
    assert chart.bars[2].text == "138351 US$+"
