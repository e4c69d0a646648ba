"""The command line: puts settings, knowledge and bot together.

Exit codes: 0 fine, 1 faulty knowledge base (or the bot failed), 2 wrong use or wrong settings. Errors that a person can
cause are reported in one line, never as a traceback.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from bot.core.model.dialogue import Answer, Decision, Refusal, Row
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import ENGLISH, Language
from bot.core.render.markdown import details, message
from bot.settings import Settings, SettingsError, read
from bot.storage.knowledge import tables, yaml_schema
from bot.storage.knowledge.library import (
    DEFAULT_FOLDER,
    KnowledgeError,
    Library,
    default_folder,
    load,
    load_checked,
    size,
)

# discord.py, SimCord, Babel and rich are imported by the commands that need them: `ask --json` needs
# none of them.
# ruff: noqa: PLC0415

FAULTY, UNUSABLE = 1, 2
STALE = 60.0  # seconds; the running bot gives a sign of life every 15
LEARNED = "learned"  # the file in the state folder that keeps what was learned from the examples
_SURROGATE = re.compile("[\ud800-\udfff]")
_LanguageOption = Annotated[
    str, typer.Option("--language", metavar="CODE", help="Answer in this language: en, de. Questions stay English.")
]

app = typer.Typer(
    name="salarybot",
    epilog="Without a token: salarybot demo. One question: salarybot ask QUESTION. What to ask: salarybot ask help.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line; the console script `salarybot`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app(prog_name="salarybot")


def _version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"salarybot {metadata.version('salarybot')}")
        except metadata.PackageNotFoundError:
            typer.echo("salarybot, run from its source without being installed")
        raise typer.Exit


@app.callback()
def salarybot(
    ctx: typer.Context,
    knowledge: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Use this knowledge base (also SALARYBOT_KNOWLEDGE)."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Answers machine-learning pay questions from sourced figures, in Discord and here."""
    del version  # handled by its callback
    ctx.obj = knowledge


@app.command()
def run(ctx: typer.Context) -> None:
    """Run the bot on Discord; the token comes from DISCORD_TOKEN or DISCORD_TOKEN_FILE."""
    # As process 1 of a container it would otherwise ignore signals until discord.py is loaded.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    from bot.chat.app import lifecycle

    settings = _settings(ctx)
    raise typer.Exit(lifecycle.run(settings, _library(settings)))


