"""Replies to an interaction within the three seconds that Discord gives, or by way of its webhook afterwards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands

from bot.chat.trying import AWAY, Backoff, passing, persist

# Discord waits 3 s for the first sign; the way there and back takes its share.
DEADLINE = 2.4
ONE_TRY = 0.8
# A handler that has said nothing by then is slow: Discord is told that the answer will come.
LATE = 0.5
# Discord's code for a second first reply: the one before got through, though its acknowledgement did not.
ACKNOWLEDGED = 40060
ONE_EDIT = 15.0
ACKNOWLEDGING = "acknowledging"
_log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]


async def respond(interaction: Interaction, content: str, extra: dict[str, Any], *, private: bool) -> None:
    """Reply, once: first by the callback, after that by editing what the callback left.

    Editing can be repeated without harm, which a follow-up can't. Raises discord.HTTPException or one of AWAY where
    Discord refuses or is away too long.
    """
    try:
        await _responded(interaction, content, extra, private=private)
    finally:
        interaction.extras["settled"] = True


async def refuse(interaction: Interaction, line: str) -> None:
    """Say a line to the asker alone; where that fails there is nothing to lose."""
    try:
        await respond(interaction, line, {}, private=True)
    except (discord.HTTPException, *AWAY) as error:
        _log.info("can't answer interaction %s: %s", interaction.id, error)


async def _responded(interaction: Interaction, content: str, extra: dict[str, Any], *, private: bool) -> None:
    done = interaction.response
    if done.type is discord.InteractionResponseType.channel_message:
        await interaction.followup.send(content, ephemeral=private, **extra)
        return
    if not await _first(interaction, lambda: done.send_message(content, ephemeral=private, **extra)):
        await persist(lambda: _edited(interaction, content, extra))


async def acknowledge(interaction: Interaction, *, private: bool) -> None:
    """Tell Discord that the answer will come; `private` shows it to the asker alone."""
    await _first(interaction, lambda: interaction.response.defer(ephemeral=private, thinking=True))


def watch(interaction: Interaction) -> None:
    """See to it that a command's interaction is acknowledged in under a second, however slow its handler is."""
    loop = asyncio.get_running_loop()
    interaction.extras["deadline"] = loop.time() + DEADLINE
    loop.call_later(LATE, _acknowledge_if_late, interaction)


def _acknowledge_if_late(interaction: Interaction) -> None:
    if not ("settled" in interaction.extras or interaction.response.is_done() or interaction.client.is_closed()):
        task = asyncio.create_task(_acknowledged(interaction), name=ACKNOWLEDGING)
        interaction.extras["acknowledging"] = task  # the loop itself holds tasks but weakly


async def _acknowledged(interaction: Interaction) -> None:
    command = interaction.command
    owner = command.root_parent or command if isinstance(command, app_commands.Command) else None
    try:
        # What is for administrators is nobody else's to read.
        await acknowledge(interaction, private=owner is not None and owner.default_permissions is not None)
    except discord.HTTPException as error:
        _log.info("interaction %s can't be acknowledged: %s", interaction.id, error)


async def _first(interaction: Interaction, attempt: Callable[[], Awaitable[Any]]) -> bool:
    """Try to be the first reply until the deadline; return whether this one is. Raises HTTPException if refused."""
    clock = asyncio.get_running_loop().time
    backoff = Backoff(first=0.1, longest=0.4)
    # One at a time: the watch and the handler may both be at it.
    async with interaction.extras.setdefault("replying", asyncio.Lock()):
        end = interaction.extras.get("deadline", clock() + DEADLINE)
        while clock() < end:
            try:
                async with asyncio.timeout(ONE_TRY):
                    await attempt()
            except discord.InteractionResponded:
                return False
            except discord.HTTPException as error:
                if error.code == ACKNOWLEDGED:
                    break
                if not passing(error):
                    raise
            except AWAY:
                pass
            else:
                return True
            await asyncio.sleep(backoff.next())
        # Acknowledged without our knowing, or too late: either way nobody needs to try this again.
        interaction.extras["deadline"] = clock()
    return False


async def _edited(interaction: Interaction, content: str, extra: dict[str, Any]) -> None:
    async with asyncio.timeout(ONE_EDIT):
        await interaction.edit_original_response(content=content, **extra)
