"""The terminal edge: every command as a process, with good input, bad input and readers that hang up."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.chat import demo
from bot.chat.app import lifecycle
from bot.cli import main as command
from bot.core.model.dialogue import Answer
from bot.core.render.markdown import details, message
from bot.settings import Settings
from bot.storage.i18n import catalogs
from bot.storage.knowledge.library import DEFAULT_FOLDER, Library

ROOT = Path(__file__).parent.parent
KEYS = [
    *("question", "status", "intent", "rule", "confidence", "entities", "title", "text"),
    "details",
    *("figures", "sources", "suggestions"),
]
PATIENCE = 60
SOON = 15
HUNG_UP = [("ask", "google salary"), ("chat",), ("check",), ("settings",)]
PROMPT = b"> "


@pytest.fixture
def started(base: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs the command line in this process, on one library for all tests."""
    monkeypatch.setattr(command, "Library", lambda folder, *_: library if folder == base else Library(folder))
    return lambda *args, stdin="": CliRunner().invoke(command.app, args, input=stdin)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, small_base: Path) -> None:
    """Let processes start on the small knowledge base, which spares each a second."""
    monkeypatch.setenv("SALARYBOT_KNOWLEDGE", str(small_base))


def process(*args: str, stdin: bytes = b"", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - the program itself
        [sys.executable, "-m", "bot", *args],
        input=stdin,
        capture_output=True,
        env={**os.environ, **(env or {})},
        cwd=ROOT,
        timeout=PATIENCE,
        check=False,
    )


def objects(out: bytes | str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


# ------------------------------------------------------------------ ask --json


def test_an_answer_as_json(started: Callable[..., Any], library: Library) -> None:
    ended = started("ask", "--json", "compare google and amazon")
    (results,) = objects(ended.output)
    assert ended.exit_code == 0
    assert list(results) == KEYS
    assert (results["question"], results["status"], results["intent"]) == (
        "compare google and amazon",
        "answered",
        "compare",
    )
    assert 0 < results["confidence"] <= 1
    assert {"kind": "company", "id": "google", "text": "google"} in results["entities"]
    answer = library.advisor.ask("compare google and amazon")
    assert (results["text"], results["details"]) == (message(answer), details(answer))
    assert results["sources"] == ["no source named", "Glassdoor"]
    assert results["figures"][1] == {
        "subject": "Amazon",
        "value": None,
        "low": 100481,
        "high": 302894,
        "currency": "USD",
        "period": "year",
        "source": "Glassdoor",
    }


def test_a_percentage_has_no_currency(started: Callable[..., Any]) -> None:
    (results,) = objects(started("ask", "--json", "projected growth of ml engineers").output)
    (figure,) = results["figures"]
    assert (figure["value"], figure["currency"], figure["period"]) == (38.6, None, "2021-2028")


def test_converted_money_is_rounded_to_the_dollar(started: Callable[..., Any]) -> None:
    (results,) = objects(started("ask", "--json", "average ml engineer salary per month").output)
    assert 10609 in [figure["value"] for figure in results["figures"]]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("!salary google", "google salary"),
        ("/salary google", "google salary"),
        ("/compare google amazon", "compare google amazon"),
        ("  !SALARY amazon", "amazon salary"),
    ],
)
def test_a_command_line_of_discord_is_read_as_the_command(
    started: Callable[..., Any], library: Library, text: str, answer: str
) -> None:
    (results,) = objects(started("ask", "--json", text).output)
    assert results["status"] == "answered"
    assert [figure["high"] for figure in results["figures"]] == [row.high for row in library.advisor.ask(answer).rows]


def test_words_need_no_quotes(started: Callable[..., Any]) -> None:
    assert objects(started("ask", "google", "salary", "--json").output)[0]["question"] == "google salary"


