"""Keeps one person from asking faster than is good for all; each server has a pace of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.core.model.language import ENGLISH, Language

BURST = 3
# Past this many people the ones whose wait is over are forgotten, so that memory has an end.
MOST_PEOPLE = 10_000


@dataclass(frozen=True, slots=True)
class Wait:
    """What came too soon: how long to wait, and whether that is said for the first time."""

    seconds: float
    first: bool


class Pace:
    """Lets each person through BURST times at once, then once every `seconds`, in each server for itself.

    >>> pace = Pace()
    >>> [pace.ask(7, 1, now=0.0, seconds=2.0) for _ in range(4)]
    [None, None, None, Wait(seconds=2.0, first=True)]
    >>> pace.ask(7, 1, now=0.5, seconds=2.0), pace.ask(7, 1, now=2.0, seconds=2.0)
    (Wait(seconds=1.5, first=False), None)
    """

    def __init__(self) -> None:
        # When what was let through is paid off, had each taken `seconds` (the generic cell rate algorithm).
        self._due: dict[tuple[int, int | None], float] = {}
        self._told: set[tuple[int, int | None]] = set()

    def ask(self, person: int, server: int | None, *, now: float, seconds: float) -> Wait | None:
        """Count one at the time `now` and return None, or else how long to wait; 0 `seconds` let everything through."""
        one = (person, server)
        due = max(self._due.get(one, now), now)
        wait = due - now - (BURST - 1) * seconds
        if wait > 0 and seconds:
            first = one not in self._told
            self._told.add(one)
            return Wait(wait, first)
        if len(self._due) >= MOST_PEOPLE:
            self.expire(now)
        self._due[one] = due + seconds
        self._told.discard(one)
        return None

    def expire(self, now: float) -> None:
        """Let go of those whose wait is over."""
        self._due = {one: due for one, due in self._due.items() if due > now}
        self._told &= self._due.keys()


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
