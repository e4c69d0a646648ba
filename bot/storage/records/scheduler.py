"""Does what is due again and again, and waits longer and longer while the database is away."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.storage.records.engine.timeouts import Pace
from bot.storage.records.values import RecordsAway

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PeriodicTask:
    """Something to do at the start and then every so many seconds."""

    every: float
    do: Callable[[], Awaitable[None]]


class Scheduler:
    """The duties, done one after the other in their order, until it is closed."""

    def __init__(self, duties: Sequence[PeriodicTask], pace: Pace) -> None:
        self._duties = duties
        self._pace = pace
        self._due = [0.0] * len(duties)
        self._wait = pace.retry
        self._walking: asyncio.Task[None] | None = None
        self._walked = asyncio.Event()

    async def start(self) -> None:
        """Begin; return after the first round or, where that takes long, without waiting for it."""
        self._walking = asyncio.create_task(self._walk())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pace.patience):
                await self._walked.wait()

    async def close(self) -> None:
        if self._walking is not None:
            self._walking.cancel()
            await asyncio.wait({self._walking})

    async def _walk(self) -> None:
        while True:
            try:
                await self._round()
                self._wait = self._pace.retry
                wait = min(self._pace.gather, *(duty.every for duty in self._duties))
            except RecordsAway:
                wait = self._wait
                self._wait = min(2 * wait, self._pace.retry_most)
            except Exception:  # noqa: BLE001 - the edge of a task that nobody waits for: the rounds would end unseen
                _log.exception("the records' duties failed, and are tried again")
                wait = self._pace.retry_most
            self._walked.set()
            await asyncio.sleep(wait)

    async def _round(self) -> None:
        clock = asyncio.get_running_loop().time
        for place, duty in enumerate(self._duties):
            if clock() >= self._due[place]:
                await duty.do()
                self._due[place] = clock() + duty.every
