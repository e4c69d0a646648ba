"""Pointing unmodified clients of discord.py at the server, and running them for a while."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import discord
import pytest
import yarl

from tests.discord_server.server import DiscordServer


def pointed(monkeypatch: pytest.MonkeyPatch, server: DiscordServer) -> None:
    """Point discord.py at a server that has started; there is no setting for it."""
    monkeypatch.setattr(discord.http.Route, "BASE", server.api)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway))
    monkeypatch.setattr(discord.Asset, "BASE", server.base)


@contextlib.asynccontextmanager
async def running(server: DiscordServer, client: discord.Client) -> AsyncIterator[asyncio.Task[None]]:
    """Run a client until the end of the block, ready or not."""
    async with client:
        task = asyncio.create_task(client.start(server.token))
        try:
            yield task
        finally:
            await client.close()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task


@contextlib.asynccontextmanager
async def ready(server: DiscordServer, client: discord.Client) -> AsyncIterator[asyncio.Task[None]]:
    """Run a client from when it is ready until the end of the block; what ends it before is raised."""
    async with running(server, client) as task:
        await server.until(lambda: client.is_ready() or task.done())
        if task.done():
            task.result()
        yield task