@app.command()
def demo(
    ctx: typer.Context,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port of the page; a free one by default.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Try the bot in a simulated Discord on this machine: no token, no server."""
    from bot.chat import demo as demonstration

    settings = _settings(ctx)
    raise typer.Exit(demonstration.demo(settings, _library(settings), port=port, open_browser=not no_browser))


@app.command()
def ask(
    ctx: typer.Context,
    question: Annotated[list[str] | None, typer.Argument(help="The question, with or without quotes.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per line; without QUESTION, one for each line of input.")
    ] = False,
    chart: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the chart of the answer, a PNG picture.")
    ] = None,
    language: _LanguageOption = "en",
) -> None:
    """Answer a question."""
    text = None if question is None else " ".join(question)
    if as_json and chart is not None:
        _end("--chart draws the answer to one question; leave out --json.", UNUSABLE)
    if text is None and not as_json:
        _end("What is the question? What can be asked: salarybot ask help", UNUSABLE)
    lang = _language(language)
    advisor = _library(_settings(ctx)).advisor
    with _until_hung_up():
        if not as_json:
            from bot.cli import terminal

            query = advisor.understand(_readable(text or ""))
            terminal.show(advisor.answer(query, lang), terminal.Terminal())
            if chart is not None:
                _draw(query, advisor.knowledge, chart, lang)
            return
        for line in _piped() if text is None else [text]:
            answer = record(_readable(line), advisor.ask(_readable(line), lang))
            typer.echo(json.dumps(answer, ensure_ascii=False))  # echo flushes


@app.command()
def chat(ctx: typer.Context, language: _LanguageOption = "en") -> None:
    """Ask question after question; leave with Ctrl-D or `quit`."""
    from bot.cli import terminal

    lang = _language(language)
    library = _library(_settings(ctx))
    with _until_hung_up():
        lines = terminal.typed() if _at_a_terminal() else _piped()
        terminal.chat(library.advisor, terminal.Terminal(), lines, lang)


@app.command()
def check(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="The knowledge base to check.")] = None,
) -> None:
    """Check a knowledge base and report everything wrong with it, as `file:line: what and how to mend`."""
    from bot.storage.i18n.catalogs import LanguageError, Languages

    checked = folder or _folder(_settings(ctx))
    with _until_hung_up():
        try:
            knowledge = load_checked(checked)
            Languages()  # the catalogs are the bot's own, and its texts are checked with its knowledge
        except (KnowledgeError, LanguageError) as error:
            _say([*map(str, error.faults), f"not usable: {checked}"])
            raise typer.Exit(FAULTY) from None
        counts = size(knowledge)
        names = f"{counts.names:,} names (+ {counts.recognized:,} recognized)"
        _say([f"{counts.facts:,} facts, {names}, {counts.examples:,} ways of asking in {counts.intents:,} intents"])
        if knowledge.public is not None:
            cells = sum(map(len, knowledge.public.tables.values()))
            _say([f"{len(knowledge.public.datasets)} datasets of public pay data, {cells:,} cells"])
        _say([f"fine: {checked}"])


@app.command("datasets")
def list_datasets(ctx: typer.Context) -> None:
    """List the tables of public pay data: what they are, of when, rows, license, and which are used."""
    settings = _settings(ctx)
    try:
        public = load(_folder(settings), tables.ALL).public
    except KnowledgeError as error:
        _end(str(error), FAULTY)
    with _until_hung_up():
        if public is None:
            _say(["This knowledge base has no datasets."])
        else:
            _say(tables.listed(public, settings.datasets))


@app.command("import")
def import_dataset(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="ID", help="The dataset, as in `salarybot datasets`.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="The publisher's files, all of them.")],
) -> None:
    """Build a dataset's table from its publisher's files, and report what was left out and why."""
    try:
        from bot.datasets.importing import STEPS, import_files
        from bot.datasets.reading import ImportRefusedError
    except ModuleNotFoundError as error:
        _end(f"{error.name} is missing, which only imports need: pip install 'salarybot[import]'", UNUSABLE)
    missing = [file for file in files if not file.is_file()]
    if missing:
        _end(f"{missing[0]}: there is no such file", UNUSABLE)
    folder = _folder(_settings(ctx))
    try:
        with _progress(key, len(files) + len(STEPS)) as report:
            written = import_files(folder, key, files, report)
    except ImportRefusedError as error:
        _end(f"{key} is not imported; nothing was changed.\n{error}", FAULTY)
    except OSError as error:
        _end(f"{error.filename}: {error.strerror}", UNUSABLE)
    with _until_hung_up():
        _say(written.report())


@contextlib.contextmanager
def _progress(what: str, steps: int) -> Iterator[Callable[[str], None]]:
    """Show a progress bar on standard error; what is yielded takes the name of each step that begins."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=steps)
        yield lambda step: progress.update(task, description=f"{what}: {step}", advance=1)


@app.command("schema")
def write_schemas(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Where to; by default `schema` in the knowledge base.")
    ] = None,
) -> None:
    """Write the JSON Schemas of the knowledge files, which editors use to complete and check them."""
    target = folder or _folder(_settings(ctx)) / "schema"
    try:
        target.mkdir(parents=True, exist_ok=True)
        for kind in yaml_schema.kinds():
            (target / f"{kind}.json").write_text(yaml_schema.text_of_schema(kind), encoding="utf-8", newline="\n")
    except OSError as error:
        _end(f"{target}: {error.strerror}", UNUSABLE)
    _say([f"{len(yaml_schema.TYPES)} schemas written to {target}"])


@app.command("texts")
def write_texts(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The folder of the translations; by default the bot's own.")
    ] = None,
) -> None:
    """Write the template of all translatable texts, and bring the translations up to date with it."""
    from bot.storage.i18n import catalogs, extraction

    target = folder or catalogs.FOLDER
    try:
        lacking = extraction.write(load(DEFAULT_FOLDER), target)
    except (KnowledgeError, catalogs.LanguageError) as error:
        _end(str(error), FAULTY)
    except OSError as error:
        _end(f"{target}: {error.strerror}", UNUSABLE)
    written = f"{target / extraction.TEMPLATE} written"
    _say([written, *(f"{code}.po: {count} to translate" for code, count in lacking.items())])


@app.command("settings")
def show_settings(ctx: typer.Context) -> None:
    """Show every setting with its current value and meaning; secrets stay hidden."""
    from rich.table import Table

    from bot.cli.terminal import Terminal

    table = Table("Variable", "Now", "Meaning")
    for row in _settings(ctx).rows():
        table.add_row(*row)
    with _until_hung_up():
        Terminal().print(table)


@app.command()
def health(ctx: typer.Context) -> None:
    """Tell whether the running bot is connected, by the age of SALARYBOT_HEALTH_FILE (for containers)."""
    file = _settings(ctx).health_file
    if file is None:
        _end("SALARYBOT_HEALTH_FILE is not set; set it for the running bot and for this command alike.", UNUSABLE)
    try:
        age = time.time() - file.stat().st_mtime
    except OSError as error:
        _end(f"no sign of life: {file}: {error.strerror}", FAULTY)
    if age < -STALE:
        _end(f"{file} is from {-age:.0f} seconds in the future: a clock is wrong", FAULTY)
    if age > STALE:
        _end(f"no sign of life for {age:.0f} seconds", FAULTY)
    _say([f"connected; last sign of life {max(age, 0):.0f} seconds ago"])


