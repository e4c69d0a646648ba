"""Scores the bot on labelled question files with their scorer: `python tests/score_questions.py FOLDER [--bars]`.

FOLDER holds *.jsonl files of questions and score.py. With --bars it exits 1 below the thresholds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot.core.advisor import Advisor
from bot.core.markdown import markdown
from bot.storage.library import Library

BARS = {"overall": 0.96, "wrong figures": 0.003, "false answers": 0.01}


def main(folder: Path, *, bars: bool) -> int:
    table, report = scored(Library().advisor, folder)
    print(table)  # noqa: T201
    overall = report["overall"]
    reached = {
        "overall": overall["acc"],
        "wrong figures": overall["wrong_figures"] / overall["n"],
        "false answers": overall["false_answers"] / max(overall["want_refusal"], 1),
    }
    passed = reached["overall"] >= BARS["overall"] and all(
        reached[key] <= BARS[key] for key in ("wrong figures", "false answers")
    )
    print(f"reached {reached}; bars {BARS}: {'passed' if passed else 'FAILED'}")  # noqa: T201
    return 0 if passed or not bars else 1


def scored(advisor: Advisor, folder: Path) -> tuple[str, dict[str, Any]]:
    """Return what the scorer says of the answers: its table, and its numbers."""
    with tempfile.TemporaryDirectory() as temporary:
        pairs: list[str] = []
        for path in sorted(folder.glob("*.jsonl")):
            out = Path(temporary) / path.name
            lines = [json.loads(line)["q"] for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
            answers = [advisor.ask(line) for line in lines]
            told = [json.dumps({"status": answer.status, "text": markdown(answer)}) for answer in answers]
            out.write_text("\n".join(told) + "\n", encoding="utf-8")
            pairs += [str(path), str(out)]
        score = [sys.executable, str(folder / "score.py"), *pairs]
        table = subprocess.run(score, check=True, capture_output=True, text=True).stdout  # noqa: S603
        report = subprocess.run([*score, "--json"], check=True, capture_output=True, text=True).stdout  # noqa: S603
    return table, json.loads(report)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), bars="--bars" in sys.argv))
