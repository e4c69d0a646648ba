"""Connect to the database: every call ends within a bounded time, and after any error it is opened anew."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import sqlite3
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot import metrics
from bot.storage.background import Background
from bot.storage.records.engine import sqlite_file
from bot.storage.records.engine.timeouts import Timeouts
from bot.storage.records.engine.url import DatabaseUrl
from bot.storage.records.migrations import NewerSchema, is_current, revisions, upgrade
from bot.storage.records.values import RecordsAway

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]
_DISPOSE = 1.0  # seconds for connections to close
_ALIVE = 30.0  # seconds between two looks at whether a connection that only listens still stands
_log = logging.getLogger(__name__)
# Errors that are shown by their own text. OSError includes TimeoutError and a refused connection.
_PLAIN = (sa.exc.SQLAlchemyError, sqlite3.Error, OSError, NewerSchema)


class Database:
    """One database that may be away. Each piece of work runs in a transaction of its own.

    `on_create` runs once, in the transaction that creates the tables where there were none.
    """

    def __init__(self, address: DatabaseUrl, timeouts: Timeouts, on_create: Work[None]) -> None:
        self._address = address
        self._timeouts = timeouts
        self._on_create = on_create
        self._engine: AsyncEngine | None = None
        self._file_id: tuple[int, int] | None = None
        self._opening: asyncio.Task[AsyncEngine] | None = None
        self._running: set[asyncio.Task[Any]] = set()
        self._background = Background()  # those and all else that may outlast its caller
        self._outage = _OutageLog(timeouts.quiet)
        self.is_up = False
        """Whether the last piece of work was done; the settings are read once a minute at least."""

    async def run(self, work: Work[T], *, heavy: bool = False) -> T:
        """Run the work in a transaction and return its result. Raises RecordsAway on failure or after too long.

        `heavy` work, which no caller waits for, has more time.
        """
        patience = self._timeouts.heavy if heavy else self._timeouts.patience
        task = self._background.start(self._transact(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            await asyncio.wait({task}, timeout=patience)
        finally:
            task.cancel()  # does nothing to one that is done
        if not task.done():
            raise self._failure(TimeoutError("no answer in time"))
        if task.cancelled():
            raise RecordsAway("the database is being closed")
        try:
            result = task.result()
        except Exception as error:  # noqa: BLE001 - an outermost edge: with a strange server drivers raise anything
            raise self._failure(error) from None
        self.is_up = True
        self._outage.back(f"{self._address} is back")
        return result

    async def listen(self, channel: str, heard: Callable[[str], None]) -> None:
        """Call `heard` with what a PostgreSQL tells on a channel, until the connection is lost: raises RecordsAway."""
        lost = asyncio.Event()
        try:
            async with (await self._connected()).connect() as connection:
                raw: Any = (await connection.get_raw_connection()).driver_connection
                raw.add_termination_listener(lambda _: lost.set())
                await raw.add_listener(channel, lambda *arguments: heard(arguments[-1]))
                try:
                    heard("")  # what was told before
                    while not lost.is_set():
                        with contextlib.suppress(TimeoutError):
                            async with asyncio.timeout(_ALIVE):
                                await lost.wait()
                        await raw.execute("SELECT 1", timeout=self._timeouts.patience)
                finally:
                    await connection.invalidate()  # what listens goes back to no pool
        except Exception as error:  # noqa: BLE001 - the same edge
            raise self._failure(error) from None

    async def scrub(self, *, broken_before: float = math.inf) -> None:
        """Leave no trace of what was deleted in SQLite's file; a database server has its own ways. Raises RecordsAway.

        Corrupt files, which hold everybody's rows, go too where they were set aside before a time (seconds since 1970).
        """
        if (file := self._address.file) is not None:
            try:
                await asyncio.to_thread(sqlite_file.delete_broken, file, broken_before)
                await asyncio.to_thread(sqlite_file.scrub, file, self._timeouts.patience / 2)
            except (sqlite3.Error, OSError) as error:
                raise self._failure(error) from None

    async def close(self) -> None:
        """Close all connections, within a bounded time."""
        if self._opening is not None:
            self._opening.cancel()
        self._disconnect()
        await self._background.ended(_DISPOSE)

    async def _transact(self, work: Work[T]) -> T:
        with metrics.DATABASE_TIME.timed():
            engine = await self._connected()
            async with engine.begin() as connection:
                return await work(connection)

    async def _connected(self) -> AsyncEngine:
        """Return the engine, opening it if needed; concurrent callers share one opening."""
        engine = self._engine
        if engine is not None and await self._is_same_file():
            return engine
        if self._opening is None or self._opening.done():
            self._opening = self._background.start(self._open())
        return await asyncio.shield(self._opening)

    async def _is_same_file(self) -> bool:
        """Tell whether the open file is still the one at that path: writing to a deleted file succeeds."""
        file = self._address.file
        if file is None or await asyncio.to_thread(sqlite_file.file_id, file) == self._file_id:
            return True
        self._disconnect()
        return False

    async def _open(self) -> AsyncEngine:
        await self._prepare_file()
        engine = _engine(self._address, self._timeouts)
        with contextlib.ExitStack() as unless_opened:
            unless_opened.callback(self._drop, engine)
            await _upgraded(engine, self._timeouts, self._on_create)
            unless_opened.pop_all()
        self._engine = engine
        return engine

    async def _prepare_file(self) -> None:
        if (file := self._address.file) is not None:
            aside = await asyncio.to_thread(sqlite_file.prepare, file, self._timeouts.patience / 2)
            before, self._file_id = self._file_id, await asyncio.to_thread(sqlite_file.file_id, file)
            if aside is not None:
                self._outage.away(f"{file} was broken; it is kept as {aside.name} and begun anew")
            elif before not in (None, self._file_id):
                self._outage.away(f"{file} was gone; what is there now is used")

    def _failure(self, error: Exception) -> RecordsAway:
        """Log an error, drop the connections that may be its cause, and return what to raise."""
        self._disconnect()
        self.is_up = False
        cause = getattr(error, "orig", None) or error
        text = str(cause).strip() if isinstance(error, _PLAIN) else repr(cause)
        why = self._address.without_password(text or type(cause).__name__).split("\n")[0]
        if not sqlite_file.is_corrupt(cause):  # a corrupt file is logged when it is set aside
            self._outage.away(f"{self._address} is away ({why}); answers go on without it")
        return RecordsAway(f"the database is away: {why}")

    def _disconnect(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            self._drop(engine)

    def _drop(self, engine: AsyncEngine) -> None:
        self._background.start(_dispose(engine, frozenset(self._running)))


class _OutageLog:
    """Logs that the database is away at most once in `quiet` seconds, and when it is back."""

    def __init__(self, quiet: float) -> None:
        self._quiet = quiet
        self._last = -math.inf
        self._is_away = False

    def away(self, line: str) -> None:
        if time.monotonic() - self._last >= self._quiet:
            self._last = time.monotonic()
            self._is_away = True
            _log.warning("%s", line)

    def back(self, line: str) -> None:
        """Log the end of an outage that was logged."""
        if self._is_away:
            self._is_away = False
            _log.info("%s", line)


async def _upgraded(engine: AsyncEngine, timeouts: Timeouts, on_create: Work[None]) -> None:
    """Bring the tables to those of this code, where they are others."""
    async with asyncio.timeout(2 * timeouts.patience), engine.begin() as connection:
        if await connection.run_sync(is_current):
            return
    await asyncio.to_thread(revisions)  # before the lock is taken again: others wait for that
    async with asyncio.timeout(2 * timeouts.patience) as limit, engine.begin() as connection:
        end = asyncio.get_running_loop().time() + timeouts.upgrading
        if await connection.run_sync(upgrade, due=partial(limit.reschedule, end)):
            await on_create(connection)


async def _dispose(engine: AsyncEngine, users: frozenset[asyncio.Task[Any]]) -> None:
    """Close an engine's connections once its users are done: one returned later would stay open."""
    if users:
        await asyncio.wait(users)
    async with asyncio.timeout(_DISPOSE):
        await engine.dispose()


