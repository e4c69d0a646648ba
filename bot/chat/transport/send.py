"""Sends what the bot says: tried again while Discord is away, never doubled, given up with one line in the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient

from bot.chat.transport.hybrid import Context
from bot.chat.transport.interaction_reply import acknowledge, respond
from bot.chat.transport.outgoing import Outgoing, Sent
from bot.chat.transport.retry import AWAY, ODD, passing, persist

# aiohttp waits five minutes for an answer, and discord.py holds back the channel's other messages all the while.
ONE_REQUEST = aiohttp.ClientTimeout(total=10.0)
# The loop itself holds tasks but weakly.
_SHOWING: set[asyncio.Task[None]] = set()
_log = logging.getLogger(__name__)


def impatient(http: HTTPClient) -> None:
    """Bound each request of a client; discord.py has no setting for it."""
    request: Any = http.request

    async def bounded(*args: Any, **options: Any) -> Any:
        return await request(*args, **{"timeout": ONE_REQUEST, **options})

    vars(http)["request"] = bounded


async def send(ctx: Context, said: Outgoing | str, *, private: bool = False) -> Sent | None:
    """Reply to a message or an interaction; `private` shows a slash command's reply to the asker alone.

    Returns what was sent; None where it was given up, which the log says.
    """
    outgoing = said if isinstance(said, Outgoing) else Outgoing(content=said)
    try:
        return await _sent(ctx, outgoing, private=private)
    except discord.HTTPException as error:
        plainer = None if passing(error) or isinstance(error, discord.NotFound) else outgoing.plainer()
        if plainer is not None:
            # Perhaps only pictures, or embeds, are forbidden here.
            return await send(ctx, plainer, private=private)
        if passing(error):
            _log.warning("gave up answering %s in channel %s: %s", *_where(ctx), error)
        else:
            _log.info("can't answer %s in channel %s: %s", *_where(ctx), error)
    except AWAY as error:
        _log.warning("gave up answering %s in channel %s: %r", *_where(ctx), error, exc_info=isinstance(error, ODD))
    except asyncio.CancelledError:
        _log.warning("gave up answering %s in channel %s: the bot is stopped", *_where(ctx))
        raise
    return None


async def change(sent: Sent, outgoing: Outgoing, *, unless: Callable[[], bool] = lambda: False) -> bool:
    """Make what was sent into something else; return whether that worked. What didn't leaves the old message.

    Where Discord refuses a picture, or embeds, it is done without.

    `unless` is asked before each try whether the change has become pointless.
    """

    async def attempt() -> bool:
        if unless():
            return False
        await sent.edit(outgoing)
        return True

    try:
        return await persist(attempt)
    except (discord.HTTPException, *AWAY) as error:
        plainer = None if passing(error) or isinstance(error, discord.NotFound) else outgoing.plainer()
        if plainer is not None:
            return await change(sent, plainer, unless=unless)
        _log.info("can't change answer %s: %s", sent.id, error)
        return False
    except asyncio.CancelledError:
        _log.info("gave up changing answer %s: the bot is stopped", sent.id)
        raise


async def remove(message: discord.PartialMessage) -> None:
    """Delete an answer; one that is gone already is no trouble."""
    try:
        await persist(message.delete)
    except discord.NotFound:
        pass
    except (discord.HTTPException, *AWAY) as error:
        _log.info("can't delete answer %s: %s", message.id, error)
    except asyncio.CancelledError:
        _log.info("gave up deleting answer %s: the bot is stopped", message.id)
        raise


def sent_as(message: discord.Message | discord.PartialMessage) -> Sent:
    """Return a message of the bot's as something that can be changed."""
    return Sent(message.id, lambda outgoing: message.edit(**outgoing.changed()))


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


async def _sent(ctx: Context, outgoing: Outgoing, *, private: bool) -> Sent:
    interaction = ctx.interaction
    if interaction is not None:
        return await respond(interaction, outgoing, private=private)
    # A question deleted meanwhile is still answered, only not as a reply.
    reference = ctx.message.to_reference(fail_if_not_exists=False)
    # The question's id as the nonce: however often this is sent, Discord makes one message of it.
    nonce = ctx.message.id
    message = await persist(lambda: ctx.send(outgoing.content, reference=reference, nonce=nonce, **outgoing.fresh()))
    return sent_as(message)


def _where(ctx: Context) -> tuple[int, int]:
    asked = ctx.interaction or ctx.message
    return asked.id, ctx.channel.id
