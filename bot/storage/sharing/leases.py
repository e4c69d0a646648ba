"""The rows by which processes share the shards of a bot: signs of life, leases, sessions, and what all agree on.

Each move is one statement that changes a row only if it still is as it was seen; nobody waits for anybody.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib import metadata
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records.engine.engine import Database
from bot.storage.records.models import LONGEST_NAME, LONGEST_VERSION
from bot.storage.records.queries import notify
from bot.storage.sharing.balance import Row, Sign, View, Watch
from bot.storage.state import PROCESS, Session

SHARDS, COMMANDS, PEOPLE, RELOAD = "shards", "commands", "people", "reload"
LOOK = "look"  # told where others have something to do at once
# A process that hangs within a transaction would keep its rows locked.
_BOUNDED = sa.text("SELECT set_config('idle_in_transaction_session_timeout', '3000', true)")
_SET = """INSERT INTO shared (application, name, value) VALUES (:app, :name, :value)
    ON CONFLICT (application, name) DO"""
_BEGIN = (
    sa.text(
        """DELETE FROM shared WHERE application = :app AND name IN ('shards', 'commands') AND NOT EXISTS
        (SELECT FROM processes WHERE application = :app AND seen > clock_timestamp() - interval '60 s')"""
    ),
    sa.text("DELETE FROM processes WHERE application = :app AND seen < clock_timestamp() - interval '1 hour'"),
)
_SET_ONCE, _SET_ANEW = (sa.text(f"{_SET} {what}") for what in ("NOTHING", "UPDATE SET value = excluded.value"))
_ADD_SHARDS = sa.text(
    """INSERT INTO shards (application, total, shard)
    SELECT :app, CAST(:total AS int), number FROM generate_series(0, CAST(:total AS int) - 1) AS number
    ON CONFLICT DO NOTHING"""
)
_SIGN = sa.text(
    """INSERT INTO processes (application, process, name, version, revision, leaving, seen, backend)
    VALUES (:app, :me, :host, :version, :revision, :leaving, clock_timestamp(), pg_backend_pid())
    ON CONFLICT (application, process) DO UPDATE SET
    revision = excluded.revision, leaving = excluded.leaving, seen = excluded.seen, backend = excluded.backend"""
)
_NOTE = sa.text(
    """UPDATE shards SET session = noted.session, sequence = noted.sequence, url = noted.url
    FROM unnest(CAST(:shards AS int[]), CAST(:ids AS text[]), CAST(:sequences AS bigint[]), CAST(:urls AS text[]))
    AS noted(shard, session, sequence, url)
    WHERE shards.application = :app AND shards.total = :total AND shards.shard = noted.shard AND shards.holder = :me
    AND (shards.session, shards.sequence) IS DISTINCT FROM (noted.session, noted.sequence)"""
)
_LEAVE = (
    sa.text("UPDATE shards SET holder = NULL, since = NULL WHERE application = :app AND holder = :me"),
    sa.text("UPDATE shards SET incoming = NULL WHERE application = :app AND incoming = :me"),
    sa.text("DELETE FROM processes WHERE application = :app AND process = :me"),
)
_MOVE = """UPDATE shards SET {changes} WHERE application = :app AND total = :total AND shard = :shard
    AND holder IS NOT DISTINCT FROM :holder AND incoming IS NOT DISTINCT FROM :incoming
    RETURNING session, sequence, url"""
_TAKE = sa.text(_MOVE.format(changes="holder = :me, incoming = NULL, since = clock_timestamp()"))
_TAKE_OVER = sa.text(_MOVE.format(changes="incoming = :me"))
_SIGNS = sa.text(
    """SELECT process, leaving, seen, COALESCE(backend IN (SELECT pid FROM pg_stat_activity), true)
    FROM processes WHERE application = :app"""
)
_ROWS = sa.text(
    """SELECT shard, holder, incoming, session, sequence, url FROM shards
    WHERE application = :app AND total = :total ORDER BY shard"""
)
_SHARED = sa.text("SELECT name, value FROM shared WHERE application = :app")
_PROCESSES = sa.text(
    """SELECT application, process, name, version, revision, leaving,
    CAST(extract(epoch FROM clock_timestamp() - seen) AS double precision) AS age
    FROM processes ORDER BY application, name, process"""
)
_SERVED = sa.text(
    """SELECT application, total, shard, holder, incoming, since FROM shards WHERE CAST(total AS text) = (SELECT value
    FROM shared WHERE shared.application = shards.application AND name = 'shards') ORDER BY application, shard"""
)


class Look(NamedTuple):
    """What one beat showed: the leases, and by name what the processes share."""

    view: View
    shared: Mapping[str, str]


class Process(NamedTuple):
    """A process as the tables tell of it, with the name that its log has.

    `age`: seconds since its last sign of life, by the database's clock.
    """

    application: int
    process: UUID
    name: str
    version: str
    revision: str
    leaving: bool
    age: float


class Served(NamedTuple):
    """A shard of `total`, who serves it (None: nobody) since when, and who is about to take it over."""

    application: int
    total: int
    shard: int
    holder: UUID | None
    incoming: UUID | None
    since: datetime | None


class Overview(NamedTuple):
    """All processes and shards of the database, of all bots that share it."""

    processes: tuple[Process, ...]
    shards: tuple[Served, ...]


async def overview(connection: AsyncConnection) -> Overview:
    """Return who serves what, of the shards in use; for people, and for metrics: nothing is decided by it."""
    processes = tuple(Process(*row) for row in await connection.execute(_PROCESSES))
    return Overview(processes, tuple(Served(*row) for row in await connection.execute(_SERVED)))


class Leases:
    """The leases of one process, of the bot `application`. All that reaches the database raises RecordsAway."""

    def __init__(self, database: Database, application: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.me = uuid4()
        self.total = 0
        self._database = database
        self._clock = clock
        self._watch = Watch()
        self._own = {
            "app": application,
            "me": self.me,
            "host": PROCESS[:LONGEST_NAME],
            "version": _version()[:LONGEST_VERSION],
        }

    async def begin(self, recommended: int, fingerprint: str) -> Mapping[str, str]:
        """Join the other processes, and return what they share: how many shards there are, and whose key it is.

        Where nobody else lives the number of shards is the recommended one, and the commands are told anew.
        """

        async def work(connection: AsyncConnection) -> Mapping[str, str]:
            for statement in _BEGIN:
                await connection.execute(statement, self._own)
            for name, value in ((SHARDS, str(recommended)), (PEOPLE, fingerprint)):
                await connection.execute(_SET_ONCE, {**self._own, "name": name, "value": value})
            return await self._shared(connection)

        return await self._database.run(work)

    async def set(self, name: str, value: str) -> None:
        """Set what all processes share, and have them look at once."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(_SET_ANEW, {**self._own, "name": name, "value": value})
            await notify(connection, LOOK)

        await self._database.run(work)

    async def beat(self, sessions: Mapping[int, Session], revision: str, *, leaving: bool = False) -> Look:
        """Give a sign of life, note the sessions of the shards served here, and look who else lives and serves."""

        async def work(connection: AsyncConnection) -> Any:
            await connection.execute(_BOUNDED)
            await connection.execute(_ADD_SHARDS, {**self._own, "total": self.total})
            await connection.execute(_SIGN, {**self._own, "revision": revision, "leaving": leaving})
            await connection.execute(_NOTE, self._noted(sessions))
            if leaving:
                await notify(connection, LOOK)
            signs = (await connection.execute(_SIGNS, self._own)).all()
            rows = (await connection.execute(_ROWS, {**self._own, "total": self.total})).all()
            return signs, rows, await self._shared(connection)

        signs, rows, shared = await self._database.run(work)
        alive, beating = self._watch.look({process: Sign(*sign) for process, _, *sign in signs}, self._clock())
        staying = alive - {process for process, is_leaving, *_ in signs if is_leaving}
        return Look(View(tuple(_row(*row) for row in rows), alive, staying, beating), shared)

    async def take(self, row: Row) -> Row | None:
        """Take a shard that nobody serves, or whose hand-over is complete; None where somebody was faster."""
        return await self._move(_TAKE, row, holder=self.me, incoming=None)

    async def take_over(self, row: Row) -> Row | None:
        """Announce that a shard is about to be taken over from who serves it; None where somebody was faster."""
        return await self._move(_TAKE_OVER, row, holder=row.holder, incoming=self.me)

    async def leave(self, sessions: Mapping[int, Session]) -> None:
        """Leave all shards, with the sessions that others are to go on with, and have them look at once."""

        async def work(connection: AsyncConnection) -> None:
            for statement in (_NOTE, *_LEAVE):
                await connection.execute(statement, self._noted(sessions))
            await notify(connection, LOOK)

        await self._database.run(work)

    async def _move(
        self, statement: sa.TextClause, row: Row, *, holder: UUID | None, incoming: UUID | None
    ) -> Row | None:
        values = {**self._own, "total": self.total, **row._asdict()}
        del values["last"]

        async def work(connection: AsyncConnection) -> Any:
            moved = (await connection.execute(statement, values)).first()
            if moved is not None and row.holder is not None:
                await notify(connection, LOOK)
            return moved

        moved = await self._database.run(work)
        return None if moved is None else _row(row.shard, holder, incoming, *moved)

    async def _shared(self, connection: AsyncConnection) -> dict[str, str]:
        return {str(name): str(value) for name, value in await connection.execute(_SHARED, self._own)}

    def _noted(self, sessions: Mapping[int, Session]) -> dict[str, object]:
        noted: Sequence[Session] = list(sessions.values())
        return {
            **self._own,
            "total": self.total,
            "shards": list(sessions),
            "ids": [session.id for session in noted],
            "sequences": [session.sequence for session in noted],
            "urls": [session.url for session in noted],
        }


def _row(
    shard: int, holder: UUID | None, incoming: UUID | None, session: str | None, sequence: int | None, url: str | None
) -> Row:
    last = None if session is None or sequence is None else Session(session, sequence, url or "")
    return Row(shard, holder, incoming, last)


def _version() -> str:
    try:
        return metadata.version("salarybot")
    except metadata.PackageNotFoundError:
        return "source"