@app.command("shards")
def show_shards(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="All of it, shard by shard, as one JSON object.")] = False,
) -> None:
    """Show which process serves which shards: since when, from which knowledge, and its last sign of life."""
    from bot.cli import shards
    from bot.cli.terminal import Terminal
    from bot.storage.records import RecordsAway

    settings = _settings(ctx)
    try:
        seen = shards.look(settings)
    except RecordsAway as error:
        _end(str(error), FAULTY)
    with _until_hung_up():
        if as_json:
            _say([shards.as_json(seen)])
        elif not seen.processes:
            _say([shards.state_line(settings.state)])
        for application in sorted({process.application for process in seen.processes} if not as_json else ()):
            Terminal().print(shards.table_of(seen, application))


def _draw(query: Decision, knowledge: Knowledge, file: Path, language: Language) -> None:
    """Write the chart of an answer to a file, and print where it is and what it shows."""
    from bot.charts import layout
    from bot.core.render.chart import chart_of

    chart = None if isinstance(query, Refusal) else chart_of(query, knowledge, language)
    if chart is None:
        _say(["", "No chart: a picture of this answer would say no more than its words."])
        return
    try:
        file.write_bytes(layout.draw(chart))
    except OSError as error:
        _end(f"{file}: {error.strerror}", UNUSABLE)
    _say(["", f"Chart written to {file}", chart.alt])


@app.command()
def explain(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="TEXT...", help="What somebody asks.", show_default=False)],
    after: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="What they asked before it; can be repeated, oldest first."),
    ] = None,
) -> None:
    """Show how a text is understood: what was found in it, what its words do, and which rule decided."""
    _say(list(_library(_settings(ctx)).advisor.explain(" ".join(words), after or ())))


def record(question: str, answer: Answer) -> dict[str, Any]:
    """Return an answer as plain data for scripts; `text` and `details` are what a person reads in Discord."""
    return {
        "question": question,
        "status": answer.status,
        "intent": answer.intent or None,
        "rule": answer.rule,
        "confidence": round(answer.confidence, 3),
        "entities": [{"kind": m.kind, "id": m.id, "text": m.text} for m in answer.mentions],
        "title": answer.title,
        "text": message(answer),
        "details": details(answer),
        "figures": [_figure(row) for row in answer.rows],
        "sources": [source.name for source in answer.sources],
        "suggestions": [one.text for one in answer.suggestions],
    }


def _figure(row: Row) -> dict[str, Any]:
    money = row.unit == "USD"
    return {
        "subject": row.subject,
        **{key: _rounded(getattr(row, key), money=money) for key in ("value", "low", "high")},
        "currency": row.unit if money else None,
        "period": row.period,
        "source": ", ".join(source.name for source in row.sources),
    }


def _rounded(value: float | None, *, money: bool) -> float | None:
    """Round money to the dollar, halves up, as in every answer."""
    return int(value + 0.5) if money and value is not None else value


def _leave(*_: object) -> NoReturn:
    # An exception is lost where the interpreter has just called back into Python, as it does at each import.
    os._exit(0)


def _settings(ctx: typer.Context) -> Settings:
    try:
        settings = read()
    except SettingsError as error:
        _end(str(error), UNUSABLE)
    return settings if ctx.obj is None else settings.model_copy(update={"knowledge": ctx.obj})


def _folder(settings: Settings) -> Path:
    return settings.knowledge or default_folder(Path.cwd())


def _library(settings: Settings) -> Library:
    try:
        return Library(_folder(settings), settings.datasets, settings.state / LEARNED)
    except KnowledgeError as error:
        _end(str(error), FAULTY)


def _language(wanted: str) -> Language:
    if wanted == ENGLISH.code:
        return ENGLISH
    from bot.storage.i18n.catalogs import LanguageError, Languages

    try:
        languages = Languages()
    except LanguageError as error:
        _end(str(error), FAULTY)
    found = languages.of(wanted)
    if found.code not in (wanted, wanted.partition("-")[0]):
        _end(f"there is no catalog for {wanted!r}, only for: {', '.join(languages.codes)}", UNUSABLE)
    return found


def _at_a_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _piped() -> Iterator[str]:
    """Yield the lines of standard input, replacing invalid bytes."""
    if sys.stdin is not None:  # None if the caller closed it
        for line in sys.stdin.buffer:
            yield line.decode("utf-8", "replace").rstrip("\r\n")


def _readable(text: str) -> str:
    """Replace surrogates, which stand for invalid bytes in an argument."""
    return _SURROGATE.sub("\ufffd", text)


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _end(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


@contextlib.contextmanager
def _until_hung_up() -> Iterator[None]:
    """Exit quietly when the reader of the output is gone (`salarybot ask ... | head -1`)."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        _mute()
        raise typer.Exit from None
    except OSError as error:
        _mute()
        _end(f"the output can't be written: {error.strerror}", UNUSABLE)


def _mute() -> None:
    """Discard further output: the interpreter flushes once more at exit, and would fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
