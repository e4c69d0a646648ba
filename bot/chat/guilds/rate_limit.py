"""Limits how fast one person may ask, or type; each guild has a cooldown of its own."""

from __future__ import annotations

import math
import secrets
from hashlib import blake2b
from typing import NamedTuple

from cachetools import TLRUCache

from bot.chat.guilds.memory import Memory
from bot.core.model.language import ENGLISH, Language

BURST = 3
# Past this many people those who waited longest are forgotten, so that memory has an end.
MOST_PEOPLE = 100_000


class Wait(NamedTuple):
    """How long a request that came too soon has to wait, and whether to tell the person (once)."""

    seconds: float
    first: bool


class _Debt(NamedTuple):
    """The theoretical arrival time of the next request (GCRA), and whether the person was told to wait."""

    due: float
    warned: bool


class RateLimiter:
    """Lets each person through `burst` times at once, then once every `seconds`, in each guild for itself.

    >>> now = 0.0
    >>> limiter = RateLimiter(Memory(lambda: now))
    >>> [limiter.request(7, 1, seconds=2.0) for _ in range(4)]
    [None, None, None, Wait(seconds=2.0, first=True)]
    >>> now = 0.5
    >>> limiter.request(7, 1, seconds=2.0)
    Wait(seconds=1.5, first=False)
    >>> now = 2.0
    >>> limiter.request(7, 1, seconds=2.0)
    """

    def __init__(self, memory: Memory, burst: int = BURST) -> None:
        self._clock = memory.clock
        self._burst = burst
        # The generic cell rate algorithm. A person is a hash under a key of this process: `/forget` leaves it, or it
        # would be the way around the limit, and it is gone in seconds.
        self._debts: TLRUCache[tuple[bytes, int | None], _Debt] = memory.cache_until(lambda debt: debt.due, MOST_PEOPLE)
        self._key = secrets.token_bytes(16)

    def request(self, person: int, guild: int | None, *, seconds: float) -> Wait | None:
        """Count a request and return None, or else how long it has to wait; 0 `seconds` let everything through."""
        now = self._clock()
        whose = blake2b(str(person).encode(), key=self._key, digest_size=8).digest(), guild
        debt = self._debts.get(whose) or _Debt(now, warned=False)
        wait = debt.due - now - (self._burst - 1) * seconds
        if wait > 0 and seconds:
            self._debts[whose] = debt._replace(warned=True)
            return Wait(wait, first=not debt.warned)
        self._debts[whose] = _Debt(max(debt.due, now) + seconds, warned=False)
        return None


def too_fast(seconds: float, language: Language = ENGLISH) -> str:
    """Ask for patience, in whole seconds.

    >>> too_fast(0.4)
    'One moment, please: I can take your next question in 1 second.'
    """
    return language.count(
        "One moment, please: I can take your next question in {count} second.",
        "One moment, please: I can take your next question in {count} seconds.",
        max(1, math.ceil(seconds)),
    )
