"""Run periodic tasks one after another, retrying with back-off while the database is away."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tenacity import AsyncRetrying, retry_if_exception_type, wait_exponential

from bot.storage.records.engine.timeouts import Timeouts
from bot.storage.records.values import RecordsAway

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PeriodicTask:
    """A task to run at the start and then every so many seconds."""

    every: float
    run: Callable[[], Awaitable[None]]


class Scheduler:
    """Runs the tasks that are due, in their order, until it is closed."""

    def __init__(self, tasks: Sequence[PeriodicTask], timeouts: Timeouts) -> None:
        self._tasks = tasks
        self._timeouts = timeouts
        self._due = [0.0] * len(tasks)
        self._runner: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()

    async def start(self) -> None:
        """Begin; return after every task has run once or the first failure, or after `patience`."""
        self._runner = asyncio.create_task(self._run())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timeouts.patience):
                await self._tried.wait()

    async def close(self) -> None:
        """Stop the tasks, and wait until they have stopped."""
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.wait({self._runner})

    async def _run(self) -> None:
        # Storage can't import the chat's `retrying`, and differs: a database alone is waited for, without an end and
        # without a random part, as each process has one runner.
        retry = AsyncRetrying(
            retry=retry_if_exception_type(RecordsAway),
            wait=wait_exponential(self._timeouts.retry, self._timeouts.retry_most),
            before_sleep=lambda _: self._tried.set(),
        )
        while True:
            pause = min(self._timeouts.gather, *(task.every for task in self._tasks))
            try:
                await retry(self._run_due)
            except Exception:  # noqa: BLE001 - the edge of a task that nobody awaits: it would end unseen
                _log.exception("the records' tasks failed, and are tried again")
                pause = self._timeouts.retry_most
            self._tried.set()
            await asyncio.sleep(pause)

    async def _run_due(self) -> None:
        clock = asyncio.get_running_loop().time
        for place, task in enumerate(self._tasks):
            if clock() >= self._due[place]:
                await task.run()
                self._due[place] = clock() + task.every
