"""What was asked of the server and what went on, and a way to wait for more of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.discord_server.faults import Fault

GLANCE = 0.05  # seconds; a condition may hang on the client, whose changes nobody tells


@dataclass(frozen=True)
class Request:
    """One REST request and how it ended; status 0: with no answer."""

    at: float
    method: str
    path: str
    route: str
    body: Any
    status: int
    fault: Fault | None = None


@dataclass(frozen=True)
class Event:
    """One line of the log: what happened at which loop time."""

    at: float
    what: str
    detail: Any = None


class Changes:
    """Wakes those who wait for a condition whenever something changed."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def tell(self) -> None:
        for event in self._waiting:
            event.set()

    async def until(self, condition: Callable[[], object], timeout: float) -> None:  # noqa: ASYNC109 - part of the API
        """Wait for a condition; TimeoutError if it doesn't come."""
        async with asyncio.timeout(timeout):
            event = asyncio.Event()
            self._waiting.add(event)
            try:
                while not condition():
                    glance = asyncio.get_running_loop().call_later(GLANCE, event.set)
                    await event.wait()
                    glance.cancel()
                    event.clear()
            finally:
                self._waiting.discard(event)