def _engine(address: DatabaseUrl, timeouts: Timeouts) -> AsyncEngine:
    for name in ("aiosqlite", "sqlalchemy"):  # below INFO they log the data
        logging.getLogger(name).setLevel(logging.WARNING)
    # It logs a traceback for each connection that it can't close; a lost database has many.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    if address.file is None:
        return create_async_engine(
            address.url,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=4,
            max_overflow=0,
            pool_timeout=timeouts.patience,
            connect_args={"timeout": timeouts.patience, **address.connecting},
        )
    # One connection: SQLite has one writer at a time, and waiting for the pool needs no polling.
    engine = create_async_engine(
        address.url,
        hide_parameters=True,
        pool_size=1,
        max_overflow=0,
        pool_timeout=timeouts.patience,
        connect_args={"timeout": timeouts.patience / 2},
    )
    sa.event.listen(engine.sync_engine, "connect", _configure)
    sa.event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _configure(connection: Any, _record: object) -> None:
    # Python's driver begins a transaction late, and never before DDL.
    connection.isolation_level = None
    # Deleted data is overwritten: people are told that it is gone.
    cursor = connection.cursor()
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute(sqlite_file.JOURNAL)
    cursor.close()
    # Bytes that are no text, written by hand, are read all the same and fail validation later.
    connection.driver_connection.text_factory = lambda raw: raw.decode("utf-8", "replace")


def _begin(connection: sa.Connection) -> None:
    # Lock at once: a transaction that reads first and writes later may find the lock taken, and SQLite won't wait.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
