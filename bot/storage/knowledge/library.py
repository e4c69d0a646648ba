"""Load the knowledge base from its folder: all of it, or nothing and a full list of the faults."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from bot.core.advisor import Advisor
from bot.core.model.datasets import ImportRecord
from bot.core.model.knowledge import (
    About,
    Company,
    Figure,
    Intent,
    Knowledge,
    Place,
    Recognized,
    Role,
    Source,
    Topic,
    Vocabulary,
    names_of,
    recognized_names,
)
from bot.core.model.validation import problems
from bot.core.model.validation.problem import Problem
from bot.core.model.words import WORD_FILES, Words
from bot.storage.knowledge import snapshot, tables, yaml_schema
from bot.storage.knowledge.learned_file import Kept, LearnedFile
from bot.storage.knowledge.parsed_files import ParsedFiles
from bot.storage.knowledge.yaml_schema import Fault, Parsed

T = TypeVar("T")
Named = TypeVar("Named", Role, Company, Topic, Intent)
_PACKAGED = Path(__file__).parents[2] / "_knowledge"
_CHECKOUT = Path(__file__).parents[3] / "knowledge"
DEFAULT_FOLDER = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def default_folder(working: Path) -> Path:
    """Return the knowledge base to use where none is named.

    It is that of the salarybot checkout that the working directory lies in, which its editor means, rather than the
    copy of it that was installed; else the bot's own.
    """
    found = (folder / "knowledge" for folder in (working, *working.parents) if _is_checkout(folder))
    return next(found, DEFAULT_FOLDER)


def _is_checkout(folder: Path) -> bool:
    """Tell whether a folder holds this project: any other's `knowledge` is not taken for ours."""
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")).get("project")
        return isinstance(project, dict) and project.get("name") == "salarybot" and (folder / "knowledge").is_dir()
    except (OSError, ValueError):
        return False


class KnowledgeError(Exception):
    """The knowledge base can't be used; `faults` lists why, by file and line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Change:
    """The ids of the facts that a reload changed."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    altered: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.altered)


@dataclass(frozen=True)
class Size:
    """The counts of what a knowledge base holds."""

    facts: int
    names: int
    recognized: int
    examples: int
    intents: int


class Library:
    """Holds the current Advisor; `reload` swaps it for a new one in one assignment, or raises and changes nothing.

    `learned` is a file that keeps what a start works out from the files for the next one; without one nothing is kept.
    """

    def __init__(
        self, folder: Path = DEFAULT_FOLDER, datasets: frozenset[str] = tables.NONE, learned: Path | None = None
    ) -> None:
        self.folder = folder
        self._datasets = datasets
        self._learned = None if learned is None else LearnedFile(learned)
        self.advisor = self._indexed()

    def reload(self) -> Change:
        """Read the folder again and switch to it. Blocks, so it belongs in a worker thread.

        Raises KnowledgeError, with the current knowledge left as it was.
        """
        fresh = self._indexed()
        before, self.advisor = self.advisor, fresh
        return difference(before.knowledge, fresh.knowledge)

    def check(self) -> Size:
        """Read, check and index the folder without switching to it. Raises KnowledgeError."""
        knowledge = self._indexed().knowledge
        _check_tables(knowledge)
        return size(knowledge)

    def _indexed(self) -> Advisor:
        """Read and index the folder, hidden from the garbage collector.

        An Advisor has a hundred thousand long-lived objects; a collection that walks them blocks the process for half a
        second. They need no collector, as an Advisor has no cycles and is freed with its last reference. Whatever else
        is alive at that moment escapes the collector too: some hundred objects a reload.
        """
        collecting = gc.isenabled()
        gc.disable()
        try:
            advisor = self._advisor(snapshot.take(self.folder))
            gc.freeze()
        finally:
            if collecting:
                gc.enable()
        _trim()
        return advisor

    def _advisor(self, read: snapshot.Snapshot) -> Advisor:
        if self._learned is None:
            return Advisor(_parsed(read, self._datasets))
        key = self._learned.key(read.files, self._datasets)
        kept = self._learned.read(key)
        if kept is not None:
            return Advisor(_kept(read, self._datasets, kept.values), kept.learned)
        files = ParsedFiles(read.files)
        advisor = Advisor(_checked(files, read.faults, self._datasets))
        self._learned.write(key, Kept(files.values, advisor.learned))
        return advisor


