"""Measures the worst time from text to Discord's payload by length and kind of text: `python -m tests.fuzz.times`.

Milliseconds of processor time, the best of some rounds for each text, the worst text of each kind. The last line is the
worst of all; where work grows with the length and no faster, a column is at most twice the one before it.
"""

from __future__ import annotations

import random
import time

from bot.core.advisor import Advisor
from bot.storage.knowledge.library import Library
from tests.fuzz.hostile import KINDS, Kind
from tests.fuzz.payload import payload_of

LENGTHS = (200, 250, 500, 1_000, 2_000, 4_000)
TEXTS, ROUNDS = 3, 4


def main() -> None:
    advisor = Library().advisor
    print(f"{'':30}" + "".join(f"{length:>9,}" for length in LENGTHS))  # noqa: T201
    worst = [0.0] * len(LENGTHS)
    for name, kind in KINDS.items():
        times = [measured(advisor, kind, length) for length in LENGTHS]
        worst = list(map(max, worst, times))
        print(line(name, times))  # noqa: T201
    print(line("worst", worst))  # noqa: T201


def measured(advisor: Advisor, kind: Kind, length: int) -> float:
    rng = random.Random(length)  # noqa: S311 - noise, not secrets
    return max(best(advisor, kind(length, rng)) for _ in range(TEXTS))


def best(advisor: Advisor, said: str) -> float:
    """Return the least of some runs in milliseconds: what else the machine does only ever adds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        payload_of(advisor, said)
        times.append((time.process_time() - start) * 1_000)
    return min(times)


def line(name: str, times: list[float]) -> str:
    return f"{name:30}" + "".join(f"{value:9.2f}" for value in times)


if __name__ == "__main__":
    main()
