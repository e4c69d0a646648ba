"""Measures how long each door takes for the worst kind of text, by its length: `python -m tests.fuzz.times`.

Milliseconds of processor time, nothing remembered from before, the best of some rounds for each text, the worst kind of
text for each door. The reference, in the last line, is what it takes to put a text in one case and to split it into
words ten times, at its worst kind: more than that nobody can read a text for nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial

from bot.core.advisor import Advisor
from bot.core.model.dialogue import DialogueState, Query
from bot.core.text import memo
from bot.core.text.normalization import WORD
from bot.storage.knowledge.library import Library
from tests.fuzz.hostile import KINDS, Kind
from tests.fuzz.payload import payload_of

BEFORE = DialogueState(query=Query(answer="pay", companies=("google",)))
LENGTHS = (200, 500, 1_000, 2_000, 4_000)
TEXTS, ROUNDS, SPLITS = 2, 4, 10


# Everything of an advisor that takes a text from somebody.
DOORS: dict[str, Callable[[Advisor, str], object]] = {
    "a question": payload_of,
    "a command": lambda advisor, text: payload_of(advisor, f"!salary {text}"),
    "a follow-up": lambda advisor, text: advisor.follow(text, BEFORE),
    "Check this pay": Advisor.pay_in,
    "an offer's fields": lambda advisor, text: advisor.answer(advisor.offer(text, text, text, text)),
    "completion": Advisor.complete,
    "the form of a question": Advisor.form,
}


def main() -> None:
    print(f"{'':26}" + "".join(f"{length:>9,}" for length in LENGTHS) + "  worst at")  # noqa: T201
    advisor = Library().advisor
    for name, door in {**DOORS, "reference": split}.items():
        way = partial(door, advisor)
        worst = [max((best(way, kind, length), what) for what, kind in KINDS.items()) for length in LENGTHS]
        print(f"{name:26}" + "".join(f"{value:9.2f}" for value, _ in worst) + f"  {worst[-1][1]}")  # noqa: T201


def split(advisor: Advisor, text: str) -> None:
    del advisor
    for _ in range(SPLITS):
        WORD.findall(text.casefold())


def best(door: Callable[[str], object], kind: Kind, length: int) -> float:
    """Return the worst of some texts, each in the best of some runs: what else the machine does only ever adds."""
    rng = random.Random(length)  # noqa: S311 - noise, not secrets
    return max(least(door, kind(length, rng)) for _ in range(TEXTS))


def least(door: Callable[[str], object], text: str) -> float:
    times = []
    for _ in range(ROUNDS):
        memo.forget()
        start = time.process_time()
        door(text)
        times.append((time.process_time() - start) * 1_000)
    return min(times)


if __name__ == "__main__":
    main()
