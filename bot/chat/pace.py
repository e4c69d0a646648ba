"""Keeps one person from asking faster than is good for the channel."""

from __future__ import annotations

from dataclasses import dataclass

BURST = 3
# Past this many people the ones whose wait is over are forgotten, so that memory has an end.
MOST_PEOPLE = 10_000


@dataclass(frozen=True, slots=True)
class Wait:
    """A question that came too soon: how long to wait, and whether the person hears of it for the first time."""

    seconds: float
    first: bool


class Pace:
    """Lets each person ask BURST questions at once, then one every `seconds`; 0 seconds let everything through.

    >>> pace = Pace(2.0)
    >>> [pace.ask(7, now=0.0) for _ in range(4)]
    [None, None, None, Wait(seconds=2.0, first=True)]
    >>> pace.ask(7, now=0.5), pace.ask(7, now=2.0)
    (Wait(seconds=1.5, first=False), None)
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        # When a person's questions so far are paid off, had each taken `seconds` (the generic cell rate algorithm).
        self._due: dict[int, float] = {}
        self._told: set[int] = set()

    def ask(self, person: int, *, now: float) -> Wait | None:
        """Count a question at the time `now` and return None, or else how long to wait."""
        due = max(self._due.get(person, now), now)
        wait = due - now - (BURST - 1) * self._seconds
        if wait > 0:
            first = person not in self._told
            self._told.add(person)
            return Wait(wait, first)
        self._forget(now)
        self._due[person] = due + self._seconds
        self._told.discard(person)
        return None

    def _forget(self, now: float) -> None:
        if len(self._due) >= MOST_PEOPLE:
            self._due = {person: due for person, due in self._due.items() if due > now}
            self._told &= self._due.keys()
