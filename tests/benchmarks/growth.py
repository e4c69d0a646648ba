"""Measures what growth costs: `python -m tests.benchmarks.growth --data FOLDER [--questions FOLDER]`.

One table: the bot's own knowledge base with 1,000, 10,000 and 100,000 names more, and with 100, 1,000 and 10,000
examples. FOLDER holds real names of employers, titles and cities; without it they are invented (`grown` says which are
left out). Each line is measured in a fresh process, in wall time and (cpu) processor time. The questions: those of
tests/questions, and as many with names on file, with those names misspelled, and with words that nobody knows.
Right is what tests/test_questions.py says is right, and with --questions what the scorer in that folder says.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bot.core.advisor import Advisor
from bot.core.model.knowledge import Knowledge
from bot.core.model.validation import problems
from bot.core.nlu.autocomplete import Autocompleter
from bot.storage.knowledge.library import DEFAULT_FOLDER, load
from tests.benchmarks import grown
from tests.benchmarks.answering import questions
from tests.benchmarks.tasks import misspell
from tests.score_questions import read, score
from tests.test_questions import _cases, test_question

HEAD = (
    f"{'':28} {'question, ms':^31} {'index':^19} {'complete, ms':^23} {'right':^16}\n{'':28} {'p50':>7} {'p99':>7} "
    f"{'cpu p99':>7} {'longest':>7} {'s':>6} {'cpu s':>5} {'MiB':>6} {'p50':>7} {'p99':>7} {'cpu p99':>7} {'own':>7} "
    f"{'labeled':>8}\n"
)
ASKED = 400
FORMS = ("what does {} pay", "{} salary", "ml engineer at {}?", "google vs {}", "how much do {} engineers earn")


class Size(NamedTuple):
    """How far to grow: names, whether a tenth of them come with figures, and examples (all as they are for 0)."""

    names: int
    figures: bool = False
    examples: int = 0

    def __str__(self) -> str:
        if self.examples:
            return f"{self.examples:,} examples"
        with_figures = ", figures to 1/10" if self.figures else ""
        return f"{self.names:,} names{with_figures}" if self.names else "as it is"


SIZES = (
    Size(0),
    *(Size(names) for names in (1_000, 10_000, 100_000)),
    Size(100_000, figures=True),
    *(Size(0, examples=examples) for examples in (100, 1_000, 10_000)),
)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="What growth costs.")
    parser.add_argument("--data", type=Path, help="folder with real names; invented ones without it")
    parser.add_argument("--questions", type=Path, help="folder of labeled questions with their scorer")
    parser.add_argument("--one", type=int, help="measure one line only, as JSON")
    chosen = parser.parse_args(arguments)
    if chosen.one is not None:
        json.dump(measured(SIZES[chosen.one], chosen.data, chosen.questions), sys.stdout)
        return
    sys.stdout.write(HEAD)
    for n, size in enumerate(SIZES):
        command = [sys.executable, "-m", "tests.benchmarks.growth", *arguments, "--one", str(n)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        sys.stdout.write(_line(size, json.loads(done.stdout)))
        sys.stdout.flush()


def _line(size: Size, found: dict[str, float | None]) -> str:
    own, labeled = (f"{'-':>7}" if found[key] is None else f"{found[key]:7.1%}" for key in ("own", "labeled"))
    times = " ".join(f"{found[key]:7.2f}" for key in ("wall50", "wall99", "cpu99", "longest"))
    typed = " ".join(f"{found[key]:7.2f}" for key in ("typed50", "typed99", "typed_cpu99"))
    index = f"{found['index']:6.2f} {found['index_cpu']:5.2f} {found['memory']:6.0f}"
    return f"{size!s:28} {times} {index} {typed} {own} {labeled:>8}\n"


def measured(size: Size, data: Path | None, labeled: Path | None) -> dict[str, float | None]:
    """Grow, index, ask and complete; the memory is what the process holds with the index and one thing asked."""
    plain = load(DEFAULT_FOLDER)
    added = list(islice(grown.names(plain, data), size.names))
    knowledge = _grown(plain, added, size)
    assert not list(problems(knowledge))
    index, cpu, advisor = _indexed(knowledge)
    memory = _resident()
    own = questions(plain)[:ASKED]
    wall, used = _durations(advisor.ask, [*own, *_with_names(added, ASKED)])
    # Names without figures are not offered; here all of them have some.
    completer = Autocompleter(grown.with_companies(plain, added))
    typed, typed_used = _durations(completer.complete, list(_typed(added, ASKED)))
    result: dict[str, float | None] = {"index": index, "index_cpu": cpu, "memory": memory, "longest": max(wall)}
    result |= {"own": None, "labeled": None}
    for key, values in {"wall": wall, "cpu": used, "typed": typed, "typed_cpu": typed_used}.items():
        result |= {f"{key}50": float(np.percentile(values, 50)), f"{key}99": float(np.percentile(values, 99))}
    if not size.figures:
        # Companies with figures change what is right: another one may pay most.
        result["own"] = _right(advisor)
        result["labeled"] = score(advisor, read(labeled), labeled / "score.py")[1]["acc"] if labeled else None
    return result


def _grown(plain: Knowledge, added: list[grown.Name], size: Size) -> Knowledge:
    if size.examples:
        return grown.with_examples(plain, size.examples)
    with_figures = added[::10] if size.figures else []
    return grown.with_companies(
        grown.with_names(plain, [name for name in added if name not in set(with_figures)]), with_figures
    )


def _indexed(knowledge: Knowledge) -> tuple[float, float, Advisor]:
    """Index as the library does, out of the sight of the garbage collector."""
    gc.disable()
    start, cpu = time.perf_counter(), time.process_time()
    advisor = Advisor(knowledge)
    took = time.perf_counter() - start, time.process_time() - cpu
    gc.freeze()
    gc.enable()
    advisor.ask("google salary")
    return *took, advisor


def _durations(action: Callable[[str], object], texts: list[str]) -> tuple[list[float], list[float]]:
    """Return milliseconds of wall and of processor time for each text."""
    wall, cpu = [], []
    for one in texts:
        start, used = time.perf_counter(), time.thread_time()
        action(one)
        cpu.append((time.thread_time() - used) * 1000)
        wall.append((time.perf_counter() - start) * 1000)
    return wall, cpu


def _with_names(added: list[grown.Name], number: int) -> Iterator[str]:
    """Yield questions about names on file, about the same misspelled, and about what nobody knows."""
    rng = random.Random(2)  # noqa: S311 - noise, not secrets
    on_file = [name.name for name in added] or ["Netflix", "Goldman Sachs", "Software Engineer", "Berlin"]
    for n in range(number):
        form, name = FORMS[n % len(FORMS)], rng.choice(on_file).lower()
        strange = "".join(rng.choices("abcdefghiklmnoprstuvwyz", k=rng.randrange(4, 14)))
        yield from (form.format(name), form.format(misspell(f"{name}s", rng)), form.format(strange))


def _typed(added: list[grown.Name], number: int) -> Iterator[str]:
    """Yield beginnings of names, right and misspelled."""
    rng = random.Random(3)  # noqa: S311 - noise, not secrets
    on_file = [name.name for name in added] or ["Google", "Facebook", "machine learning engineer", "Glassdoor"]
    for _ in range(number):
        name = rng.choice(on_file).lower()
        yield from (name[: rng.randint(1, len(name))], misspell(f"{name}s", rng)[: rng.randint(2, len(name))])


def _right(advisor: Advisor) -> float:
    cases = _cases()
    return sum(_passes(advisor, *case.values) for case in cases) / len(cases)


def _passes(advisor: Advisor, *case: object) -> bool:
    try:
        test_question(advisor, *case)
    except AssertionError:
        return False
    return True


def _resident() -> float:
    """Return the MiB that this process holds."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    main(sys.argv[1:])
