"""The tables of public pay data as the bot reads them: what is chosen, what is faulty, what is found in them."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from bot.core.model.datasets import HEADER, CellTable
from bot.settings import read
from bot.storage.knowledge import tables
from bot.storage.knowledge.library import DEFAULT_FOLDER, KnowledgeError, Library, load, load_checked

HEAD = """\
id: {id}
title: Pay of robot tamers
short: tamers' pay
publisher: An office
link: https://example.org
license: CC0 1.0
credit: An office
date: May 2025
population: tamers
counted: answers
pay: base
currency: USD
period: year
rank: {rank}
layout: survey
"""
ROLES = """\
no_level: []
levels: [{id: senior, name: senior, words: [senior]}]
roles:
  - {id: tamer, name: Robot tamer, people: robot tamers}
  - {id: walker, name: Robot walker, people: robot walkers, nearest: [tamer]}
"""
LINES = (
    ",tamer,,us,2024,,40,,,,90000,,,",
    ",tamer,,us,2025,,50,,60000,70000,95000,120000,150000,99000.5",
    ",tamer,senior,us,2025,,9,,,90000,110000,125000,,",
    "acme,tamer,,us,2025,,7,,,,97000,,,",
)


def write(folder: Path, key: str, lines: tuple[str, ...] = LINES, rank: int = 10) -> None:
    """Write a dataset as an import would, whatever its lines are."""
    own = folder / "datasets" / key
    own.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in (HEADER, *lines))
    digest = hashlib.sha256(text.encode()).hexdigest()
    record = f'inputs: []\nrows_in: 9\nrows_used: 9\ndropped: {{}}\ncells: {len(lines)}\nsha256: "{digest}"\n'
    for name, content in (
        ("dataset.yaml", HEAD.format(id=key, rank=rank)),
        ("import.yaml", record),
        ("cells.csv", text),
    ):
        (own / name).write_text(content, encoding="utf-8")


@pytest.fixture
def published(folder: Path) -> Path:
    """A small knowledge base with two datasets."""
    datasets = folder / "datasets"
    datasets.mkdir()
    (datasets / "roles.yaml").write_text(ROLES, encoding="utf-8")
    (datasets / "legal_forms.txt").write_text("inc\n", encoding="utf-8")
    (datasets / "employers.csv").write_text(
        "id,name,parent,names\nacme,Acme,,acme|acme inc\nidle,Idle,,idle\n", encoding="utf-8"
    )
    (datasets / "places.csv").write_text(
        "id,kind,name,parent,names\nus,country,United States,,usa|the us\n", encoding="utf-8"
    )
    write(folder, "survey")
    write(folder, "older", rank=5)
    return folder


def faults(folder: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as raised:
        load_checked(folder)
    return list(map(str, raised.value.faults))


# ------------------------------------------------------------------ choosing


def test_without_a_choice_the_article_stands_alone(published: Path, folder: Path) -> None:
    assert load(published, tables.NONE).public is None
    shutil.rmtree(folder / "datasets")
    assert load(folder, tables.ALL).public is None


def test_datasets_come_by_rank_and_can_be_chosen(published: Path) -> None:
    everything = load(published, tables.ALL).public
    assert everything is not None
    assert [dataset.id for dataset in everything.datasets] == ["older", "survey"]
    one = load(published, frozenset({"survey"})).public
    assert one is not None
    assert list(one.tables) == ["survey"]
    assert list(one.employers) == ["acme"]
    assert one.places["us"].names == ("usa", "the us")


def test_a_choice_of_what_is_not_there_names_what_is(published: Path) -> None:
    with pytest.raises(KnowledgeError, match="there is no dataset 'surveys'; there are: older, survey"):
        load(published, frozenset({"surveys"}))


@pytest.mark.parametrize(
    ("value", "chosen"), [("all", {"all"}), ("none", {"none"}), ("bls_oews, dol_perm", {"bls_oews", "dol_perm"})]
)
def test_the_setting(monkeypatch: pytest.MonkeyPatch, value: str, chosen: set[str]) -> None:
    monkeypatch.setenv("SALARYBOT_DATASETS", value)
    assert read().datasets == chosen


def test_a_reload_brings_a_new_table(published: Path) -> None:
    library = Library(published, tables.ALL)
    assert not library.reload()
    write(published, "survey", LINES[:2])
    assert library.reload().altered == ("dataset survey",)
    assert library.advisor.knowledge.public is not None
    assert len(library.advisor.knowledge.public.tables["survey"]) == 2


# ------------------------------------------------------------------ finding


def test_cells_are_found_by_their_ids_alone() -> None:
    table = CellTable("survey", LINES)
    assert [(cell.period, cell.median, cell.n) for cell in table.cells(role="tamer", place="us")] == [
        ("2024", 90_000, 40),
        ("2025", 95_000, 50),
    ]
    (cell,) = table.cells(company="acme", role="tamer", place="us")
    assert (cell.dataset, cell.p25, cell.mean, cell.end) == ("survey", None, None, "")
    assert table.cells(role="tame", place="us") == ()
    assert table.cells(company="acme", place="us") == ()


def test_a_scan_leaves_ids_open_and_is_remembered() -> None:
    table = CellTable("survey", LINES)
    assert [cell.level for cell in table.scan(company="", role="tamer")] == ["", "", "senior"]
    assert [cell.company for cell in table.scan(role="tamer", level="", place="us")] == ["", "", "acme"]
    assert table.scan(company="acme") is table.scan(company="acme")
    assert table.scan(company="ac") == ()
    assert len(table.scan()) == len(table) == 4


# ------------------------------------------------------------------ faults


def test_a_good_folder_has_no_faults(published: Path) -> None:
    assert load_checked(published).public is not None


def test_an_edited_table_is_no_longer_what_was_imported(published: Path) -> None:
    cells = published / "datasets/survey/cells.csv"
    cells.write_text(cells.read_text(encoding="utf-8").replace("95000", "96000"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"datasets/survey/cells\.csv: not what import\.yaml says was written"):
        load(published, tables.ALL)


@pytest.mark.parametrize("name", ["cells.csv", "import.yaml"])
def test_what_is_missing_is_named(published: Path, name: str) -> None:
    (published / "datasets/survey" / name).unlink()
    with pytest.raises(KnowledgeError, match=r"run `salarybot import survey FILE\.\.\.`"):
        load(published, tables.ALL)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (",tamer,,us,2025,,4,,,,90000,,,", "n is 4; under 5 nothing may be told"),
        (",tamer,,us,2025,,,,,,90000,,,", "n is empty; under 5 nothing may be told"),
        (",tamer,,us,2025,,50,,95000,,90000,,,", "the percentiles do not rise"),
        (",tamer,,us,2025,,50,,,,>=90000,,,", "median is '>=90000'; it has to be a plain number"),
        (",tamer,,us,2025,,50,,,,9e5,,,", "median is '9e5'; it has to be a plain number"),
        (",tamer,,us,2025,,50,,,,,,,", "a cell without a figure"),
        (",tamer,,us,then,,50,,,,90000,,,", "'then' is no period"),
        (",tamer,,us,2025,low,50,,,,90000,,,", "the end is 'low'; in this dataset it is one of ['']"),
        (",tamer,,,2025,,50,,,,90000,,,", "a cell has to have a place"),
        (",tamer,,mars,2025,,50,,,,90000,,,", "the place 'mars' is not listed"),
        (",trainer,,us,2025,,50,,,,90000,,,", "the role 'trainer' is not listed"),
        (",tamer,junior,us,2025,,50,,,,90000,,,", "the level 'junior' is not listed"),
        ("zeta,tamer,,us,2025,,50,,,,90000,,,", "the company 'zeta' is not listed"),
        (",tamer,,us,2025,,50", "7 columns; there have to be 14"),
    ],
)
def test_a_faulty_cell_is_named_with_file_and_line(published: Path, line: str, expected: str) -> None:
    write(published, "survey", (",tamer,,us,2024,,50,,,,90000,,,", line))
    assert any(fault.startswith(f"datasets/survey/cells.csv:3: {expected}") for fault in faults(published))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((LINES[1], LINES[0]), "the lines are not sorted"),
        ((LINES[0], LINES[0]), "the same cell as the line before"),
    ],
)
def test_the_order_of_lines_is_checked(published: Path, lines: tuple[str, ...], expected: str) -> None:
    write(published, "survey", lines)
    assert faults(published) == [f"datasets/survey/cells.csv:3: {expected}"]


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (
            "roles.yaml",
            "nearest: [tamer]",
            "nearest: [tiger]",
            "datasets/roles.yaml: walker: nearest 'tiger' is no role",
        ),
        (
            "places.csv",
            ",,usa",
            ",earth,usa",
            "datasets/places.csv: the place 'us' lies in 'earth', which is not listed",
        ),
        ("places.csv", "country", "planet", "datasets/places.csv:2: the kind 'planet' is none of country"),
        ("places.csv", "id,kind", "id,sort", "datasets/places.csv:1: the columns have to be id,kind,name,parent,names"),
        ("employers.csv", "acme,Acme,,", "acme,Acme,", "datasets/employers.csv:2: 3 columns; there have to be 4"),
        (
            "survey/dataset.yaml",
            "id: survey",
            "id: other",
            "datasets/survey/dataset.yaml:1: the id 'other' has to be the",
        ),
        ("survey/dataset.yaml", "pay: base", "pay: net", "datasets/survey/dataset.yaml:11: pay: has to be one of"),
    ],
)
def test_faulty_names_and_heads_are_told(published: Path, name: str, old: str, new: str, expected: str) -> None:
    file = published / "datasets" / name
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert any(fault.startswith(expected) for fault in faults(published))


def test_what_does_not_belong_is_told(published: Path) -> None:
    (published / "datasets/survey/notes.txt").write_text("-", encoding="utf-8")
    (published / "datasets/more.csv").write_text("-", encoding="utf-8")
    assert [fault.partition(":")[0] for fault in faults(published)] == [
        "datasets/more.csv",
        "datasets/survey/notes.txt",
    ]


# ------------------------------------------------------------------ shipped


def test_the_shipped_datasets_are_listed_and_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALARYBOT_DATASETS", "bls_oews")
    ended = CliRunner().invoke(app, ["--knowledge", str(DEFAULT_FOLDER), "datasets"])
    listed = dict(line.split(": ", 1) for line in ended.output.splitlines()[::2])
    assert listed["bls_oews"].startswith("13,703 rows, May 2025, public domain")
    assert "stackoverflow (not used)" in listed
    assert sum(file.stat().st_size for file in (DEFAULT_FOLDER / "datasets").rglob("*")) <= tables.LARGEST


def test_the_open_database_has_its_notice() -> None:
    public = load(DEFAULT_FOLDER, tables.ALL).public
    assert public is not None
    bound = [dataset.id for dataset in public.datasets if "ODbL" in dataset.license]
    assert bound == ["stackoverflow"]
    assert "opendatacommons.org/licenses/odbl" in (DEFAULT_FOLDER / "datasets/stackoverflow/LICENSE").read_text("utf-8")
    assert all(dataset.license and dataset.credit and dataset.link for dataset in public.datasets)