@pytest.mark.usefixtures("small")
def test_every_line_of_standard_input_gets_one_line_whatever_it_holds() -> None:
    lines = [
        b"google salary",
        b"",
        b"   \t ",
        b"google \xff\xfe salary \x80",
        b"\x00\x01\x1b[31m",
        b"a" * 100_000,
        b" " * 100_000,
        b"google and " * 9_000,
        b"? " * 50_000,
        "\u202e\U0001f4b0 \ufeff给 google".encode(),
        b'"]}{[\\',
        b"google salary\r",
        b"!salary",
        b"last line without an end",
    ]
    ended = process("ask", "--json", stdin=b"\n".join(lines), env={"LC_ALL": "C", "PYTHONUTF8": "0"})
    results = objects(ended.stdout)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert len(results) == len(lines)
    for line, one in zip(lines, results, strict=True):
        assert list(one) == KEYS
        assert one["question"] == line.decode("utf-8", "replace").rstrip("\r")
        assert one["text"]
    assert [results[n]["status"] for n in (0, 11)] == ["answered", "answered"]
    assert {results[n]["status"] for n in (1, 2)} <= {"off_topic", "clarify"}
    assert not results[1]["figures"]


@pytest.mark.usefixtures("small")
def test_each_answer_is_flushed_before_the_next_question() -> None:
    args = [sys.executable, "-m", "bot", "ask", "--json"]
    with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as running:  # noqa: S603
        assert running.stdin is not None
        assert running.stdout is not None
        for question in ("google salary", "hello"):
            running.stdin.write(f"{question}\n".encode())
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["question"] == question
        running.stdin.close()
        assert running.wait(PATIENCE) == 0


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("args", [("ask", "--json"), *(pytest.param(args, marks=pytest.mark.long) for args in HUNG_UP)])
def test_a_reader_who_hangs_up_is_no_error(args: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        ended = subprocess.run(  # noqa: S603 - the program itself
            [sys.executable, "-m", "bot", *args],
            input=b"google salary\n" * 50,
            stdout=write,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        os.close(write)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.usefixtures("small")
def test_a_full_disk_is_told_in_a_line() -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "bot", "ask", "--json", "google"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            timeout=PATIENCE,
            check=False,
        )
    assert ended.returncode == 2
    assert ended.stderr == b"the output can't be written: No space left on device\n"


@pytest.mark.usefixtures("small")
def test_bad_bytes_in_an_argument_and_a_foreign_locale(tmp_path: Path) -> None:
    ended = subprocess.run(  # noqa: S603 - the program itself
        [sys.executable, "-m", "bot", "ask", "--json", b"google \xff\xc3 salary \xe2\x82\xac"],
        capture_output=True,
        env={**os.environ, "LC_ALL": "POSIX", "PYTHONIOENCODING": "latin-1", "HOME": str(tmp_path)},
        cwd=ROOT,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert objects(ended.stdout.decode("utf-8"))[0]["question"].startswith("google ")


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    "line",
    ["ask --json <&-", *(pytest.param(line, marks=pytest.mark.long) for line in ("ask google >&- 2>&-", "chat <&-"))],
)
def test_closed_streams_are_survived(line: str) -> None:
    command = f'"{sys.executable}" -m bot {line}'
    ended = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603, S607
    assert (ended.returncode, ended.stderr) == (0, b"")


# ------------------------------------------------------------------ ask and chat for people


def test_an_answer_for_people(started: Callable[..., Any]) -> None:
    ended = started("ask", "google salary")
    assert ended.exit_code == 0
    for part in ("Google pays ML engineers $72,000 to $313,797 a year", "No source named", "not an average"):
        assert part in ended.output


def test_every_part_of_an_answer_is_shown(started: Callable[..., Any], library: Library) -> None:
    for question in (
        "google vs netflix",
        "average ml engineer salary",
        "ml engineer requirements",
        "netflix",
        "hi",
        "rain?",
    ):
        output = squeezed(started("ask", question).output)
        answer = library.advisor.ask(question)
        parts = [
            answer.headline,
            *answer.gaps,
            *answer.caveats,
            *(one.text for one in answer.suggestions),
            *_cells(answer),
        ]
        assert [part for part in parts if squeezed(part) not in output] == []


def _cells(answer: Answer) -> list[str]:
    # A table's cells are wrapped side by side on a narrow terminal: single words are looked for.
    return [word for row in answer.rows for word in (*row.subject.split(), *row.sources[0].name.split())]


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_an_answer_in_german(started: Callable[..., Any]) -> None:
    ended = started("ask", "--language", "de", "google salary per month")
    assert ended.exit_code == 0
    money = catalogs.Languages().of("de").money
    for part in (
        f"{money(6000)} bis {money(26150)} pro Monat",
        "keine Quelle genannt",
        "Google im Einzelnen",
    ):
        assert squeezed(part) in squeezed(ended.output)


def test_json_is_english_unless_asked_otherwise(started: Callable[..., Any]) -> None:
    (plain,) = objects(started("ask", "--json", "hi").output)
    (german,) = objects(started("ask", "--json", "hi", "--language", "de-AT").output)
    assert (plain["title"], german["title"]) == ("Hello", "Hallo")
    assert list(german) == KEYS


def test_a_chat_in_german(started: Callable[..., Any]) -> None:
    ended = started("chat", "--language", "de", stdin="hi\n")
    assert ended.exit_code == 0
    assert "Hallo!" in ended.output


@pytest.mark.parametrize("code", ["fr", "xx", "", "DE?"])
def test_a_language_without_a_catalog_is_wrong_use(started: Callable[..., Any], code: str) -> None:
    ended = started("ask", "--language", code, "hi")
    assert ended.exit_code == 2
    assert ended.stderr == f"there is no catalog for {code!r}, only for: en, de\n"


def test_a_broken_catalog_is_told_by_its_line(
    started: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "de.po").write_text('msgid "Hello"\nmsgstr "Hallo {name}"\n', encoding="utf-8")
    monkeypatch.setattr(catalogs.Languages.__init__, "__defaults__", (tmp_path,))
    for args in (("ask", "--language", "de", "hi"), ("texts", str(tmp_path))):
        ended = started(*args)
        assert ended.exit_code == 1
        assert ended.stderr.startswith("de.po:1: the parts in braces")


def test_texts_are_written_where_asked(started: Callable[..., Any], tmp_path: Path) -> None:
    shutil.copy(catalogs.FOLDER / "de.po", tmp_path)
    ended = started("texts", str(tmp_path))
    assert ended.exit_code == 0
    (line,) = ended.output.splitlines()[1:]
    assert re.fullmatch(r"de\.po: \d+ to translate", line)
    assert {path.name for path in tmp_path.iterdir()} == {"de.po", "template.pot"}
    ended = started("texts", str(tmp_path / "nowhere"))
    assert (ended.exit_code, ended.stderr) == (2, f"{tmp_path / 'nowhere'}: No such file or directory\n")


def test_no_question_is_wrong_use(started: Callable[..., Any]) -> None:
    ended = started("ask")
    assert ended.exit_code == 2
    assert ended.stderr.startswith("What is the question? What can be asked: salarybot ask help")


# ------------------------------------------------------------------ ask --chart


def test_a_chart_is_written_and_told(started: Callable[..., Any], tmp_path: Path) -> None:
    ended = started("ask", "--chart", str(tmp_path / "out.png"), "google salary")
    assert ended.exit_code == 0
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    lines = ended.output.splitlines()
    assert lines[0].startswith("Google pays ML engineers")
    assert lines[-2] == f"Chart written to {tmp_path / 'out.png'}"
    assert lines[-1].startswith("Pay of ML engineers by company, US dollars a year")
    assert "Google $72,000 to $313,797" in lines[-1]


def test_an_answer_without_a_chart_says_so(started: Callable[..., Any], tmp_path: Path) -> None:
    for question in ("what skills raise pay?", "netflix salary", "hi", ""):
        ended = started("ask", "--chart", str(tmp_path / "out.png"), question)
        assert ended.exit_code == 0
        assert ended.output.endswith("\nNo chart: a picture of this answer would say no more than its words.\n")
    assert not (tmp_path / "out.png").exists()


def test_a_chart_that_cant_be_written_is_told_in_a_line(started: Callable[..., Any], tmp_path: Path) -> None:
    for file, reason in ((tmp_path / "no" / "out.png", "No such file or directory"), (tmp_path, "Is a directory")):
        ended = started("ask", "--chart", str(file), "google salary")
        assert (ended.exit_code, ended.stderr) == (2, f"{file}: {reason}\n")


def test_a_chart_goes_with_one_question(started: Callable[..., Any], tmp_path: Path) -> None:
    ended = started("ask", "--json", "--chart", str(tmp_path / "out.png"), stdin="google salary\n")
    assert (ended.exit_code, ended.output) == (
        2,
        "--chart draws the answer to one question; leave out --json.\n",
    )


def test_an_empty_question_is_answered(started: Callable[..., Any]) -> None:
    assert started("ask", "").exit_code == 0


def test_a_chat_without_a_terminal_reads_lines(started: Callable[..., Any]) -> None:
    ended = started("chat", stdin="google salary\n\nhello\nQUIT\namazon salary\n")
    assert ended.exit_code == 0
    assert "$313,797" in ended.output
    assert "$302,894" not in ended.output


@pytest.mark.usefixtures("small")
def test_a_chat_at_a_real_terminal_drops_a_line_on_ctrl_c_and_ends_on_ctrl_d() -> None:
    try:
        pid, terminal_fd = pty.fork()
    except OSError as error:
        pytest.skip(f"no pseudo-terminal to be had here: {error}")
    if pid == 0:  # pragma: no cover - the child
        os.chdir(ROOT)
        os.execvpe(sys.executable, [sys.executable, "-m", "bot", "chat"], {**os.environ, "TERM": "xterm"})  # noqa: S606
    try:
        _until(terminal_fd, PROMPT)
        os.write(terminal_fd, b"google\x03")
        dropped = _until(terminal_fd, PROMPT)
        seen = b""
        for _ in range(3):  # a Ctrl-C that is acted on late takes the next line with it
            os.write(terminal_fd, b"apple salary\r")
            seen += _until(terminal_fd, b"$267,481", SOON)
            if b"$267,481" in seen:
                break
        _until(terminal_fd, PROMPT)
        os.write(terminal_fd, b"\x04")
        _until(terminal_fd, None)
    finally:
        os.close(terminal_fd)  # hangs up: the child ends, whatever it is doing
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert b"$" not in dropped
    assert b"$267,481" in seen
    assert code == 0


def _until(fd: int, wanted: bytes | None, patience: float = PATIENCE) -> bytes:
    """Read until something comes, or (without it) until the other side has ended; no longer than `patience` seconds."""
    seen, end = b"", time.monotonic() + patience
    while (wanted is None or wanted not in seen) and time.monotonic() < end:
        try:
            seen += os.read(fd, 4096) if select.select([fd], [], [], 1)[0] else b""
        except OSError:  # what Linux says when the other side has ended
            break
    return seen


# ------------------------------------------------------------------ check, schema, settings, health, run, demo


def test_check_looks_at_the_catalogs_too(
    started: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "de.po").write_text("nonsense\n", encoding="utf-8")
    monkeypatch.setattr(catalogs, "Languages", partial(catalogs.Languages, tmp_path))
    ended = started("check")
    assert ended.exit_code == 1
    assert ended.output.startswith("de.po:1:")


def test_check_counts_what_is_on_file(started: Callable[..., Any]) -> None:
    ended = started("check")
    assert ended.exit_code == 0
    counts, last = ended.output.splitlines()
    assert re.fullmatch(r"\d+ facts, \d+ names \(\+ [\d,]+ recognized\), [\d,]+ ways of asking in \d+ intents", counts)
    assert last == f"fine: {os.environ['SALARYBOT_KNOWLEDGE']}"


def test_a_checkout_in_the_current_folder_is_checked_and_used(
    started: Callable[..., Any], small_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(small_base, tmp_path / "knowledge")
    google = tmp_path / "knowledge/companies/google.yaml"
    google.write_text(google.read_text(encoding="utf-8").replace("72000", "73000"), encoding="utf-8")
    monkeypatch.delenv("SALARYBOT_KNOWLEDGE")
    monkeypatch.chdir(tmp_path)
    assert started("check").output.endswith(f"fine: {DEFAULT_FOLDER}\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "salarybot"\n', encoding="utf-8")
    assert started("check").output.endswith(f"fine: {tmp_path / 'knowledge'}\n")
    assert "$73,000" in started("ask", "google salary").output
    monkeypatch.setenv("SALARYBOT_KNOWLEDGE", str(small_base))
    assert "$72,000" in started("ask", "google salary").output


def test_a_faulty_knowledge_base_ends_every_command_with_1(started: Callable[..., Any], tmp_path: Path) -> None:
    for args in (("ask", "x"), ("ask", "--json"), ("chat",), ("check",), ("run",), ("demo",)):
        ended = started("--knowledge", str(tmp_path / "no"), *args)
        assert ended.exit_code == 1, ended.output
        lines = [f"{tmp_path / 'no'}: there is no such folder; name one with --knowledge"]
        lines += [f"not usable: {tmp_path / 'no'}"] if args == ("check",) else []
        assert ended.output.splitlines() == lines


def test_the_environment_names_a_knowledge_base_too(
    started: Callable[..., Any], small_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALARYBOT_KNOWLEDGE", str(tmp_path))
    ended = started("check")
    assert ended.exit_code == 1
    assert "sources.yaml: the file is missing" in ended.output
    assert started("check", str(small_base)).exit_code == 0
    assert started("--knowledge", str(small_base), "check").exit_code == 0


def test_schemas_are_written_where_asked(started: Callable[..., Any], tmp_path: Path) -> None:
    assert started("schema", str(tmp_path / "a" / "b")).exit_code == 0
    for file in (DEFAULT_FOLDER / "schema").iterdir():
        assert (tmp_path / "a" / "b" / file.name).read_bytes() == file.read_bytes()
    (tmp_path / "file").write_text("")
    ended = started("schema", str(tmp_path / "file"))
    assert (ended.exit_code, ended.output) == (2, f"{tmp_path / 'file'}: File exists\n")


def test_settings_are_listed_and_secrets_are_not(started: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "very-secret-token")
    monkeypatch.setenv("COLUMNS", "200")
    ended = started("settings")
    assert ended.exit_code == 0
    assert all(row.variable in ended.output for row in Settings().rows())
    assert "very-secret-token" not in ended.output


def test_a_bad_setting_is_told_in_a_line(started: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALARYBOT_COOLDOWN", "soon")
    for args in (("ask", "x"), ("settings",), ("run",), ("health",)):
        ended = started(*args)
        assert ended.exit_code == 2
        assert ended.output.startswith("SALARYBOT_COOLDOWN=soon: ")
        assert len(ended.output.splitlines()) == 1


def test_health_is_the_age_of_a_file(
    started: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert started("health").exit_code == 2
    file = tmp_path / "alive"
    monkeypatch.setenv("SALARYBOT_HEALTH_FILE", str(file))
    assert started("health").exit_code == 1
    file.touch()
    assert started("health").exit_code == 0
    os.utime(file, (time.time() - 2 * command.STALE,) * 2)
    ended = started("health")
    assert (ended.exit_code, ended.output) == (1, "no sign of life for 120 seconds\n")


@pytest.mark.parametrize("code", [0, 1, 2])
def test_run_and_demo_end_with_the_code_of_the_bot(
    started: Callable[..., Any], library: Library, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    seen: list[tuple[object, ...]] = []

    def run(settings: Settings, given: Library) -> int:
        seen.append((settings.prefix, given))
        return code

    def play(settings: Settings, given: Library, port: int | None = None, *, open_browser: bool = True) -> int:
        seen.append((settings.prefix, given, port, open_browser))
        return code

    monkeypatch.setattr(lifecycle, "run", run)
    monkeypatch.setattr(demo, "demo", play)
    for args in (("run",), ("demo",), ("demo", "--port", "8123", "--no-browser")):
        assert started(*args).exit_code == code
    assert seen == [("!", library), ("!", library, None, True), ("!", library, 8123, False)]


@pytest.mark.parametrize("args", [("--nonsense",), ("fly",), ("demo", "--port", "99999"), ("check", "a", "b")])
def test_wrong_use_ends_with_2(started: Callable[..., Any], args: tuple[str, ...]) -> None:
    assert started(*args).exit_code == 2


def test_every_command_has_a_line_of_help(started: Callable[..., Any]) -> None:
    output = started("--help").output
    for name in ("run", "demo", "ask", "chat", "check", "schema", "texts", "settings", "health"):
        assert f" {name} " in output
        assert started(name, "--help").exit_code == 0


def test_the_version_is_told(started: Callable[..., Any]) -> None:
    assert started("--version").output.startswith("salarybot")


@pytest.mark.usefixtures("small")
def test_asking_needs_no_discord_no_prompt_and_no_database() -> None:
    code = (
        "import sys, bot.cli.main as m; sys.argv[1:] = ['ask', '--json', 'hi']\n"
        "try: m.main()\n"
        "except SystemExit: pass\n"
        "needless = {'discord', 'simcord', 'aiohttp', 'readline', 'rich.console', 'sqlalchemy', 'alembic'}\n"
        "print(sorted(needless & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=PATIENCE, check=True)  # noqa: S603
    assert ended.stdout.splitlines()[-1] == b"[]"
