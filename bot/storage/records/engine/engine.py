"""Reaches the database: every call ends within a bounded time, and after any trouble it is opened anew."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage.records.engine import sqlite_file
from bot.storage.records.engine.migrate import NewerSchema, revisions, upgrade
from bot.storage.records.engine.outage_log import OutageLog
from bot.storage.records.engine.timeouts import Pace
from bot.storage.records.engine.url import DatabaseUrl
from bot.storage.records.values import RecordsAway

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]
_ENDS = 1.0  # seconds that closed connections have to say goodbye
# What is said in its own words. OSError holds TimeoutError and a refused connection.
_PLAIN = (sa.exc.SQLAlchemyError, sqlite3.Error, OSError, NewerSchema)


class Database:
    """One database that may be away. What it is opened for is done in one transaction each.

    `begun` is done once, in the transaction that made the tables where there were none.
    """

    def __init__(self, address: DatabaseUrl, pace: Pace, begun: Work[None]) -> None:
        self._address = address
        self._pace = pace
        self._begun = begun
        self._engine: AsyncEngine | None = None
        self._mark: tuple[int, int] | None = None
        self._opening: asyncio.Task[AsyncEngine] | None = None
        self._working: set[asyncio.Task[Any]] = set()
        self._loose: set[asyncio.Task[Any]] = set()  # those and all else that may outlast its caller
        self._trouble = OutageLog(pace.quiet)

    async def run(self, work: Work[T], *, much: bool = False) -> T:
        """Do the work in a transaction and return its result. Raises RecordsAway when that can't be, or lasts."""
        patience = self._pace.much if much else self._pace.patience
        task = self._started(self._done(work))
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        try:
            await asyncio.wait({task}, timeout=patience)
        finally:
            task.cancel()  # does nothing to one that is done
        if not task.done():
            raise self._away(TimeoutError("no answer in time"))
        if task.cancelled():
            raise RecordsAway("the database is being closed")
        try:
            found = task.result()
        except Exception as error:  # noqa: BLE001 - an outermost edge: of a strange server drivers make any error
            raise self._away(error) from None
        self._trouble.over(f"{self._address} is back")
        return found

    async def clear(self, *, before: float) -> None:
        """Delete the broken files that were set aside before a time, in seconds since 1970."""
        if (file := self._address.file) is not None:
            await asyncio.to_thread(sqlite_file.clear, file, before)

    async def close(self) -> None:
        """Let go of all connections, within a bounded time."""
        if self._opening is not None:
            self._opening.cancel()
        self._leave()
        if self._loose:
            await asyncio.wait(self._loose, timeout=_ENDS)

    async def _done(self, work: Work[T]) -> T:
        engine = await self._opened()
        async with engine.begin() as connection:
            return await work(connection)

    async def _opened(self) -> AsyncEngine:
        """Return the engine, opened where it has to be; all who wait for an opening wait for the same."""
        engine = self._engine
        if engine is not None and await self._is_there():
            return engine
        if self._opening is None or self._opening.done():
            self._opening = self._started(self._open())
        return await asyncio.shield(self._opening)

    async def _is_there(self) -> bool:
        """Tell whether the open file still is the one of that name: writing to a deleted one succeeds."""
        file = self._address.file
        if file is None or await asyncio.to_thread(sqlite_file.mark_of, file) == self._mark:
            return True
        self._leave()
        return False

    async def _open(self) -> AsyncEngine:
        await asyncio.to_thread(revisions)
        await self._ready_file()
        engine = _engine(self._address, self._pace)
        with contextlib.ExitStack() as unless_opened:
            unless_opened.callback(self._drop, engine)
            async with asyncio.timeout(2 * self._pace.patience) as limit, engine.begin() as connection:
                end = asyncio.get_running_loop().time() + self._pace.upgrading
                if await connection.run_sync(upgrade, due=partial(limit.reschedule, end)):
                    await self._begun(connection)
            unless_opened.pop_all()
        self._engine = engine
        return engine

    async def _ready_file(self) -> None:
        if (file := self._address.file) is not None:
            aside = await asyncio.to_thread(sqlite_file.ready, file, self._pace.patience / 2)
            before, self._mark = self._mark, await asyncio.to_thread(sqlite_file.mark_of, file)
            if aside is not None:
                self._trouble.tell(f"{file} was broken; it is kept as {aside.name} and begun anew")
            elif before not in (None, self._mark):
                self._trouble.tell(f"{file} was gone; what is there now is used")

    def _away(self, error: Exception) -> RecordsAway:
        """Note what went wrong, let go of what may be the cause, and return what to raise."""
        self._leave()
        cause = getattr(error, "orig", None) or error
        said = str(cause).strip() if isinstance(error, _PLAIN) else repr(cause)
        why = self._address.hidden(said or type(cause).__name__).split("\n")[0]
        if not sqlite_file.unsound(cause):  # a broken file is told of when it is set aside
            self._trouble.tell(f"{self._address} is away ({why}); answers go on without it")
        return RecordsAway(f"the database is away: {why}")

    def _leave(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            self._drop(engine)

    def _drop(self, engine: AsyncEngine) -> None:
        self._started(_ended(engine, frozenset(self._working)))

    def _started(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start what may outlast its caller; it is held on to, and how it ends is of no interest to the loop."""
        task = asyncio.create_task(work)
        self._loose.add(task)
        task.add_done_callback(self._end)
        return task

    def _end(self, task: asyncio.Task[Any]) -> None:
        self._loose.discard(task)
        if not task.cancelled():
            task.exception()


async def _ended(engine: AsyncEngine, users: frozenset[asyncio.Task[Any]]) -> None:
    """Close an engine's connections, when those who work with it are done: what came back later would stay open."""
    if users:
        await asyncio.wait(users)
    await asyncio.wait_for(engine.dispose(), _ENDS)


def _engine(address: DatabaseUrl, pace: Pace) -> AsyncEngine:
    for name in ("aiosqlite", "sqlalchemy"):  # below INFO they write out all that is kept
        logging.getLogger(name).setLevel(logging.WARNING)
    # It tells of each connection that it can't end well, with a traceback; a lost database has many.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    if address.file is None:
        return create_async_engine(
            address.url,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=4,
            max_overflow=0,
            pool_timeout=pace.patience,
            connect_args={"timeout": pace.patience, **address.connecting},
        )
    # One connection: SQLite writes one at a time, and those who wait in line here wait without polling.
    engine = create_async_engine(
        address.url,
        hide_parameters=True,
        pool_size=1,
        max_overflow=0,
        pool_timeout=pace.patience,
        connect_args={"timeout": pace.patience / 2},
    )
    sa.event.listen(engine.sync_engine, "connect", _begin_by_ourselves)
    sa.event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _begin_by_ourselves(connection: Any, _record: object) -> None:
    # Python's driver begins a transaction late, and never before it changes tables.
    connection.isolation_level = None
    # What was deleted is overwritten: people are told that it is gone.
    cursor = connection.cursor()
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()
    # Text that is none, written by hand, is read all the same, and then not believed.
    connection.driver_connection.text_factory = lambda raw: raw.decode("utf-8", "replace")


def _begin(connection: sa.Connection) -> None:
    # The lock is taken at once: who reads first and writes then may find it taken, and SQLite doesn't wait then.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