def _trim() -> None:
    """Give back to the system what reading the files has left free, which the allocator of Linux would keep."""
    with contextlib.suppress(AttributeError, OSError, TypeError):  # no other system has it
        ctypes.CDLL(None).malloc_trim(0)


def size(knowledge: Knowledge) -> Size:
    """Count facts (figures, topics and remarks), names and ways of asking."""
    owners: tuple[Company | Role, ...] = (*knowledge.companies, *knowledge.roles)
    remarks = sum(len(owner.remarks) for owner in owners)
    return Size(
        facts=len(knowledge.figures) + len(knowledge.topics) + remarks,
        names=sum(1 for _ in names_of(knowledge)),
        recognized=sum(1 for _ in recognized_names(knowledge)),
        examples=sum(len(intent.examples) for intent in knowledge.intents),
        intents=len(knowledge.intents),
    )


def difference(old: Knowledge, new: Knowledge) -> Change:
    """Compare two knowledge bases fact by fact."""
    before, after = _facts(old), _facts(new)
    return Change(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        altered=tuple(sorted(key for key in before.keys() & after.keys() if before[key] != after[key])),
    )


def _facts(knowledge: Knowledge) -> dict[str, Figure | Topic | Company | Role | Source | ImportRecord]:
    return {
        **{figure.id: figure for figure in knowledge.figures},
        **{f"topic {topic.id}": topic for topic in knowledge.topics},
        **{f"company {company.id}": company for company in knowledge.companies},
        **{f"role {role.id}": role for role in knowledge.roles},
        **{f"source {source.id}": source for source in knowledge.sources},
        **{f"dataset {key}": record for key, record in (knowledge.public.records if knowledge.public else {}).items()},
    }


def load(folder: Path, datasets: frozenset[str] = tables.NONE) -> Knowledge:
    """Read the knowledge base in `folder` with these datasets. Raises KnowledgeError with all that is wrong."""
    return _parsed(snapshot.take(folder), datasets)


def _parsed(read: snapshot.Snapshot, datasets: frozenset[str]) -> Knowledge:
    return _checked(ParsedFiles(read.files), read.faults, datasets)


def _kept(read: snapshot.Snapshot, datasets: frozenset[str], values: Mapping[str, object]) -> Knowledge:
    """Put a knowledge base together from values of these very files, which no check found anything wrong with."""
    files = ParsedFiles(read.files, values)
    knowledge = _Parser(files, datasets).knowledge()
    faults = [*read.faults, *files.faults]
    if faults or knowledge is None:
        raise KnowledgeError(faults)
    return knowledge


def _checked(files: ParsedFiles, found_before: Sequence[Fault], datasets: frozenset[str]) -> Knowledge:
    """Parse the files of a knowledge base and check them against each other. Raises KnowledgeError."""
    parser = _Parser(files, datasets)
    knowledge = parser.knowledge()
    faults = [*found_before, *files.faults]
    if knowledge is not None:
        # If a file can't be read, that others miss its content is no news.
        found = (problem for problem in problems(knowledge) if not (faults and problem.absence))
        faults += [parser.fault_of(problem) for problem in found]
    if faults or knowledge is None:
        raise KnowledgeError(sorted(set(faults), key=lambda fault: (fault.file, fault.line or 0, fault.message)))
    return knowledge


def _revision(files: Mapping[str, bytes]) -> str:
    """Return a hash of a folder's files: the same where they are the same."""
    digest = hashlib.blake2b(digest_size=6)
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return digest.hexdigest()


def load_checked(folder: Path) -> Knowledge:
    """Read the knowledge base with all its datasets, and look at each of their cells. Raises KnowledgeError."""
    knowledge = load(folder, tables.ALL)
    _check_tables(knowledge)
    return knowledge


