"""Puts replies before people: words first, controls with them, and the picture as soon as it is drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from time import monotonic
from typing import NamedTuple

import discord
from cachetools import TTLCache

from bot.charts.renderer import ChartRenderer
from bot.chat.guilds.preferences import Preferences
from bot.chat.presentation.components import controls
from bot.chat.presentation.reply import Reply
from bot.chat.transport.hybrid import Context
from bot.chat.transport.outgoing import Outgoing, Picture, Sent
from bot.chat.transport.send import change, send
from bot.core.render.chart import Chart

# discord.py's tasks have names; this is that of ours, which need not be waited for when the bot stops.
DRAWING = "drawing"
MOST = 5_000
LONGEST_DRAWING = 120.0
# Changes of an answer while its picture is on the way; more than a few are no accident.
MOST_AMENDED = 5


class Place(NamedTuple):
    """For whom an answer is and where; `files` says whether pictures may be sent, `message` which one it changes."""

    asker: int
    server: discord.Guild | None
    files: bool
    message: int | None = None


class Presenter:
    """Makes messages of replies. A picture that comes late, or never, costs nothing but the picture."""

    def __init__(
        self, preferences: Preferences, studio: ChartRenderer | None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._preferences = preferences
        self._studio = studio
        # The last thing each answer was made into: a picture that comes late must not undo a change.
        # It holds what somebody asked, and so is kept no longer than a picture takes.
        self._latest: TTLCache[int, Outgoing] = TTLCache(MOST, ttl=LONGEST_DRAWING, timer=clock)
        self._drawing: set[asyncio.Task[None]] = set()

    async def reply(self, ctx: Context, reply: Reply, *, private: bool = False) -> Sent | None:
        """Answer a message or a command."""
        charts = self._charts(ctx.guild) and _may_attach(ctx)
        outgoing = self.outgoing(reply, ctx.author.id, charts=charts)
        sent = await send(ctx, outgoing, private=private)
        if sent is not None and charts:
            self._illustrate(sent, reply, outgoing)
        return sent

    async def again(self, reply: Reply, place: Place, put: Callable[[Outgoing], Awaitable[Sent | None]]) -> Sent | None:
        """Make a message that is there already into another answer; `put` does it."""
        charts = self._charts(place.server) and place.files
        outgoing = self.outgoing(reply, place.asker, charts=charts)
        if place.message is not None:
            self._latest[place.message] = outgoing
        sent = await put(outgoing)
        if sent is not None and charts:
            self._illustrate(sent, reply, outgoing)
        return sent

    def gone(self, message: int) -> None:
        """Note that an answer is no more, so that no picture is drawn for it."""
        self._latest.pop(message, None)

    def outgoing(self, reply: Reply, asker: int, *, charts: bool) -> Outgoing:
        """Return the message for a reply, with its picture where that is at hand."""
        png = None
        if charts and self._studio is not None and reply.chart is not None:
            png = self._studio.ready(reply.chart)
        return Outgoing(
            content=reply.content,
            embed=reply.embed,
            view=controls(reply, asker),
            picture=None if png is None or reply.chart is None else Picture(png, reply.chart.alt),
        )

    def close(self) -> None:
        """Give up the pictures under way."""
        for task in self._drawing:
            task.cancel()

    def expire(self) -> None:
        """Let go of what no picture can be on the way for any more."""
        self._latest.expire()

    def _charts(self, server: discord.Guild | None) -> bool:
        return self._studio is not None and self._preferences.charts(server.id if server is not None else None)

    def _illustrate(self, sent: Sent, reply: Reply, outgoing: Outgoing) -> None:
        if sent.id is None:
            return
        if self._latest.setdefault(sent.id, outgoing) is not outgoing:
            return  # it was changed before we knew that it had got through
        if reply.chart is not None and reply.embed is not None and outgoing.picture is None:
            task = asyncio.create_task(self._illustrated(sent, sent.id, reply.chart, outgoing), name=DRAWING)
            self._drawing.add(task)  # the loop itself holds tasks but weakly
            task.add_done_callback(self._drawing.discard)

    async def _illustrated(self, sent: Sent, number: int, chart: Chart, outgoing: Outgoing) -> None:
        assert self._studio is not None
        png = await self._studio.draw(chart)
        if png is None:
            return
        shown = replace(outgoing, picture=Picture(png, chart.alt))
        if await change(sent, shown, unless=lambda: self._latest.get(number) is not outgoing):
            if self._latest.get(number) is outgoing:
                self._latest[number] = shown
            await self._put_right(sent, number, shown)

    async def _put_right(self, sent: Sent, number: int, shown: Outgoing) -> None:
        """Change an answer again that was changed while its picture was on the way, which may have come last."""
        for _ in range(MOST_AMENDED):
            latest = self._latest.get(number)
            if latest is None or latest is shown:
                return
            await change(sent, latest)
            shown = latest


def _may_attach(ctx: Context) -> bool:
    try:
        return ctx.bot_permissions.attach_files
    except discord.ClientException:
        return False  # a thread whose channel is not known here
