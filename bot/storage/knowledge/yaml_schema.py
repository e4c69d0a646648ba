"""Parse knowledge files into the core's types. Every error has file, line, cause and remedy; all are collected.

Rules: a value means what it looks like (YAML 1.1's `NO`, `1:30`, `012` and dates are refused, not guessed), keys are
unique, there are no aliases, and no fields that the type doesn't have.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

import pydantic
import yaml
from yaml.reader import ReaderError

from bot.core.model.datasets import Dataset, ImportRecord, Roles
from bot.core.model.entry import Entry
from bot.core.model.knowledge import About, Company, Intent, Recognized, Role, Source, Topic, Vocabulary
from bot.core.model.words import WORD_FILES

T = TypeVar("T")
MAX_BYTES = 1 << 20
MAX_DEPTH = 12
# The C parser is about ten times faster; it is missing only where PyYAML was built without libyaml.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = tuple[str | int, ...]


class Fault(NamedTuple):
    """One error in a file that people write; `line` is None where it is of the whole file, or of a folder."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources(Entry):
    """knowledge/sources.yaml."""

    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Parsed(Generic[T]):
    """A parsed file: its value, and the line of each part of it."""

    file: str
    value: T
    lines: dict[Path, int]

    def fault(self, path: Path, message: str) -> Fault:
        """Return a fault at the innermost part of `path` that the file has."""
        return Fault(self.file, _line(self.lines, path), message)


