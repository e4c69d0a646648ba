"""Remembers for a while which answer went to which question, and who asked what last; in memory only, bounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cachetools import TTLCache

from bot.core.model.dialogue import Decision, Query

# After this time people have gone on to something else, even where nobody has said a word.
RECENT = 120.0
MOST = 5_000


class TurnHolder:
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


# A question edited within this time edits its answer; a later edit is about something else.
EDITABLE = 120.0
# "and amazon?" hangs on a question of the last ten minutes; nothing is remembered for longer.
CONTINUED = 600.0
MOST = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question in a channel and the message that answers it.

    `asked` is what it was taken for, `before` what its asker had asked there before that; `at` is in seconds of the
    clock of History.
    """

    channel: int
    answer: int
    asker: int
    said: str
    asked: Decision
    before: Query | None
    at: float


class History:
    """The last questions, by their message, and by who asked where. `clock` returns seconds that only grow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.floor = TurnHolder(clock)
        self._answered: TTLCache[int, Exchange] = TTLCache(MOST, ttl=CONTINUED, timer=clock)
        self._asked: TTLCache[tuple[int, int], Query] = TTLCache(MOST, ttl=CONTINUED, timer=clock)

    def answered(self, question: int, exchange: Exchange) -> None:
        """Note which message answers a question."""
        self._answered[question] = exchange

    def of(self, question: int) -> Exchange | None:
        """Return the exchange that a message began, if it is remembered."""
        return self._answered.get(question)

    def editable(self, question: int) -> Exchange | None:
        """Return the exchange that a message began, if that is not too long ago for a change of mind."""
        found = self.of(question)
        return found if found is not None and self.clock() - found.at <= EDITABLE else None

    def gone(self, question: int) -> Exchange | None:
        """Return the exchange that a message began, for the last time: the message was deleted."""
        return self._answered.pop(question, None)

    def asked(self, person: int, channel: int, query: Query) -> None:
        """Note what a person asked last in a channel."""
        self._asked[person, channel] = query

    def refused(self, person: int, channel: int) -> None:
        """Note that a person asked something else there, which nothing can hang on."""
        self._asked.pop((person, channel), None)

    def before(self, person: int, channel: int) -> Query | None:
        """Return what a person asked last in a channel, unless that is too long ago."""
        return self._asked.get((person, channel))

    def expire(self) -> None:
        """Let go of what is too old to count."""
        self._answered.expire()
        self._asked.expire()
        self.floor.expire()

    def forget(self, person: int) -> int:
        """Forget what a person asked; return how much that was."""
        self.floor.forget(person)
        answered = {key: self._answered.get(key) for key in list(self._answered)}
        questions = [key for key, exchange in answered.items() if exchange is not None and exchange.asker == person]
        asked = [key for key in list(self._asked) if key[0] == person]
        for key in questions:
            self._answered.pop(key, None)
        for place in asked:
            self._asked.pop(place, None)
        return len(questions) + len(asked)
