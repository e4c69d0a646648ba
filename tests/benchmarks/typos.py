"""Measures what typos cost: `python -m tests.benchmarks.typos [COPIES] [FOLDER ...]`, noisy copies of each.

Each copy has one slip of one kind (`noise`), and is judged by the label of the clean question: right, missed (asked
back, or silent), another answer than the one wanted, or wrong (a figure it must never say).
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict

from bot.core.advisor import Advisor
from bot.storage.knowledge.library import Library
from tests.benchmarks import labeled
from tests.benchmarks.noise import copies

COPIES = 20
# Of the right answers no more may be lost to a slip than this share of all.
MOST_LOST = 0.03


def measure(advisor: Advisor, questions: list[labeled.Labeled], count: int) -> dict[str, Counter[str]]:
    """Count the outcomes of the clean questions that want an answer, of each kind of noise, and of all noisy copies."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for question in questions:
        if question.answerable:
            counts["clean"][question.judge(advisor.ask(question.text))] += 1
            for kind, noisy in copies(question.text, count):
                counts[kind][outcome := question.judge(advisor.ask(noisy))] += 1
                counts["noisy"][outcome] += 1
    return counts


def passes(counts: dict[str, Counter[str]]) -> bool:
    """Whether slips cost no more than they may, and bring no wrong figure that was not there before."""
    right, wrong = ({k: counts[k][o] / counts[k].total() for k in ("clean", "noisy")} for o in ("right", "wrong"))
    return right["clean"] - right["noisy"] <= MOST_LOST and wrong["noisy"] <= wrong["clean"]


def main(count: int, folders: list[str]) -> int:
    advisor, passed = Library().advisor, True
    for name, questions in labeled.several(folders):
        print(name)  # noqa: T201
        counts = measure(advisor, questions, count)
        passed = passed and passes(counts)
        for kind, outcomes in counts.items():
            shares = " ".join(
                f"{outcome} {n / outcomes.total():7.2%}" for outcome in labeled.OUTCOMES for n in [outcomes[outcome]]
            )
            print(f"  {kind:7} {outcomes.total():6,}  {shares}")  # noqa: T201
    print("passed" if passed else "FAILED")  # noqa: T201
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else COPIES, sys.argv[2:]))
