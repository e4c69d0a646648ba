"""Breaks knowledge bases by the thousand: `python -m tests.fuzz.knowledge --runs 10000 --seed 1`.

Each mutant is loaded by a living library in a worker process: it is taken whole or refused with file and line, within
2 seconds and 200 MiB, and a library that refused it answers as before. Most are made from a small base, cut from the
tests' own, some from the whole; the exit code is 1 if any of this does not hold. Runs on Linux.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests import knowledge_base
from tests.fuzz.worker import Outcome, Worker

# One in so many mutants is made from the whole knowledge base.
WHOLE = 25
MOST_SECONDS, MOST_MEMORY = 2.0, 200.0
PATIENCE = 30.0


@dataclass
class Tally:
    """What came of the mutants so far."""

    results: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    slowest: float = 0.0
    largest: float = 0.0

    def add(self, outcome: Outcome) -> None:
        self.results[outcome.result] += 1
        self.slowest = max(self.slowest, outcome.seconds)
        self.largest = max(self.largest, outcome.growth)
        wrong = outcome.wrong
        if outcome.seconds > MOST_SECONDS:
            wrong = f"{wrong} it took {outcome.seconds:.2f} s"
        if outcome.growth > MOST_MEMORY:
            wrong = f"{wrong} it took {outcome.growth:.0f} MiB"
        if wrong:
            self.violations.append(f"mutant {outcome.number} ({', '.join(outcome.done)}): {wrong.strip()}")
            print(self.violations[-1], flush=True)  # noqa: T201

    def __str__(self) -> str:
        counts = ", ".join(f"{result} {count:,}" for result, count in sorted(self.results.items()))
        return (
            f"{sum(self.results.values()):,} mutants: {counts}\n"
            f"slowest {self.slowest:.2f} s, most memory {self.largest:.0f} MiB, {len(self.violations):,} violations"
        )


def tally(numbers: range, seed: int) -> Tally:
    """Try the mutants of these numbers, in worker processes that are replaced where they die."""
    counted = Tally()
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        bases = (knowledge_base.small(Path(place) / "small"), knowledge_base.build(Path(place) / "whole"))
        for outcome in _outcomes(numbers, seed, bases):
            counted.add(outcome)
    return counted


def _outcomes(numbers: range, seed: int, bases: tuple[Path, Path]) -> Iterator[Outcome]:
    # The fit is small: threads would only get in each other's way. Read by numpy when a worker starts.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    spawn = multiprocessing.get_context("spawn")
    worker = Worker(spawn, bases)
    for number in numbers:
        outcome = worker.tried(number, seed, whole=number % WHOLE == WHOLE - 1, patience=PATIENCE)
        if outcome is None:
            outcome = Outcome(number, ("?",), "died", wrong=f"the process ended, or said nothing for {PATIENCE} s")
            worker = Worker(spawn, bases)
        yield outcome
    worker.stop()


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--first", type=int, default=0, help="the number of the first mutant, to try one again")
    options = asked.parse_args()
    start = time.monotonic()
    counted = tally(range(options.first, options.first + options.runs), options.seed)
    print(counted)  # noqa: T201
    print(f"{time.monotonic() - start:.0f} s, seed {options.seed}")  # noqa: T201
    return 1 if counted.violations else 0


if __name__ == "__main__":
    sys.exit(main())
