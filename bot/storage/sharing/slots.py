"""When each shard may IDENTIFY: Discord takes one in five seconds from each bucket (shard modulo max_concurrency)."""

from __future__ import annotations

import asyncio
import random

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records.engine.engine import Database
from bot.storage.records.values import RecordsAway

SPACING = 5.25  # seconds: Discord's five and the way there
# The clock is the database's alone. A slot that is further ahead is that of a clock that was wrong.
_CLAIM = sa.text(
    """WITH claimed AS (
    INSERT INTO identify_slots AS slot (application, bucket, free_at)
    VALUES (:app, :bucket, clock_timestamp() + :spacing * interval '1 s')
    ON CONFLICT (application, bucket) DO UPDATE SET free_at = clock_timestamp() + :spacing * interval '1 s'
    WHERE slot.free_at NOT BETWEEN clock_timestamp() AND clock_timestamp() + interval '1 min' RETURNING bucket)
    SELECT EXISTS (SELECT FROM claimed), (SELECT CAST(extract(epoch FROM free_at - clock_timestamp())
    AS double precision) FROM identify_slots WHERE application = :app AND bucket = :bucket)"""
)
_SOON = 0.05  # seconds; a slot that another process has claimed at the same moment is seen as it was before


class Slots:
    """The slots of one process, which all its bots share one after the other."""

    def __init__(self) -> None:
        self._free_at: dict[int, float] = {}

    async def claim(self, bucket: int) -> float:
        """Claim the slot of a bucket that is now, and return 0; or return in how many seconds to try again."""
        now = asyncio.get_running_loop().time()
        wait = self._free_at.get(bucket, now) - now
        if wait > 0:
            return wait
        self._free_at[bucket] = now + SPACING
        return 0.0


class SharedSlots(Slots):
    """The slots of all processes of a bot.

    While the database is away each process waits by chance: an IDENTIFY that comes too early is refused, and costs one.
    """

    def __init__(self, database: Database, application: int) -> None:
        super().__init__()
        self.processes = 1
        self._database = database
        self._application = application

    async def claim(self, bucket: int) -> float:
        """Claim the slot of a bucket that is now, if no process has it, and return 0; or when to try again."""
        values = {"app": self._application, "bucket": bucket, "spacing": SPACING}

        async def work(connection: AsyncConnection) -> float:
            is_claimed, wait = (await connection.execute(_CLAIM, values)).one()
            return 0.0 if is_claimed else max(_SOON, wait or 0.0)

        try:
            wait = await self._database.run(work)
        except RecordsAway:
            return self._claim_by_chance(bucket)
        if not wait:
            self._free_at.pop(bucket, None)
        return wait

    def _claim_by_chance(self, bucket: int) -> float:
        now, others = asyncio.get_running_loop().time(), random.uniform(0, SPACING * self.processes)  # noqa: S311
        wait = self._free_at.setdefault(bucket, now + others) - now
        if wait > 0:
            return wait
        self._free_at[bucket] = now + max(SPACING, others)
        return 0.0
