"""Terminal views of answers, the message and its details, and the chat loop."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterable, Iterator
from typing import NoReturn

from rich.console import Console, RenderableType
from rich.table import Table as Grid
from rich.text import Text as Line

from bot.core.advisor import Advisor
from bot.core.model.dialogue import Answer, DialogueState
from bot.core.model.language import ENGLISH, Language, later
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.render.markdown import BULLET, SMALL, detail_lines, lines
from bot.core.render.markdown import Line as MessageLine

LEAVING = frozenset({"quit", "exit", ":q"})
WELCOME = later("Ask what {profession} earn, for example `{example}`. Leave with Ctrl-D or `quit`.")


class Terminal(Console):
    """A rich console that takes text literally, and raises BrokenPipeError when its reader is gone."""

    def __init__(self) -> None:
        super().__init__(markup=False, emoji=False, highlight=False)

    def on_broken_pipe(self) -> NoReturn:
        """Raise instead of exiting with rich's own code."""
        raise BrokenPipeError


def show(answer: Answer, console: Console) -> None:
    """Print an answer's message and its details."""
    for line in lines(answer):
        console.print(_laid_out(line, "bold" if line.mark == "" else ""))
    behind = detail_lines(answer)
    if behind:
        console.print()
        console.print(Line(answer.title, style="bold"))
        for line in behind:
            console.print(_laid_out(line, ""))
    if answer.suggestions:
        questions = " · ".join(one.text for one in answer.suggestions)
        console.print()
        console.print(Line(answer.language.say("Try: {suggestions}", suggestions=questions), style="cyan"))


def _laid_out(line: MessageLine, style: str) -> RenderableType:
    """Lay out a line: bullets with hanging indents, small print dim."""
    if line.mark != BULLET:
        return Line(line.text, style="dim" if line.mark == SMALL else style)
    grid = Grid.grid(padding=(0, 1))
    grid.add_row("•", Line(line.text))
    return grid


def chat(advisor: Advisor, console: Console, lines: Iterable[str], language: Language = ENGLISH) -> None:
    """Answer each line, which may go on from the one before, until the user leaves or the lines end."""
    phrases = Phrasebook(language, advisor.knowledge)
    example = next(iter(advisor.knowledge.about.examples.values()), advisor.knowledge.about.questions.help)
    console.print(Line(phrases.say(WELCOME, profession=phrases.profession, example=example), style="dim"))
    context: DialogueState | None = None
    for text in lines:
        if text.strip().lower() in LEAVING:
            return
        if text.strip():
            console.print()
            turn = advisor.follow(text, context)
            context = turn.context
            show(advisor.answer(turn.decision, language), console)
            console.print()


def typed() -> Iterator[str]:
    """Yield lines typed at a prompt with history. Ctrl-C drops the line, as in a shell."""
    with contextlib.suppress(ImportError):  # Windows has none, and its consoles edit lines themselves
        importlib.import_module("readline")  # from here on `input` has its keys and history
    while True:
        try:
            yield input("> ")
        except KeyboardInterrupt:
            sys.stdout.write("\n")
            continue
        except EOFError:
            return
