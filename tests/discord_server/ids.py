"""Discord's ids: unique, growing, with the time in their upper bits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

DISCORD_EPOCH = 1_420_070_400_000  # the first second of 2015, in ms
LONG_AGO = 1_600_000_000_000  # when guilds, channels and people were made


class Snowflakes:
    """Gives out ids: those of old things the same in each run, those of new ones from the clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last = 0
        self._old = 0

    @property
    def now(self) -> int:
        """The time by the clock, in whole seconds."""
        return int(self._now())

    def old(self) -> int:
        """Return the id of a thing made long ago; one ms apart, so that guilds spread over shards."""
        self._old += 1
        return (LONG_AGO + self._old - DISCORD_EPOCH) << 22

    def new(self) -> int:
        """Return the id of a thing made now."""
        self._last = max((int(self._now() * 1000) - DISCORD_EPOCH) << 22, self._last + 1)
        return self._last


def made_at(snowflake: int) -> str:
    """Say when an id was given out, as Discord writes times."""
    seconds = ((snowflake >> 22) + DISCORD_EPOCH) / 1000
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat()
