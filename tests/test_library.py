"""The library: eighty ways of breaking a knowledge base and how each is reported, then loading and reloading."""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import re
import shutil
import subprocess
import sys
import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.core.model.knowledge import Knowledge
from bot.core.nlu import classifier
from bot.storage.knowledge import learned_file, snapshot, tables, yaml_schema
from bot.storage.knowledge.library import DEFAULT_FOLDER, KnowledgeError, Library, default_folder, load, size
from bot.storage.knowledge.yaml_schema import Fault
from tests.sampling import sampled

Edit = Callable[[Path], None]
GOOGLE = "companies/google.yaml"
GROWTH = "topics/growth.yaml"


def swap(file: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} no longer says {old!r}: correct this test"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def put(file: str, data: bytes) -> Edit:
    def edit(folder: Path) -> None:
        (folder / file).write_bytes(data)

    return edit


def link(file: str, target: str) -> Edit:
    return lambda folder: (folder / file).symlink_to(target)


def pipe(file: str) -> Edit:
    def edit(folder: Path) -> None:
        (folder / file).unlink(missing_ok=True)
        os.mkfifo(folder / file)

    return edit


class Break(NamedTuple):
    """One break: the edit, the file to blame, a text on the line to blame (line 1 without), a phrase of the advice."""

    name: str
    edit: Edit
    file: str
    on: str | None
    advice: str


