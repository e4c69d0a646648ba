"""Remembers for a while which answers a channel has just heard, so that it hears none twice in a row; bounded."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

from cachetools import TTLCache

# The same answer in a channel again is worth its room after so many times the wait of one person.
SAME_AGAIN = 10
# ... but at the latest after so many seconds.
LONGEST = 600.0
MOST = 5_000


@dataclass(slots=True)
class Echo:
    """An answer in a channel: when it was begun, its message once that is sent, and who was sent to it."""

    at: float
    answer: int | None = None
    told: set[int] = field(default_factory=set)


class _Place(NamedTuple):
    """What a message of the bot's answered, and what it says."""

    key: tuple[int, int]
    content: int


class Echoes:
    """The last answers, by channel and by all that they say. `clock` returns seconds that only grow.

    Of what was said only its hash is kept: that two are taken for the same by chance need not be feared.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said: TTLCache[tuple[int, int], Echo] = TTLCache(MOST, ttl=LONGEST, timer=clock)
        self._places: TTLCache[int, _Place] = TTLCache(MOST, ttl=LONGEST, timer=clock)

    def of(self, channel: int, whole: Hashable, cooldown: float) -> Echo | None:
        """Return the answer that says the same, if a channel heard it a moment ago."""
        echo = self._said.get((channel, hash(whole)))
        return echo if echo is not None and self._clock() - echo.at < cooldown * SAME_AGAIN else None

    def begun(self, channel: int, whole: Hashable) -> None:
        """Note what a channel is about to hear."""
        self._said[channel, hash(whole)] = Echo(self._clock())

    def said(self, channel: int, whole: Hashable, content: str, answer: int | None) -> None:
        """Note the message in which a channel heard it; None where that could not be sent."""
        key = (channel, hash(whole))
        echo = self._said.get(key)
        if answer is None:
            self._said.pop(key, None)
        elif echo is not None:
            echo.answer = answer
            self._places[answer] = _Place(key, hash(content))

    def changed(self, answer: int, content: str) -> None:
        """Note what an answer says now; of one that says something else nobody can be sent to it."""
        place = self._places.get(answer)
        if place is not None and place.content != hash(content):
            self.gone(answer)

    def gone(self, answer: int) -> None:
        """Forget an answer: its message was deleted."""
        place = self._places.pop(answer, None)
        echo = self._said.get(place.key) if place is not None else None
        if place is not None and echo is not None and echo.answer == answer:
            del self._said[place.key]

    def forget(self, person: int) -> None:
        """Forget that a person was sent to an answer."""
        for echo in self._said.values():
            echo.told.discard(person)

    def expire(self) -> None:
        """Let go of what is too old to count."""
        self._said.expire()
        self._places.expire()
