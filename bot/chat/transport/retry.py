"""Retries what Discord was away for, with tenacity: how long to wait, what is worth it, and when to give up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import discord
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential, wait_random_exponential
from tenacity.stop import StopBaseT, stop_never
from tenacity.wait import wait_base

from bot.chat.transport.requests import readable

SERVER_ERROR, TOO_MANY = 500, 429
# A proxy of the REST API says so of what it gave up or dropped.
TIMED_OUT = 408
# Discord knows a nonce again for "a few minutes"; trying longer could double an answer, and nobody waits that long.
PATIENCE = 60.0  # seconds
# What can't be read was most likely Discord's answer, but may be a fault of the bot.
ODD = (ValueError, TypeError, KeyError)
# What may be over in a moment.
AWAY = (OSError, aiohttp.ClientError, TimeoutError, *ODD)

T = TypeVar("T")


def backoff(*, first: float = 1.0, longest: float = 60.0) -> wait_base:
    """Wait half to all of 1, 2, 4 ... times `first`, up to `longest`: by chance, or many bots would return at once.

    >>> from types import SimpleNamespace
    >>> waits = [backoff(longest=3.0)(SimpleNamespace(attempt_number=number)) for number in (1, 2, 3, 5_000)]
    >>> [low <= wait <= high for wait, (low, high) in zip(waits, ((0.5, 1), (1, 2), (1.5, 3), (1.5, 3)))]
    [True, True, True, True]
    """
    return wait_exponential(first / 2, longest / 2) + wait_random_exponential(first / 2, longest / 2)


def is_temporary(error: BaseException) -> bool:
    """Whether it is worth trying again: Discord was away or asked for patience, rather than refused."""
    if isinstance(error, discord.HTTPException):
        return error.status >= SERVER_ERROR or error.status in (TOO_MANY, TIMED_OUT)
    return isinstance(error, AWAY)


def retrying(
    *, first: float = 1.0, longest: float = 60.0, stop: StopBaseT = stop_never, **options: Any
) -> AsyncRetrying:
    """Return attempts with a back-off, as long as what they raise is temporary; the last error is raised.

    `options` are those of tenacity, which take precedence.
    """
    defaults = {"retry": retry_if_exception(is_temporary), "reraise": True}
    return AsyncRetrying(wait=backoff(first=first, longest=longest), stop=stop, **{**defaults, **options})


def stop_before(end: float) -> Callable[[RetryCallState], bool]:
    """Stop where the next attempt would come after `end`, by the event loop's clock; tenacity goes by the machine's."""
    clock = asyncio.get_running_loop().time
    return lambda state: clock() + state.upcoming_sleep > end


async def persist(attempt: Callable[[], Awaitable[T]]) -> T:
    """Call until it succeeds, is refused for good or PATIENCE is over; then its last error is raised.

    Raises Unreadable where it was carried out and the answer can't be read: repeating it would change nothing.

    No attempt is cut off from here: discord.py, canceled while it waits for a global rate limit, would block forever.
    """

    async def once() -> T:
        return await readable(attempt)

    return await retrying(longest=10.0, stop=stop_before(asyncio.get_running_loop().time() + PATIENCE))(once)
