"""Discord's ids: unique, growing, with the time in their upper bits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

DISCORD_EPOCH = 1_420_070_400_000  # the first second of 2015, in ms
LONGER_AGO, LONG_AGO = 1_500_000_000_000, 1_600_000_000_000  # when guilds, and all in them, were made


class Snowflakes:
    """Gives out ids: those of old things the same in each run, those of new ones from the clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.clock = now
        self._last = 0
        self._old = self._guilds = 0

    @property
    def now(self) -> int:
        """The time by the clock, in whole seconds."""
        return int(self.clock())

    def old(self) -> int:
        """Return the id of a thing made long ago."""
        self._old += 1
        return (LONG_AGO + self._old - DISCORD_EPOCH) << 22

    def guild(self) -> int:
        """Return the id of a guild; each is a ms after the one before, so that they spread over shards."""
        self._guilds += 1
        return (LONGER_AGO + self._guilds - DISCORD_EPOCH) << 22

    def new(self) -> int:
        """Return the id of a thing made now."""
        self._last = max((int(self.clock() * 1000) - DISCORD_EPOCH) << 22, self._last + 1)
        return self._last


def made_at(snowflake: int) -> str:
    """Say when an id was given out, as Discord writes times."""
    seconds = ((snowflake >> 22) + DISCORD_EPOCH) / 1000
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat()
