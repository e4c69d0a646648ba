"""Session starts: how many shards Discord recommends, and how many IDENTIFYs it allows a day and at once.

Beyond a day's starts Discord ends all sessions and resets the token. GET /gateway/bot counts them over all processes,
machines and restarts, so nothing is counted here but what was sent since it was last asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from typing import Any, NamedTuple

import discord
from discord.http import HTTPClient, Route
from tenacity import RetryCallState, retry_if_exception

from bot import metrics
from bot.chat.transport.requests import Unreadable, readable
from bot.chat.transport.retry import AWAY, retrying
from bot.storage.sharing.slots import SPACING, Slots

COUNTS = 60.0  # seconds until Discord is asked again
# Half of a day's starts are there at once, all but a tenth of the rest spread evenly over what is left of the day: a
# bot that crashes again and again never comes near the last.
FREE, RESERVED = 0.5, 0.1
LATE = 0.2  # seconds; after so long a claim says nothing any more: the next IDENTIFY could follow too soon
SHORT_WAIT = 10.0  # seconds; longer waits are logged
UNAUTHORIZED = 401
_log = logging.getLogger(__name__)


class StartLimit(NamedTuple):
    """What GET /gateway/bot says; `reset_after` in seconds."""

    shards: int
    total: int
    remaining: int
    reset_after: float
    max_concurrency: int


def budget_wait(limit: StartLimit) -> float:
    """Return the seconds to wait before an IDENTIFY, so that the day's starts last until they are renewed.

    >>> budget_wait(StartLimit(1, 1_000, 501, 3_600.0, 1)), budget_wait(StartLimit(1, 1_000, 400, 3_600.0, 1))
    (0.0, 12.0)
    >>> budget_wait(StartLimit(1, 1_000, 0, 3_600.0, 1))
    3600.0
    """
    if limit.remaining > FREE * limit.total:
        return 0.0
    spare = limit.remaining - RESERVED * limit.total
    return limit.reset_after / max(1.0, spare)


class SessionStarts:
    """Says how many shards there are to be, and waits until one of them may IDENTIFY."""

    def __init__(self, http: HTTPClient, slots: Slots) -> None:
        self._http = http
        self.slots = slots
        self._limit: StartLimit | None = None
        self._read_at = 0.0
        self._turn = asyncio.Lock()
        self._buckets: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._connecting: dict[int, float] = {}
        self.processes = 1
        """Of how many processes this is one: each takes its part of what is left of a day."""

    @property
    def max_concurrency(self) -> int:
        """How many shards may IDENTIFY at once, as Discord said last."""
        return 1 if self._limit is None else self._limit.max_concurrency

    async def limit(self, *, fresh: bool = False) -> StartLimit:
        """Return Discord's limit, at most COUNTS seconds old; a Discord that is away is waited for.

        Raises discord.HTTPException where it refuses the token.
        """
        clock = asyncio.get_running_loop().time
        if self._limit is not None and not fresh and clock() - self._read_at <= COUNTS:
            return self._limit
        retry = retrying(retry=retry_if_exception(_may_pass), before_sleep=_log_delay)
        limit: StartLimit = await retry(self._read)
        self._limit, self._read_at = limit, clock()
        metrics.STARTS_LEFT.set(limit.remaining)
        return limit

    async def permission(self, shard: int) -> None:
        """Wait until a shard may connect to IDENTIFY: not before those of its bucket that wait here."""
        await self._keep_budget(shard)
        bucket, now = shard % self.max_concurrency, asyncio.get_running_loop().time()
        due = max(now, self._connecting.get(bucket, now))
        self._connecting[bucket] = due + SPACING
        await asyncio.sleep(due - now)

    async def slot(self, shard: int) -> None:
        """Wait, connected, until a shard may IDENTIFY."""
        bucket, clock = shard % self.max_concurrency, asyncio.get_running_loop().time
        async with self._buckets[bucket]:
            while True:
                began = clock()
                wait = await self.slots.claim(bucket)
                if not wait and clock() <= began + LATE:
                    return
                await asyncio.sleep(wait or SPACING)

    async def _keep_budget(self, shard: int) -> None:
        async with self._turn:  # or all shards would wait for the same start
            limit = await self.limit()
            wait = budget_wait(limit) * self.processes
            self._limit = limit._replace(remaining=limit.remaining - 1)
            metrics.STARTS_LEFT.set(self._limit.remaining)
            if wait > SHORT_WAIT:
                _log.warning("shard %d waits %.0f s to connect, to keep within a day's session starts", shard, wait)
            await asyncio.sleep(wait)

    async def _read(self) -> StartLimit:
        response: dict[str, Any] = await readable(lambda: self._http.request(Route("GET", "/gateway/bot")))
        starts = response["session_start_limit"]
        total, remaining = int(starts["total"]), int(starts["remaining"])
        reset_after = int(starts["reset_after"]) / 1000
        return StartLimit(
            max(1, int(response["shards"])), total, remaining, reset_after, int(starts["max_concurrency"]) or 1
        )


def _may_pass(error: BaseException) -> bool:
    refused = isinstance(error, discord.HTTPException) and error.status == UNAUTHORIZED
    return not refused and isinstance(error, (discord.HTTPException, Unreadable, *AWAY))


def _log_delay(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome is not None else None
    _log.warning("Discord's limits can't be read yet, again in %.1f s: %s", state.upcoming_sleep, error)