def _check_tables(knowledge: Knowledge) -> None:
    faults = tables.faults_of(knowledge.public) if knowledge.public is not None else []
    if faults:
        raise KnowledgeError(faults)


@dataclass
class _Parser:
    """Parses the files of a folder and notes where each object is, so that cross-checks can name file and line."""

    files: ParsedFiles
    datasets: frozenset[str] = tables.NONE
    origins: dict[tuple[str, str], tuple[Parsed[Any], yaml_schema.Path]] = field(default_factory=dict)

    def knowledge(self) -> Knowledge | None:
        """Return the knowledge base as far as it can be read; None if that is too little for the cross-checks."""
        about = self.files.parsed("about.yaml", About)
        sources = self.files.parsed("sources.yaml", yaml_schema.Sources)
        vocabulary = self.files.parsed("vocabulary.yaml", Vocabulary)
        roles = self._folder("roles", Role)
        companies = self._folder("companies", Company)
        topics = self._folder("topics", Topic)
        intents = self._folder("intents", Intent)
        recognized = self._recognized()
        words = self._word_files()
        english, people = (self.files.words(name) for name in snapshot.WORD_LISTS)
        public = tables.Tables(self.files).public(self.datasets)
        if vocabulary is None or words is None or about is None:
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
            words=words,
            roles=tuple(roles),
            companies=tuple(companies),
            topics=tuple(topics),
            intents=tuple(intents),
            recognized=tuple(recognized),
            english={word: rank for rank, word in enumerate(english)},
            word_classes={word: letter for word, letter in english.items() if letter},
            people=frozenset(people),
            public=public,
            revision=_revision(self.files.files),
        )

    def fault_of(self, problem: Problem) -> Fault:
        """Find file and line of a problem that the core found."""
        place: Place = problem.place
        parsed, prefix = self.origins[place.kind, place.id]
        return parsed.fault((*prefix, *place.path), problem.message)

    def _note_parts(self, kind: str, parsed: Parsed[Any], name: str) -> None:
        for n, entry in enumerate(getattr(parsed.value, name)):
            self.origins.setdefault((kind, entry.id), (parsed, (name, n)))

    def _files(self, folder: str, wanted: type[T]) -> list[Parsed[T]]:
        names = [name for name in self.files.files if name.startswith(f"{folder}/")]
        return [parsed for name in names if (parsed := self.files.parsed(name, wanted)) is not None]

    def _folder(self, name: str, wanted: type[Named]) -> list[Named]:
        read = self._files(name, wanted)
        for parsed in read:
            key, stem = parsed.value.id, PurePosixPath(parsed.file).stem
            if key != stem:
                self.files.faults.append(parsed.fault(("id",), f"the id {key!r} has to be the file's name, {stem!r}"))
            self.origins[wanted.__name__.lower(), key] = (parsed, ())
        return [parsed.value for parsed in read]

    def _recognized(self) -> list[Recognized]:
        read = self._files("recognized", Recognized)
        self.origins |= {("recognized", str(n)): (parsed, ()) for n, parsed in enumerate(read)}
        return [parsed.value for parsed in read]

    def _word_files(self) -> Words | None:
        """Read the files of words/; None where one of them can't be read."""
        names = [name for name in self.files.files if name.startswith("words/")]
        for name in names:
            if PurePosixPath(name).stem not in WORD_FILES:
                self.files.faults.append(Fault(name, None, "nothing reads this; remove it"))
        parts: dict[str, Any] = {}
        for key, wanted in WORD_FILES.items():
            name = f"words/{key}.yaml"
            if self.files.files and name not in self.files.files:
                self.files.faults.append(
                    Fault(name, None, "the file is missing; a knowledge base has one of that name")
                )
            parsed = self.files.parsed(name, wanted)
            if parsed is not None:
                self.origins["words", key] = (parsed, ())
                parts[key] = parsed.value
        return Words(**parts) if len(parts) == len(WORD_FILES) else None
