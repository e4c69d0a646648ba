"""The files of one snapshot, each parsed once; or what an earlier start parsed from the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

from bot.storage.knowledge import yaml_schema
from bot.storage.knowledge.yaml_schema import Fault, Parsed

T = TypeVar("T")


class ParsedFiles:
    """Parses the files of a snapshot as they are asked for; `faults` lists what is wrong with them.

    `values` holds the value of each file that was parsed without a fault, by its path. Those given came from the same
    bytes and were found without faults: they are taken as they are, and the lines of their parts are not known.
    """

    def __init__(self, files: Mapping[str, bytes], values: Mapping[str, object] | None = None) -> None:
        self.files = files
        self.values: dict[str, object] = dict(values or {})
        self.faults: list[Fault] = []
        self._parsed: dict[str, Parsed[object]] = {}

    def parsed(self, name: str, wanted: type[T]) -> Parsed[T] | None:
        """Return a YAML file as a core type; None where it is missing, which is no fault here, or faulty."""
        if name in self.values:
            found = self._parsed.get(name) or Parsed(name, self.values[name], {})
            return cast("Parsed[T]", found)
        if name not in self.files:
            return None
        fresh, faults = yaml_schema.parse(self.files[name], name, wanted)
        self.faults += faults
        if fresh is not None:
            self.values[name] = fresh.value
            self._parsed[name] = cast("Parsed[object]", fresh)
        return fresh

    def words(self, name: str) -> Mapping[str, str]:
        """Return a list of words with their classes; an empty one where it is missing, which is no fault here."""
        if name in self.values:
            return cast("Mapping[str, str]", self.values[name])
        if name not in self.files:
            return {}
        words, faults = yaml_schema.word_list(self.files[name], name)
        self.faults += faults
        if not faults:
            self.values[name] = words
        return words
