"""The door to the records: settings from memory at once; the rest from the database, or RecordsAway in good time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import queries
from bot.storage.records.engine.engine import Database
from bot.storage.records.engine.timeouts import Pace
from bot.storage.records.engine.url import address_of
from bot.storage.records.models import DIRECT
from bot.storage.records.pending_misses import Entry, PendingMisses
from bot.storage.records.pseudonyms import Pseudonyms
from bot.storage.records.scheduler import PeriodicTask, Scheduler
from bot.storage.records.settings_cache import SettingsCache
from bot.storage.records.values import (
    LONGEST_FORM,
    LONGEST_KIND,
    MOST_ID,
    Missed,
    RecordsAway,
    ServerSettings,
    Votes,
    id_checked,
    line_of,
    settings_checked,
)

MOST_MISSES = 100_000
_MOST_GAPS = 1_000
_BATCH = 500


def _today() -> date:
    return datetime.now(UTC).date()


class Records:
    """What belongs to servers, and what people thought of answers.

    `url` is that of SQLite's file or of a PostgreSQL; `state` the folder for the secret under which people are kept,
    which all processes that share a database have to share too. Raises ValueError for a url that is none.
    """

    def __init__(
        self,
        url: str,
        *,
        state: Path | None = None,
        keep_days: int = 90,
        most_misses: int = MOST_MISSES,
        pace: Pace = Pace(),  # noqa: B008 - frozen
        today: Callable[[], date] = _today,
    ) -> None:
        self._pace = pace
        self._today = today
        self._keep_days = keep_days
        self._most_misses = most_misses
        self._people = Pseudonyms(state)
        self._remembered = SettingsCache()
        self._waiting = PendingMisses()
        self._writing = asyncio.Lock()
        self._database = Database(address_of(url), pace, self._remembered.restore)
        self._rounds = Scheduler(
            (
                PeriodicTask(pace.refresh, partial(self._remembered.refresh, self._database)),
                PeriodicTask(pace.gather, self._leave_rest),
                PeriodicTask(pace.gather, self._write_missed),
                PeriodicTask(pace.clean, self._clean),
            ),
            pace,
        )

    async def start(self) -> None:
        """Read the settings, and keep them up to date from now on; a database that is away is tried again and again."""
        await asyncio.to_thread(self._people.load)
        await self._rounds.start()

    async def close(self) -> None:
        """Write what waits, where that can be done at once, and let go of the database."""
        await self._rounds.close()
        with contextlib.suppress(RecordsAway, TimeoutError):
            async with asyncio.timeout(self._pace.closing):
                await self._write_missed()
        await self._database.close()

    def of(self, server: int) -> ServerSettings:
        """Return a server's settings as last known, at once; the defaults where nothing is known."""
        return self._remembered.of(server)

    def servers(self) -> frozenset[int]:
        """Return the servers of which settings are known."""
        return self._remembered.servers()

    async def change(self, server: int, **changes: object) -> ServerSettings:
        """Keep new settings of a server and return all it has now.

        Raises ValueError for what no server may have, RecordsAway when it can't be kept.
        """
        return await self._remembered.change(self._database, id_checked(server), settings_checked(changes))

    async def vote(self, *, person: int, answer: int, kind: str, up: bool, server: int | None = None) -> Votes:
        """Count a vote and return how many there are; the same again takes it back. Raises RecordsAway."""
        cast = {
            "answer": id_checked(answer),
            "person": self._people.of(person),
            "kind": line_of(kind, LONGEST_KIND),
            "up": up,
            "day": self._today(),
            "server": DIRECT if server is None else id_checked(server),
        }
        return await self._database.run(partial(queries.vote, cast=cast))

    async def missed(self, form: str, *, person: int, server: int | None) -> None:
        """Count a question that could not be answered, by its normalised form; returns at once and never raises."""
        form = line_of(form, LONGEST_FORM)
        where = DIRECT if server is None else server
        if form and DIRECT <= where <= MOST_ID:
            self._waiting.add(Entry(form, self._today(), person, where))

    async def gaps(self, most: int, *, server: int | None = None, days: int | None = None) -> tuple[Missed, ...]:
        """Return what was missed most often, everywhere or in one server, in the last days. Raises RecordsAway."""
        await self._write_missed()
        days = self._keep_days if days is None else max(0, min(days, self._keep_days))
        since = self._today() - timedelta(days=days)
        where = None if server is None else id_checked(server)
        most = max(0, min(most, _MOST_GAPS))
        return await self._database.run(partial(queries.gaps, most=most, server=where, since=since))

    async def forget(self, person: int) -> int:
        """Delete all that is held on a person; return how many entries that were. Raises RecordsAway."""
        async with self._alone():  # else misses on their way would come after
            waited = self._waiting.forget(person)
            return waited + await self._database.run(partial(queries.forget, person=self._people.of(person)))

    async def leave(self, server: int) -> None:
        """Delete all that belongs to a server; where the database is away, when it is back."""
        self._remembered.leave(id_checked(server))
        with contextlib.suppress(RecordsAway):
            await self._leave_rest()

    async def _leave_rest(self) -> None:
        async with self._alone():
            for server in tuple(self._remembered.left):
                self._waiting.leave(server)
                await self._database.run(partial(queries.leave, server=server))
                self._remembered.left.discard(server)

    async def _write_missed(self) -> None:
        async with self._alone():
            while taken := self._waiting.take(_BATCH):
                try:
                    rows = [
                        {**entry._asdict(), "person": self._people.of(entry.person), "times": times}
                        for entry, times in sorted(taken.items())
                    ]
                    await self._database.run(partial(self._written, rows=rows))
                    taken = {}
                finally:
                    self._waiting.give_back(taken)

    @contextlib.asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Wait, but not for long, until nobody else writes or deletes what is held on people."""
        try:
            async with asyncio.timeout(self._pace.patience):
                await self._writing.acquire()
        except TimeoutError:
            raise RecordsAway("the database is slow") from None
        try:
            yield
        finally:
            self._writing.release()

    async def _written(self, connection: AsyncConnection, rows: list[dict[str, object]]) -> None:
        await queries.miss(connection, rows)
        await queries.trim(connection, self._most_misses)

    async def _clean(self) -> None:
        before = self._today() - timedelta(days=self._keep_days)
        await self._database.clear(before=datetime.combine(before, time(), UTC).timestamp())
        await self._database.run(partial(queries.clean, before=before), much=True)
