"""Stands for a person without naming them: a hash under a secret that never enters the database."""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import stat
from pathlib import Path

from bot.storage.records.models import PERSON
from bot.storage.records.values import RecordsAway

FILE = "people.key"
_LENGTH = 32
_log = logging.getLogger(__name__)


class Pseudonyms:
    """Turns ids of people into what is kept of them; without its file, for the life of the process only."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._key: bytes | None = None

    def load(self) -> None:
        """Read the secret, or make it on first use. Meant to run in a worker thread; what fails is logged."""
        if self._key is not None:
            return
        try:
            self._key = _kept(self._folder / FILE) if self._folder else secrets.token_bytes(_LENGTH)
        except OSError as error:
            _log.warning("%s can't be kept (%s): votes of before a restart are then nobody's", error.filename, error)
            self._key = secrets.token_bytes(_LENGTH)

    def of(self, person: int) -> bytes:
        """Return what stands for a person. Raises RecordsAway before the start."""
        if self._key is None:
            raise RecordsAway("the records are not started")
        return hashlib.blake2b(str(person).encode(), key=self._key, digest_size=PERSON).digest()


def _kept(file: Path) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    key = _read(file)
    if key is None:
        _make(file)
        key = _read(file)  # perhaps another process's, which was first
    if key is None:
        raise OSError(None, "it holds no secret", str(file))
    return key


def _read(file: Path) -> bytes | None:
    """Return the secret; None where there is none yet. A file that holds something else is set aside."""
    try:
        key = file.read_bytes()
    except FileNotFoundError:
        return None
    if len(key) != _LENGTH:
        aside = file.with_name(f"{file.name}.broken-{secrets.token_hex(4)}")
        file.rename(aside)
        _log.warning("%s held no secret; it is kept as %s and a new one is made", file, aside.name)
        return None
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        file.chmod(0o600)
    return key


def _make(file: Path) -> None:
    """Write a new secret whole or not at all, readable by nobody else at any moment."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(secrets.token_bytes(_LENGTH))
        _name_once(fresh, file)
    finally:
        fresh.unlink(missing_ok=True)


def _name_once(fresh: Path, file: Path) -> None:
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass  # another process was first: its secret counts
    except OSError:  # a file system without links
        fresh.replace(file)
