"""Reads the folder of the knowledge base; all of it, or a full list of what is wrong and nothing."""

from __future__ import annotations

import gc
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.core.advisor import Advisor
from bot.core.model.knowledge import (
    About,
    Company,
    Figure,
    Intent,
    Knowledge,
    Place,
    Recognised,
    Role,
    Source,
    Topic,
    Vocabulary,
    names_of,
    recognised_names,
)
from bot.core.model.validation import Problem, problems
from bot.storage.knowledge import yaml_schema
from bot.storage.knowledge.yaml_schema import Fault, Parsed

T = TypeVar("T")
_PACKAGED = Path(__file__).parents[2] / "_knowledge"
_CHECKOUT = Path(__file__).parents[3] / "knowledge"
DEFAULT_FOLDER = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT
MAX_FILES = 20_000


class KnowledgeError(Exception):
    """The knowledge base can't be used; `faults` says why, file by file and line by line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Change:
    """What a reload changed, in ids of facts."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    altered: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.altered)


@dataclass(frozen=True)
class Size:
    """How much a knowledge base holds."""

    facts: int
    names: int
    recognised: int
    examples: int
    intents: int


class Library:
    """Holds the current Advisor; `reload` swaps it for a new one in one assignment, or raises and changes nothing."""

    def __init__(self, folder: Path = DEFAULT_FOLDER) -> None:
        self.folder = folder
        self.advisor = _indexed(folder)

    def reload(self) -> Change:
        """Read the folder again and switch to it. Meant to run in a worker thread.

        Raises KnowledgeError, with the current knowledge left as it was.
        """
        fresh = _indexed(self.folder)
        before, self.advisor = self.advisor, fresh
        return difference(before.knowledge, fresh.knowledge)

    def check(self) -> Size:
        """Read, check and index the folder without switching to it. Raises KnowledgeError."""
        return size(_indexed(self.folder).knowledge)


