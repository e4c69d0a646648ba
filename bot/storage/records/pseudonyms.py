"""Pseudonyms of people: a hash under a secret key that is never in the database."""

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
    """Hashes ids of people under a key, or that of a file; with neither its hashes last as long as the process."""

    def __init__(self, folder: Path | None, key: bytes | None = None) -> None:
        self._folder = folder
        self._key = key

    def load(self) -> None:
        """Read the key, or create it on first use. Blocks, so it belongs in a thread; failures are logged."""
        if self._key is not None:
            return
        try:
            self._key = _load(self._folder / FILE) if self._folder else secrets.token_bytes(_LENGTH)
        except OSError as error:
            _log.warning("%s can't be kept (%s): votes from before a restart lose their owners", error.filename, error)
            self._key = secrets.token_bytes(_LENGTH)

    def fingerprint(self) -> str:
        """Return what tells two keys apart, and nothing of them."""
        return self.of(0).hex()

    def of(self, person: int) -> bytes:
        """Return the pseudonym of a person. Raises RecordsAway before `load`."""
        if self._key is None:
            raise RecordsAway("the records are not started")
        return hashlib.blake2b(str(person).encode(), key=self._key, digest_size=PERSON).digest()


def _load(file: Path) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    key = _read(file)
    if key is None:
        _make(file)
        key = _read(file)  # possibly that of another process, which was first
    if key is None:
        raise OSError(None, "it holds no key", str(file))
    return key


def _read(file: Path) -> bytes | None:
    """Return the key; None if there is none yet. A file that holds something else is set aside."""
    try:
        key = file.read_bytes()
    except FileNotFoundError:
        return None
    if len(key) != _LENGTH:
        aside = file.with_name(f"{file.name}.broken-{secrets.token_hex(4)}")
        file.rename(aside)
        _log.warning("%s held no key; it is kept as %s and a new one is made", file, aside.name)
        return None
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        file.chmod(0o600)
    return key


def _make(file: Path) -> None:
    """Write a new key atomically, never readable by others."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(secrets.token_bytes(_LENGTH))
        _publish(fresh, file)
    finally:
        fresh.unlink(missing_ok=True)


def _publish(fresh: Path, file: Path) -> None:
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass  # another process was first: its key counts
    except OSError:  # a file system without links
        fresh.replace(file)
