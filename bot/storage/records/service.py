"""The records service: settings come from memory at once, the rest from the database, or RecordsAway in time."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import queries
from bot.storage.records.engine.engine import Database
from bot.storage.records.engine.timeouts import Timeouts
from bot.storage.records.engine.url import parse_url
from bot.storage.records.models import DIRECT
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
    storable_text,
    validated_id,
    validated_settings,
)

MOST_MISSES = 100_000
_MOST_PENDING, _MOST_GAPS = 5_000, 1_000
_MOST_A_DAY = 20  # different misses of one person
_BATCH = 500
SECONDS_A_DAY = 86_400.0
SLACK = timedelta(days=7)


def _today() -> date:
    return datetime.now(UTC).date()


class _Miss(NamedTuple):
    """One person's question without an answer, on one day in one server; the person is still an id."""

    form: str
    day: date
    person: int
    server: int


class _PendingMisses:
    """Counts of misses that wait in memory to be written; beyond `most` different ones, new ones are dropped.

    So are those of a person who has _MOST_A_DAY waiting already.
    """

    def __init__(self, most: int = _MOST_PENDING) -> None:
        self._most = most
        self._times: dict[_Miss, int] = {}
        self._people: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._times)

    def add(self, miss: _Miss, times: int = 1) -> None:
        if miss in self._times:
            self._times[miss] += times
        elif len(self._times) < self._most and self._people[miss.person] < _MOST_A_DAY:
            self._times[miss] = times
            self._people[miss.person] += 1

    def take(self, most: int) -> dict[_Miss, int]:
        """Remove and return the first misses."""
        taken = {miss: self._times[miss] for miss in list(self._times)[:most]}
        self._drop(list(taken))
        return taken

    def restore(self, taken: dict[_Miss, int]) -> None:
        """Put back misses that could not be written."""
        for miss, times in taken.items():
            self.add(miss, times)

    def forget(self, theirs: Callable[[int], bool]) -> int:
        """Drop the misses of whom it says `theirs` of; return how many."""
        return self._drop([miss for miss in self._times if theirs(miss.person)])

    def leave(self, server: int) -> None:
        """Drop a server's misses."""
        self._drop([miss for miss in self._times if miss.server == server])

    def expire(self, before: date) -> None:
        """Drop misses from before a day, which a database that is away for long would let grow old."""
        self._drop([miss for miss in self._times if miss.day < before])

    def _drop(self, misses: list[_Miss]) -> int:
        for miss in misses:
            del self._times[miss]
        self._people -= Counter(miss.person for miss in misses)  # keeps no zeros
        return len(misses)


class _WriteLock:
    """The lock on people's data: what is forgotten may not be written meanwhile."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._lock = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold the lock. Raises RecordsAway after `patience` seconds."""
        try:
            async with asyncio.timeout(self._patience):
                await self._lock.acquire()
        except TimeoutError:
            raise RecordsAway("the database is slow") from None
        try:
            yield
        finally:
            self._lock.release()


