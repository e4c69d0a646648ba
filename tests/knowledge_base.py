"""The knowledge base that the tests run on: facts and names of its own, in the language of the one that is shipped.

tests/knowledge/ holds companies, roles, sources, topics, names without figures, levels, skills, fields and groups, frozen;
intents, words of the vocabulary and word lists come from knowledge/. So a company, a role, a level or a topic can be
added there without a test that knows of it, and a way of asking is tested where it is taught.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from bot.storage.knowledge.library import DEFAULT_FOLDER

FROZEN = Path(__file__).parent / "knowledge"


def build(folder: Path) -> Path:
    """Write the tests' knowledge base into a new folder and return it."""
    shutil.copytree(DEFAULT_FOLDER, folder)
    for frozen in FROZEN.iterdir():
        if frozen.is_dir():
            shutil.rmtree(folder / frozen.name)
            shutil.copytree(frozen, folder / frozen.name)
    shutil.copy(FROZEN / "sources.yaml", folder)
    words = {**_read(DEFAULT_FOLDER / "vocabulary.yaml"), **_read(FROZEN / "vocabulary.yaml")}
    _write(folder / "vocabulary.yaml", words)
    topics, roles = ({path.stem for path in (FROZEN / name).iterdir()} for name in ("topics", "roles"))
    for path in (folder / "intents").iterdir():
        intent = _read(path)
        about = [role for role in intent.get("about", ()) if role in roles]
        if intent.get("topic", "") not in {"", *topics}:
            path.unlink()
        elif about != intent.get("about", []):
            _write(path, {**intent, "about": about})
    return folder


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)  # noqa: S506 - it is safe
    return content


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
