"""Render charts in a worker process and cache the pictures; a failure there costs one picture and no more."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import pickle
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from pathlib import Path

from cachetools import LRUCache

from bot.charts.worker import SIZE
from bot.core.render.chart import Chart

log = logging.getLogger(__name__)

PATIENCE = 20.0  # seconds for a picture, including the start of the worker
MOST_FAILURES, PAUSE = 3, 60.0  # after so many in a row, seconds without a new try
GOODBYE = 1.0  # seconds for the worker to exit by itself
MOST_WAITING = 16  # pictures in progress; beyond these an answer has none
ROOM = 8 << 20  # bytes of cached pictures: hundreds of them
LONGEST_REASON = 200  # characters of the worker's last line for the log
COMMAND = (sys.executable, "-B", "-m", "bot.charts.worker")


class Worker:
    """The worker process: started on demand, and again after it was stopped. It draws one picture at a time."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._process: Process | None = None

    async def start(self) -> Process:
        """Return the running worker.

        Its environment holds neither the bot's token nor the user's configuration, and a home that doesn't exist. Its
        own session keeps Ctrl-C, which is meant for the bot, away from it.
        """
        if self._process is None or self._process.returncode is not None:
            await self.stop()
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                cwd=Path(__file__).parents[2],
                env={
                    "HOME": os.devnull,
                    "MPL_IGNORE_SYSTEM_FONTS": "1",
                    "OPENBLAS_NUM_THREADS": "1",
                    "PYTHONPATH": os.pathsep.join(sys.path),
                },
                start_new_session=True,
            )
        return self._process

    async def draw(self, chart: Chart) -> bytes:
        """Return a chart's picture. Raises OSError or EOFError if the worker dies."""
        worker = await self.start()
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(pickle.dumps(chart))
        await worker.stdin.drain()
        return await worker.stdout.readexactly(int.from_bytes(await worker.stdout.readexactly(SIZE)))

    async def stop(self, patience: float = GOODBYE) -> str:
        """Stop the worker, which exits when its input is closed; return the last line of its error output."""
        worker, self._process = self._process, None
        if worker is None:
            return ""
        try:
            _, errors = await asyncio.wait_for(worker.communicate(), patience)
        except TimeoutError:
            worker.kill()
            _, errors = await worker.communicate()
        return errors.decode(errors="replace").strip().rpartition("\n")[2][:LONGEST_REASON]


class ChartRenderer:
    """Draws each chart once, without blocking the event loop; None stands for a chart that can't be drawn."""

    def __init__(
        self, *, command: Sequence[str] = COMMAND, room: int = ROOM, patience: float = PATIENCE, pause: float = PAUSE
    ) -> None:
        self._worker = Worker(command)
        # Weighed in bytes.
        self._cache: LRUCache[Chart, bytes] = LRUCache(room, getsizeof=len)
        self._patience, self._pause = patience, pause
        self._drawing: dict[Chart, asyncio.Task[bytes | None]] = {}
        self._lock = asyncio.Lock()
        self._failures = 0
        self._paused_until = 0.0

    def ready(self, chart: Chart) -> bytes | None:
        """Return the picture of a chart if it is cached."""
        return self._cache.get(chart)

    async def warm(self) -> None:
        """Start the worker ahead of the first picture."""
        async with self._lock:
            if not self._is_paused():
                try:
                    await self._worker.start()
                except OSError as error:
                    await self._failed(error)

    async def draw(self, chart: Chart) -> bytes | None:
        """Return a chart as a PNG; None if there is none in time."""
        if (picture := self.ready(chart)) is not None:
            return picture
        if chart not in self._drawing:
            if len(self._drawing) >= MOST_WAITING or self._is_paused():
                return None
            self._drawing[chart] = asyncio.create_task(self._draw(chart))
        task = self._drawing[chart]
        # A canceled caller doesn't cancel the picture, which others may wait for.
        await asyncio.wait({task}, timeout=self._patience)
        return task.result() if task.done() and not task.cancelled() else None

    async def close(self) -> None:
        """Stop the worker; nothing is drawn any more."""
        self._paused_until = float("inf")
        under_way = tuple(self._drawing.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._worker.stop()

    async def _draw(self, chart: Chart) -> bytes | None:
        try:
            async with self._lock:
                return None if self._is_paused() else await self._draw_now(chart)
        finally:
            del self._drawing[chart]

    async def _draw_now(self, chart: Chart) -> bytes | None:
        try:
            async with asyncio.timeout(self._patience):
                picture = await self._worker.draw(chart)
        except (OSError, EOFError) as error:
            await self._failed(error)
            return None
        self._failures = 0
        with contextlib.suppress(ValueError):  # it is larger than the whole cache
            self._cache[chart] = picture
        return picture

    async def _failed(self, error: Exception) -> None:
        """Log a failure in one line; the next picture gets a new worker, after a pause after several failures."""
        hangs = isinstance(error, TimeoutError)
        last_line = await self._worker.stop(0 if hangs else GOODBYE)
        reason = "it took too long" if hangs else last_line or str(error)
        self._failures += 1
        pausing = self._failures >= MOST_FAILURES
        if pausing:
            self._paused_until, self._failures = asyncio.get_running_loop().time() + self._pause, 0
        log.warning("a chart was not drawn: %s%s", reason, f"; none for {self._pause:g} seconds" if pausing else "")

    def _is_paused(self) -> bool:
        return asyncio.get_running_loop().time() < self._paused_until


def once(chart: Chart) -> bytes | None:
    """Draw one chart with a worker of its own, for callers without an event loop."""

    async def draw() -> bytes | None:
        renderer = ChartRenderer()
        try:
            return await renderer.draw(chart)
        finally:
            await renderer.close()

    return asyncio.run(draw())
