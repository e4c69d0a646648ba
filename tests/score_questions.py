"""Scores the bot on labeled question files with their scorer: `python tests/score_questions.py FOLDER [--bars]`.

FOLDER holds *.jsonl files of questions and score.py. The questions are split in two by a hash of their text: the words
and rules were tuned on one half, the other one checks that nothing was learned by heart. With --bars it exits 1 below
the thresholds, and where the halves lie too far apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.core.advisor import Advisor
from bot.core.render.markdown import message
from bot.storage.knowledge.library import Library

# Five in a hundred told instead of refused are wanted; three labels more want a refusal for a company on file in
# another country, or a role on file beside one that is not, which the labeling rules call partial.
BARS = {"overall": 0.97, "wrong figures": 0.003, "false answers": 0.01, "told instead of refused": 0.065}
# Questions that were written or collected after the code they were first tried on: no halves, none was tuned on alone.
FRESH_BARS = {"overall": 0.93, "wrong figures": 0.0, "false answers": 0.02, "told instead of refused": 0.05}
REFUSED = frozenset({"not_covered", "off_topic"})
HALVES = ("tuning", "check")
WIDEST_GAP = 0.03
Questions = dict[str, list[dict[str, Any]]]


def half_of(question: str) -> str:
    """Return the half that a question belongs to: the same one for ever, whatever else is in its file.

    >>> half_of("google ml salary"), half_of("apple ml salary")
    ('tuning', 'check')
    """
    return HALVES[zlib.crc32(question.encode()) % 2]


def read(folder: Path) -> Questions:
    """Return the questions of each file."""
    return {
        path.name: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        for path in sorted(folder.glob("*.jsonl"))
    }


def only(questions: Questions, wanted: Callable[[str], bool]) -> Questions:
    """Return the questions whose text is wanted."""
    return {name: [one for one in ones if wanted(one["q"])] for name, ones in questions.items()}


def score(advisor: Advisor, questions: Questions, scorer: Path) -> tuple[str, dict[str, Any]]:
    """Ask the questions, and return the scorer's table and its numbers.

    Among them is `told`: how many questions got an answer, a partial one included, where a refusal is wanted.
    """
    answered = 0
    with tempfile.TemporaryDirectory() as temporary:
        pairs: list[str] = []
        for name, ones in questions.items():
            answers = [advisor.ask(one["q"]) for one in ones]
            asked, answers_file = Path(temporary) / name, Path(temporary) / f"said-{name}"
            asked.write_text(_lines(ones), encoding="utf-8")
            answers_file.write_text(
                _lines([{"status": a.status, "text": message(a)} for a in answers]), encoding="utf-8"
            )
            pairs += [str(asked), str(answers_file)]
            refusals = [a for one, a in zip(ones, answers, strict=True) if one["class"] in REFUSED]
            answered += sum(a.status in ("answered", "partial") for a in refusals)
        command = [sys.executable, str(scorer), *pairs]
        table = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
        numbers = subprocess.run([*command, "--json"], check=True, capture_output=True, text=True).stdout  # noqa: S603
    return table, {**json.loads(numbers)["overall"], "told": answered}


def main(folder: Path, *, bars: bool) -> int:
    advisor, questions, scorer = Library().advisor, read(folder), folder / "score.py"
    table, overall = score(advisor, questions, scorer)
    shares = {}
    for half in HALVES:
        _, numbers = score(advisor, only(questions, lambda q, half=half: half_of(q) == half), scorer)  # type: ignore[misc]
        shares[half] = numbers["acc"]
        table += f"{half} half: {numbers['right']} of {numbers['n']} right, {numbers['acc']:.1%}\n"
    reached = _reached(overall)
    gap = abs(shares["tuning"] - shares["check"])
    passed = _passes(reached, BARS) and gap <= WIDEST_GAP
    print(table)  # noqa: T201
    verdict = "passed" if passed else "FAILED"
    print(f"reached {reached}, gap between the halves {gap:.3f}; bars {BARS}, gap {WIDEST_GAP}: {verdict}")  # noqa: T201
    if (folder / "fresh").is_dir():
        table, overall = score(advisor, read(folder / "fresh"), scorer)
        reached = _reached(overall)
        passed = passed and _passes(reached, FRESH_BARS)
        verdict = "passed" if _passes(reached, FRESH_BARS) else "FAILED"
        print(table)  # noqa: T201
        print(f"fresh: reached {reached}; bars {FRESH_BARS}: {verdict}")  # noqa: T201
    return 0 if passed or not bars else 1


def _reached(overall: dict[str, Any]) -> dict[str, float]:
    return {
        "overall": overall["acc"],
        "wrong figures": overall["wrong_figures"] / overall["n"],
        "false answers": overall["false_answers"] / max(overall["want_refusal"], 1),
        "told instead of refused": overall["told"] / max(overall["want_refusal"], 1),
    }


def _passes(reached: dict[str, float], bars: dict[str, float]) -> bool:
    return reached["overall"] >= bars["overall"] and all(
        reached[key] <= bar for key, bar in bars.items() if key != "overall"
    )


def _lines(objects: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(one) + "\n" for one in objects)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), bars="--bars" in sys.argv))