class Records:
    """Servers' settings, votes on answers, and questions without an answer.

    `url` names a SQLite file or a PostgreSQL; `state` is the folder of the secret that turns people into pseudonyms,
    which processes that share a database have to share too. Raises ValueError for an invalid url.
    """

    def __init__(
        self,
        url: str,
        *,
        state: Path | None = None,
        keep_days: int = 90,
        most_misses: int = MOST_MISSES,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        today: Callable[[], date] = _today,
    ) -> None:
        self._timeouts = timeouts
        self._today = today
        self._keep_days = keep_days
        self._most_misses = most_misses
        self.pseudonyms = Pseudonyms(state)
        self._settings = SettingsCache(state)
        self._pending = _PendingMisses()
        self._writing = _WriteLock(timeouts.patience)
        self.database = Database(parse_url(url), timeouts, self._settings.restore)
        self._cleaner = _Cleaner(self.database, self._pending, keep_days, today)
        self._scheduler = Scheduler(
            (
                PeriodicTask(timeouts.refresh, partial(self._settings.refresh, self.database)),
                PeriodicTask(timeouts.gather, self._delete_left),
                PeriodicTask(timeouts.gather, self._settings.keep),
                PeriodicTask(timeouts.gather, self._write_pending),
                PeriodicTask(timeouts.clean, self._cleaner.clean),
            ),
            timeouts,
        )

    async def start(self) -> None:
        """Read the settings, as last kept and then from the database, which is retried while it is away."""
        await asyncio.to_thread(self.pseudonyms.load)
        await asyncio.to_thread(self._settings.load)
        await self._scheduler.start()

    async def close(self) -> None:
        """Write pending misses if that is possible at once, and close the database."""
        await self._scheduler.close()
        with contextlib.suppress(RecordsAway, TimeoutError):
            async with asyncio.timeout(self._timeouts.closing):
                await self._write_pending()
        await self._settings.keep()
        await self.database.close()

    async def reread(self, server: int | None = None) -> None:
        """Read the settings of a server, or all, which another process may have changed. Raises RecordsAway."""
        await self._settings.reread(self.database, server)

    def of(self, server: int) -> ServerSettings:
        """Return a server's settings as last read, at once; the defaults if it has none."""
        return self._settings.of(server)

    def servers(self) -> frozenset[int]:
        """Return the servers that have settings."""
        return self._settings.servers()

    async def change(self, server: int, **changes: object) -> ServerSettings:
        """Save some settings of a server and return all of its settings.

        Raises ValueError for an invalid setting, RecordsAway if it can't be saved.
        """
        return await self._settings.change(self.database, validated_id(server), validated_settings(changes))

    async def vote(
        self, *, person: int, answer: int, kind: str, up: bool, press: int | None, server: int = DIRECT
    ) -> Votes:
        """Count a vote and return the totals. Raises RecordsAway.

        Repeating it by a newer `press` takes it back; a reaction has none, and is a vote as long as it is there.
        """
        cast = {
            "answer": validated_id(answer),
            "person": self.pseudonyms.of(person),
            "kind": storable_text(kind, LONGEST_KIND),
            "up": up,
            "day": self._today(),
            "server": server if server == DIRECT else validated_id(server),
        }
        if press is None:
            return await self.database.run(partial(queries.react, cast=cast))
        return await self.database.run(partial(queries.vote, cast={**cast, "press": validated_id(press)}))

    async def take_back(self, *, answer: int, person: int | None = None, up: bool | None = None) -> None:
        """Take back all votes on an answer, or a person's if it is `up` or not. Raises RecordsAway."""
        who = None if person is None else self.pseudonyms.of(person)
        await self.database.run(partial(queries.take_back, answer=validated_id(answer), person=who, up=up))

    async def missed(self, form: str, *, person: int, server: int | None) -> None:
        """Count an unanswered question by its normalized form; returns at once and never raises."""
        form = storable_text(form, LONGEST_FORM)
        where = DIRECT if server is None else server
        if form and DIRECT <= where <= MOST_ID:
            self._pending.add(_Miss(form, self._today(), person, where))

    async def gaps(self, most: int, *, server: int | None = None, days: int | None = None) -> tuple[Missed, ...]:
        """Return the most frequent misses of the last days, of all servers or one. Raises RecordsAway."""
        await self._write_pending()
        days = self._keep_days if days is None else max(0, min(days, self._keep_days))
        today = self._today()
        since = today - timedelta(days=days)
        where = None if server is None else validated_id(server)
        most = max(0, min(most, _MOST_GAPS))
        return await self.database.run(partial(queries.gaps, most=most, server=where, since=since, today=today))

    async def forget(self, person: int) -> int:
        """Delete all of a person's data; return the number of entries. Raises RecordsAway."""
        async with self._writing.held():  # else misses under way would be written after
            pending = self._pending.forget(lambda one: one == person)
            deleted = await self.database.run(partial(queries.forget, person=self.pseudonyms.of(person)))
            await self.database.scrub()
            return pending + deleted

    async def forgotten(self, pseudonym: str) -> None:
        """Forget who was forgotten by another process, with what waits here to be written. Raises RecordsAway."""
        async with self._writing.held():
            self._pending.forget(lambda person: self.pseudonyms.of(person).hex() == pseudonym)
            await self.database.run(partial(queries.forget_here, person=bytes.fromhex(pseudonym)))

    async def leave(self, server: int) -> None:
        """Delete all of a server's data; if the database is away, once it is back."""
        self._settings.leave(validated_id(server))
        await self._settings.keep()
        with contextlib.suppress(RecordsAway):
            await self._delete_left()

    async def _delete_left(self) -> None:
        async with self._writing.held():
            for server in tuple(self._settings.left):
                self._pending.leave(server)
                await self.database.run(partial(queries.leave, server=server))
                await self.database.scrub()
                self._settings.left.discard(server)

    async def _write_pending(self) -> None:
        async with self._writing.held():
            while taken := self._pending.take(_BATCH):
                try:
                    await self.database.run(partial(_insert, _rows(self.pseudonyms, taken), self._most_misses))
                    taken = {}
                finally:
                    self._pending.restore(taken)


def _rows(pseudonyms: Pseudonyms, misses: dict[_Miss, int]) -> list[dict[str, Any]]:
    """Return rows for the database. Raises RecordsAway before the start, so that no database is opened then."""
    return [
        {**miss._asdict(), "person": pseudonyms.of(miss.person), "times": times}
        for miss, times in sorted(misses.items())
    ]


async def _insert(rows: list[dict[str, Any]], most: int, connection: AsyncConnection) -> None:
    await queries.miss(connection, rows, most=_MOST_A_DAY)
    await queries.trim(connection, most)


class _Calendar:
    """Says whether a day can be believed: a clock set ahead for a moment would delete everything.

    It can where something was stored in the SLACK days before, or where the days have gone by as the seconds have, for
    a whole day.
    """

    def __init__(self) -> None:
        self._since: tuple[date, float] | None = None

    def trusts(self, today: date, newest: date | None) -> bool:
        """Whether to believe that it is `today`; `newest` is the last day before it that anything was stored on."""
        now = monotonic()
        first, at = self._since or (today, now)
        passed = (now - at) / SECONDS_A_DAY
        self._since = (first, at) if abs((today - first).days - passed) <= 1 else (today, now)
        recent = newest is not None and today - newest <= SLACK
        return recent or (self._since == (first, at) and passed >= 1)


class _Cleaner:
    """Deletes what is of people after its days, where the calendar can be believed."""

    def __init__(self, database: Database, pending: _PendingMisses, keep_days: int, today: Callable[[], date]) -> None:
        self._database = database
        self._pending = pending
        self._keep_days = keep_days
        self._today = today
        self._calendar = _Calendar()

    async def clean(self) -> None:
        """Delete what is too old, without a trace. Raises RecordsAway."""
        today = self._today()
        if not self._calendar.trusts(today, await self._database.run(partial(queries.newest, today=today))):
            return
        before = today - timedelta(days=self._keep_days)
        self._pending.expire(before)
        await self._database.run(partial(queries.clean, before=before, today=today), heavy=True)
        await self._database.scrub(broken_before=datetime.combine(before, time(), UTC).timestamp())
