"""Sends what the bot says, as a reply; a message that can't be sent is noted and no more."""

from __future__ import annotations

import logging
from typing import Any

import discord

from bot.chat.hybrid import Context

_log = logging.getLogger(__name__)


async def send(ctx: Context, content: str, embed: discord.Embed | None = None, *, private: bool = False) -> None:
    """Reply to a message or an interaction; `private` shows a slash command's reply to the asker alone."""
    extra: dict[str, Any] = {"embed": embed} if embed is not None else {}
    if ctx.interaction is None:
        # A question deleted meanwhile is still answered, only not as a reply.
        extra["reference"] = ctx.message.to_reference(fail_if_not_exists=False)
    try:
        await ctx.send(content, ephemeral=private, **extra)
    except discord.Forbidden as error:
        if embed is None:
            _log.info("can't answer in channel %s: %s", ctx.channel.id, error)
            return
        # Perhaps only embeds are forbidden here; the source goes with the headline then.
        source = embed.footer.text
        await send(ctx, f"{content}\n{source}" if source else content, private=private)
    except discord.HTTPException as error:
        _log.info("can't answer in channel %s: %s", ctx.channel.id, error)
