"""When each shard may IDENTIFY: Discord takes one in five seconds from each bucket (shard modulo max_concurrency)."""

from __future__ import annotations

import asyncio

SPACING = 5.25  # seconds: Discord's five and the way there


class Slots:
    """The slots of one process, which all its bots share one after the other."""

    def __init__(self) -> None:
        self._free_at: dict[int, float] = {}

    async def reserve(self, bucket: int) -> float:
        """Reserve the next slot of a bucket and return the seconds until it comes."""
        now = asyncio.get_running_loop().time()
        due = max(now, self._free_at.get(bucket, now))
        self._free_at[bucket] = due + SPACING
        return due - now
