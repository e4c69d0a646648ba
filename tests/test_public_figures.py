"""The shipped tables of public pay data answer typical questions; every figure is read from its CSV a second time."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.core.advisor import Advisor
from bot.core.render import markdown
from bot.storage.knowledge.library import DEFAULT_FOLDER, Library

TABLE = Path(__file__).parent / "tables/public_questions.yaml"
QUESTIONS: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
KEYS = ("company", "role", "level", "place", "period", "end")
HOURS = 2_080


@pytest.fixture(scope="module")
def informed() -> Advisor:
    return Library(DEFAULT_FOLDER, frozenset({"all"})).advisor


@cache
def rows_of(dataset: str) -> list[dict[str, str]]:
    with (DEFAULT_FOLDER / "datasets" / dataset / "cells.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cell_of(wanted: dict[str, Any]) -> dict[str, str]:
    key = tuple(wanted.get(name, "") for name in KEYS)
    (found,) = (row for row in rows_of(wanted["dataset"]) if tuple(row[name] for name in KEYS) == key)
    return found


def message_of(advisor: Advisor, text: str) -> str:
    return markdown.message(advisor.ask(text)).replace("**", "")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["ask"])
def test_a_typical_question_is_told_the_figures_of_its_cells(informed: Advisor, question: dict[str, Any]) -> None:
    message = message_of(informed, question["ask"])
    if question["observations"] == "nothing":
        assert informed.ask(question["ask"]).status in ("not_covered", "partial", "off_topic")
        return
    for wanted in question.get("cells", ()):
        cell = cell_of(wanted)
        for name in wanted["tells"]:
            value = float(cell[name])
            shown = value / HOURS if question.get("per") == "hour" else value
            digits = f"{round(shown):,}" if shown == round(shown) or question.get("per") else f"{shown:,.2f}"
            assert digits in message, (wanted, message)
    assert bool(re.search(r"only \d", message)) == (question["observations"] == "few"), message


def test_most_typical_questions_have_an_answer() -> None:
    kinds = Counter(question["observations"] for question in QUESTIONS)
    assert kinds["many"] >= 42
    assert kinds["few"] >= 10


@pytest.mark.parametrize("text", ["data scientist salary at linkedin", "what does linkedin pay data scientists"])
def test_a_site_where_an_employer_stands_is_one(informed: Advisor, text: str) -> None:
    assert "Data scientists at LinkedIn were offered" in message_of(informed, text)


@pytest.mark.parametrize(
    "text",
    [
        "linkedin data scientist salary",
        "glassdoor data scientist salary",
        "according to linkedin what does a data scientist earn",
    ],
)
def test_a_site_is_who_says_so_anywhere_else(informed: Advisor, text: str) -> None:
    message = message_of(informed, text)
    assert "offered" not in message
    assert "no figures for data scientists from" in message


def test_a_ranking_is_that_of_the_newest_filings(informed: Advisor) -> None:
    rows = [
        row
        for row in rows_of("dol_perm")
        if row["role"] == "software_engineer" and row["company"] and not row["level"] and row["place"] == "us"
    ]
    latest = max(row["period"] for row in rows)
    many = [row for row in rows if row["period"] == latest and row["end"] == "low" and int(row["n"]) >= 30]
    best = max(many, key=lambda row: float(row["median"]))
    message = message_of(informed, "top paying employers for software engineers")
    assert f"${float(best['median']):,.0f}" in message
    assert f"Of {len(many)} employers" in message


def test_a_trend_is_the_difference_of_its_first_and_last_year(informed: Advisor) -> None:
    rows = [
        row
        for row in rows_of("bls_oews")
        if row["role"] == "software_engineer" and row["place"] == "us" and row["median"]
    ]
    first, last = (float(row["median"]) for row in (rows[0], rows[-1]))
    message = message_of(informed, "how have software engineer salaries changed since 2020")
    assert f"{(last - first) / first * 100:.1f}%" in message
    assert f"${first:,.0f}" in message
