"""The loopback Discord, held to what unmodified clients of discord.py make of it over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
import pytest_asyncio
import yarl

from tests.discord_server.server import DiscordServer


class Echo(discord.Client):
    """Replies to each message of a person with its text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(intents=discord.Intents.all(), guild_ready_timeout=0.1, **options)
        self.resumed = 0
        self.heard: list[str] = []

    async def on_resumed(self) -> None:
        self.resumed += 1

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message.content)
        if not message.author.bot:
            await message.reply(f"you said {message.content}", nonce=message.id)


@pytest_asyncio.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as running:
        pointed(monkeypatch, running)
        yield running
        assert not running.errors


def pointed(monkeypatch: pytest.MonkeyPatch, server: DiscordServer) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", server.api)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway))


@contextlib.asynccontextmanager
async def ready(server: DiscordServer, client: discord.Client) -> AsyncIterator[None]:
    async with client:
        running = asyncio.create_task(client.start(server.token))
        try:
            await server.until(lambda: client.is_ready() or running.done())
            if running.done():
                running.result()
            yield
        finally:
            await client.close()
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


async def test_a_message_is_answered(server: DiscordServer) -> None:
    channel = server.add_guild("Home").add_channel("general")
    ada = server.add_user("ada")
    client = Echo()
    async with ready(server, client):
        message = server.say(ada, channel, "hello")
        await server.until(lambda: server.replies(message))
        assert server.replies(message)[0].content == "you said hello"


async def test_what_was_sent_meanwhile_comes_after_a_resume(server: DiscordServer) -> None:
    channel = server.add_guild("Home").add_channel("general")
    ada = server.add_user("ada")
    client = Echo()
    async with ready(server, client):
        server.disconnect()
        messages = [server.say(ada, channel, str(n)) for n in range(5)]
        await server.until(lambda: all(server.replies(message) for message in messages))
        assert client.resumed == 1
