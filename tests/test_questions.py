"""Every question of tests/questions: the intent it is read as, what its message says, and what it must never say.

What is asked for `says` the message; sums, headings and the like are among its `details`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.core.advisor import Advisor
from bot.core.text import normalization
from tests.reading import everything, message
from tests.yaml_file import content_of

FOLDER = Path(__file__).parent / "questions"


def _cases() -> list[Any]:
    cases = []
    for path in sorted(FOLDER.glob("*.yaml")):
        table = content_of(path)
        cases += [pytest.param(table.get("intent"), q, id=f"{path.stem}: {q['ask']}") for q in table["questions"]]
    return cases


def _all_figures(advisor: Advisor) -> list[str]:
    values = [v for f in advisor.knowledge.figures for v in (f.value, f.low, f.high) if v is not None]
    return [f"{value:,.0f}" if value >= 1_000 else str(value) for value in (*values, 127_303)]


@pytest.mark.parametrize(("intent", "question"), _cases())
def test_question(advisor: Advisor, intent: str | None, question: dict[str, Any]) -> None:
    answer = advisor.ask(question["ask"])
    text, behind = message(answer), everything(answer)
    statuses = question.get("status", "answered")
    assert answer.status in ([statuses] if isinstance(statuses, str) else statuses), text
    for part in question.get("says", []):
        assert part.casefold() in text.casefold(), text
    for part in question.get("details", []):
        assert part.casefold() in behind.casefold(), behind
    never = question.get("never", [])
    if never == "any figure":
        assert not answer.rows, text
        never = _all_figures(advisor)
    for part in never:
        assert part not in behind, behind
    if intent is not None and answer.status == "answered":
        assert answer.intent == intent, text


def test_no_labeled_question_was_copied(advisor: Advisor) -> None:
    """Labeled questions beside the checkout are for scoring; phrases of up to four words are everybody's."""
    folder = FOLDER.parent.parent.parent / "shared" / "questions"
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        pytest.skip("no labeled questions beside this checkout")
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    labeled = {" ".join(normalization.words(json.loads(line)["q"])) for line in lines}
    examples = [
        " ".join(normalization.words(example)) for intent in advisor.knowledge.intents for example in intent.examples
    ]
    own = [" ".join(normalization.words(case.values[1]["ask"])) for case in _cases()]
    copied = [text for text in labeled if len(text.split()) > 4 and any(text in mine for mine in (*examples, *own))]
    assert not copied
