"""The shipped knowledge base: every figure of the article is in it and right, and its fields are explained."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path
from typing import NamedTuple, get_type_hints

import pytest

from bot.core.advisor import Advisor
from bot.core.model import knowledge
from bot.core.model.entry import Entry
from bot.core.model.knowledge import Company, Figure, Knowledge, Remark, Role, Topic
from bot.core.model.words import WORD_FILES
from bot.storage.knowledge.library import DEFAULT_FOLDER, load

ROOT = Path(__file__).parent.parent
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

# The headings of the article "How much do machine learning engineers make?"; above the first is its introduction.
INTRODUCTION = "Introduction"
DEFINITION = "What does Machine Learning mean?"
DUTIES = "Machine Learning Engineers Roles and Responsibilities"
AVERAGES = "Are Machine Learning Engineers Well Paid?"
YEARS = "ML Engineer Salary and Years of Experience"
DATA_SCIENTISTS = "Machine Learning Engineer Salary VS Data Scientist"
AI_ENGINEERS = "Artificial Intelligence and Machine Learning Engineer Salary"
SKILLS = "Skills that Affect Your ML Engineer Salary"
EMPLOYERS = "Popular Employers and Their Average Machine Learning Engineer Salary"
TAKEAWAYS = "Key Takeaways"
HEADINGS = {
    INTRODUCTION,
    DEFINITION,
    DUTIES,
    AVERAGES,
    YEARS,
    DATA_SCIENTISTS,
    AI_ENGINEERS,
    SKILLS,
    EMPLOYERS,
    TAKEAWAYS,
}


class ArticleFigure(NamedTuple):
    """A figure as the article gives it: whose, how much, who says so, under which heading."""

    id: str
    amounts: tuple[float, ...]
    source: str
    section: str
    and_above: bool = False


ARTICLE = [
    ArticleFigure("ml_engineer.indeed", (140_923,), "indeed", AVERAGES),
    ArticleFigure("ml_engineer.payscale", (113_358,), "payscale", AVERAGES),
    ArticleFigure("ml_engineer.glassdoor", (131_001,), "glassdoor", AVERAGES),
    ArticleFigure("ml_engineer.salary", (121_233,), "salary", AVERAGES),
    ArticleFigure("ml_engineer.linkedin", (130_000,), "linkedin", AVERAGES),
    ArticleFigure("ml_engineer.entry", (97_090,), "payscale", YEARS),
    ArticleFigure("ml_engineer.junior", (112_057,), "payscale", YEARS),
    ArticleFigure("ml_engineer.mid", (138_351,), "payscale", YEARS, and_above=True),
    ArticleFigure("ml_engineer.senior", (150_360,), "payscale", YEARS),
    ArticleFigure("ml_engineer.veteran", (162_000,), "payscale", YEARS),
    ArticleFigure("ml_engineer.comparison", (113_143,), "payscale", DATA_SCIENTISTS),
    ArticleFigure("data_scientist.payscale", (96_000,), "payscale", DATA_SCIENTISTS, and_above=True),
    ArticleFigure("ai_engineer.payscale", (125_000,), "payscale", AI_ENGINEERS),
    ArticleFigure("ai_engineer.ziprecruiter", (164_769,), "ziprecruiter", AI_ENGINEERS),
    ArticleFigure("ai_engineer.glassdoor", (119_297,), "glassdoor", AI_ENGINEERS),
    ArticleFigure("amazon.range", (100_481, 302_894), "glassdoor", EMPLOYERS),
    ArticleFigure("google.range", (72_000, 313_797), "not_stated", EMPLOYERS),
    ArticleFigure("apple.range", (119_224, 267_481), "not_stated", EMPLOYERS),
    ArticleFigure("facebook.range", (185_350, 207_430), "salary", EMPLOYERS),
    ArticleFigure("microsoft.range", (128_514, 149_789), "not_stated", EMPLOYERS),
    ArticleFigure("ml_engineer.growth", (38.6,), "not_stated", INTRODUCTION),
]


@pytest.fixture(scope="module")
def shipped() -> Knowledge:
    return load(DEFAULT_FOLDER)


@pytest.fixture(scope="module")
def shipped_advisor(shipped: Knowledge) -> Advisor:
    return Advisor(shipped)


def amounts(figure: Figure) -> tuple[float, ...]:
    return tuple(amount for amount in (figure.value, figure.low, figure.high) if amount is not None)


@pytest.mark.parametrize("expected", ARTICLE, ids=[one.id for one in ARTICLE])
def test_a_figure_of_the_article_is_on_file(shipped: Knowledge, expected: ArticleFigure) -> None:
    figure = shipped.figure(expected.id)
    assert ArticleFigure(figure.id, amounts(figure), figure.source, figure.section, figure.and_above) == expected


def test_money_is_yearly_dollars_and_growth_is_not(shipped: Knowledge) -> None:
    growth = shipped.figure("ml_engineer.growth")
    assert (growth.unit, growth.period) == ("percent", "2021-2028")
    money = [figure for figure in shipped.figures if figure.basis != "growth"]
    assert {(figure.unit, figure.period) for figure in money} == {("USD", "year")}


def test_what_is_of_the_article_stands_under_one_of_its_headings(shipped: Knowledge) -> None:
    figures = {shipped.figure(one.id) for one in ARTICLE}
    owners: list[Company | Role] = [*shipped.companies, *shipped.roles]
    parts: list[Topic | Remark] = [
        *(topic for topic in shipped.topics if topic.source == "article"),
        *(remark for owner in owners if set(owner.figures) <= figures for remark in owner.remarks),
    ]
    assert {part.section for part in parts} <= HEADINGS


def test_the_overall_average_is_derived_and_typed_nowhere(shipped: Knowledge) -> None:
    of_article = {one.id for one in ARTICLE}
    values = [figure.value or 0 for figure in shipped.averages("ml_engineer") if figure.id in of_article]
    assert sum(values) / len(values) == 127_303  # the article says so too
    typed = re.compile(r"127[,_. ]?303")
    assert not [path for path in DEFAULT_FOLDER.rglob("*.yaml") if typed.search(path.read_text(encoding="utf-8"))]
    for path in (ROOT / "bot").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, DOCUMENTED)}
        constants = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        assert not [value for value in constants - prose if typed.search(str(value))], path


def test_the_employers_are_told_as_the_article_tells_them(shipped: Knowledge, shipped_advisor: Advisor) -> None:
    assert "highest payer" in " ".join(remark.text for remark in shipped.company("google").remarks)
    assert "much higher" in " ".join(remark.text for remark in shipped.company("facebook").remarks)
    ranges = [company for company in shipped.companies if shipped.range_of(company.id) is not None]
    for company in ranges:
        low, high = (f"${amount:,.0f}" for amount in amounts(company.figures[0]))
        headline = shipped_advisor.ask(f"what does {company.name} pay").headline
        assert low in headline, headline
        assert high in headline, headline


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("definition", ["branch of artificial intelligence", "predict", "statistical models", "efficien"]),
        (
            "responsibilities",
            ["Adobe", "recommendation", "data science problems", "insights", "product management", "culture"],
        ),
        (
            "requirements",
            ["SQL-like", "Hive/Hadoop", "Python", "R", "Ph.D.", "MS", "Econometrics", "communication", "analytical"],
        ),
        (
            "skills",
            ["Python", "R", "Scala", "C++", "Java", "Keras", "TensorFlow", "PyTorch", "natural language", "evaluation"],
        ),
        ("skill_pay", ["no figures by skill", "chart", "isn't in the text"]),
        ("pay_factors", ["experience", "skills", "location", "company size", "manage"]),
        ("takeaways", ["data scientists", "AI engineers", "Google, Apple and Facebook"]),
        ("beginners", ["certifications", "practical experience", "degree"]),
        ("payscale_conflict", ["{figure:ml_engineer.payscale}", "{figure:ml_engineer.comparison}"]),
    ],
)
def test_a_topic_says_what_the_article_says(shipped: Knowledge, topic: str, words: list[str]) -> None:
    found = shipped.topic(topic)
    text = " ".join((found.lead, *found.also, *found.points, found.gap or "", *found.names))
    assert [word for word in words if word not in text] == []


def test_most_examples_of_an_intent_are_read_as_that_intent(shipped: Knowledge, shipped_advisor: Advisor) -> None:
    """A light check; tests/questions holds what has to be understood, and how it is answered."""
    for intent in shipped.intents:
        answers = [shipped_advisor.ask(example) for example in intent.examples]
        if intent.answer in ("no_figures", "off_topic"):
            understood = [answer for answer in answers if answer.status != "answered"]
        else:
            understood = [answer for answer in answers if answer.intent == intent.id]
        assert len(understood) > len(answers) / 2, intent.id


def entry_types() -> list[type]:
    found = [thing for thing in vars(knowledge).values() if isinstance(thing, type) and dataclasses.is_dataclass(thing)]
    return [thing for thing in found if issubclass(thing, Entry)]


@pytest.mark.parametrize("entry", entry_types(), ids=lambda entry: entry.__name__)
def test_the_dictionary_names_every_field(entry: type) -> None:
    assert dataclasses.is_dataclass(entry)
    dictionary = (DEFAULT_FOLDER / "README.md").read_text(encoding="utf-8")
    missing = [field.name for field in dataclasses.fields(entry) if f"`{field.name}`" not in dictionary]
    assert not missing, f"knowledge/README.md does not explain {missing}"


@pytest.mark.parametrize("file", WORD_FILES)
def test_every_list_of_words_is_explained(file: str) -> None:
    _, *blocks = (DEFAULT_FOLDER / f"words/{file}.yaml").read_text(encoding="utf-8").split("\n\n")
    assert [block for block in blocks if not block.startswith("# ")] == []
    lists = {key for block in blocks for key in re.findall(r"^\w+(?=:)", block, re.MULTILINE)}
    assert lists == set(get_type_hints(WORD_FILES[file])) - {"__pydantic_config__"}


def test_the_dictionary_names_nothing_that_is_gone() -> None:
    dictionary = (DEFAULT_FOLDER / "README.md").read_text(encoding="utf-8").split("## Fields")[1]
    first_cells = re.findall(r"^\| (.+?) \|", dictionary, re.MULTILINE)
    named = {word for cell in first_cells for word in re.findall(r"`(\w+)`", cell)}
    assert named <= {field.name for entry in entry_types() for field in dataclasses.fields(entry)} | {"sources"}
