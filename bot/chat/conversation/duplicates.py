"""Remembers for a while which answers a channel has just heard, so that it hears none twice in a row; bounded."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

from cachetools import TTLCache

from bot.chat.guilds.preferences import Preferences
from bot.chat.presentation.presenter import Presenter
from bot.chat.presentation.reply import Reply
from bot.chat.transport.hybrid import Context
from bot.chat.transport.outgoing import Sent
from bot.chat.transport.send import send
from bot.core.model.dialogue import Refusal

# The same answer in a channel again is worth its room after so many times the wait of one person.
SAME_AGAIN = 10
# ... but at the latest after so many seconds.
LONGEST = 600.0
MOST = 5_000


@dataclass(slots=True)
class RecentAnswer:
    """An answer in a channel: when it was begun, its message once that is sent, and who was sent to it."""

    at: float
    answer: int | None = None
    told: set[int] = field(default_factory=set)


class _Place(NamedTuple):
    """What a message of the bot's answered, and what it says."""

    key: tuple[int, int]
    content: int


class RecentAnswers:
    """The last answers, by channel and by all that they say. `clock` returns seconds that only grow.

    Of what was said only its hash is kept: that two are taken for the same by chance need not be feared.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said: TTLCache[tuple[int, int], RecentAnswer] = TTLCache(MOST, ttl=LONGEST, timer=clock)
        self._places: TTLCache[int, _Place] = TTLCache(MOST, ttl=LONGEST, timer=clock)

    def of(self, channel: int, whole: Hashable, cooldown: float) -> RecentAnswer | None:
        """Return the answer that says the same, if a channel heard it a moment ago."""
        echo = self._said.get((channel, hash(whole)))
        return echo if echo is not None and self._clock() - echo.at < cooldown * SAME_AGAIN else None

    def begun(self, channel: int, whole: Hashable) -> None:
        """Note what a channel is about to hear."""
        self._said[channel, hash(whole)] = RecentAnswer(self._clock())

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


LINK = "https://discord.com/channels/{server}/{channel}/{message}"


class DuplicateSuppressor:
    """Sends replies, each channel's own once in a while."""

    def __init__(self, presenter: Presenter, preferences: Preferences, echoes: RecentAnswers) -> None:
        self._presenter = presenter
        self._preferences = preferences
        self.echoes = echoes

    async def tell(self, ctx: Context, reply: Reply, *, called: bool) -> Sent | None:
        """Send a reply, unless its channel has just heard the same; nobody else reads the other ways to ask."""
        # What could not be answered says little and may be said of anything.
        if ctx.guild is None or ctx.interaction is not None or isinstance(reply.query, Refusal):
            return await self._presenter.reply(ctx, reply)
        channel, key, sent = ctx.channel.id, reply.whole, None
        echo = self.echoes.of(channel, key, self._preferences.cooldown(ctx.guild.id))
        if echo is not None:
            return await self._sent_there(ctx, reply, echo) if called else None
        self.echoes.begun(channel, key)
        try:
            sent = await self._presenter.reply(ctx, reply)
        finally:
            self.echoes.said(channel, key, reply.content, sent.id if sent is not None else None)
        return sent

    async def _sent_there(self, ctx: Context, reply: Reply, echo: RecentAnswer) -> Sent | None:
        """Send who asks the same again to the answer that is there; each person once."""
        if ctx.author.id in echo.told or ctx.guild is None:
            return None
        echo.told.add(ctx.author.id)
        if echo.answer is None:
            return await send(ctx, reply.language.say("I am answering that here just now."))
        link = LINK.format(server=ctx.guild.id, channel=ctx.channel.id, message=echo.answer)
        return await send(ctx, reply.language.say("I answered that here a moment ago: {link}", link=link))
