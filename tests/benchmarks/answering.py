"""Measures the bot, each number beside a reference from the same run: `python -m tests.benchmarks.answering`.

Time from text to answer over all example and test questions, against the naive way (the best of all examples by
rapidfuzz's WRatio); import and load, start-up and memory in fresh processes, against what they can't be less than.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml
from rapidfuzz import fuzz, process

from bot.core.model.knowledge import Knowledge
from bot.storage.knowledge.library import DEFAULT_FOLDER, Library

ROOT = Path(__file__).parent.parent.parent
ROUNDS = 5
LOADING = "from bot.storage.knowledge.library import Library; shelf = Library()"
# As from the second start on: what was learned from the examples is kept.
AGAIN = "from pathlib import Path; " + LOADING.replace("()", "(learned=Path('{learned}'))")
BOT = f"import bot.chat.app.bot; {AGAIN}"
MEMORY = "; print(next(l.split()[1] for l in open('/proc/self/status') if l.startswith('VmRSS')))"


class Line(NamedTuple):
    """One line of the table: what was measured, ours, the reference, what that is."""

    what: str
    ours: float
    other: float
    unit: str
    reference: str

    def __str__(self) -> str:
        ratio = f"{self.ours / self.other:8.2f}"
        return (
            f"{self.what:34} {self.ours:9.2f} {self.unit:3} {self.other:9.2f} {self.unit:3} {ratio}  {self.reference}"
        )


def main() -> None:
    shelf = Library()
    knowledge = shelf.advisor.knowledge
    with tempfile.TemporaryDirectory() as state:
        lines = [*answering(shelf, knowledge), reloading(shelf), *starting(Path(state)), memory(Path(state))]
    head = f"{'':34} {'salarybot':>13} {'reference':>13} {'ratio':>8}"
    sys.stdout.write(
        "\n".join([f"{len(questions(knowledge)):,} questions, Python {sys.version.split()[0]}", head, *map(str, lines)])
    )
    sys.stdout.write("\n")


def questions(knowledge: Knowledge) -> list[str]:
    files = sorted((ROOT / "tests" / "questions").glob("*.yaml"))
    asked = [q["ask"] for file in files for q in yaml.safe_load(file.read_text(encoding="utf-8"))["questions"]]
    return [*asked, *(example for intent in knowledge.intents for example in intent.examples)]


def answering(shelf: Library, knowledge: Knowledge) -> list[Line]:
    examples = [example for intent in knowledge.intents for example in intent.examples]

    def naive(texts: str) -> object:
        return process.extractOne(texts, examples, scorer=fuzz.WRatio)

    texts = questions(knowledge)
    ours, other = durations(shelf.advisor.ask, texts), durations(naive, texts)
    reference = f"extractOne, WRatio, {len(examples):,} examples"
    return [
        Line("text to answer, p50", percentile(ours, 50), percentile(other, 50), "ms", reference),
        Line("text to answer, p99", percentile(ours, 99), percentile(other, 99), "ms", reference),
        Line("text to answer, longest", max(ours), max(other), "ms", reference),
    ]


def durations(answer: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Return milliseconds for each question, after a first round that does not count."""
    answer(texts[0])
    return [measured(lambda text=text: answer(text)) for text in texts]  # type: ignore[misc]


def measured(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def percentile(values: Sequence[float], rank: int) -> float:
    return statistics.quantiles(values, n=100)[rank - 1]


def best(action: Callable[[], object]) -> float:
    """Return the least of some runs: what else the machine does only ever adds."""
    return min(measured(action) for _ in range(ROUNDS))


def reloading(shelf: Library) -> Line:
    files = sorted(DEFAULT_FOLDER.rglob("*.yaml"))

    def read() -> None:
        for file in files:
            yaml.load(file.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - it is safe

    return Line("reload, checked", best(shelf.reload), best(read), "ms", "the same files through PyYAML alone")


def starting(state: Path) -> list[Line]:
    again, ready = (code.format(learned=state / "learned") for code in (AGAIN, BOT))
    python(again)
    bare = best(lambda: python("pass"))
    typer = best(lambda: python("import typer, pydantic, numpy, rapidfuzz, yaml"))
    question = ("-m", "bot", "ask", "--json", "google salary")
    return [
        Line("first import and load, whole process", best(lambda: python(LOADING)), bare, "ms", "bare interpreter"),
        Line("import and load, whole process", best(lambda: python(again)), bare, "ms", "bare interpreter"),
        Line("import and load, without Python", inside(again), inside("import numpy"), "ms", "import numpy"),
        Line(
            "`salarybot ask`, whole process",
            best(lambda: run(*question, state=state)),
            typer,
            "ms",
            "importing its libraries",
        ),
        Line(
            "bot ready to connect",
            best(lambda: python(ready)),
            best(lambda: python("import discord")),
            "ms",
            "import discord",
        ),
    ]


def inside(code: str) -> float:
    timed = f"import time; start = time.perf_counter(); {code}; print((time.perf_counter() - start) * 1000)"
    return min(float(python(timed)) for _ in range(ROUNDS))


def memory(state: Path) -> Line:
    discord = "import discord.ext.commands"
    ours, other = (int(python(code + MEMORY)) / 1024 for code in (BOT.format(learned=state / "learned"), discord))
    return Line("resident memory, idle bot", ours, other, "MiB", "import discord")


def python(code: str) -> str:
    return run("-W", "ignore", "-c", code)


def run(*args: str, state: Path | None = None) -> str:
    # Where no bytecode is written every start would compile the whole bot.
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own |= {} if state is None else {"SALARYBOT_STATE": str(state)}
    command = [sys.executable, *args]
    return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=True).stdout  # noqa: S603


if __name__ == "__main__":
    main()
