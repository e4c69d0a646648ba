"""Measures what confidence is worth: `python -m tests.benchmarks.reliability [FOLDER ...]`, answers by confidence.

Asked are the labeled questions, traps among them, and seeded noisy copies of each; counted are the answers given, and
how many of them were right. A question that wants no answer counts as wrong wherever one was given.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from itertools import pairwise

from bot.core.advisor import Advisor
from bot.storage.knowledge.library import Library
from tests.benchmarks import labeled
from tests.benchmarks.noise import copies

COPIES = 20
EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 1.01)
SURE, LEAST = 0.9, 0.995
# The whole table sums up; the sure ones are what a listed channel gets to hear.
Table = dict[float, Counter[str]]


def measure(advisor: Advisor, questions: list[labeled.Labeled], count: int) -> Table:
    """Count the outcomes of the answers given, by the lower edge of the bin that their confidence falls in."""
    table: Table = defaultdict(Counter)
    for question in questions:
        for text in (question.text, *(noisy for _, noisy in copies(question.text, count))):
            answer = advisor.ask(text)
            if answer.status in ("answered", "partial"):
                edge = max(edge for edge in EDGES if edge <= answer.confidence)
                table[edge][question.judge(answer)] += 1
    return table


def share_right(table: Table) -> float:
    """Return the share of right ones among the answers that were sure."""
    sure = sum((counts for edge, counts in table.items() if edge >= SURE), Counter[str]())
    return sure["right"] / max(sure.total(), 1)


def main(folders: list[str]) -> int:
    advisor, enough = Library().advisor, True
    for name, questions in labeled.several(folders):
        table = measure(advisor, questions, COPIES)
        print(f"{name}: confidence, answers, right, other, wrong")  # noqa: T201
        for low, high in pairwise(EDGES):
            counts = table.get(low, Counter())
            right = f"{counts['right'] / counts.total():8.2%}" if counts else " " * 8
            row = f"  {low:.1f}-{min(high, 1):.1f} {counts.total():7,} {right} {counts['other']:5} {counts['wrong']:5}"
            print(row)  # noqa: T201
        enough = enough and share_right(table) >= LEAST
        print(f"  from {SURE} on {share_right(table):.2%} right, wanted {LEAST:.1%}")  # noqa: T201
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
