"""Reads labeled questions - the project's own, and a folder's that brings its scorer - and judges answers to them."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from bot.core.model.dialogue import Answer
from bot.core.render.markdown import message
from tests import reading
from tests.yaml_file import content_of

OWN = Path(__file__).parent.parent / "questions"
Outcome = Literal["right", "missed", "other", "wrong"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class Labeled(NamedTuple):
    """A question, whether it wants an answer, and what an answer to it is: right, missed, another answer, wrong."""

    text: str
    answerable: bool
    judge: Callable[[Answer], Outcome]


def own() -> list[Labeled]:
    """Return the questions of tests/questions, traps among them."""
    tables = [content_of(path) for path in sorted(OWN.glob("*.yaml"))]
    return [_of_own(question) for table in tables for question in table["questions"]]


def of_folder(folder: Path) -> list[Labeled]:
    """Return the questions of FOLDER/*.jsonl, judged by FOLDER/score.py."""
    judge = _scorer(folder).judge
    lines = (line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines())
    return [_of_folder(json.loads(line), judge) for line in lines if line.strip()]


def _of_own(question: dict[str, Any]) -> Labeled:
    statuses = question.get("status", "answered")
    wanted = {statuses} if isinstance(statuses, str) else set(statuses)
    answerable = bool(wanted & {"answered", "partial"}) and bool(question.get("says"))
    never = question.get("never", [])

    def judge(answer: Answer) -> Outcome:
        shown, behind = reading.message(answer), reading.everything(answer)
        if answer.rows if never == "any figure" else any(part in behind for part in never):
            return "wrong"
        answered = answer.status in ("answered", "partial")
        if not answerable:
            return "other" if answered and not wanted & {"answered", "partial"} else "right"
        right = answered and all(part.casefold() in shown.casefold() for part in question["says"])
        return "right" if right else "other" if answered else "missed"

    return Labeled(question["ask"], answerable, judge)


def _of_folder(question: dict[str, Any], score: Callable[..., dict[str, Any]]) -> Labeled:
    def judge(answer: Answer) -> Outcome:
        result = score(question, {"status": answer.status, "text": message(answer)})
        if result["wrong_figure"]:
            return "wrong"
        if result["right"]:
            return "right"
        return "other" if answer.status in ("answered", "partial") else "missed"

    # A noised copy of another question is no clean one, to make noisy copies of.
    clean = not question["origin"].startswith("noised")
    return Labeled(question["q"], clean and question["class"] in ("answerable", "partial"), judge)


def _scorer(folder: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def several(folders: list[str]) -> Iterator[tuple[str, list[Labeled]]]:
    """Yield (name, questions) of the project's own list and of each folder."""
    yield "own questions", own()
    for folder in folders:
        yield folder, of_folder(Path(folder))
