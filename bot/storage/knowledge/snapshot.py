"""Read the files of a knowledge folder in one consistent state, and report what does not belong there.

A folder may change under the reader: a deployment switches a symbolic link (a Kubernetes ConfigMap, git-sync), or an
editor saves a file. So the folder's real path is resolved once, and if a file is not the same before, while and after
reading, everything is read again.
"""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from bot.storage.knowledge.yaml_schema import MAX_BYTES, Fault

FOLDERS = ("companies", "intents", "recognized", "roles", "topics", "words")
WORD_LISTS = ("english.txt", "people.txt")
_FILES = ("about.yaml", "sources.yaml", "vocabulary.yaml", *WORD_LISTS)
_NOT_READ = ("README.md", "schema", "datasets")
# What is read of knowledge/datasets/, which a knowledge base may lack, and of each dataset in it.
_OF_DATASETS = ("roles.yaml", "employers.csv", "places.csv", "legal_forms.txt")
_OF_EACH_DATASET = ("dataset.yaml", "import.yaml", "cells.csv", "employers.csv")
_UNREAD_OF_DATASETS = ("LICENSE",)
DATASETS = "datasets"
# What editors, desktops and file systems leave behind; hidden files are among them.
_LEFTOVERS = (
    *(".*", "*~", "#*#", "*.bak", "*.orig", "*.rej", "*.sw[op]", "*.tmp"),
    *("@eaDir", "Thumbs.db", "desktop.ini", "lost+found", "__MACOSX"),
)
MAX_FILES = 20_000
MAX_TABLE = 8 << 20  # bytes of a table of public pay data
ATTEMPTS, PAUSE = 5, 0.05  # seconds

Identity = tuple[int, ...]  # device, inode, size, time of change


@dataclass(frozen=True)
class Snapshot:
    """The files as they were at one moment, by their path in the folder, and what is wrong with the folder."""

    files: dict[str, bytes]
    faults: list[Fault]


def take(folder: Path) -> Snapshot:
    """Read a knowledge folder; a file over its limit comes cut one byte above. Blocks, so it belongs in a thread."""
    if not _is_folder(folder):
        return Snapshot({}, [Fault(str(folder), None, "there is no such folder; name one with --knowledge")])
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE)
        reader = _Reader(_root(folder))
        reader.read()
        if reader.is_consistent():
            return Snapshot(reader.files, reader.faults)
    return Snapshot({}, [Fault(str(folder), None, "its files keep changing while they are read; try again soon")])


def _root(folder: Path) -> Path:
    """Return the real folder; of a mounted ConfigMap it is the target of `..data`, the link that an update switches."""
    linked = folder / "..data"
    return Path(os.path.realpath(linked if _is_folder(linked) else folder))


@dataclass
class _Reader:
    """Reads one folder once."""

    root: Path
    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    _listed: dict[Path, Identity | None] = field(default_factory=dict)
    _opened: dict[Path, Identity | None] = field(default_factory=dict)

    def read(self) -> None:
        for path in self._entries(self.root):
            if path.name not in {*_FILES, *FOLDERS, *_NOT_READ}:
                self._refuse(path, "nothing reads this; move it where it belongs or remove it")
        self._listed = self._list()
        for path in self._listed:
            if (data := self._bytes(path)) is not None:
                self.files[self._name(path)] = data

    def is_consistent(self) -> bool:
        """Tell whether the files that were opened are those listed before, and the same are listed now."""
        opened = {**self._listed, **self._opened}
        return _Reader(self.root)._list() == self._listed == opened  # noqa: SLF001 - of its own class

    def _list(self) -> dict[Path, Identity | None]:
        paths = [self.root / name for name in _FILES]
        paths += [path for name in FOLDERS for path in self._yaml_files(self.root / name)]
        paths += self._dataset_files(self.root / DATASETS)
        return {path: _identity_of(path) for path in paths}

    def _yaml_files(self, folder: Path) -> list[Path]:
        if not _is_folder(folder):
            self._refuse(folder, "the folder is missing; a knowledge base has one of that name")
            return []
        entries = self._entries(folder)
        if len(entries) > MAX_FILES:
            self._refuse(folder, f"{len(entries):,} files; the limit is {MAX_FILES:,}")
            return []
        for path in entries:
            if path.suffix != ".yaml":
                self._refuse(path, "not a .yaml file; rename or move it")
        return [path for path in entries if path.suffix == ".yaml"]

    def _dataset_files(self, folder: Path) -> list[Path]:
        if not _is_folder(folder):
            return []
        entries = self._entries(folder)
        folders = [path for path in entries if _is_folder(path)]
        found = [path for path in entries if path.name in _OF_DATASETS]
        within = [path for each in folders for path in self._entries(each)]
        found += [path for path in within if path.name in _OF_EACH_DATASET]
        for path in {*entries, *within}.difference(folders, found):
            if path.name not in _UNREAD_OF_DATASETS:
                self._refuse(path, "nothing reads this; move it where it belongs or remove it")
        return found

    def _entries(self, folder: Path) -> list[Path]:
        try:
            return sorted(path for path in folder.iterdir() if not _is_leftover(path.name))
        except OSError as error:
            self._refuse(folder, f"can't be listed: {error.strerror}; mend its permissions")
            return []

    def _bytes(self, path: Path) -> bytes | None:
        try:
            # realpath, as Path.resolve raises at a link that leads back to itself (Python 3.11 and 3.12).
            if not Path(os.path.realpath(path)).is_relative_to(self.root):
                self._refuse(path, "a link out of the knowledge folder; copy the file instead")
                return None
            with open(path, "rb", opener=_open_unblocked) as file:
                status = os.fstat(file.fileno())
                self._opened[path] = _identity(status)
                if stat.S_ISREG(status.st_mode):
                    return file.read((MAX_TABLE if path.name.endswith(".csv") else MAX_BYTES) + 1)
                self._refuse(path, "not a regular file; move it out of the folder")
        except FileNotFoundError:
            self._refuse(path, "the file is missing; a knowledge base has one of that name")
        except OSError as error:
            self._refuse(path, f"can't be read: {error.strerror}; mend or remove it")
        return None

    def _refuse(self, path: Path, message: str) -> None:
        name = str(path) if path == self.root else self._name(path)
        self.faults.append(Fault(name, None, message))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def _identity_of(path: Path) -> Identity | None:
    try:
        return _identity(path.stat())
    except OSError:
        return None


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _is_leftover(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in _LEFTOVERS)


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where a parent may not be entered


def _open_unblocked(path: str, flags: int) -> int:
    """Open without waiting, so that a pipe in the folder can't hang a reload."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
