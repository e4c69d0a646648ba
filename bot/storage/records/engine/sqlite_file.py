"""Readies SQLite's file before it is opened: it exists, is sound, and can be read while it is written."""

from __future__ import annotations

import contextlib
import glob
import os
import sqlite3
import time
from pathlib import Path

_UNSOUND = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_KIND = 0xFF  # SQLite's error codes tell more in their higher bits


def ready(file: Path, patience: float) -> Path | None:
    """Make the file ready; return where an unsound one was set aside to. Blocks, so it belongs in a worker thread.

    Raises OSError or sqlite3.Error where it can't be made ready now.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = _set_aside(file) if _unsound(file, patience) else None
    with contextlib.closing(_connected(file, patience)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    return aside


def clear(file: Path, before: float) -> None:
    """Delete what was set aside before a time: it holds what people are told is deleted by then."""
    for aside in file.parent.glob(f"{glob.escape(file.name)}.broken-*"):
        with contextlib.suppress(OSError):  # at the next round, then
            if aside.stat().st_ctime < before:  # that of the renaming
                aside.unlink()


def mark_of(file: Path) -> tuple[int, int] | None:
    """Return what tells this file from another of its name; None where there is none."""
    try:
        told = file.stat()
    except OSError:
        return None
    return told.st_dev, told.st_ino


def unsound(error: BaseException | None) -> bool:
    """Tell whether SQLite says that the file is broken, and not only that it can't be had now."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & _KIND in _UNSOUND


def _connected(file: Path, patience: float) -> sqlite3.Connection:
    file.touch(mode=0o600)
    return sqlite3.connect(file, timeout=patience)


def _unsound(file: Path, patience: float) -> bool:
    if not file.exists():
        return False
    try:
        with contextlib.closing(_connected(file, patience)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except UnicodeDecodeError:  # of SQLite's own words about a name in the file
        return True
    except sqlite3.DatabaseError as error:
        if unsound(error):
            return True
        raise


def _set_aside(file: Path) -> Path:
    """Rename the file, with what SQLite keeps beside it; nothing is deleted before its time."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    aside = file.with_name(f"{file.name}.broken-{stamp}-{os.getpid()}")
    for end in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + end).rename(aside.with_name(aside.name + end))
    return aside
