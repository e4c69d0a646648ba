"""An event loop whose clock jumps to the next timer when nothing else is left to do, so that hours pass in seconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar
from unittest import mock

import discord

T = TypeVar("T")
# How long a real thread or process is waited for between two looks at it.
REAL = 0.01


class JumpingSelector(selectors.DefaultSelector):
    """A selector that waits for sockets by moving the clock instead of sleeping."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.threads = 0

    def select(self, timeout: float | None = None) -> Any:
        """Return what is ready now; where nothing is, let the time pass that the loop wanted to wait."""
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        # A thread works in real time; and without a timer only the world outside can bring news.
        if self.threads or timeout is None:
            return super().select(REAL)
        self.now += timeout
        return ready


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop in simulated time: sockets are real, waiting costs nothing."""

    def __init__(self) -> None:
        self._waiting = JumpingSelector()
        super().__init__(self._waiting)

    def time(self) -> float:
        return self._waiting.now

    def run_in_executor(  # type: ignore[override] # the arguments' types are of no interest here
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> Any:
        """Run in a real thread; the clock stands still meanwhile."""
        self._waiting.threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._back)
        return future

    def _back(self, _: Any) -> None:
        self._waiting.threads -= 1


def simulate(main: Coroutine[Any, Any, T]) -> T:
    """Run to the end in simulated time, heartbeats of discord.py included."""
    keep_alive = mock.patch.object(discord.gateway, "KeepAliveHandler", LoopKeepAlive)
    with keep_alive, asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(main)


class LoopKeepAlive:
    """discord.py's heartbeat, from the event loop instead of a thread, so that it follows the loop's clock."""

    def __init__(self, *, ws: Any, interval: float, shard_id: int | None = None) -> None:
        self.ws = ws
        self.interval = interval
        self.shard_id = shard_id
        self.latency = float("inf")
        self._clock = ws.loop.time
        self._heard = self._sent = self._clock()
        self._timer: asyncio.TimerHandle | None = None
        self._work: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        self._timer = self.ws.loop.call_later(self.interval, self._beat)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _beat(self) -> None:
        silent = self._heard + self.ws._max_heartbeat_timeout < self._clock()
        self._do(self.ws.close(4000) if silent else self.ws.send_heartbeat(self.beat()))
        if not silent:
            self.start()

    def _do(self, work: Any) -> None:
        task = self.ws.loop.create_task(self._quietly(work), name="heartbeat")
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _quietly(self, work: Any) -> None:
        try:
            await work
        except Exception:  # noqa: BLE001 - as discord.py's thread does: what can't be sent ends the beating
            self.stop()

    def get_payload(self) -> dict[str, Any]:
        return {"op": self.ws.HEARTBEAT, "d": self.ws.sequence}

    def tick(self) -> None:
        self._heard = self._clock()

    def beat(self) -> dict[str, Any]:
        self._sent = self._clock()
        return self.get_payload()

    def ack(self) -> None:
        self.latency = self._clock() - self._sent
