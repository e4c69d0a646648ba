"""The state folder: whose it is while the bot runs, and the gateway sessions that the next start takes up again."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

LOCK = "running"
PROCESS = f"{socket.gethostname()}-{os.getpid()}"  # the name of this process, in the log and for the others
_log = logging.getLogger(__name__)


class AlreadyRunning(Exception):  # noqa: N818 - it says what it is
    """Another process has the state folder."""


class Session(NamedTuple):
    """A session of the gateway, of one shard: RESUMEd at `url` (empty: the main address) it tells what was missed."""

    id: str
    sequence: int
    url: str


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Have the state folder for oneself. Raises AlreadyRunning where another process has it.

    Where nothing can be locked (a read-only folder, Windows) it is anybody's.
    """
    with contextlib.ExitStack() as held:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = held.enter_context((folder / LOCK).open("a+", encoding="ascii"))
        except OSError as error:
            _log.warning("%s can't be locked (%s): a second copy of the bot would go unseen", folder, error.strerror)
        else:
            _lock(file, folder)
        yield


def running(folder: Path) -> tuple[str, datetime] | None:
    """Return the number of the process that has the state folder, and since when; None where nobody has it."""
    try:
        import fcntl  # noqa: PLC0415 - Windows has none

        with (folder / LOCK).open(encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read(20).strip(), datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    except (ModuleNotFoundError, OSError):
        pass
    return None


def _lock(file: IO[str], folder: Path) -> None:
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
    except ModuleNotFoundError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # gone with the process, however it ends
    except BlockingIOError:
        file.seek(0)
        whose = file.read(20).strip() or "unknown"
        raise AlreadyRunning(
            f"salarybot is running already (process {whose}) with {folder}. Stop that one, or give this one a folder "
            "of its own by SALARYBOT_STATE."
        ) from None
    except OSError as error:  # a file system without locks
        _log.warning("%s can't be locked (%s): a second copy of the bot would go unseen", folder, error.strerror)
        return
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()


def take_sessions(file: Path, total: int) -> dict[int, Session]:
    """Return the sessions of the last stop by shard, if it had as many shards; they are taken up once. Blocks."""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        file.unlink()
        if stored["total"] != total:
            return {}
        return {
            int(shard): Session(str(one["id"]), int(one["sequence"]), str(one["url"]))
            for shard, one in stored["shards"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        _log.warning("%s can't be read (%r): what was asked since the last stop goes unheard", file, error)
        return {}


def keep_sessions(file: Path, total: int, sessions: Mapping[int, Session]) -> None:
    """Write the sessions of a stop, whole or not at all, for nobody else to read. Blocks."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    kept = {"total": total, "shards": {str(shard): session._asdict() for shard, session in sessions.items()}}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(kept), encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        _log.warning("%s can't be written (%s): what is asked until the next start goes unheard", file, error.strerror)
