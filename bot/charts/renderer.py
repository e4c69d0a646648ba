"""Draw charts in a thread and cache the pictures; a failure there costs one picture and no more."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from cachetools import LRUCache

from bot import metrics
from bot.charts.layout import draw
from bot.core.render.chart import Chart

log = logging.getLogger(__name__)

MOST_WAITING = 16  # pictures in progress; beyond these an answer has none
MOST_OF_ONE = 4  # of them for one server or person, so that there is room for the others'
ROOM = 8 << 20  # bytes of cached pictures: hundreds of them
SWITCH = 0.001  # seconds until another thread may go on; by Python's default 5 times as long


class ChartRenderer:
    """Draws each chart once, without blocking the event loop; None stands for a chart that isn't drawn."""

    def __init__(self, *, room: int = ROOM) -> None:
        # The event loop waits no longer than this and one call of Pillow's, of which the longest takes 2 ms.
        sys.setswitchinterval(SWITCH)
        # One thread: drawing is work of the interpreter, and two of them would only wait for each other.
        self._thread = ThreadPoolExecutor(1, "charts")
        # Weighed in bytes.
        self._cache: LRUCache[Chart, bytes] = LRUCache(room, getsizeof=len)
        self._drawing: dict[Chart, asyncio.Task[bytes | None]] = {}
        self._waiting: Counter[int | None] = Counter()  # by owner
        self._closed = False

    def ready(self, chart: Chart) -> bytes | None:
        """Return the picture of a chart if it is cached."""
        return self._cache.get(chart)

    async def draw(self, chart: Chart, owner: int | None = None) -> bytes | None:
        """Return a chart as a PNG; None if it fails, or if too many are waiting.

        `owner` is the server or person who asked, of whose pictures only some may wait.
        """
        if (picture := self.ready(chart)) is not None:
            return picture
        if chart not in self._drawing:
            if self._closed or len(self._drawing) >= MOST_WAITING or self._waiting[owner] >= MOST_OF_ONE:
                return None
            self._waiting[owner] += owner is not None
            self._drawing[chart] = asyncio.create_task(self._draw(chart, owner))
        task = self._drawing[chart]
        # A canceled caller doesn't cancel the picture, which others may wait for.
        await asyncio.wait({task})
        return None if task.cancelled() else task.result()

    def forget(self) -> None:
        """Drop all pictures: some show what somebody was offered."""
        self._cache.clear()

    async def close(self) -> None:
        """Give up the pictures that wait; nothing is drawn any more."""
        self._closed = True
        self._thread.shutdown(wait=False, cancel_futures=True)
        under_way = tuple(self._drawing.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _draw(self, chart: Chart, owner: int | None) -> bytes | None:
        loop = asyncio.get_running_loop()
        began, drawing = loop.time(), loop.run_in_executor(self._thread, draw, chart)
        try:
            await asyncio.wait({drawing})
        finally:
            del self._drawing[chart]
            self._waiting -= Counter({owner: 1})  # keeps no zeros
        error = drawing.exception()
        metrics.PICTURE_TIME.observe(loop.time() - began, "ok" if error is None else "failed")
        if error is not None:
            log.warning("a chart was not drawn: %s", error)
            return None
        picture = drawing.result()
        with contextlib.suppress(ValueError):  # it is larger than the whole cache
            self._cache[chart] = picture
        return picture
