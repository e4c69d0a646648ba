"""When each shard may IDENTIFY: Discord takes one in five seconds from each bucket (shard modulo max_concurrency)."""

from __future__ import annotations

import asyncio
import random

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records.engine.engine import Database
from bot.storage.records.values import RecordsAway

SPACING = 5.25  # seconds: Discord's five and the way there
# The clock is the database's alone. A slot hours ahead is that of a clock that was wrong.
_RESERVE = sa.text(
    """INSERT INTO identify_slots AS slot (application, bucket, free_at)
    VALUES (:app, :bucket, clock_timestamp() + :ahead * interval '1 s' + :spacing * interval '1 s')
    ON CONFLICT (application, bucket) DO UPDATE SET free_at = :spacing * interval '1 s' + greatest(
    clock_timestamp() + :ahead * interval '1 s',
    CASE WHEN slot.free_at < clock_timestamp() + interval '10 min' THEN slot.free_at END)
    RETURNING CAST(extract(epoch FROM free_at - clock_timestamp()) AS double precision) - :spacing"""
)


class Slots:
    """The slots of one process, which all its bots share one after the other."""

    def __init__(self) -> None:
        self._free_at: dict[int, float] = {}

    async def reserve(self, bucket: int, ahead: float = 0.0) -> float:
        """Reserve the next slot of a bucket that is so many seconds `ahead`; return the seconds until it comes."""
        now = asyncio.get_running_loop().time()
        due = max(now + ahead, self._free_at.get(bucket, now))
        self._free_at[bucket] = due + SPACING
        return due - now


class SharedSlots(Slots):
    """The slots of all processes of a bot.

    While the database is away each process waits by chance: an IDENTIFY that comes too early is refused, and costs one.
    """

    def __init__(self, database: Database, application: int) -> None:
        super().__init__()
        self.processes = 1
        self._database = database
        self._application = application

    async def reserve(self, bucket: int, ahead: float = 0.0) -> float:
        """Reserve the next slot that no process has, so many seconds `ahead`; return the seconds until it comes."""
        values = {"app": self._application, "bucket": bucket, "spacing": SPACING, "ahead": ahead}

        async def work(connection: AsyncConnection) -> float:
            return float((await connection.execute(_RESERVE, values)).scalar_one())

        now = asyncio.get_running_loop().time()
        try:
            wait = max(0.0, await self._database.run(work))
        except RecordsAway:
            by_chance = random.uniform(0, SPACING * self.processes)  # noqa: S311 - not for secrets
            return max(by_chance, await super().reserve(bucket, ahead))
        self._free_at[bucket] = now + wait + SPACING
        return wait
