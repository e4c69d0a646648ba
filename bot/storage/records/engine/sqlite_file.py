"""SQLite's file: prepared before it is opened, so that it exists and is not corrupt, and rid of what was deleted."""

from __future__ import annotations

import contextlib
import glob
import os
import sqlite3
import time
from pathlib import Path

_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# The journal is deleted at the end of each transaction. A write-ahead log would keep old rows, deleted ones too, for
# hundreds of transactions; and its readers beside a writer are of no use to a bot with one connection.
JOURNAL = "PRAGMA journal_mode=DELETE"
CLOCKS_DIFFER = 60.0  # seconds between the clock of the machine and that of its disk
_PRIMARY = 0xFF  # the primary result code; higher bits extend it


def prepare(file: Path, patience: float) -> Path | None:
    """Prepare the file; return where a corrupt one was moved to. Blocks, so it belongs in a worker thread.

    Raises OSError or sqlite3.Error if that is impossible now.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = _set_aside(file) if _is_broken(file, patience) else None
    with contextlib.closing(_connected(file, patience)) as connection:
        connection.execute(JOURNAL)
    return aside


def scrub(file: Path, patience: float) -> None:
    """Leave no trace of what was deleted, by writing the file anew.

    `secure_delete` overwrites the deleted row alone; where SQLite moved rows to other pages before, a copy may stay in
    the free room of the old one (1 to 5 of 100 people deleted from a table of 6,000 rows). Blocks; raises sqlite3.Error
    or OSError where that is impossible now.
    """
    if file.exists():
        with contextlib.closing(_connected(file, patience)) as connection:
            connection.isolation_level = None
            connection.execute(JOURNAL)
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("VACUUM")


def delete_broken(file: Path, before: float) -> None:
    """Delete corrupt files set aside before a time: people are told that their data is gone by then.

    A time of setting aside that is still to come is that of a wrong clock, and counts as long ago.
    """
    now = time.time()
    for aside in file.parent.glob(f"{glob.escape(file.name)}.broken-*"):
        with contextlib.suppress(OSError):  # next time, then
            if not before <= aside.stat().st_ctime <= now + CLOCKS_DIFFER:  # the time of the renaming
                aside.unlink()


def file_id(file: Path) -> tuple[int, int] | None:
    """Return device and inode of a file; None if there is none."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def is_corrupt(error: BaseException | None) -> bool:
    """Tell whether SQLite reports a corrupt file, rather than one that is unavailable now."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & _PRIMARY in _CORRUPT


def _connected(file: Path, patience: float) -> sqlite3.Connection:
    file.touch(mode=0o600)
    return sqlite3.connect(file, timeout=patience)


def _is_broken(file: Path, patience: float) -> bool:
    if not file.exists():
        return False
    try:
        with contextlib.closing(_connected(file, patience)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except UnicodeDecodeError:  # from SQLite's message about a name in the file
        return True
    except sqlite3.DatabaseError as error:
        if is_corrupt(error):
            return True
        raise


def _set_aside(file: Path) -> Path:
    """Rename the file and its journal files; nothing is deleted before its time."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    aside = file.with_name(f"{file.name}.broken-{stamp}-{os.getpid()}")
    for end in ("-journal", "-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + end).rename(aside.with_name(aside.name + end))
    return aside
