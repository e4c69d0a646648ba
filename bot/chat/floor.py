"""Remembers for a moment with whom the bot is talking in a channel: until somebody else says something there."""

from __future__ import annotations

from collections.abc import Callable

from cachetools import TTLCache

# After this time people have gone on to something else, even where nobody has said a word.
RECENT = 120.0
MOST = 5_000


class Floor:
    """The person whom the bot answered last in each channel. `clock` returns seconds that only grow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._with: TTLCache[int, int] = TTLCache(MOST, ttl=RECENT, timer=clock)

    def answered(self, channel: int, person: int) -> None:
        """Note whom the bot answers."""
        self._with[channel] = person

    def heard(self, channel: int, person: int) -> None:
        """Note who says something; anybody but the one who was answered ends the talk with the bot."""
        if self._with.get(channel) != person:
            self._with.pop(channel, None)

    def holds(self, channel: int, person: int) -> bool:
        """Whether the bot answered this person a moment ago, and nobody else has said anything since."""
        return self._with.get(channel) == person

    def forget(self, person: int) -> None:
        """Forget whom the bot answered, where it was this person."""
        for channel in [channel for channel in list(self._with) if self._with.get(channel) == person]:
            self._with.pop(channel, None)

    def expire(self) -> None:
        """Let go of what is too old to count."""
        self._with.expire()
