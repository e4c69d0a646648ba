"""Terminal views of answers (headline, tables of figures, gaps, sources), and the chat loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NoReturn

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table as Grid
from rich.text import Text as Line

from bot.core.advisor import Advisor
from bot.core.answers.wording import Wording
from bot.core.model.dialogue import Answer, Block, Points, Query, Row, Table, Text
from bot.core.model.language import ENGLISH, Language, later
from bot.core.render.markdown import footer

LEAVING = frozenset({"quit", "exit", ":q"})
WELCOME = later("Ask what machine learning engineers earn, for example `google salary`. Leave with Ctrl-D or `quit`.")


class Terminal(Console):
    """A rich console that takes text literally, and raises BrokenPipeError when its reader is gone."""

    def __init__(self) -> None:
        super().__init__(markup=False, emoji=False, highlight=False)

    def on_broken_pipe(self) -> NoReturn:
        """Raise instead of exiting with rich's own code."""
        raise BrokenPipeError


def show(answer: Answer, console: Console, language: Language = ENGLISH) -> None:
    """Print an answer with everything that its Markdown has, laid out for a terminal."""
    console.print(Line(answer.headline, style="bold"))
    for part in _parts(answer, language):
        console.print()
        console.print(part)


def _parts(answer: Answer, language: Language) -> Iterator[RenderableType]:
    yield from (_block(block, language) for block in answer.blocks)
    yield from (Line(language.say("Not on file: {gap}", gap=gap), style="yellow") for gap in answer.gaps)
    yield from (Line(caveat, style="italic") for caveat in answer.caveats)
    if answer.suggestions:
        yield Line(language.say("Try: {suggestions}", suggestions=" · ".join(answer.suggestions)), style="cyan")
    if text := footer(answer, Wording(language)):
        yield Line(text, style="dim")


def _block(block: Block, language: Language) -> RenderableType:
    match block:
        case Text(text):
            return Line(text)
        case Points(items):
            return _list(items)
        case Table(title, lines):
            return _grid(title, lines, language)


def _list(items: tuple[str, ...]) -> Grid:
    """Lay out a bulleted list with hanging indents."""
    grid = Grid.grid(padding=(0, 1))
    for item in items:
        grid.add_row("•", Line(item))
    return grid


def _grid(title: str, lines: tuple[Row, ...], language: Language) -> Grid:
    grid = Grid(title=Line(title), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    grid.add_column(language.say("Who"))
    grid.add_column(language.say("Figure"), style="bold")
    grid.add_column(language.say("Source"))
    extra = [_extra(row) for row in lines]
    if any(extra):
        grid.add_column(language.say("Working and notes"))
    for row, note in zip(lines, extra, strict=True):
        sources = ", ".join(Wording(language).credit(source) for source in row.sources)
        cells = (row.subject, Wording(language).figure(row), sources, note)
        grid.add_row(*map(Line, cells if any(extra) else cells[:-1]))
    return grid


def _extra(row: Row) -> str:
    return "; ".join(part for part in (row.working, row.note) if part)


def chat(advisor: Advisor, console: Console, lines: Iterable[str], language: Language = ENGLISH) -> None:
    """Answer each line, which may go on from the one before, until the user leaves or the lines end."""
    console.print(Line(language.say(WELCOME), style="dim"))
    before: Query | None = None
    for text in lines:
        if text.strip().lower() in LEAVING:
            return
        if text.strip():
            console.print()
            turn = advisor.follow(text, before)
            before = turn.context
            show(advisor.answer(turn.decision, language), console, language)
            console.print()


def typed() -> Iterator[str]:
    """Yield lines typed at a prompt with history. Ctrl-C drops the line, as in a shell."""
    # Imported here, as it takes a third of a second, and `salarybot ask` needs no prompt.
    from prompt_toolkit import PromptSession  # noqa: PLC0415
    from prompt_toolkit.auto_suggest import AutoSuggestFromHistory  # noqa: PLC0415

    session: PromptSession[str] = PromptSession(auto_suggest=AutoSuggestFromHistory())
    while True:
        try:
            yield session.prompt("> ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
