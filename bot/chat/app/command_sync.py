"""Tells Discord of the commands, as often as it takes."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import discord
from discord import app_commands

from bot.chat.transport.retry import AWAY, Backoff, passing

_log = logging.getLogger(__name__)


async def synchronise(tree: app_commands.CommandTree[Any]) -> None:
    """Tell Discord of the commands; until that works those of before stay."""
    backoff = Backoff()
    while True:
        try:
            await tree.sync()
        except (discord.DiscordException, *AWAY) as error:
            if not passing(error):
                _log.error("slash commands couldn't be synchronised, the old ones stay: %s", error)
                return
            wait = backoff.next()
            _log.warning("slash commands can't be synchronised yet, again in %.1f s: %s", wait, error)
            await asyncio.sleep(wait)
        else:
            return
