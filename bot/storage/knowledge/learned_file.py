"""The file that keeps what a start worked out from the knowledge base, so that the next start need not do it again.

That is the value of each parsed file and what was learned from the examples. Rules: it holds for exactly the files that
it came from, the code that read them and the libraries underneath; for anything else it is written anew. It holds
arrays, JSON and the core's types of knowledge, never code: nothing else is unpickled. Its checksum is looked at before
it is read. Where it can't be read or written the bot works it out at each start, which takes about a second.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import pickle
import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import bot.core
import bot.storage.knowledge
from bot.core.model.entry import Entry
from bot.core.nlu.classifier import Learned, unpacked

MAX_BYTES = 64 << 20
_LIBRARIES = ("numpy", "rapidfuzz", "pydantic", "PyYAML")
_PROTOCOL = 5
_log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """What a start worked out: the value of each parsed file by its path, and what was learned from the examples."""

    values: Mapping[str, object]
    learned: Learned


class LearnedFile:
    """One file: a line with the key of what it came from, one with the checksum of the rest, the rest."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @staticmethod
    def key(files: Mapping[str, bytes], datasets: frozenset[str]) -> str:
        """Return what tells the files of a knowledge base, with this code, from any other."""
        digest = hashlib.sha256(_key_of_code().encode())
        digest.update(repr(sorted(datasets)).encode())
        for name in sorted(files):
            digest.update(f"{name} {len(files[name])}\n".encode())
            digest.update(files[name])
        return digest.hexdigest()

    def read(self, key: str) -> Kept | None:
        """Return what was worked out from the files of a key; None where that is not in the file."""
        try:
            if self._path.stat().st_size > MAX_BYTES:
                return None
            found, checksum, data = self._path.read_bytes().split(b"\n", 2)
            if found != key.encode() or checksum != _checksum(data):
                return None
            return _unpacked(data)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, pickle.UnpicklingError) as error:
            _log.info("%s can't be read (%r): what it kept is worked out again", self._path, error)
            return None

    def write(self, key: str, kept: Kept) -> None:
        """Write the file, whole or not at all."""
        data = _packed(kept)
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(b"\n".join((key.encode(), _checksum(data), data)))
            fresh.replace(self._path)
        except OSError as error:
            _log.info("%s can't be written (%s): the next start works it out again", self._path, error.strerror)


def _packed(kept: Kept) -> bytes:
    """Return it as bytes: the length of the values and a line end, the values, what was learned."""
    values = pickle.dumps(dict(kept.values), protocol=_PROTOCOL)
    return b"%d\n%s%s" % (len(values), values, kept.learned.packed())


def _unpacked(data: bytes) -> Kept:
    length, _, rest = data.partition(b"\n")
    size = int(length)
    values = _Unpickler(io.BytesIO(rest[:size])).load()
    if not isinstance(values, dict):
        raise TypeError("the values of the files are no mapping")
    return Kept(values, unpacked(rest[size:]))


class _Unpickler(pickle.Unpickler):
    """Reads plain data and the types that knowledge files are read into, and refuses any other name."""

    def find_class(self, module: str, name: str) -> Any:
        found = getattr(import_module(module), name, None) if module.startswith("bot.") else None
        if isinstance(found, type) and issubclass(found, Entry):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a knowledge file")


def _checksum(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


@cache
def _key_of_code() -> str:
    """Return what tells this code, and the libraries that it reads and reckons with, from any other."""
    versions = " ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    digest = hashlib.sha256(f"{sys.version} {versions}".encode())
    for folder in (*bot.core.__path__, *bot.storage.knowledge.__path__):
        for file in sorted(Path(folder).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
