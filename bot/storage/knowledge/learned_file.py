"""The file that keeps what was learned from the examples, so that a start of the same bot need not learn it again.

Rules: it holds for exactly the files that it was learned from, the code that learned it and the libraries underneath;
for anything else it is written anew. It holds arrays and JSON, never code, and its checksum is looked at before it is
read. Where it can't be read or written the bot learns at each start, which takes about a second.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

import bot.core
from bot.core.nlu.classifier import Learned, unpacked

MAX_BYTES = 64 << 20
_log = logging.getLogger(__name__)


class LearnedFile:
    """One file: a line with the key of what it was learned from, one with the checksum of the rest, the rest."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @staticmethod
    def key(files: Mapping[str, bytes], datasets: frozenset[str]) -> str:
        """Return what tells the files of a knowledge base, with this code, from any other."""
        known = hashlib.sha256(_key_of_code().encode())
        known.update(repr(sorted(datasets)).encode())
        for name in sorted(files):
            known.update(f"{name} {len(files[name])}\n".encode())
            known.update(files[name])
        return known.hexdigest()

    def read(self, key: str) -> Learned | None:
        """Return what was learned from the files of a key; None where that is not in the file."""
        try:
            if self._path.stat().st_size > MAX_BYTES:
                return None
            found, checksum, data = self._path.read_bytes().split(b"\n", 2)
            if found != key.encode() or checksum != _checksum(data):
                return None
            return unpacked(data)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.info("%s can't be read (%r): what it kept is learned again", self._path, error)
            return None

    def write(self, key: str, learned: Learned) -> None:
        """Write the file, whole or not at all."""
        data = learned.packed()
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(b"\n".join((key.encode(), _checksum(data), data)))
            fresh.replace(self._path)
        except OSError as error:
            _log.info("%s can't be written (%s): the next start learns it again", self._path, error.strerror)


def _checksum(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


@cache
def _key_of_code() -> str:
    """Return what tells this code, and the libraries that it reckons with, from any other."""
    known = hashlib.sha256(f"{sys.version} numpy {version('numpy')} rapidfuzz {version('rapidfuzz')}".encode())
    for folder in bot.core.__path__:
        for file in sorted(Path(folder).rglob("*.py")):
            known.update(file.read_bytes())
    return known.hexdigest()
