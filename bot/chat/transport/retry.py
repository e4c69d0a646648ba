"""Tries again what Discord was away for: how long to wait, what is worth it, and when to give up."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import discord

SERVER_ERROR, TOO_MANY = 500, 429
# Discord knows a nonce again for "a few minutes"; trying longer could double an answer, and nobody waits that long.
PATIENCE = 60.0  # seconds
# What can't be read was most likely Discord's answer, but may be a fault of the bot.
ODD = (ValueError, TypeError, KeyError)
# What may be over in a moment.
AWAY = (OSError, aiohttp.ClientError, TimeoutError, *ODD)

T = TypeVar("T")


class Backoff:
    """Waits of half to all of 1, 2, 4 ... seconds, up to `longest`; by chance, so that many bots don't return at once.

    >>> backoff = Backoff(first=1.0, longest=3.0)
    >>> [low <= backoff.next() <= high for low, high in ((0.5, 1), (1, 2), (1.5, 3), (1.5, 3))]
    [True, True, True, True]
    """

    def __init__(self, *, first: float = 1.0, longest: float = 60.0) -> None:
        self._first = first
        self._longest = longest
        self._failures = 0

    def next(self) -> float:
        """Count a failure and return the seconds to wait before the next try."""
        # Past 30 doublings a float would still do, but the answer no longer changes.
        whole = min(self._longest, self._first * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return random.uniform(whole / 2, whole)  # noqa: S311 - no secret

    def reset(self) -> None:
        """Forget the failures: it worked again."""
        self._failures = 0


def passing(error: Exception) -> bool:
    """Whether it is worth trying again: Discord was away or asked for patience, rather than refused."""
    return not isinstance(error, discord.HTTPException) or error.status >= SERVER_ERROR or error.status == TOO_MANY


async def persist(attempt: Callable[[], Awaitable[T]]) -> T:
    """Call until it succeeds, is refused for good or PATIENCE is over; then its last error is raised.

    No attempt is cut off from here: discord.py, cancelled while it waits for a global rate limit, would block for ever.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + PATIENCE
    backoff = Backoff(longest=10.0)
    while True:
        try:
            return await attempt()
        except (discord.HTTPException, *AWAY) as error:
            wait = backoff.next()
            if not passing(error) or clock() + wait > end:
                raise
            await asyncio.sleep(wait)
