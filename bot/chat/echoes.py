"""Remembers for a while which answers a channel has just heard, so that it hears none twice in a row; bounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cachetools import LRUCache

# The same answer in a channel again is worth its room after so many times the wait of one person.
SAME_AGAIN = 10
MOST = 5_000


@dataclass(slots=True)
class Echo:
    """An answer in a channel: when it was begun, its message once that is sent, and whether somebody was sent to it."""

    at: float
    answer: int | None = None
    told: bool = False


class Echoes:
    """The last answers, by channel and by what they say. `clock` returns seconds that only grow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said: LRUCache[tuple[int, str], Echo] = LRUCache(MOST)
        self._places: LRUCache[int, tuple[int, str]] = LRUCache(MOST)

    def of(self, channel: int, content: str, cooldown: float) -> Echo | None:
        """Return the answer that says the same, if a channel heard it a moment ago."""
        echo = self._said.get((channel, content))
        return echo if echo is not None and self._clock() - echo.at < cooldown * SAME_AGAIN else None

    def begun(self, channel: int, content: str) -> None:
        """Note what a channel is about to hear."""
        self._said[channel, content] = Echo(self._clock())

    def said(self, channel: int, content: str, answer: int | None) -> None:
        """Note the message in which a channel heard it; None where that could not be sent."""
        echo = self._said.get((channel, content))
        if answer is None:
            self._said.pop((channel, content), None)
        elif echo is not None:
            echo.answer = answer
            self._places[answer] = (channel, content)

    def changed(self, answer: int, content: str) -> None:
        """Note what an answer says now; of one that says something else nobody can be sent to it."""
        place = self._places.get(answer)
        if place is not None and place[1] != content:
            self.gone(answer)

    def gone(self, answer: int) -> None:
        """Forget an answer: its message was deleted."""
        place = self._places.pop(answer, None)
        echo = self._said.get(place) if place is not None else None
        if place is not None and echo is not None and echo.answer == answer:
            del self._said[place]