def _indexed(folder: Path) -> Advisor:
    """Read and index a folder, out of the sight of the garbage collector.

    A hundred thousand objects come to stay: walking them again and again holds up whatever else the process does, for
    half a second each time. They need no collector: an Advisor is free of cycles and gone with its last reference.
    What else is on its way at that moment escapes the collector too: some hundred objects a reload.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        advisor = Advisor(load(folder))
        gc.freeze()
    finally:
        if collecting:
            gc.enable()
    return advisor


def size(known: Knowledge) -> Size:
    """Count facts (figures, topics and remarks), names and ways of asking."""
    owners: tuple[Company | Role, ...] = (*known.companies, *known.roles)
    remarks = sum(len(owner.remarks) for owner in owners)
    return Size(
        facts=len(known.figures) + len(known.topics) + remarks,
        names=sum(1 for _ in names_of(known)),
        recognised=sum(1 for _ in recognised_names(known)),
        examples=sum(len(intent.examples) for intent in known.intents),
        intents=len(known.intents),
    )


def difference(old: Knowledge, new: Knowledge) -> Change:
    """Compare two knowledge bases fact by fact."""
    before, after = _facts(old), _facts(new)
    return Change(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        altered=tuple(sorted(key for key in before.keys() & after.keys() if before[key] != after[key])),
    )


def _facts(known: Knowledge) -> dict[str, Figure | Topic | Company | Role | Source]:
    return {
        **{figure.id: figure for figure in known.figures},
        **{f"topic {topic.id}": topic for topic in known.topics},
        **{f"company {company.id}": company for company in known.companies},
        **{f"role {role.id}": role for role in known.roles},
        **{f"source {source.id}": source for source in known.sources},
    }


def load(folder: Path) -> Knowledge:
    """Read the knowledge base in `folder`. Raises KnowledgeError with all that is wrong."""
    reader = _Reader(folder)
    known = reader.knowledge()
    faults = list(reader.faults)
    if known is not None:
        # Where a file could not be read, what others say about its content is no news.
        found = (problem for problem in problems(known) if not (faults and problem.absence))
        faults += [reader.fault_of(problem) for problem in found]
    if faults or known is None:
        raise KnowledgeError(sorted(set(faults)))
    return known


@dataclass
class _Reader:
    """Reads one folder, remembering where each thing stood so that cross-checks can name file and line."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    origins: dict[tuple[str, str], tuple[Parsed[Any], yaml_schema.Path]] = field(default_factory=dict)

    def knowledge(self) -> Knowledge | None:
        """Return the knowledge base as far as it can be read; None where too little can for the cross-checks."""
        if not _is_folder(self.folder):
            self.faults.append(Fault(str(self.folder), 1, "there is no such folder; name one with --knowledge"))
            return None
        about = self._one("about.yaml", About)
        sources = self._one("sources.yaml", yaml_schema.Sources)
        vocabulary = self._one("vocabulary.yaml", Vocabulary)
        roles = self._folder("roles", "role", Role)
        companies = self._folder("companies", "company", Company)
        topics = self._folder("topics", "topic", Topic)
        intents = self._folder("intents", "intent", Intent)
        recognised = self._recognised()
        english, people = self._words("english.txt"), self._words("people.txt")
        self._strangers()
        if vocabulary is None or about is None:
            return None
        self.origins["about", ""] = (about, ())
        self.origins["vocabulary", ""] = (vocabulary, ())
        if sources is not None:
            self._note_parts("source", sources, "sources")
        for kind in ("level", "skill", "field"):
            self._note_parts(kind, vocabulary, f"{kind}s")
        return Knowledge(
            about=about.value,
            sources=sources.value.sources if sources is not None else (),
            vocabulary=vocabulary.value,
            roles=tuple(roles),
            companies=tuple(companies),
            topics=tuple(topics),
            intents=tuple(intents),
            recognised=tuple(recognised),
            english=english,
            people=people,
        )

    def fault_of(self, problem: Problem) -> Fault:
        """Find file and line of a problem that the core found."""
        place: Place = problem.place
        parsed, prefix = self.origins[place.kind, place.id]
        return parsed.fault((*prefix, *place.path), problem.message)

    def _note_parts(self, kind: str, parsed: Parsed[Any], name: str) -> None:
        for n, thing in enumerate(getattr(parsed.value, name)):
            self.origins.setdefault((kind, thing.id), (parsed, (name, n)))

    def _one(self, name: str, wanted: type[T]) -> Parsed[T] | None:
        data = self._bytes(self.folder / name)
        if data is None:
            return None
        parsed, faults = yaml_schema.parse(data, name, wanted)
        self.faults += faults
        return parsed

    def _folder(self, name: str, kind: str, wanted: type[T]) -> list[T]:
        values: list[T] = []
        for path in self._files(name):
            parsed = self._one(f"{name}/{path.name}", wanted)
            if parsed is None:
                continue
            key = parsed.value.id  # type: ignore[attr-defined]
            if key != path.stem:
                self.faults.append(parsed.fault(("id",), f"the id {key!r} has to be the file's name, {path.stem!r}"))
            self.origins[kind, key] = (parsed, ())
            values.append(parsed.value)
        return values

    def _recognised(self) -> list[Recognised]:
        values: list[Recognised] = []
        for path in self._files("recognised"):
            parsed = self._one(f"recognised/{path.name}", Recognised)
            if parsed is not None:
                self.origins["recognised", str(len(values))] = (parsed, ())
                values.append(parsed.value)
        return values

    def _words(self, name: str) -> tuple[str, ...]:
        data = self._bytes(self.folder / name)
        if data is None:
            return ()
        try:
            lines = data.decode("utf-8").split("\n")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.faults.append(Fault(name, line, "not UTF-8 text; save the file as UTF-8"))
            return ()
        return tuple(line for line in lines if line and line[0] != "#")

    def _files(self, name: str) -> list[Path]:
        folder = self.folder / name
        if not _is_folder(folder):
            self.faults.append(Fault(name, 1, "the folder is missing; a knowledge base has one of that name"))
            return []
        files = self._entries(folder)
        if len(files) > MAX_FILES:
            self.faults.append(Fault(name, 1, f"{len(files):,} files; the limit is {MAX_FILES:,}"))
            return []
        for path in files:
            if path.suffix != ".yaml":
                self.faults.append(Fault(f"{name}/{path.name}", 1, "not a .yaml file; rename or move it"))
        return [path for path in files if path.suffix == ".yaml"]

    def _strangers(self) -> None:
        known = {"about.yaml", "sources.yaml", "vocabulary.yaml", "english.txt", "people.txt", "README.md"}
        for path in self._entries(self.folder):
            if path.name not in known | {"companies", "intents", "recognised", "roles", "schema", "topics"}:
                self.faults.append(Fault(path.name, 1, "nothing reads this; move it where it belongs or remove it"))

    def _entries(self, folder: Path) -> list[Path]:
        try:
            return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        except OSError as error:
            name = str(folder.relative_to(self.folder)) if folder != self.folder else str(folder)
            self.faults.append(Fault(name, 1, f"can't be listed: {error.strerror}; mend its permissions"))
            return []

    def _bytes(self, path: Path) -> bytes | None:
        name = str(path.relative_to(self.folder))
        try:
            # realpath, as Path.resolve raises at a link that leads back to itself (Python 3.11 and 3.12).
            if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.folder)):
                self.faults.append(Fault(name, 1, "a link out of the knowledge folder; copy the file instead"))
                return None
            with open(path, "rb", opener=_unblocked) as file:
                if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return file.read(yaml_schema.MAX_BYTES + 1)
                self.faults.append(Fault(name, 1, "not a regular file; move it out of the folder"))
        except FileNotFoundError:
            self.faults.append(Fault(name, 1, "the file is missing; a knowledge base has one of that name"))
        except OSError as error:
            self.faults.append(Fault(name, 1, f"can't be read: {error.strerror}; mend or remove it"))
        return None


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where a parent may not be entered


def _unblocked(path: str, flags: int) -> int:
    """Open without waiting, so that a pipe in the folder can't hang a reload."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
