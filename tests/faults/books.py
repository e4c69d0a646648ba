"""The knowledge and the questions that runs with faults use."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.charts.renderer import ChartRenderer
from bot.storage.knowledge.library import Library
from tests import knowledge_base
from tests.faults.judging import Books
from tests.yaml_file import content_of

QUESTIONS = Path(__file__).parent.parent / "questions"


def made(folder: Path) -> Books:
    """Write a second knowledge base with other figures and a broken one into `folder`, and read what can be read."""
    base = knowledge_base.build(folder / "base")
    other, broken = (Path(shutil.copytree(base, folder / name)) for name in ("other", "broken"))
    for company in (other / "companies").glob("*.yaml"):
        text = company.read_text(encoding="utf-8")
        company.write_text(text.replace("low: 72000", "low: 72001"), encoding="utf-8")
    (broken / "sources.yaml").write_text("sources: [\n", encoding="utf-8")
    library = Library(base)
    return Books(library, library.advisor, (base, other), Library(other).advisor, broken, ChartRenderer())


def texts() -> list[str]:
    """Return the questions of the question files, in one fixed order."""
    files = [content_of(path) for path in sorted(QUESTIONS.glob("*.yaml"))]
    return [question["ask"] for file in files for question in file["questions"]]
