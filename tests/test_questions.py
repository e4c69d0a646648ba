"""Every question of tests/questions: the intent it is read as, what the answer says, and what it must never say."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.core.advisor import Advisor
from bot.core.markdown import markdown

FOLDER = Path(__file__).parent / "questions"


def _cases() -> list[Any]:
    cases = []
    for path in sorted(FOLDER.glob("*.yaml")):
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        cases += [pytest.param(table.get("intent"), q, id=f"{path.stem}: {q['ask']}") for q in table["questions"]]
    return cases


def _all_figures(advisor: Advisor) -> list[str]:
    values = [v for f in advisor.knowledge.figures for v in (f.value, f.low, f.high) if v is not None]
    return [f"{value:,.0f}" if value >= 1_000 else str(value) for value in (*values, 127_303)]


@pytest.mark.parametrize(("intent", "question"), _cases())
def test_question(advisor: Advisor, intent: str | None, question: dict[str, Any]) -> None:
    answer = advisor.ask(question["ask"])
    said = markdown(answer)
    statuses = question.get("status", "answered")
    assert answer.status in ([statuses] if isinstance(statuses, str) else statuses), said
    for part in question.get("says", []):
        assert part.casefold() in said.casefold(), said
    never = question.get("never", [])
    if never == "any figure":
        assert not answer.rows, said
        never = _all_figures(advisor)
    for part in never:
        assert part not in said, said
    if intent is not None and answer.status == "answered":
        assert answer.intent == intent, said