TYPES: dict[str, type] = {
    "about": About,
    "sources": Sources,
    "vocabulary": Vocabulary,
    "company": Company,
    "role": Role,
    "topic": Topic,
    "intent": Intent,
    "recognized": Recognized,
    **{f"words_{name}": kind for name, kind in WORD_FILES.items()},
    "datasets_dataset": Dataset,
    "datasets_import": ImportRecord,
    "datasets_roles": Roles,
}
_TOO_DEEP = "nested too deeply; a knowledge file is flat"
_NAMES = frozenset({"name", "names", "aliases", "short"})  # fields by which things are found in a question
# Typographic marks and no-break spaces by what to type for them; the others of _ODD show nothing at all.
_PLAIN = {
    **dict.fromkeys((0x2018, 0x2019, 0x201A, 0x201B, 0x2032, 0x00B4), "'"),
    **dict.fromkeys((0x201C, 0x201D, 0x201E, 0x201F, 0x2033), '"'),
    **dict.fromkeys((0x00A0, 0x2007, 0x202F), " "),
}
_ODD = re.compile(f"[{''.join(map(chr, _PLAIN))}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NESTING = re.compile(rf"[\[\]{{}}]|(?:[-?:][ \t]+){{{MAX_DEPTH},}}")
_ADAPTERS: dict[type, pydantic.TypeAdapter[Any]] = {}


def parse(data: bytes, file: str, wanted: type[T]) -> tuple[Parsed[T] | None, list[Fault]]:
    """Read one YAML file into a core type.

    Returns the value, or None and everything that is wrong with it. Never raises for bad data.
    """
    tree, lines, faults = _plain(data, file)
    if faults:
        return None, faults
    try:
        # JSON in between: pydantic's strict mode then takes lists for tuples but "5" never for 5.
        value = _adapter(wanted).validate_json(json.dumps(tree), strict=True)
    except pydantic.ValidationError as error:
        return None, [Fault(file, _line(lines, e["loc"]), _explain(e)) for e in error.errors(include_url=False)]
    return Parsed(file, value, lines), []


def json_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of one kind of file (a key of TYPES), for editors."""
    schema: dict[str, Any] = _adapter(TYPES[kind]).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _adapter(wanted: type[T]) -> pydantic.TypeAdapter[T]:
    if wanted not in _ADAPTERS:
        _ADAPTERS[wanted] = pydantic.TypeAdapter(wanted)
    return _ADAPTERS[wanted]


# The letters of `bot.datasets.word_classes`.
WORD_CLASSES = frozenset("ravnplogt")


def word_list(data: bytes, file: str) -> tuple[dict[str, str], list[Fault]]:
    """Read a file of one word a line; blank lines and those that start with # are left out.

    Behind a word may stand the letter of its class, which is returned with it ("" where there is none).
    """
    text = decode(data, file)
    if isinstance(text, Fault):
        return {}, [text]
    lines = [(n, line.strip().lower()) for n, line in enumerate(text.split("\n"), 1)]
    words = [(n, line) for n, line in lines if line and line[0] != "#"]
    faults = [Fault(file, n, why) for n, word in words if (why := odd_character(word))]
    parts = [(n, *word.partition(" ")) for n, word in words]
    faults += [
        Fault(file, n, "more than one word in a line; give each a line")
        for n, _, between, letter in parts
        if between and letter not in WORD_CLASSES
    ]
    if not words:
        faults.append(Fault(file, None, "the list is empty; it guards names against ordinary words, so restore it"))
    return {word: letter for _, word, _, letter in parts}, faults


def decode(data: bytes, file: str) -> str | Fault:
    """Return the text of a file whatever its line ends and with or without a byte order mark; a fault if it is none."""
    if len(data) > MAX_BYTES:
        return Fault(file, None, f"the file has too many bytes; the limit is {MAX_BYTES:,}: split or shorten it")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        return Fault(file, data.count(b"\n", 0, error.start) + 1, "not UTF-8 text; save the file as UTF-8")


def odd_character(name: str) -> str | None:
    r"""Return what is wrong with the characters of a name: those that look like others, and those that are not seen.

    >>> odd_character("Goo\N{ZERO WIDTH SPACE}gle")
    "'Goo\\u200bgle' has the character U+200B (ZERO WIDTH SPACE); remove it"
    """
    found = _ODD.search(name)
    if found is None:
        return None
    plain = name.translate(_PLAIN)[found.start()] if ord(found[0]) in _PLAIN else ""
    advice = f"write {plain} instead" if plain.strip() else "write a plain space" if plain else "remove it"
    return f"{name!r} has the character U+{ord(found[0]):04X} ({unicodedata.name(found[0], 'unnamed')}); {advice}"


def _plain(data: bytes, file: str) -> tuple[Any, dict[Path, int], list[Fault]]:
    text = decode(data, file)
    if isinstance(text, Fault):
        return None, {}, [text]
    try:
        deep = _too_deep(text)
        node = None if deep else _compose(text)
    except yaml.YAMLError as error:
        return None, {}, [Fault(file, _line_of_error(error, text), f"not valid YAML: {_why(error)}")]
    if deep:
        return None, {}, [Fault(file, deep, _TOO_DEEP)]
    if node is None:
        return None, {}, [Fault(file, None, "the file is empty; copy a neighboring file and edit it")]
    walk = _Walk(file)
    return walk.value(node, ()), walk.lines, walk.faults


def _too_deep(text: str) -> int | None:
    """Return the line on which brackets nest too deeply, as 100,000 of them would overflow libyaml's C stack.

    Characters are counted, quoted ones too, before any parser sees them, and so are runs of "- - -" or "? ? ?".
    Indentation can't nest that deep in a file of this size; its depth is checked on the parsed nodes.
    """
    depth = 0
    for found in _NESTING.finditer(text):
        mark = found[0]
        depth = depth + 1 if mark in "[{" else max(depth - 1, 0) if mark in "]}" else MAX_DEPTH + 1
        if depth > MAX_DEPTH:
            return text.count("\n", 0, found.start()) + 1
    return None


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node


def _line_of_error(error: yaml.YAMLError, text: str) -> int:
    if isinstance(error, ReaderError):
        # The C parser counts bytes here and the other one characters, so search for the character.
        return text.count("\n", 0, text.index(chr(error.character))) + 1
    mark = getattr(error, "problem_mark", None)
    # Something missing at the end is reported one line after the last.
    return min(mark.line + 1, len(text.splitlines())) if mark else 1


def _why(error: yaml.YAMLError) -> str:
    if isinstance(error, ReaderError):
        return f"the control character U+{error.character:04X}; remove it"
    return f"{' '.join(str(getattr(error, 'problem', None) or error).split())}; look at this line and the one above"


class _Walk:
    """Convert YAML nodes to plain data, noting lines and refusing what YAML 1.1 would silently misread."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.faults: list[Fault] = []
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if len(path) > MAX_DEPTH:
            return self._refuse(node, _TOO_DEEP)
        if id(node) in self._seen:
            return self._refuse(node, "a YAML alias (*name) repeats another part; write it out")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, n)) for n, child in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node, path)

    def _refuse(self, node: yaml.Node, message: str) -> None:
        self.faults.append(Fault(self.file, node.start_mark.line + 1, message))

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, child in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(key_node, "a key has to be a plain word")
                continue
            key = self._scalar(key_node, path)
            if not isinstance(key, str):
                if key is not None:
                    self._refuse(key_node, f"the key {key_node.value!r} is read as {key!r}; put it in quotes")
                continue
            if key in found:
                self._refuse(key_node, f"the key {key!r} stands twice; YAML would silently drop the first")
                continue
            found[key] = self.value(child, (*path, key))
        return found

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        kind, text = node.tag.rpartition(":")[2], node.value
        if kind == "str":
            odd = odd_character(text) if not _NAMES.isdisjoint(path) else None
            return self._refuse(node, odd) if odd else text
        if kind == "null" and text in ("", "null", "~"):
            return None
        if kind == "bool" and text in ("true", "false"):
            return text == "true"
        if kind == "int" and re.fullmatch(r"[-+]?(0|[1-9]\d{0,17})", text):
            return int(text)
        if kind == "float" and re.fullmatch(r"[-+]?\d{1,17}\.\d{1,17}", text):
            return float(text)
        shown = text if len(text) <= 40 else text[:40] + "..."  # noqa: PLR2004 - a line's worth
        read = _READINGS.get(kind, f"a {kind}")
        return self._refuse(node, f"YAML reads {shown!r} as {read}, not as it looks; quote it or write it plainly")


