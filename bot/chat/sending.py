"""Sends what the bot says: tried again while Discord is away, never doubled, given up with one line in the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient

from bot.chat.hybrid import Context
from bot.chat.replying import acknowledge, respond
from bot.chat.trying import AWAY, passing, persist

# aiohttp waits five minutes for an answer, and discord.py holds back the channel's other messages all the while.
ONE_REQUEST = aiohttp.ClientTimeout(total=10.0)
ODD = (ValueError, TypeError, KeyError)
# The loop itself holds tasks but weakly.
_SHOWING: set[asyncio.Task[None]] = set()
_log = logging.getLogger(__name__)


def impatient(http: HTTPClient) -> None:
    """Bound each request of a client; discord.py has no setting for it."""
    request: Any = http.request

    async def bounded(*args: Any, **options: Any) -> Any:
        return await request(*args, **{"timeout": ONE_REQUEST, **options})

    vars(http)["request"] = bounded


async def send(ctx: Context, content: str, embed: discord.Embed | None = None, *, private: bool = False) -> None:
    """Reply to a message or an interaction; `private` shows a slash command's reply to the asker alone."""
    try:
        await _sent(ctx, content, embed, private=private)
    except discord.HTTPException as error:
        if passing(error):
            _log.warning("gave up answering %s in channel %s: %s", *_where(ctx), error)
        elif embed is None or isinstance(error, discord.NotFound):
            _log.info("can't answer %s in channel %s: %s", *_where(ctx), error)
        else:
            # Perhaps only embeds are forbidden here; the source goes with the headline then.
            source = embed.footer.text
            await send(ctx, f"{content}\n{source}" if source else content, private=private)
    except AWAY as error:
        # What can't be read was most likely Discord's answer, but may be a fault of the bot: where, is in the log.
        _log.warning("gave up answering %s in channel %s: %r", *_where(ctx), error, exc_info=isinstance(error, ODD))
    except asyncio.CancelledError:
        _log.warning("gave up answering %s in channel %s: the bot is stopped", *_where(ctx))
        raise


async def thinking(ctx: Context) -> None:
    """Show that an answer is being worked on, to the asker alone where that can be; without it nothing is lost."""
    if ctx.interaction is None:
        # Beside the work: where Discord is away, showing it could take half a minute.
        task = asyncio.create_task(_shown(ctx, ctx.channel.typing()), name="typing")
        _SHOWING.add(task)
        task.add_done_callback(_SHOWING.discard)
    else:
        await _shown(ctx, acknowledge(ctx.interaction, private=True))


async def _shown(ctx: Context, sign: Awaitable[Any]) -> None:
    try:
        await sign
    except (discord.HTTPException, *AWAY) as error:
        _log.info("can't show that %s is worked on: %s", _where(ctx)[0], error)


async def _sent(ctx: Context, content: str, embed: discord.Embed | None, *, private: bool) -> None:
    extra: dict[str, Any] = {"embed": embed} if embed is not None else {}
    if ctx.interaction is not None:
        await respond(ctx.interaction, content, extra, private=private)
        return
    # A question deleted meanwhile is still answered, only not as a reply.
    extra["reference"] = ctx.message.to_reference(fail_if_not_exists=False)
    # The question's id as the nonce: however often this is sent, Discord makes one message of it.
    await persist(lambda: ctx.send(content, nonce=ctx.message.id, **extra))


def _where(ctx: Context) -> tuple[int, int]:
    asked = ctx.interaction or ctx.message
    return asked.id, ctx.channel.id
