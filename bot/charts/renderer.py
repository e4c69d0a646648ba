"""Has charts drawn by a worker process, and keeps the pictures; what goes wrong there costs a picture, no more."""

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

PATIENCE = 20.0  # seconds for a picture, the start of the worker included
MOST_FAILURES, PAUSE = 3, 60.0  # after so many in a row no picture is tried for so many seconds
GOODBYE = 1.0  # seconds for the worker to end by itself
MOST_WAITING = 16  # pictures under way; beyond these an answer goes without
ROOM = 8 << 20  # bytes of pictures kept: hundreds of them
LONGEST_REASON = 200  # characters of the worker's last words for the log
COMMAND = (sys.executable, "-B", "-m", "bot.charts.worker")


class Painter:
    """The worker process: started when it is needed, and anew after it was stopped. One picture at a time."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._process: Process | None = None

    async def start(self) -> Process:
        """Return the running worker.

        It gets an environment of its own: neither the bot's token nor the person's configuration is in it, and a home
        where nothing can be. A session of its own keeps Ctrl-C, which is the bot's, from it.
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

    async def paint(self, chart: Chart) -> bytes:
        """Return a chart's picture. OSError or EOFError where the worker ends over it."""
        worker = await self.start()
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(pickle.dumps(chart))
        await worker.stdin.drain()
        return await worker.stdout.readexactly(int.from_bytes(await worker.stdout.readexactly(SIZE)))

    async def stop(self, patience: float = GOODBYE) -> str:
        """End the worker, which leaves by itself when nothing more can come in; return its last words."""
        worker, self._process = self._process, None
        if worker is None:
            return ""
        try:
            _, said = await asyncio.wait_for(worker.communicate(), patience)
        except TimeoutError:
            worker.kill()
            _, said = await worker.communicate()
        return said.decode(errors="replace").strip().rpartition("\n")[2][:LONGEST_REASON]


class ChartRenderer:
    """Draws charts without ever holding up the event loop, each once; a chart that can't be drawn is None."""

    def __init__(
        self, *, command: Sequence[str] = COMMAND, room: int = ROOM, patience: float = PATIENCE, pause: float = PAUSE
    ) -> None:
        self._painter = Painter(command)
        # Pictures by their charts, by size in bytes; those not looked at for the longest make room.
        self._album: LRUCache[Chart, bytes] = LRUCache(room, getsizeof=len)
        self._patience, self._pause = patience, pause
        self._drawing: dict[Chart, asyncio.Task[bytes | None]] = {}
        self._turn = asyncio.Lock()
        self._failures = 0
        self._resting_until = 0.0

    def ready(self, chart: Chart) -> bytes | None:
        """Return the picture of a chart if it is drawn already."""
        return self._album.get(chart)

    async def warm(self) -> None:
        """Start the worker, so that the first picture needn't wait for it."""
        async with self._turn:
            if not self._resting():
                try:
                    await self._painter.start()
                except OSError as error:
                    await self._failed(error)

    async def draw(self, chart: Chart) -> bytes | None:
        """Return the picture of a chart (PNG); None where there is none in time."""
        if (picture := self.ready(chart)) is not None:
            return picture
        if chart not in self._drawing:
            if len(self._drawing) >= MOST_WAITING or self._resting():
                return None
            self._drawing[chart] = asyncio.create_task(self._drawn(chart))
        task = self._drawing[chart]
        # Whoever asked may leave: the picture is drawn for the others, and for the next time.
        await asyncio.wait({task}, timeout=self._patience)
        return task.result() if task.done() and not task.cancelled() else None

    async def close(self) -> None:
        """End the worker; nothing is drawn any more."""
        self._resting_until = float("inf")
        under_way = tuple(self._drawing.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._painter.stop()

    async def _drawn(self, chart: Chart) -> bytes | None:
        try:
            async with self._turn:
                return None if self._resting() else await self._painted(chart)
        finally:
            del self._drawing[chart]

    async def _painted(self, chart: Chart) -> bytes | None:
        try:
            async with asyncio.timeout(self._patience):
                picture = await self._painter.paint(chart)
        except (OSError, EOFError) as error:
            await self._failed(error)
            return None
        self._failures = 0
        with contextlib.suppress(ValueError):  # one that is larger than all the room isn't kept
            self._album[chart] = picture
        return picture

    async def _failed(self, error: Exception) -> None:
        """Say in one line what became of the worker; the next picture gets a fresh one, after a pause if need be."""
        hangs = isinstance(error, TimeoutError)
        said = await self._painter.stop(0 if hangs else GOODBYE)
        reason = "it took too long" if hangs else said or str(error)
        self._failures += 1
        pausing = self._failures >= MOST_FAILURES
        if pausing:
            self._resting_until, self._failures = asyncio.get_running_loop().time() + self._pause, 0
        log.warning("a chart was not drawn: %s%s", reason, f"; none for {self._pause:g} seconds" if pausing else "")

    def _resting(self) -> bool:
        return asyncio.get_running_loop().time() < self._resting_until


def once(chart: Chart) -> bytes | None:
    """Draw one chart, with a worker for it alone: for those who have no event loop."""

    async def draw() -> bytes | None:
        studio = ChartRenderer()
        try:
            return await studio.draw(chart)
        finally:
            await studio.close()

    return asyncio.run(draw())
