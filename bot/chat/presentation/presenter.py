"""Sends replies: the answer and its components first, and the chart as soon as it is drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import NamedTuple

import discord
from cachetools import TTLCache

from bot.charts.renderer import ChartRenderer
from bot.chat.guilds.memory import Memory
from bot.chat.guilds.preferences import Preferences
from bot.chat.presentation.components import controls
from bot.chat.presentation.embeds import message_of
from bot.chat.presentation.reply import Reply
from bot.chat.transport.hybrid import Context
from bot.chat.transport.outgoing import Outgoing, Picture, Sent
from bot.chat.transport.send import edit, send
from bot.core.render.chart import Chart

# discord.py's tasks have names; this is that of ours, which need not be waited for when the bot stops.
DRAWING = "drawing"
LONGEST_DRAWING = 120.0  # seconds
# Edits of an answer while its chart is on the way; more than a few are no accident.
MOST_EDITS = 5


class Place(NamedTuple):
    """Whose an answer is and where; `files` says whether charts may be sent, `message` which message it replaces."""

    asker: int
    guild: int | None
    files: bool
    message: int | None = None


class _Shown(NamedTuple):
    """What a message shows, and who asked for it."""

    asker: int
    outgoing: Outgoing


class Presenter:
    """Sends and edits answers. A chart that comes late, or never, costs nothing but the chart."""

    def __init__(self, preferences: Preferences, renderer: ChartRenderer | None, memory: Memory) -> None:
        self._preferences = preferences
        self._renderer = renderer
        # What each message was last made to show: a chart that comes late must not undo an edit.
        # It holds what somebody asked, and so is kept no longer than a chart takes.
        self._latest: TTLCache[int, _Shown] = memory.cache(LONGEST_DRAWING, owner=lambda _, shown: shown.asker)
        self._drawing: set[asyncio.Task[None]] = set()

    async def send(self, ctx: Context, reply: Reply, *, private: bool = False) -> Sent | None:
        """Answer a message or a command."""
        charts = self._charts(ctx.guild.id if ctx.guild is not None else None) and _may_attach(ctx)
        shown = _Shown(ctx.author.id, self.render(reply, ctx.author.id, charts=charts))
        sent = await send(ctx, shown.outgoing, private=private)
        if sent is not None and charts:
            self._add_chart(sent, reply, shown)
        return sent

    async def edit(self, reply: Reply, place: Place, put: Callable[[Outgoing], Awaitable[Sent | None]]) -> Sent | None:
        """Replace what a message shows by another reply; `put` does it."""
        charts = self._charts(place.guild) and place.files
        shown = _Shown(place.asker, self.render(reply, place.asker, charts=charts))
        if place.message is not None:
            self._latest[place.message] = shown
        sent = await put(shown.outgoing)
        if sent is not None and charts:
            self._add_chart(sent, reply, shown)
        return sent

    def forget_message(self, message: int) -> None:
        """Note that a message was deleted, so that no chart is sent for it."""
        self._latest.pop(message, None)

    def render(self, reply: Reply, asker: int, *, charts: bool) -> Outgoing:
        """Return the message for a reply, with its chart where that is drawn already."""
        content, embed = message_of(reply.answer, reply.language)
        picture = None
        if charts and self._renderer is not None and reply.chart is not None:
            png = self._renderer.ready(reply.chart)
            picture = Picture(png, reply.chart.alt) if png is not None else None
        view = controls(reply, asker, rated=embed is not None)
        return Outgoing(content=content, embed=embed, view=view, picture=picture)

    def close(self) -> None:
        """Give up the charts under way."""
        for task in self._drawing:
            task.cancel()

    def _charts(self, guild: int | None) -> bool:
        return self._renderer is not None and self._preferences.charts(guild)

    def _add_chart(self, sent: Sent, reply: Reply, shown: _Shown) -> None:
        if sent.id is None:
            return
        if self._latest.setdefault(sent.id, shown) is not shown:
            return  # it was edited before we knew that it had got through
        outgoing = shown.outgoing
        if reply.chart is not None and outgoing.embed is not None and outgoing.picture is None:
            task = asyncio.create_task(self._draw(sent, sent.id, reply.chart, shown), name=DRAWING)
            self._drawing.add(task)  # the loop itself holds tasks but weakly
            task.add_done_callback(self._drawing.discard)

    async def _draw(self, sent: Sent, message: int, chart: Chart, shown: _Shown) -> None:
        assert self._renderer is not None
        png = await self._renderer.draw(chart)
        if png is None:
            return
        drawn = shown._replace(outgoing=replace(shown.outgoing, picture=Picture(png, chart.alt)))
        if await edit(sent, drawn.outgoing, unless=lambda: self._latest.get(message) is not shown):
            if self._latest.get(message) is shown:
                self._latest[message] = drawn
            await self._settle(sent, message, drawn)

    async def _settle(self, sent: Sent, message: int, shown: _Shown) -> None:
        """Edit an answer again that was edited while its chart was on the way, as the chart may have come last."""
        for _ in range(MOST_EDITS):
            latest = self._latest.get(message)
            if latest is None or latest is shown:
                return
            await edit(sent, latest.outgoing)
            shown = latest


def _may_attach(ctx: Context) -> bool:
    try:
        return ctx.bot_permissions.attach_files
    except discord.ClientException:
        return False  # a thread whose channel is not known here
