"""Gives a sign of life while the bot is connected: touches a file, for a container's health check."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from discord.ext import commands

EVERY = 15.0
_log = logging.getLogger(__name__)


async def beat(bot: commands.Bot, file: Path, every: float = EVERY) -> None:
    """Touch the file as long as the gateway is connected; a file that can't be written is noted once."""
    noted = False
    while True:
        if connected(bot):
            try:
                await asyncio.to_thread(file.touch)
            except OSError as error:
                if not noted:
                    _log.warning("no sign of life in %s: %s", file, error.strerror)
                noted = True
        await asyncio.sleep(every)


def connected(bot: commands.Bot) -> bool:
    """Whether the gateway's socket is open and its first data have come."""
    # discord.py has no socket before the first connection, against its own annotation.
    socket: object = bot.ws
    return socket is not None and bot.ws.open and bot.is_ready()
