"""Measures what typos cost: `python -m tests.benchmarks.typos [COPIES]` asks each question of tests/questions misspelt.

One or two slips a copy, seeded: letters swapped, dropped, doubled or hit beside, a space lost, capitals, an emoji. One
is right when the answer says what the clean one has to say, and wrong when it says a figure it must never say.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from bot.core.advisor import Advisor
from bot.core.markdown import markdown
from bot.storage.library import Library

QUESTIONS = Path(__file__).parent.parent / "questions"
BESIDE = {a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in zip(row, row[1:] + row[-2], strict=True)}
EMOJI = ("\U0001f525", "\U0001f62d", "\U0001f64f")


def noisy(text: str, rng: random.Random) -> str:
    """Return the text with one or two slips of one kind or another."""
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(text) - 1)
        kind = rng.choice(("swap", "drop", "double", "beside", "space", "upper", "emoji"))
        if kind == "swap":
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        elif kind == "drop":
            text = text[:at] + text[at + 1 :]
        elif kind == "double":
            text = text[: at + 1] + text[at:]
        elif kind == "beside":
            text = text[:at] + BESIDE.get(text[at].lower(), text[at]) + text[at + 1 :]
        elif kind == "space":
            text = text.replace(" ", "", 1) if rng.random() < 1 / 2 else "".join(text.rsplit(" ", 1))
        elif kind == "upper":
            text = text.upper()
        else:
            text = f"{text} {rng.choice(EMOJI)}"
    return text


def outcome(advisor: Advisor, asked: str, question: dict[str, Any]) -> str:
    """Say whether an answer is right, wrong (a figure it must never say) or missed (asked back, or silent)."""
    said = markdown(advisor.ask(asked))
    if any(part in said for part in question.get("never", [])):
        return "wrong"
    return "right" if all(part.casefold() in said.casefold() for part in question["says"]) else "missed"


def main(copies: int) -> None:
    advisor, rng = Library().advisor, random.Random(1)  # noqa: S311 - noise, not secrets
    tables = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(QUESTIONS.glob("*.yaml"))]
    questions = [q for table in tables for q in table["questions"] if q.get("says") and q.get("never") != "any figure"]
    clean = Counter(outcome(advisor, q["ask"], q) for q in questions)
    misspelt = Counter(outcome(advisor, noisy(q["ask"], rng), q) for q in questions for _ in range(copies))
    for name, counts in (("clean", clean), ("misspelt", misspelt)):
        total = sum(counts.values())
        shares = ", ".join(f"{kind} {counts[kind] / total:.1%}" for kind in ("right", "missed", "wrong"))
        print(f"{name}: {total:,} questions, {shares}")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
