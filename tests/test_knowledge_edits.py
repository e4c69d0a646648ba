"""After an edit of the YAML every sentence is still true, or the check refuses the edit with file and line."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.core.advisor import Advisor
from bot.core.answers import Phrasebook, answer_of
from bot.core.model.dialogue import Amount, Answer, Decision, Gap, GapKind, NotCovered, Query
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import ENGLISH
from bot.core.render.chart import chart_of
from bot.storage.knowledge.library import KnowledgeError, Library, load
from tests.reading import everything, message

GOOGLE, SOURCES, VOCABULARY = "companies/google.yaml", "sources.yaml", "vocabulary.yaml"
PAYROLL = """\
  - id: payroll
    name: Payrolls Weekly
    title: Engineers' pay
    link: https://payroll.example/2024
    date: "2024"
    pay: total
    population: employee_survey
    caveats: [Only large employers answered.]
"""


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, f"{file} no longer says {old!r}: correct this test"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def add_source(folder: Path) -> None:
    text = (folder / SOURCES).read_text(encoding="utf-8")
    (folder / SOURCES).write_text(text + PAYROLL, encoding="utf-8")


def add_company(folder: Path, figures: str, key: str = "acme") -> None:
    text = f"id: {key}\nname: {key.title()} Robotics\nfigures:\n{figures}"
    (folder / f"companies/{key}.yaml").write_text(text, encoding="utf-8")


class Answers(NamedTuple):
    """Answers queries from a knowledge base; understanding questions, which takes an Advisor, is left out."""

    knowledge: Knowledge

    def answer(self, query: Decision) -> Answer:
        return answer_of(query, Phrasebook(ENGLISH, self.knowledge))


def answers(folder: Path) -> Answers:
    return Answers(load(folder))


def faults(folder: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as refused:
        load(folder)
    return [str(fault) for fault in refused.value.faults]


# ------------------------------------------------------------------ ids, levels, roles


def test_a_command_finds_its_intent_by_the_answer(folder: Path, small_library: Library) -> None:
    for name in ("sources", "help", "about"):
        (folder / f"intents/{name}.yaml").rename(folder / f"intents/our_{name}.yaml")
        edit(folder, f"intents/our_{name}.yaml", f"id: {name}", f"id: our_{name}")
    own = Advisor(load(folder))
    for name in ("sources", "help", "about"):
        assert everything(own.ask(f"!{name}")) == everything(small_library.advisor.ask(f"!{name}"))


def test_the_ladder_tells_the_years_of_the_last_level(folder: Path) -> None:
    edit(folder, VOCABULARY, "to_years: 19", "to_years: 14")
    edit(folder, VOCABULARY, "from_years: 20", "from_years: 15")
    answer = answers(folder).answer(Query(answer="ladder"))
    assert answer.headline.endswith("for freshers to $162,000 a year with 15+ years.")


def test_a_former_name_is_told_of_the_company_that_has_one(folder: Path, advisor: Advisor) -> None:
    assert "Facebook (now Meta)" in everything(advisor.answer(Query(answer="employers")))
    edit(folder, "companies/facebook.yaml", "now_called: Meta\n", "")
    assert "Meta" not in everything(answers(folder).answer(Query(answer="employers")))


def test_a_role_with_a_figure_is_answered_without_being_listed_anywhere(folder: Path) -> None:
    role = (folder / "roles/data_scientist.yaml").read_text(encoding="utf-8")
    role = role.replace("data_scientist", "robot_tamer").replace("data scientist", "robot tamer")
    role = re.sub(r"aliases: .*", "aliases: [robo tamer]", role)
    (folder / "roles/robot_tamer.yaml").write_text(role, encoding="utf-8")
    answer = Advisor(load(folder)).ask("how much does a robot tamer make?")
    assert answer.status == "answered"
    assert "$96,000 a year" in answer.headline


def test_the_main_role_has_to_be_there(folder: Path) -> None:
    edit(folder, "about.yaml", "main_role: ml_engineer", "main_role: poet")
    line = next(n for n, text in enumerate((folder / "about.yaml").read_text().splitlines(), 1) if "poet" in text)
    assert f"about.yaml:{line}: there is no role 'poet'; add it or correct the id" in faults(folder)


# ------------------------------------------------------------------ what a source's figures mean


@pytest.fixture
def own_range(folder: Path) -> Answers:
    """A range that an admin took from another site, of another year."""
    add_source(folder)
    add_company(folder, "  - {id: acme.range, basis: range, low: 150000, high: 260000, source: payroll}\n")
    return answers(folder)


def test_caveats_are_those_of_the_figures_in_the_answer(own_range: Answers) -> None:
    answer = own_range.answer(Query(answer="pay", companies=("acme",)))
    assert answer.caveats == (
        "A range, not an average; what Payrolls Weekly gives is total pay, with bonus and stock.",
        "Payrolls Weekly's figures are from a survey of employees.",
        "Payrolls Weekly's figures are from 2024.",
        "Only large employers answered.",
    )
    assert "article" not in everything(answer)
    monthly = own_range.answer(Query(answer="pay", companies=("acme",), period="month"))
    assert "article" not in everything(monthly)


def test_an_answer_from_two_origins_tells_of_both(own_range: Answers) -> None:
    caveats = own_range.answer(Query(answer="compare", companies=("acme", "google"))).caveats
    assert "Payrolls Weekly's figures are from 2024." in caveats
    assert "The article's figures are from about 2021\N{EN DASH}22." in caveats


def test_the_sources_tell_who_is_quoted_and_who_is_not(own_range: Answers) -> None:
    answer = own_range.answer(Query(answer="sources"))
    assert "How much do machine learning engineers make?" in answer.headline
    assert not re.search(r"- (?!Directly)[^:\n]*Payrolls Weekly[^:\n]*: ", message(answer))
    assert "Directly from Payrolls Weekly: Acme Robotics" in everything(answer)
    assert "Payrolls Weekly (Engineers' pay, 2024, https://payroll.example/2024)" in everything(answer)


def test_what_is_asked_of_another_year_is_refused_with_the_dates_on_file(own_range: Answers) -> None:
    gap = Gap(kind=GapKind.DATE, name="2015")
    answer = own_range.answer(NotCovered(gaps=(gap,)))
    assert answer.headline.endswith(
        "the article's are from about 2021\N{EN DASH}22 and those of Payrolls Weekly are from 2024."
    )


def test_a_figure_may_have_a_date_of_its_own(folder: Path) -> None:
    edit(folder, GOOGLE, "high: 313797", 'high: 313797\n    date: "2023"\n    pay: base')
    caveats = answers(folder).answer(Query(answer="compare", companies=("google", "apple"))).caveats
    assert {line for line in caveats if "date" in line or "from" in line or "range" in line} == {
        "Google's figures are from 2023.",
        "A range, not an average; what Google gives is base pay, without bonus and stock.",
        "The article's figures are from about 2021\N{EN DASH}22.",
        "A range, not an average; the article doesn't say whether bonus or stock is part of it.",
    }


def test_what_a_figure_is_is_told_of_that_figure(folder: Path) -> None:
    add_source(folder)
    add_company(folder, "  - {id: acme.range, basis: range, low: 150000, high: 260000, source: payroll, n: 42}\n")
    advisor = Advisor(load(folder))
    told = "Payrolls Weekly says $150,000 to $260,000 a year for Acme Robotics: from 2024; 42 people;"
    for question in (
        "how old is the acme robotics figure",
        "how many people is the acme robotics number based on",
        "is the acme robotics figure base or total pay",
    ):
        answer = advisor.ask(question)
        assert answer.headline == f"{told} with bonus and stock; a survey of employees; not stated: the country.", (
            question
        )
        assert "article" not in everything(answer).casefold(), question
    # What is quoted in the document is what the document says of its figures.
    assert "The article gives no sample size" in everything(advisor.ask("how old is the google figure"))


def test_the_small_print_gives_each_date_with_its_figure(own_range: Answers) -> None:
    (credit,) = own_range.answer(Query(answer="compare", companies=("acme", "google"))).credit
    assert credit == (
        "Acme Robotics: Payrolls Weekly, 2024, with bonus and stock, a survey of employees; "
        "Google: no source named, article, about 2021\N{EN DASH}22, bonus and stock not stated"
    )
    alike = own_range.answer(Query(answer="compare", companies=("google", "apple")))
    assert alike.credit == (
        "No source named",
        "article, about 2021\N{EN DASH}22",
        "bonus and stock not stated",
    )


@pytest.mark.long
def test_a_removed_company_is_one_without_figures_wherever_examples_name_it(base: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(base, tmp_path / "knowledge"))
    (folder / "companies/microsoft.yaml").unlink()
    for file in ("companies/facebook.yaml", GOOGLE):
        text = (folder / file).read_text(encoding="utf-8").replace(", microsoft.range.low", "")
        (folder / file).write_text(text.replace(", microsoft.range.high", ""), encoding="utf-8")
    advisor = Library(folder).advisor
    for question in ("microsoft salary", "salary at microsoft", "what does microsoft pay", "is 150k good at microsoft"):
        answer = advisor.ask(question)
        assert answer.gaps or answer.status == "not_covered", (question, answer.headline)
    edit(folder, "recognized/employers.yaml", "names:", "names:\n  Microsoft: []")
    advisor = Library(folder).advisor
    asked = [intent for intent in advisor.knowledge.intents if intent.answer in ("pay", "compare", "offer", "who_says")]
    named = [example for intent in asked for example in intent.examples if "microsoft" in example]
    assert named
    for example in named:
        answer = advisor.ask(example)
        assert "Microsoft" in " ".join((answer.headline, *answer.gaps)), (example, answer.headline)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (140000, 260000, "Acme Robotics pays more than the average: its range starts $12,697 above it."),
        (90000, 110000, "Acme Robotics pays less than the average: its range ends $17,303 below it."),
        (
            120000,
            260000,
            "The average is inside Acme Robotics's range, $7,303 above its start and $132,697 below its top.",
        ),
    ],
)
def test_a_range_is_held_against_the_average(folder: Path, low: int, high: int, verdict: str) -> None:
    add_company(folder, f"  - {{id: acme.range, basis: range, low: {low}, high: {high}, source: glassdoor}}\n")
    pair = Query(answer="pay", companies=("acme",), then=Query(answer="pay"))
    assert answers(folder).answer(pair).headline.endswith(f"on average. {verdict}")
    edit(folder, "companies/acme.yaml", "source: glassdoor", 'source: glassdoor, date: "2024"')
    unlike = "The two are of different sources, dates or kinds of pay."
    assert answers(folder).answer(pair).headline.endswith(f"{verdict} {unlike}")


def test_a_median_beside_a_range_is_told_too(folder: Path) -> None:
    add_company(
        folder,
        "  - {id: acme.range, basis: range, low: 140000, high: 260000, source: glassdoor}\n"
        "  - {id: acme.median, basis: median, value: 190000, source: glassdoor}\n",
    )
    assert "ML engineers at Acme Robotics, median: $190,000 a year." in message(
        answers(folder).answer(Query(answer="pay", companies=("acme",)))
    )


def test_what_a_document_says_of_its_figures_is_told_once_and_kept_apart_from_an_offer(folder: Path) -> None:
    edit(folder, SOURCES, "    pay: unknown\n", "    pay: total\n    place: Canada\n")
    advisor = answers(folder)
    caveats = advisor.answer(Query(answer="pay")).caveats
    assert [line for line in caveats if "Canada" in line] == ["The article's figures are for Canada."]
    placed = advisor.answer(Query(answer="offer", amounts=(AMOUNT,)))
    assert "location not covered" in placed.credit
    assert "bonus" not in everything(placed).replace("with bonus and stock", "")


def test_a_roles_median_is_told_as_one_and_held_against_no_mean(folder: Path) -> None:
    edit(folder, "roles/data_scientist.yaml", "basis: comparison", "basis: median")
    advisor = answers(folder)
    alone = advisor.answer(Query(answer="pay", roles=("data_scientist",)))
    assert alone.headline == "Data scientists earn $96,000 a year and above at the median."
    assert "Data scientists on PayScale, median" in everything(alone)
    pair = advisor.answer(Query(answer="compare", roles=("data_scientist", "ml_engineer")))
    assert "data scientists $96,000 a year and above at the median" in pair.headline
    assert "Like for like" not in everything(pair)


# ------------------------------------------------------------------ remarks that rank


def test_a_remark_that_the_figures_do_not_bear_out_is_refused(folder: Path) -> None:
    edit(folder, "companies/amazon.yaml", "low: 100481", "low: 71000")
    found = faults(folder)
    assert len(found) == 1
    assert found[0].startswith("companies/google.yaml:17: google.range.low (72,000) < amazon.range.low (71,000)")


@pytest.mark.parametrize("claim", ["google.range.low", "google.range.low = amazon.range.low", "x.low < y.high"])
def test_a_claim_that_cannot_be_checked_is_refused(folder: Path, claim: str) -> None:
    edit(folder, "topics/ai_claim.yaml", "ai_engineer.payscale > ml_engineer.payscale", claim)
    assert all(fault.startswith("topics/ai_claim.yaml:9: ") for fault in faults(folder))


def test_a_member_of_a_group_with_figures_is_not_dropped(folder: Path) -> None:
    edit(folder, VOCABULARY, "  others:\n  - Netflix\n", "  others:\n  - Netflix\n  - Acme Robotics\n")
    add_company(folder, "  - {id: acme.range, basis: range, low: 150000, high: 260000, source: glassdoor}\n")
    found = faults(folder)
    assert len(found) == 1
    assert "'Acme Robotics' has figures now: move it to the `companies` of this group, as acme" in found[0]
    assert re.match(r"vocabulary\.yaml:\d+: ", found[0])


# ------------------------------------------------------------------ figures of other kinds


@pytest.fixture
def median(folder: Path) -> Answers:
    """A company of which only a median is on file."""
    add_source(folder)
    add_company(
        folder,
        "  - id: acme.median\n    basis: median\n    value: 190000\n    source: payroll\n    n: 1200\n"
        "    percentiles: [{at: 25, value: 150000}, {at: 75, value: 240000}]\n",
    )
    return answers(folder)


def test_a_median_is_told_as_a_median(median: Answers) -> None:
    answer = median.answer(Query(answer="pay", companies=("acme",)))
    assert answer.headline == "ML engineers at Acme Robotics, median: $190,000 a year."
    assert "Payrolls Weekly" in answer.credit
    assert "range" not in " ".join((answer.headline, *answer.caveats))
    assert "1,200 people; 25% earn less than $150,000; 75% earn less than $240,000" in everything(answer)
    assert median.answer(Query(answer="who_says", companies=("acme",))).headline.startswith("Payrolls Weekly says")


AMOUNT = Amount(low=200_000, high=200_000, text="200k")


def of_each_kind(ask: Callable[[Query], object]) -> None:
    for companies in (("acme",), ("acme", "google"), ("acme", "google", "apple")):
        for answer in ("pay", "compare", "ladder", "rank_companies", "rank_sources", "offer", "who_says", "employers"):
            for roles in ((), ("data_scientist",)):
                for levels in ((), ("senior",)):
                    ask(Query(answer=answer, companies=companies, roles=roles, levels=levels, amounts=(AMOUNT,)))


def test_nothing_falls_over_a_company_without_a_range(median: Answers) -> None:
    found: list[Answer] = []
    of_each_kind(lambda query: found.append(median.answer(query)))
    of_each_kind(lambda query: chart_of(query, median.knowledge))
    assert all(answer.headline for answer in found)


def test_a_ranking_leaves_a_company_without_a_range_out_and_says_so(median: Answers) -> None:
    ranked = median.answer(Query(answer="rank_companies", directions=("highest",)))
    assert "Acme Robotics" not in " ".join(row.subject for row in ranked.rows)
    assert "No range, so no place: Acme Robotics." in ranked.caveats[0]
    compared = median.answer(Query(answer="compare", companies=("acme", "google", "apple")))
    # What is compared are ranges; a company's other figure stands behind them.
    assert not compared.gaps
    assert "Acme Robotics, median: $190,000 a year" in compared.headline


def test_an_amount_is_held_against_a_median(median: Answers) -> None:
    answer = median.answer(Query(answer="offer", companies=("acme",), amounts=(AMOUNT,)))
    assert answer.headline.startswith("$200,000 is $10,000 above the figure for ML engineers at Acme Robotics")
    assert "$200,000 is $10,000 above Payrolls Weekly's figure for ML engineers at Acme Robotics" in everything(answer)


def test_a_company_may_have_figures_of_a_level_and_of_another_role(folder: Path) -> None:
    add_company(
        folder,
        "  - {id: acme.range, basis: range, low: 150000, high: 260000, source: glassdoor}\n"
        "  - {id: acme.senior, basis: band, level: senior, value: 230000, source: glassdoor}\n"
        "  - {id: acme.ds, basis: average, role: data_scientist, value: 140000, source: glassdoor}\n",
    )
    advisor = answers(folder)
    senior = advisor.answer(Query(answer="pay", companies=("acme",), levels=("senior",)))
    assert "$230,000 a year" in senior.headline
    assert not senior.gaps
    other = advisor.answer(Query(answer="pay", companies=("acme",), roles=("data_scientist",)))
    assert other.headline == "Data scientists at Acme Robotics, on average: $140,000 a year."
    assert other.credit[0] == "Glassdoor"
    assert not other.gaps


def test_another_currency_is_told_and_kept_out_of_sums(folder: Path) -> None:
    add_company(folder, "  - {id: acme.pay, basis: average, value: 90000, unit: EUR, source: glassdoor}\n")
    advisor = answers(folder)
    assert "EUR 90,000 a year" in advisor.answer(Query(answer="pay", companies=("acme",))).headline
    of_each_kind(lambda query: advisor.answer(query).headline)


# ------------------------------------------------------------------ amounts that look like a slip


@pytest.mark.parametrize(
    ("figure", "amount"),
    [
        ("basis: average, value: 13100", "13,100"),
        ("basis: average, value: 131", "131"),
        ("basis: average, value: 1310000", "1,310,000"),
        ("basis: range, low: 12000, high: 190000", "12,000"),
        ("basis: range, low: 120000, high: 19000000", "19,000,000"),
    ],
)
def test_an_odd_amount_is_refused_unless_somebody_checked_it(folder: Path, figure: str, amount: str) -> None:
    add_company(folder, f"  - {{id: acme.pay, {figure}, source: glassdoor}}\n")
    found = faults(folder)
    assert len(found) == 1
    assert found[0].startswith(f"companies/acme.yaml:4: {amount} dollars a year is unlike the other figures")
    add_company(folder, f"  - {{id: acme.pay, {figure}, source: glassdoor, checked: true}}\n")
    assert load(folder).company("acme").figures[0].checked


@pytest.mark.parametrize(
    ("old", "new"),
    [("average {name} salary", "average salary"), ("compare {first} and {second}", "compare {first} and {other}")],
)
def test_a_question_of_the_bots_own_names_what_it_is_about(folder: Path, old: str, new: str) -> None:
    edit(folder, "about.yaml", old, new)
    (fault,) = faults(folder)
    assert fault.startswith("about.yaml:")
    assert "write the question with {" in fault
