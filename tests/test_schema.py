"""The JSON Schemas of the knowledge files: written down, referred to by each file, and of one mind with the loader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.model.knowledge import Company
from bot.storage.knowledge import yaml_schema
from bot.storage.knowledge.library import DEFAULT_FOLDER

FILES = sorted(path.relative_to(DEFAULT_FOLDER) for path in DEFAULT_FOLDER.rglob("*.yaml"))
KINDS = {
    "companies": "company",
    "intents": "intent",
    "recognized": "recognized",
    "roles": "role",
    "topics": "topic",
}


# What of a schema the bot decides; the rest is how the pydantic that is installed puts it.
OWN = ("additionalProperties", "const", "description", "enum", "required")


def own(schema: Any) -> Iterator[str]:
    """Yield what the bot decides of a yaml_schema."""
    if isinstance(schema, dict):
        yield from (f"{key}: {schema[key]}" for key in OWN if not isinstance(schema.get(key, {}), dict))
        yield from (f"{key}: {sorted(schema[key])}" for key in ("$defs", "properties") if key in schema)
    if isinstance(schema, dict | list):
        for part in schema.values() if isinstance(schema, dict) else schema:
            yield from own(part)


@pytest.mark.parametrize("kind", tuple(yaml_schema.kinds()))
def test_the_schema_on_file_is_up_to_date(kind: str) -> None:
    written = json.loads((DEFAULT_FOLDER / "schema" / f"{kind}.json").read_text(encoding="utf-8"))
    assert sorted(own(written)) == sorted(own(yaml_schema.json_schema(kind))), "run `salarybot schema`"


def test_there_is_a_schema_for_each_kind_and_no_other() -> None:
    assert {path.name for path in (DEFAULT_FOLDER / "schema").iterdir()} == {
        f"{kind}.json" for kind in yaml_schema.kinds()
    }


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_knowledge_file_opens_with_its_schema(file: Path) -> None:
    folder = file.parts[0] if len(file.parts) > 1 else ""
    kind = f"{folder}_{file.stem}" if folder in {"datasets", "words"} else KINDS.get(folder, file.stem)
    first = (DEFAULT_FOLDER / file).read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={'../' * (len(file.parts) - 1)}schema/{kind}.json"


@pytest.mark.parametrize("kind", tuple(yaml_schema.kinds()))
def test_a_schema_refuses_unknown_fields_wherever_the_loader_does(kind: str) -> None:
    schema = yaml_schema.json_schema(kind)
    for part in (schema, *schema.get("$defs", {}).values()):
        assert part["additionalProperties"] is False
        assert set(part.get("required", ())) <= set(part["properties"])


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("id: a\nname: A\nfigures: {}\n", "figures: has to be a list"),
        ("id: a\nname: 5\nfigures: []\n", "name: has to be text; put it in quotes"),
        ("id: a\nname: A\nfigures: [5]\n", "figures.0: has to be a mapping"),
        ("id: a\nname: A\nfigures: []\naliases: [b, null]\n", "aliases.1: has to be text"),
        ("id: a\nname: ~\nfigures: []\n", "name: has to be text"),
        ("? [a]\n: b\n", "a key has to be a plain word"),
        ("5: b\n", "the key '5' is read as 5; put it in quotes"),
    ],
)
def test_a_wrong_shape_is_told_with_its_place(text: str, advice: str) -> None:
    parsed, faults = yaml_schema.parse(text.encode(), "a.yaml", Company)
    assert parsed is None
    assert any(fault.message.startswith(advice) for fault in faults), faults


def test_plain_values_are_taken_as_they_look() -> None:
    source = b"id: 'no'\nname: \"1:30\"\naliases: ['012', \"null\"]\nfigures: []\n"
    parsed, faults = yaml_schema.parse(source, "a.yaml", Company)
    assert not faults
    assert parsed is not None
    assert parsed.value == Company(id="no", name="1:30", aliases=("012", "null"), figures=())


def test_a_schema_is_plain_json() -> None:
    schema: Any = json.loads(yaml_schema.text_of_schema("company"))
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["required"] == ["id", "name", "figures"]