QUANTITIES = "words/quantities.yaml"
PAY_DETECTION = "words/pay_detection.yaml"
BREAKS = [
    Break("unknown list of words", swap(QUANTITIES, "months:", "moons:"), QUANTITIES, "moons:", "unknown field"),
    Break("word that is not lower case", swap(QUANTITIES, "[wk]", "[Wk]"), QUANTITIES, "[Wk]", "write 'wk' for 'Wk'"),
    Break("phrase for a word", swap(QUANTITIES, "[wk]", "[work week]"), QUANTITIES, "[work week]", "is not one word"),
    Break("word twice", swap(QUANTITIES, "[wk]", "[wk, wk]"), QUANTITIES, "[wk, wk]", "'wk' stands twice"),
    Break("empty word", swap(QUANTITIES, "[wk]", "['']"), QUANTITIES, "['']", "an empty entry; remove it"),
    Break("bad key", swap(QUANTITIES, "a decade:", "A decade:"), QUANTITIES, "A decade:", "write 'a decade'"),
    Break(
        "number as text", swap(QUANTITIES, "seven: 7", "seven: '7'"), QUANTITIES, "seven:", "has to be a whole number"
    ),
    Break("stray list of words", put("words/moods.yaml", b"a: []"), "words/moods.yaml", None, "nothing reads this"),
    Break("missing list of words", lambda folder: (folder / QUANTITIES).unlink(), QUANTITIES, None, "file is missing"),
    Break("no such kind", swap(PAY_DETECTION, "[company]", "[firm]"), PAY_DETECTION, "[firm]", "has to be one of"),
    Break(
        "unknown field",
        swap(GOOGLE, "low: 72000", "low: 72000\n    color: red"),
        GOOGLE,
        "color",
        "unknown field; remove it",
    ),
    Break("unknown field at the top", swap(GOOGLE, "name:", "color: red\nname:"), GOOGLE, "color", "unknown field"),
    Break(
        "missing field",
        swap(GOOGLE, "    source: not_stated\n", ""),
        GOOGLE,
        "- id: google.range",
        "figures.0.source: the field is missing; add it",
    ),
    Break("amount as text", swap(GOOGLE, "low: 72000", 'low: "72,000"'), GOOGLE, "72,000", "has to be a whole number"),
    Break("amount with a comma", swap(GOOGLE, "72000", "72,000"), GOOGLE, "72,000", "without quotes, commas"),
    Break("amount with cents", swap(GOOGLE, "72000", "72000.5"), GOOGLE, "72000.5", "has to be a whole number"),
    Break("amount below zero", swap(GOOGLE, "72000", "-5"), GOOGLE, "- id: google.range", "has to be above zero"),
    Break(
        "no amount", swap(GOOGLE, "low: 72000", "low:"), GOOGLE, "- id: google.range", "give either `value`, or both"
    ),
    Break("one name as a list", swap(GOOGLE, "name: Google", "name: [Google]"), GOOGLE, "name: [", "has to be text"),
    Break("list as one name", swap(GOOGLE, "[goog, googl]", "goog"), GOOGLE, "aliases", "has to be a list"),
    Break("no such basis", swap(GOOGLE, "basis: range", "basis: span"), GOOGLE, "span", "has to be one of"),
    Break("key twice", swap(GOOGLE, "name: Google", "name: Google\nname: Goo"), GOOGLE, "name: Goo\n", "stands twice"),
    Break("NO", swap(GOOGLE, "googl]", "NO]"), GOOGLE, "NO]", "reads 'NO' as true or false"),
    Break(
        "yes as a key", swap("vocabulary.yaml", "  u: you", "  yes: you"), "vocabulary.yaml", "  yes:", "reads 'yes'"
    ),
    Break("1:30", swap(GOOGLE, "72000", "1:30"), GOOGLE, "1:30", "reads '1:30' as another number"),
    Break("012", swap(GOOGLE, "72000", "012"), GOOGLE, "012", "reads '012' as another number"),
    Break("72_000", swap(GOOGLE, "72000", "72_000"), GOOGLE, "72_000", "write it plainly"),
    Break("date", swap(GOOGLE, "basis:", "note: 2021-01-01\n    basis:"), GOOGLE, "2021-01-01", "as a date"),
    Break("merge key", swap(GOOGLE, "name: Google", "<<: {name: Google}"), GOOGLE, "<<", "a merge of two mappings"),
    Break("tag", swap(GOOGLE, "name: ", "name: !!python/name:os.system "), GOOGLE, "os.system", "write it plainly"),
    Break("low above high", swap(GOOGLE, "72000", "720000"), GOOGLE, "720000", "is above high 313797; swap them"),
    Break("unknown source", swap(GOOGLE, "not_stated", "googel"), GOOGLE, "googel", "there is no source 'googel'"),
    Break(
        "unknown level",
        swap("roles/ml_engineer.yaml", "level: entry", "level: baby"),
        "roles/ml_engineer.yaml",
        "level: baby",
        "there is no level 'baby'",
    ),
    Break("alias of two", swap(GOOGLE, "[goog,", "[goog, AMZN,"), GOOGLE, "AMZN", "already belongs to company amazon"),
    Break(
        "alias of a name recognized",
        swap(GOOGLE, "[goog,", "[goog, abb,"),
        "recognized/employers.yaml",
        "  ABB:",
        "already belongs to company google",
    ),
    Break(
        "a name read as an ordinary word",
        swap("recognized/employers.yaml", "  ABB:", "  HW&: []\n  ABB:"),
        "recognized/employers.yaml",
        "  HW&:",
        "also an ordinary word of every question",
    ),
    Break(
        "a name that is a word of the examples",
        swap("recognized/employers.yaml", "  ABB:", "  Make: []\n  ABB:"),
        "recognized/employers.yaml",
        "  Make:",
        "is an English word that examples of",
    ),
    Break(
        "the plural of a name with figures",
        swap("recognized/employers.yaml", "  ABB:", "  AI Engineers: []\n  ABB:"),
        "recognized/employers.yaml",
        "  AI Engineers:",
        "is the plural of a name with figures",
    ),
    Break(
        "alias bomb",
        put(
            "companies/bomb.yaml",
            b"a0: &a0 [lol]\n" + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b"*a%d," % (n - 1) * 9) for n in range(1, 30)),
        ),
        "companies/bomb.yaml",
        "a0",
        "a YAML alias (*name) repeats another part; write it out",
    ),
    Break(
        "over 1 MiB", put(GOOGLE, b"#" * (yaml_schema.MAX_BYTES + 1)), GOOGLE, None, "the limit is 1,048,576: split or"
    ),
    Break(
        "word list over 1 MiB",
        put("english.txt", b"word\n" * (yaml_schema.MAX_BYTES // 5 + 1)),
        "english.txt",
        None,
        "the limit is 1,048,576",
    ),
    Break("word list without words", put("people.txt", b"# soon\n\n"), "people.txt", None, "the list is empty"),
    Break(
        "words in one line",
        put("people.txt", b"ada\nalan, grace\n"),
        "people.txt",
        "alan",
        "more than one word in a line",
    ),
    Break("unseen character in a list", put("people.txt", "ada\u200b\n".encode()), "people.txt", "ada", "remove it"),
    Break("smart quote", swap(GOOGLE, "name: Google", "name: Goo\u2019gle"), GOOGLE, "name:", "write ' instead"),
    Break("unseen character", swap(GOOGLE, "[goog,", "[go\u200bog,"), GOOGLE, "aliases", "SPACE); remove it"),
    Break(
        "no-break space in a key",
        swap("recognized/employers.yaml", "  ABB:", "  AB\u00a0B:"),
        "recognized/employers.yaml",
        "  AB\u00a0B",
        "write a plain space",
    ),
    Break(
        "link out of the folder", link("companies/out.yaml", "/etc/passwd"), "companies/out.yaml", None, "a link out"
    ),
    Break("link to itself", link("companies/out.yaml", "out.yaml"), "companies/out.yaml", None, "can't be read"),
    Break("dangling link", link("companies/out.yaml", "no.yaml"), "companies/out.yaml", None, "the file is missing"),
    Break("bad UTF-8", put(GOOGLE, b"id: google\nname: G\xffgle\n"), GOOGLE, "name", "save the file as UTF-8"),
    Break("UTF-16", put(GOOGLE, "id: google".encode("utf-16")), GOOGLE, "\ufffd", "save the file as UTF-8"),
    Break(
        "control character", swap(GOOGLE, "name: Google", "name: é\a"), GOOGLE, "name", "character U+0007; remove it"
    ),
    Break("not YAML", swap(GOOGLE, "name: Google", "name: [Google"), GOOGLE, "aliases", "not valid YAML"),
    Break("tab", swap(GOOGLE, "name: Google", "name: Google\n\tx: y"), GOOGLE, "\tx", "not valid YAML"),
    Break("two documents", swap(GOOGLE, "name:", "---\nname:"), GOOGLE, "---", "not valid YAML"),
    Break("empty file", put(GOOGLE, b""), GOOGLE, None, "the file is empty; copy a neighboring file"),
    Break("only a comment", put(GOOGLE, b"# soon\n"), GOOGLE, None, "the file is empty"),
    Break("only a list", put(GOOGLE, b"- google\n"), GOOGLE, "- google", "has to be a mapping"),
    Break(
        "id is not the name", swap(GOOGLE, "id: google\n", "id: goo\n"), GOOGLE, "id: goo", "has to be the file's name"
    ),
    Break("missing folder", lambda folder: shutil.rmtree(folder / "topics"), "topics", None, "the folder is missing"),
    Break("missing file", lambda folder: (folder / "sources.yaml").unlink(), "sources.yaml", None, "file is missing"),
    Break("stray file", put("notes.txt", b"x"), "notes.txt", None, "nothing reads this"),
    Break(
        "stray file in a folder", put("roles/a.yml", b"x"), "roles/a.yml", None, "not a .yaml file; rename or move it"
    ),
    Break("file that is a folder", lambda f: (f / "roles/a.yaml").mkdir(), "roles/a.yaml", None, "can't be read"),
    Break("pipe", pipe("roles/a.yaml"), "roles/a.yaml", None, "not a regular file"),
    Break("pipe for a file", pipe("english.txt"), "english.txt", None, "not a regular"),
    Break(
        "figure id twice",
        swap("companies/apple.yaml", "- id: apple.range", "- id: amazon.range"),
        "companies/apple.yaml",
        "- id: amazon.range",
        "the figure id 'amazon.range' is used twice; rename one",
    ),
    Break(
        "figure of another company",
        swap(GOOGLE, "company: google", "company: apple"),
        GOOGLE,
        "- id: google.range",
        "it has to be 'google'",
    ),
    Break(
        "amount typed into prose",
        swap(GROWTH, "lead: ", "lead: It pays $100,000. "),
        GROWTH,
        "$100,000",
        "write {figure:ID} so that it has a source",
    ),
    Break(
        "no such figure in prose",
        swap(GROWTH, "{figure:ml_engineer.growth}", "{figure:ml_engineer.fall}"),
        GROWTH,
        "fall",
        "there is no figure 'ml_engineer.fall'; correct",
    ),
    Break(
        "no such figure in a list",
        swap(GROWTH, "[ml_engineer.growth]", "[ml_engineer.fall]"),
        GROWTH,
        "[ml_engineer.fall]",
        "there is no figure",
    ),
    Break(
        "example in two intents",
        swap("intents/thanks.yaml", "- thank you\n", "- growth rate of ml engineers\n"),
        "intents/thanks.yaml",
        "growth rate",
        "already stands in the intent 'growth'; keep one",
    ),
    Break(
        "no such topic",
        swap("intents/growth.yaml", "topic: growth", "topic: grow"),
        "intents/growth.yaml",
        "topic: grow\n",
        "there is no topic 'grow'",
    ),
    Break(
        "unused source",
        swap("sources.yaml", "sources:\n", "sources:\n  - id: levels\n    name: Levels\n"),
        "sources.yaml",
        "- id: levels",
        "no fact names this source; use it or remove it",
    ),
    Break(
        "gap between levels",
        swap("vocabulary.yaml", "from_years: 5", "from_years: 6"),
        "vocabulary.yaml",
        "from_years: 6",
        "have to follow each other",
    ),
    Break(
        "nesting",
        swap(GOOGLE, "aliases: [goog, googl]", "aliases:\n  " + "[" * 20 + "]" * 20),
        GOOGLE,
        "[[[",
        "nested too deeply",
    ),
    Break(
        "nesting by indentation",
        put("roles/a.yaml", "".join(f"{' ' * depth}a:\n" for depth in range(600)).encode()),
        "roles/a.yaml",
        f"{' ' * (yaml_schema.MAX_DEPTH + 1)}a",
        "nested too deeply",
    ),
    Break(
        "nesting that overflows a C stack",
        put("roles/a.yaml", b"id: a\nname: " + b"[" * 300_000),
        "roles/a.yaml",
        "name",
        "nested too deeply",
    ),
]


@pytest.mark.parametrize("case", sampled({case.name: case for case in BREAKS}, 4))
def test_a_break_is_told_with_file_line_and_advice(folder: Path, case: Break) -> None:
    case.edit(folder)
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    expected = (case.file, line_of(folder / case.file, case.on))
    found = [fault for fault in caught.value.faults if fault[:2] == expected and case.advice in fault.message]
    assert found, f"expected {expected} ... {case.advice}, was told:\n{caught.value}"


def line_of(file: Path, wanted: str | None) -> int | None:
    return None if wanted is None else file.read_bytes().decode("utf-8", "replace").split(wanted)[0].count("\n") + 1


def test_faults_of_shape_and_of_meaning_are_told_together(folder: Path) -> None:
    swap(GOOGLE, "low: 72000", 'low: "72,000"')(folder)
    swap("companies/amazon.yaml", "high: 302894", "high: 1")(folder)
    swap("companies/apple.yaml", "source: not_stated", "source: not_started")(folder)
    swap("sources.yaml", "name: Glassdoor", "nam: Glassdoor")(folder)
    put("notes.txt", b"")(folder)
    faults = faults_of(folder)
    assert [fault.split(":")[0] for fault in faults] == [
        "companies/amazon.yaml",
        GOOGLE,
        "notes.txt",
        "sources.yaml",
        "sources.yaml",
    ]
    # What is told of the absence of a thing may only follow from the file that can't be read: it comes last.
    swap("sources.yaml", "nam: Glassdoor", "name: Glassdoor")(folder)
    swap(GOOGLE, 'low: "72,000"', "low: 72000")(folder)
    (folder / "notes.txt").unlink()
    assert [fault.split(":")[0] for fault in faults_of(folder)] == ["companies/amazon.yaml", "companies/apple.yaml"]


def test_a_broken_file_is_not_blamed_for_what_others_say_of_it(folder: Path) -> None:
    swap("roles/ml_engineer.yaml", "name:", "nam:")(folder)
    assert {fault.split(":")[0] for fault in faults_of(folder)} == {"roles/ml_engineer.yaml"}


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    return str(caught.value).splitlines()


def test_an_unreadable_file_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refuse(path: str, flags: int) -> int:
        if str(path).endswith("google.yaml"):
            raise PermissionError(13, "Permission denied")
        return opened(path, flags)

    monkeypatch.setattr(os, "open", refuse)  # not by its mode: root reads everything
    assert faults_of(folder) == [f"{GOOGLE}: can't be read: Permission denied; mend or remove it"]


def test_an_unreadable_folder_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = Path.iterdir

    def refuse(path: Path) -> Iterator[Path]:
        if path.name == "topics":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert faults_of(folder) == ["topics: can't be listed: Permission denied; mend its permissions"]


def test_a_missing_knowledge_base_is_told(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "no") == [f"{tmp_path / 'no'}: there is no such folder; name one with --knowledge"]


def test_the_command_tells_the_same_and_exits_1(base: Path, folder: Path) -> None:
    for n, case in enumerate(case for case in BREAKS if case.file == GOOGLE and "swap" in case.edit.__qualname__):
        shutil.copy(base / GOOGLE, folder / GOOGLE)
        case.edit(folder)
        (folder / GOOGLE).rename(folder / f"companies/google{n}.yaml")
    put("notes.txt", b"")(folder)
    ended = subprocess.run(  # noqa: S603 - the program itself
        [sys.executable, "-m", "bot", "check", str(folder)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    expected = [*faults_of(folder), f"not usable: {folder}"]
    assert (ended.returncode, ended.stdout.splitlines(), ended.stderr) == (1, expected, "")


def test_the_knowledge_base_that_comes_along_is_fine() -> None:
    knowledge = load(DEFAULT_FOLDER)
    counted = size(knowledge)
    assert counted.facts > len(knowledge.figures) > 20
    assert counted.intents == len(knowledge.intents)


def test_harmless_differences_are_no_faults(folder: Path) -> None:
    before = load(folder)
    for name in (GOOGLE, "english.txt", "people.txt", "vocabulary.yaml"):
        text = (folder / name).read_bytes()
        put(name, b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))(folder)  # as saved by an editor on Windows
    assert load(folder) == before


LEFTOVERS = ("{}~", "#{}#", ".#{}", "{}.bak", "{}.orig", "{}.swp", ".{}.swp", ".DS_Store", "Thumbs.db", "desktop.ini")


def test_what_editors_and_desktops_leave_behind_is_not_read(folder: Path) -> None:
    before = load(folder)
    for place, name in ((folder, "sources.yaml"), (folder / "companies", "google.yaml")):
        for leftover in LEFTOVERS:
            (place / leftover.format(name)).write_bytes(b"x")
        for directory in ("@eaDir", "lost+found"):
            (place / directory).mkdir()
    assert load(folder) == before


# ------------------------------------------------------------------ a folder that changes while it is read


def richer(folder: Path) -> Path:
    """Return a copy of a knowledge base in which every company's range begins seven dollars higher."""
    other = Path(shutil.copytree(folder, folder.with_name("richer")))
    for file in (other / "companies").glob("*.yaml"):
        file.write_text(
            re.sub(r"low: (\d+)", lambda low: f"low: {int(low[1]) + 7}", file.read_text(encoding="utf-8")),
            encoding="utf-8",
        )
    return other


def lows(knowledge: Knowledge, before: Knowledge) -> set[bool]:
    """Tell for which companies the range begins seven dollars higher than before."""
    lowest = {company.id: company.figures[0].low for company in before.companies}
    return {company.figures[0].low == (lowest[company.id] or 0) + 7 for company in knowledge.companies}


def point(link: Path, target: Path) -> None:
    """Switch a link as deployments do it: in one step."""
    fresh = link.with_name("fresh")
    fresh.symlink_to(target)
    fresh.replace(link)


def during(monkeypatch: pytest.MonkeyPatch, change: Callable[[], None], *, times: int = 1) -> None:
    """Let a change happen each time that a reading comes to Facebook's file, after other companies and before more."""
    opened, left = os.open, [None] * times

    def interrupted(path: str, flags: int) -> int:
        if str(path).endswith("facebook.yaml") and left:
            left.pop()
            change()
        return opened(path, flags)

    monkeypatch.setattr(os, "open", interrupted)


@pytest.mark.parametrize("layout", ["the folder is a link", "a folder above is a link", "a ConfigMap"])
def test_a_switch_in_the_middle_gives_one_state(
    small_library: Library, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: str
) -> None:
    before = small_library.advisor.knowledge
    other = richer(folder)
    link, used = tmp_path / "current", tmp_path / "current"
    if layout == "a folder above is a link":
        for one in (folder, other):
            (tmp_path / f"of {one.name}").mkdir()
            one.rename(tmp_path / f"of {one.name}" / "knowledge")
        folder, other, used = tmp_path / "of knowledge", tmp_path / "of richer", link / "knowledge"
    if layout == "a ConfigMap":
        used = tmp_path / "mounted"
        used.mkdir()
        link = used / "..data"
        folder, other = (one.rename(used / f"..{one.name}") for one in (folder, other))
        for entry in folder.iterdir():
            (used / entry.name).symlink_to(Path("..data") / entry.name)
    link.symlink_to(folder)
    during(monkeypatch, lambda: point(link, other))
    assert len(lows(load(used), before)) == 1
    assert lows(load(used), before) == {True}


def test_files_that_are_replaced_in_the_middle_are_read_again(
    small_library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = richer(folder)

    def replace() -> None:
        for file in (other / "companies").iterdir():
            file.replace(folder / "companies" / file.name)

    during(monkeypatch, replace)
    assert lows(load(folder), small_library.advisor.knowledge) == {True}


def test_a_folder_that_never_stands_still_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "PAUSE", 0)

    def grow() -> None:
        (folder / GOOGLE).write_text((folder / GOOGLE).read_text(encoding="utf-8") + "#", encoding="utf-8")

    during(monkeypatch, grow, times=snapshot.ATTEMPTS)
    assert faults_of(folder) == [f"{folder}: its files keep changing while they are read; try again soon"]


# ------------------------------------------------------------------ which folder


def checkout(place: Path, project: str, knowledge: Path) -> Path:
    place.mkdir()
    (place / "pyproject.toml").write_text(project, encoding="utf-8")
    shutil.copytree(knowledge, place / "knowledge")
    return place


def test_a_checkout_is_used_from_anywhere_in_it(folder: Path, tmp_path: Path) -> None:
    place = checkout(tmp_path / "clone", '[project]\nname = "salarybot"\n', folder)
    assert default_folder(place) == default_folder(place / "knowledge/roles") == place / "knowledge"


@pytest.mark.parametrize("project", ['[project]\nname = "other"\n', "project = 5\n", "no toml", "[tool.x]\n"])
def test_a_strangers_folder_of_the_same_name_is_not_taken(folder: Path, tmp_path: Path, project: str) -> None:
    assert default_folder(checkout(tmp_path / "other", project, folder)) == DEFAULT_FOLDER
    (tmp_path / "bare").mkdir()
    shutil.copytree(folder, tmp_path / "bare/knowledge")
    assert default_folder(tmp_path / "bare") == DEFAULT_FOLDER


def test_a_reload_tells_what_changed(folder: Path, own_library: Library) -> None:
    assert not own_library.reload()
    swap(GOOGLE, "low: 72000", "low: 73000")(folder)
    apple = (folder / "companies/apple.yaml").read_text(encoding="utf-8")
    (folder / "companies/apple.yaml").unlink()
    for file in (GOOGLE, "companies/facebook.yaml", "vocabulary.yaml"):  # what compares it, and its group
        text = (folder / file).read_text(encoding="utf-8")
        text = text.replace(" apple.range.high,", "").replace(" apple.range.low,", "").replace("  - apple\n", "")
        (folder / file).write_text(text, encoding="utf-8")
    (folder / "companies/pear.yaml").write_text(
        apple.replace("apple", "pear").replace("Apple", "Pear").replace("aapl, appl", "pehr"), encoding="utf-8"
    )
    change = own_library.reload()
    assert change.added == ("company pear", "pear.range")
    assert change.removed == ("apple.range", "company apple")
    assert change.altered == ("company facebook", "company google", "google.range")
    assert "$73,000" in own_library.advisor.ask("google salary").headline


def test_a_failed_reload_changes_nothing(folder: Path, own_library: Library) -> None:
    before = own_library.advisor
    swap(GOOGLE, "low: 72000", "low: 720000")(folder)
    with pytest.raises(KnowledgeError, match="swap them"):
        own_library.reload()
    assert own_library.advisor is before
    assert "$72,000" in own_library.advisor.ask("google salary").headline


def test_checking_does_not_switch(folder: Path, own_library: Library) -> None:
    swap(GOOGLE, "low: 72000", "low: 73000")(folder)
    own_library.check()
    assert "$72,000" in own_library.advisor.ask("google salary").headline


def test_what_was_learned_is_kept_for_the_next_start(folder: Path, tmp_path: Path, learning: Counter[str]) -> None:
    file = tmp_path / "state/learned"
    first = Library(folder, learned=file).advisor
    second = Library(folder, learned=file).advisor
    assert learning["fits"] == 1
    for text in ("gooogle salry", "what does a senior earn", "is 150k good at google", "how do i become one"):
        assert second.ranked(text) == first.ranked(text)
        assert second.ask(text) == first.ask(text)


def test_what_was_learned_from_other_files_is_learned_anew(
    folder: Path, tmp_path: Path, learning: Counter[str]
) -> None:
    library = Library(folder, learned=tmp_path / "learned")
    swap(GOOGLE, "low: 72000", "low: 73000")(folder)
    assert library.reload().altered == ("company google", "google.range")
    assert learning["fits"] == 2
    assert Library(folder, learned=tmp_path / "learned").advisor.knowledge == library.advisor.knowledge
    assert learning["fits"] == 2


def test_what_another_code_learned_is_learned_anew(
    folder: Path, tmp_path: Path, learning: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Library(folder, learned=tmp_path / "learned")
    monkeypatch.setattr(learned_file, "_key_of_code", lambda: "another")
    Library(folder, learned=tmp_path / "learned")
    assert learning["fits"] == 2


@pytest.mark.parametrize("harm", [lambda data: data[:-1], lambda data: data[:70], lambda _: b"", lambda _: b"\n\n"])
def test_a_broken_file_of_what_was_learned_is_written_anew(
    folder: Path, tmp_path: Path, learning: Counter[str], harm: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / "learned"
    Library(folder, learned=file)
    whole = file.read_bytes()
    file.write_bytes(harm(whole))
    assert "$72,000" in Library(folder, learned=file).advisor.ask("google salary").headline
    assert (learning["fits"], file.read_bytes().split(b"\n")[0]) == (2, whole.split(b"\n")[0])
    file.unlink()
    file.mkdir()  # it can be neither read nor written
    assert "$72,000" in Library(folder, learned=file).advisor.ask("google salary").headline


def test_a_start_with_what_was_kept_parses_no_file(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Library(folder, tables.ALL, learned=tmp_path / "learned").advisor.knowledge
    monkeypatch.setattr(yaml_schema, "parse", lambda *_: pytest.fail("a file was parsed"))
    monkeypatch.setattr(yaml_schema, "word_list", lambda *_: pytest.fail("a list of words was read"))
    assert Library(folder, tables.ALL, learned=tmp_path / "learned").advisor.knowledge == first


def test_what_is_kept_can_make_nothing_but_parts_of_knowledge_files(folder: Path, tmp_path: Path) -> None:
    file, marker = tmp_path / "learned", tmp_path / "run"
    Library(folder, learned=file)
    key, _, data = file.read_bytes().split(b"\n", 2)

    class Harmful:
        def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
            return Path.touch, (marker,)

    values = pickle.dumps({"about.yaml": Harmful()})
    harmful = b"%d\n%s%s" % (len(values), values, data.partition(b"\n")[2])
    file.write_bytes(b"\n".join((key, hashlib.sha256(harmful).hexdigest().encode(), harmful)))
    assert "$72,000" in Library(folder, learned=file).advisor.ask("google salary").headline
    assert not marker.exists()


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"no number", b"9\nno pickle", b"2\nN.{}", b"[]", b"{}", b"4\n\x80\x05}.{}"),
        b'4\n\x80\x05}.{"examples": [], "intents": ["pay"], "rarities": {}}\nodd',
    ],
)
def test_bytes_that_hold_nothing_learned_are_refused(
    folder: Path, tmp_path: Path, learning: Counter[str], data: bytes
) -> None:
    file = tmp_path / "learned"
    Library(folder, learned=file)
    key = file.read_bytes().split(b"\n")[0]
    file.write_bytes(b"\n".join((key, hashlib.sha256(data).hexdigest().encode(), data)))
    Library(folder, learned=file)
    assert learning["fits"] == 2


@pytest.fixture
def learning(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a model was fitted."""
    count: Counter[str] = Counter()
    fit = classifier.fitted

    def counting(examples: Sequence[tuple[str, Sequence[str]]]) -> classifier.Model:
        count["fits"] += 1
        return fit(examples)

    monkeypatch.setattr(classifier, "fitted", counting)
    return count


def test_a_fault_reads_as_editors_expect_it() -> None:
    assert str(Fault("a/b.yaml", 3, "wrong; mend it")) == "a/b.yaml:3: wrong; mend it"


def test_an_advisor_is_gone_with_its_last_reference(folder: Path) -> None:
    own = Library(folder)
    own.advisor.ask("gooogle salry")
    kept = weakref.ref(own.advisor)
    gc.disable()  # it is kept from the collector: a cycle in it would stay for ever
    try:
        own.reload()
        assert kept() is None
    finally:
        gc.enable()


def test_names_of_any_length_take_little_room(folder: Path) -> None:
    swap(GOOGLE, "[goog,", f"[{'ab' * 5_000}, goog,")(folder)
    assert "$72,000" in Library(folder).advisor.ask("google salary").headline


def test_a_source_needs_no_aliases(folder: Path) -> None:
    swap("sources.yaml", "    aliases: [glass door", "    not_after: [glass door")(folder)
    assert "Glassdoor" in Library(folder).advisor.complete("glassd")


def test_faults_stand_on_lines_that_are_there(folder: Path) -> None:
    put(GOOGLE, b"id: google\nname: Google\naliases")(folder)
    assert faults_of(folder)[0].startswith(f"{GOOGLE}:3: not valid YAML")
    put(GOOGLE, b"id: google\nname: Google\naliases\n")(folder)
    assert faults_of(folder)[0].startswith(f"{GOOGLE}:3: not valid YAML")