def _line(lines: dict[Path, int], loc: tuple[int | str, ...]) -> int:
    path: Path = tuple(loc)
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path, 1)


_READINGS = {
    "bool": "true or false",
    "float": "another number",
    "int": "another number",
    "merge": "a merge of two mappings",
    "null": "nothing at all",
    "timestamp": "a date",
}

_ADVICE = {
    "missing": "the field is missing; add it",
    "missing_argument": "the field is missing; add it",
    "missing_keyword_only_argument": "the field is missing; add it",
    "unexpected_keyword_argument": "unknown field; remove it or correct its spelling",
    "extra_forbidden": "unknown field; remove it or correct its spelling",
    "string_type": "has to be text; put it in quotes",
    "int_type": "has to be a whole number, without quotes, commas or a currency sign",
    "float_type": "has to be a number, without quotes, commas or a currency sign",
    "tuple_type": "has to be a list: [a, b] or one `- item` a line",
    "dict_type": "has to be a mapping: one `name: ...` a line",
    "dataclass_type": "has to be a mapping: one `field: value` a line",
    "bool_type": "has to be true or false",
}


def _explain(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"]) or "the file"
    if error["type"] == "literal_error":
        return f"{where}: has to be one of {error['ctx']['expected']}"
    advice = _ADVICE.get(error["type"], error["msg"])
    return f"{where}: {advice}"


def text_of_schema(kind: str) -> str:
    """Return the JSON Schema of one kind of file as it is kept in knowledge/schema/."""
    return json.dumps(json_schema(kind), indent=1, sort_keys=True) + "\n"


def kinds() -> Iterator[str]:
    """Yield the kinds of file that have a schema."""
    yield from TYPES
