"""The knowledge base that the tests run on: facts and names of its own, in the language of the one that is shipped.

tests/knowledge/ holds the companies, roles, sources, topics, names without figures, levels, skills, fields and groups;
intents, the other words of the vocabulary and the word lists come from knowledge/. So companies, roles, levels, sources
and topics can be added to knowledge/ and no test has to change, while a way of asking that is taught there is tested.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from bot.storage.knowledge.library import DEFAULT_FOLDER

FACTS = Path(__file__).parent / "knowledge"


def build(folder: Path, shipped: Path = DEFAULT_FOLDER) -> Path:
    """Write the tests' knowledge base into a new folder and return it."""
    shutil.copytree(shipped, folder)
    for part in FACTS.iterdir():
        if part.is_dir():
            shutil.rmtree(folder / part.name)
            shutil.copytree(part, folder / part.name)
    for name in ("about.yaml", "sources.yaml"):
        shutil.copy(FACTS / name, folder)
    words = {**_read(shipped / "vocabulary.yaml"), **_read(FACTS / "vocabulary.yaml")}
    _write(folder / "vocabulary.yaml", words)
    topics, roles = ({path.stem for path in (FACTS / name).iterdir()} for name in ("topics", "roles"))
    for path in (folder / "intents").iterdir():
        intent = _read(path)
        about = [role for role in intent.get("about", ()) if role in roles]
        if intent.get("topic", "") not in {"", *topics}:
            path.unlink()
        elif about != intent.get("about", []):
            _write(path, {**intent, "about": about})
    return folder


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return content


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
