"""Measures a reload under load: `python -m tests.benchmarks.reloading --names 20000`.

The knowledge base is grown to so many names, a tenth of them companies with figures. While a worker thread reloads it,
time after time, the event loop answers questions and a ticker measures for how long the loop was held. Each answer has
to be that of the base before or after the reload, and none of the base before once the new one has answered.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import yaml

from bot.chat.presentation.message import message_of
from bot.core.advisor import Advisor
from bot.core.model.dialogue import Answer
from bot.core.model.knowledge import names_of, recognized_names
from bot.storage.knowledge.library import DEFAULT_FOLDER, Library, load

RELOADS = 3
TICK = 0.001
A_FILE = 2_000
GOOGLE = "companies/google.yaml"
QUESTIONS = ("google salary", "google vs amazon", "who pays most?", "senior mle pay", "what does gooogle pay?", "hello")
SYLLABLES = [first + second for first in "bcdfghklmnprst" for second in ("a", "e", "i", "or", "um")]


@dataclass
class Watch:
    """What was seen in the event loop while the library reloaded."""

    held: list[float] = field(default_factory=list)
    answers: list[tuple[str, Answer]] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    wrong: int = 0

    def __str__(self) -> str:
        ordered = sorted(self.held)
        held = {"p50": statistics.median(ordered), "p99": ordered[len(ordered) * 99 // 100], "longest": ordered[-1]}
        line = ", ".join(f"{name} {value * 1000:.1f} ms" for name, value in held.items())
        return (
            f"event loop held: {line} ({len(ordered):,} ticks)\n"
            f"reload: {', '.join(f'{seconds:.2f} s' for seconds in self.took)}\n"
            f"answered meanwhile: {len(self.answers):,}, {self.wrong:,} of them from neither base"
        )


def grown(folder: Path, names: int) -> Path:
    """Write the bot's own knowledge base with many more names in it."""
    shutil.copytree(DEFAULT_FOLDER, folder)
    fresh = [name for name, _ in zip(_names(_taken(folder)), range(names), strict=False)]
    companies, others = fresh[: names // 10], fresh[names // 10 :]
    for n, name in enumerate(companies):
        (folder / f"companies/grown_{n}.yaml").write_text(_company(f"grown_{n}", name, n), encoding="utf-8")
    for start in range(0, len(others), A_FILE):
        listed = {"kind": "company", "names": {name: [] for name in others[start : start + A_FILE]}}
        (folder / f"recognized/grown_{start}.yaml").write_text(yaml.safe_dump(listed), encoding="utf-8")
    return folder


def _taken(folder: Path) -> set[str]:
    knowledge = load(folder)
    names = {alias.casefold() for _, _, alias, _ in (*names_of(knowledge), *recognized_names(knowledge))}
    return names | set(knowledge.english)


def _names(taken: set[str]) -> Iterator[str]:
    rng = random.Random(1)  # noqa: S311 - noise, not secrets
    while True:
        name = " ".join(
            "".join(rng.choices(SYLLABLES, k=rng.choice((3, 4)))).title() for _ in range(rng.choice((1, 2)))
        )
        if name.casefold() not in taken:
            taken.add(name.casefold())
            yield name


def _company(key: str, name: str, n: int) -> str:
    figure = {"id": f"{key}.range", "basis": "range", "company": key, "low": 90_000 + n, "high": 200_000 + n}
    figure |= {
        "source": "not_stated",
        "section": "Popular Employers and Their Average Machine Learning Engineer Salary",
    }
    return str(yaml.safe_dump({"id": key, "name": name, "figures": [figure]}, sort_keys=False))


async def watched(shelf: Library) -> Watch:
    """Reload some times, with another figure each time, and watch the event loop."""
    watch, ended = Watch(), asyncio.Event()
    at_work = [asyncio.create_task(_tick(watch, ended)), asyncio.create_task(_ask(shelf, watch, ended))]
    bases, starts = [await asyncio.to_thread(_answers, shelf.advisor)], []
    for n in range(RELOADS):
        await asyncio.to_thread(_alter, shelf.folder, n)
        starts.append(len(watch.answers))
        start = time.perf_counter()
        assert (await asyncio.to_thread(shelf.reload)).altered
        watch.took.append(time.perf_counter() - start)
        bases.append(await asyncio.to_thread(_answers, shelf.advisor))
    await asyncio.sleep(0.5)  # what a reload leaves behind may hold the loop after it
    ended.set()
    await asyncio.gather(*at_work)
    for n, (first, last) in enumerate(pairwise([*starts, len(watch.answers)])):
        watch.wrong += _mixed(watch.answers[first:last], bases[n], bases[n + 1])
    return watch


def _alter(folder: Path, n: int) -> None:
    content = (folder / GOOGLE).read_text(encoding="utf-8")
    (folder / GOOGLE).write_text(content.replace(f"{72_000 + n}", f"{72_001 + n}"), encoding="utf-8")


async def _tick(watch: Watch, ended: asyncio.Event) -> None:
    while not ended.is_set():
        start = time.perf_counter()
        await asyncio.sleep(TICK)
        watch.held.append(time.perf_counter() - start - TICK)


async def _ask(shelf: Library, watch: Watch, ended: asyncio.Event) -> None:
    while not ended.is_set():
        for question in QUESTIONS:
            watch.answers.append((question, shelf.advisor.ask(question)))
            message_of(watch.answers[-1][1])
            await asyncio.sleep(TICK)


def _answers(advisor: Advisor) -> dict[str, Answer]:
    return {question: advisor.ask(question) for question in QUESTIONS}


def _mixed(answers: list[tuple[str, Answer]], before: dict[str, Answer], after: dict[str, Answer]) -> int:
    """Count the answers that are of neither base, or of the old one after the new one."""
    wrong, switched = 0, False
    for question, answer in answers:
        old, new = answer == before[question], answer == after[question]
        switched = switched or not old
        wrong += not (new or (old and not switched))
    return wrong


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--names", type=int, default=20_000)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        shelf = Library(grown(Path(place) / "knowledge", options.names))
        print(asyncio.run(watched(shelf)))  # noqa: T201


if __name__ == "__main__":
    main()
