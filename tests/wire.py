"""A bot and a loopback Discord in one event loop, for tests of what goes over the wire between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
from pydantic import SecretStr

from bot.chat.app.lifecycle import serve
from bot.chat.services import Resources
from bot.settings import Settings, read
from bot.storage.knowledge.library import Library
from tests.discord_server.clients import addresses
from tests.discord_server.messages import Channel
from tests.discord_server.server import DiscordServer
from tests.discord_server.users import User

PATIENCE = 20_000.0  # seconds, most of them simulated


@dataclass
class Loopback:
    """A Discord with a server, two channels (the bot listens in the second) and a member."""

    server: DiscordServer
    general: Channel = field(init=False)
    listed: Channel = field(init=False)
    ada: User = field(init=False)

    def __post_init__(self) -> None:
        guild = self.server.add_guild("Home")
        self.general, self.listed = guild.add_channel("general"), guild.add_channel("ask-pay")
        self.ada = self.server.add_user("ada")
        guild.add_member(self.ada)

    def ready(self) -> bool:
        """Whether a bot is connected and its commands are known."""
        connected = any(session.line is not None for session in self.server.sessions.values())
        return connected and bool(self.server.commands)

    async def until(self, condition: Callable[[], object]) -> None:
        await self.server.until(condition, PATIENCE)


@asynccontextmanager
async def loopback(**options: Any) -> AsyncIterator[Loopback]:
    """Start a loopback Discord with people in it. What it never should say or hear fails the test."""
    async with DiscordServer(**options) as server:
        yield Loopback(server)
    assert server.errors == []
    assert server.violations == []


@dataclass
class Life:
    """A running bot: set `stop` to end it, or await that it has `ended`, for its exit code."""

    stop: asyncio.Event
    task: asyncio.Task[int]

    async def ended(self) -> int:
        self.stop.set()
        return await asyncio.wait_for(self.task, PATIENCE)


@asynccontextmanager
async def living(
    place: Loopback, library: Library, *, ready: bool = True, resources: Resources | None = None, **settings: Any
) -> AsyncIterator[Life]:
    """Run the bot as `salarybot run` does, ready before the test goes on."""
    server = place.server
    wires = {"discord_api": server.api, "discord_gateway": server.gateway, "cooldown": 0.0}
    chosen = Settings(**{"channels": frozenset({place.listed.id}), "state": read().state, **wires, **settings})
    stop = asyncio.Event()
    with addresses(server):
        task = asyncio.create_task(serve(chosen, library, resources or Resources(), SecretStr(server.token), stop))
        life = Life(stop, task)
        try:
            if ready:
                await place.until(place.ready)
            yield life
        finally:
            await life.ended()


@asynccontextmanager
async def plain(place: Loopback) -> AsyncIterator[RecentAnswer]:
    """Point discord.py's own client at the server; the test starts it."""
    with addresses(place.server):
        async with RecentAnswer() as client:
            yield client


class RecentAnswer(discord.Client):
    """discord.py as it comes: repeats what people say."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.all(), guild_ready_timeout=0.1)

    async def on_message(self, message: discord.Message) -> None:
        if not message.author.bot:
            await message.channel.send(f"{message.content}!", reference=message)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message("!")
