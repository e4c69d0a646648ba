"""Pointing unmodified clients of discord.py at the server, and running them for a while."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any
from unittest import mock

import discord
import yarl

from tests.discord_server.server import DiscordServer


@contextlib.contextmanager
def addresses(server: DiscordServer) -> Iterator[None]:
    """Let discord.py take a server that has started for Discord itself; there is no setting for it."""
    gateway = yarl.URL(server.gateway)
    with (
        mock.patch.object(discord.http.Route, "BASE", server.api),
        mock.patch.object(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway),
        mock.patch.object(discord.Asset, "BASE", server.base),
    ):
        yield


@contextlib.asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[DiscordServer]:
    """Start a server, which discord.py takes for Discord itself until the end of the block."""
    async with DiscordServer(**options) as server:
        with addresses(server):
            yield server


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
