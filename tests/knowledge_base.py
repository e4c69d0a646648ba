"""The knowledge base that the tests run on: facts and names of its own, in the language of the one that is shipped.

tests/knowledge/ holds the companies, roles, sources, topics, names without figures, levels, skills, fields and groups;
intents, the other words of the vocabulary and the word lists come from knowledge/; datasets do not. So companies,
roles, levels, sources, topics and datasets can be added to knowledge/ and no test has to change, while a way of asking
that is taught there is tested.
"""

from __future__ import annotations

import shutil
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from bot.storage.knowledge.library import DEFAULT_FOLDER

FACTS = Path(__file__).parent / "knowledge"
# What the small knowledge base keeps of the long lists, by field; and of the English words.
SHORT = {"examples": 3, "filler": 60, "names": 4, "points": 2}
ENGLISH = 400


def build(folder: Path, shipped: Path = DEFAULT_FOLDER) -> Path:
    """Write the tests' knowledge base into a new folder and return it."""
    shutil.copytree(shipped, folder, ignore=shutil.ignore_patterns("datasets"))
    for part in FACTS.iterdir():
        if part.is_dir():
            shutil.rmtree(folder / part.name, ignore_errors=True)
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


def small(folder: Path) -> Path:
    """Write a knowledge base cut from the tests' own into a new folder and return it.

    It has everything a knowledge base needs, and little of each: it is read and indexed in an eighth of the time.
    """
    build(folder)
    shutil.rmtree(folder / "schema")
    (folder / "README.md").unlink()
    english = (folder / "english.txt").read_text(encoding="utf-8").splitlines()
    (folder / "english.txt").write_text("\n".join(english[:ENGLISH]) + "\n", encoding="utf-8")
    for file in folder.rglob("*.yaml"):
        content = _read(file)
        long = {name for name, most in SHORT.items() if len(content.get(name, ())) > most}
        if long and file.parent.name != "topics":
            _write(file, content | {name: _first(content[name], SHORT[name]) for name in long})
    return folder


def _first(entries: Any, most: int) -> Any:
    return dict(islice(entries.items(), most)) if isinstance(entries, dict) else entries[:most]


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return content


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True), encoding="utf-8")
