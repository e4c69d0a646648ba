"""Sends replies: content, picture and components in one message. The picture is waited for, but not long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import discord

from bot import metrics
from bot.charts.renderer import ChartRenderer
from bot.chat.guilds.preferences import Preferences
from bot.chat.presentation.components import controls
from bot.chat.presentation.message import message_of
from bot.chat.presentation.reply import Reply
from bot.chat.transport.event_context import CAME
from bot.chat.transport.hybrid import Context
from bot.chat.transport.outgoing import Outgoing, Picture, Sent
from bot.chat.transport.send import send

# Seconds for a picture. An answer that goes without it lists its figures, and stays so.
PATIENCE = 1.0


class Place(NamedTuple):
    """Whose an answer is and where; `files` says whether pictures may be sent."""

    asker: int
    guild: int | None
    files: bool


class Presenter:
    """Sends and edits answers. A picture that comes late, or never, costs nothing but the picture."""

    def __init__(self, preferences: Preferences, renderer: ChartRenderer | None) -> None:
        self._preferences = preferences
        self._renderer = renderer

    async def send(self, ctx: Context, reply: Reply, *, private: bool = False) -> Sent | None:
        """Answer a message or a command."""
        place = Place(ctx.author.id, ctx.guild.id if ctx.guild is not None else None, _may_attach(ctx))
        outgoing, sent = await self.render(reply, place), None
        try:
            sent = await send(ctx, outgoing, private=private)
        finally:
            count_answer("message" if ctx.interaction is None else "command", reply, sent)
        return sent

    async def edit(self, reply: Reply, place: Place, put: Callable[[Outgoing], Awaitable[Sent | None]]) -> Sent | None:
        """Replace what a message shows by another reply; `put` does it."""
        outgoing, sent = await self.render(reply, place), None
        try:
            sent = await put(outgoing)
        finally:
            count_answer("edit", reply, sent)
        return sent

    async def render(self, reply: Reply, place: Place) -> Outgoing:
        """Return the message for a reply: with its picture where that is drawn in time, else with a list."""
        picture = await self._picture(reply, place)
        content = message_of(reply.answer, pictured=picture is not None)
        listed = message_of(reply.answer) if picture is not None else None
        return Outgoing(content=content, listed=listed, view=controls(reply, place.asker), picture=picture)

    async def _picture(self, reply: Reply, place: Place) -> Picture | None:
        renderer, chart = self._renderer, reply.chart
        if renderer is None or chart is None or not (place.files and self._preferences.charts(place.guild)):
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                png = await renderer.draw(chart, place.guild or place.asker)
        except TimeoutError:
            return None
        return Picture(png, chart.alt) if png is not None else None


def count_answer(way: str, reply: Reply, sent: Sent | None) -> None:
    """Count an answer that was sent, with the time since its event, or that was not."""
    metrics.ANSWERS.add(way, "undelivered" if sent is None else reply.answer.status)
    came = CAME.get()
    if sent is not None and came is not None:
        metrics.ANSWER_TIME.observe(asyncio.get_running_loop().time() - came, way)


def _may_attach(ctx: Context) -> bool:
    try:
        return ctx.bot_permissions.attach_files
    except discord.ClientException:
        return False  # a thread whose channel is not known here
