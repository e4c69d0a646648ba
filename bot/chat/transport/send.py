"""Sends, edits and deletes messages: retried while Discord is away, never doubled, given up with a line in the log."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.chat.transport.hybrid import Context
from bot.chat.transport.interaction_reply import acknowledge, respond
from bot.chat.transport.outgoing import Outgoing, Sent
from bot.chat.transport.requests import Unreadable, readable
from bot.chat.transport.retry import AWAY, ODD, is_temporary, persist

NO_HISTORY = 160002  # Discord's code for a reply where the bot may not read what it replies to
MOST_UNREAD = 3  # answers that can't be read, until one is given up
# Keep a reference: the event loop holds only weak references to tasks.
_SHOWING: set[asyncio.Task[None]] = set()
_log = logging.getLogger(__name__)


async def send(ctx: Context, message: Outgoing | str, *, private: bool = False, number: int = 0) -> Sent | None:
    """Reply to a message or an interaction; `private` shows a slash command's reply to the caller alone.

    `number` tells several replies to one message apart. Return what was sent; None where it was given up, which the log
    says.
    """
    outgoing = message if isinstance(message, Outgoing) else Outgoing(content=message)
    if (obstacle := _obstacle(ctx)) is not None:
        _log.info("can't answer %s in channel %s: %s", *_where(ctx), obstacle)
        return None
    try:
        return await _sent(ctx, outgoing, private=private, number=number)
    except discord.HTTPException as error:
        reduced = None if is_temporary(error) or isinstance(error, discord.NotFound) else outgoing.reduced()
        if reduced is not None:
            # Perhaps only pictures, or embeds, are forbidden here.
            return await send(ctx, reduced, private=private, number=number)
        if is_temporary(error):
            _log.warning("gave up answering %s in channel %s: %s", *_where(ctx), error)
        else:
            _log.info("can't answer %s in channel %s: %s", *_where(ctx), error)
    except (Unreadable, *AWAY) as error:
        _log.warning("gave up answering %s in channel %s: %r", *_where(ctx), error, exc_info=isinstance(error, ODD))
    except asyncio.CancelledError:
        _log.warning("gave up answering %s in channel %s: the bot is stopped", *_where(ctx))
        raise
    return None


async def edit(sent: Sent, outgoing: Outgoing, *, unless: Callable[[], bool] = lambda: False) -> bool:
    """Edit a message that was sent; return whether that worked. A failed edit leaves the old message.

    Where Discord refuses pictures, or embeds, the message goes without. `unless` is asked before each attempt whether
    the edit has become pointless.
    """

    async def attempt() -> bool:
        if unless():
            return False
        await sent.edit(outgoing)
        return True

    try:
        return await persist(attempt)
    except Unreadable:
        return True
    except (discord.HTTPException, *AWAY) as error:
        reduced = None if is_temporary(error) or isinstance(error, discord.NotFound) else outgoing.reduced()
        if reduced is not None:
            return await edit(sent, reduced, unless=unless)
        _log.info("can't change answer %s: %s", sent.id, error)
        return False
    except asyncio.CancelledError:
        _log.info("gave up changing answer %s: the bot is stopped", sent.id)
        raise


async def react(message: discord.Message, emoji: str) -> None:
    """Add a reaction to a message; where that is not allowed nothing happens."""
    try:
        await message.add_reaction(emoji)
    except (discord.HTTPException, *AWAY) as error:
        _log.info("can't react to %s: %s", message.id, error)


async def delete(message: discord.PartialMessage) -> None:
    """Delete a message of the bot's; one that is gone already is no trouble."""
    try:
        await persist(message.delete)
    except (discord.NotFound, Unreadable):
        pass
    except (discord.HTTPException, *AWAY) as error:
        _log.info("can't delete answer %s: %s", message.id, error)
    except asyncio.CancelledError:
        _log.info("gave up deleting answer %s: the bot is stopped", message.id)
        raise


def as_sent(message: discord.Message | discord.PartialMessage) -> Sent:
    """Return a message of the bot's in a form that can be edited."""
    return Sent(message.id, lambda outgoing: message.edit(**outgoing.as_edit()))


async def show_progress(ctx: Context) -> None:
    """Show that an answer is being worked on, to the caller alone where possible; a failure costs nothing."""
    if ctx.interaction is None and _obstacle(ctx) is None:
        # Beside the work: where Discord is away, showing it could take half a minute.
        task = asyncio.create_task(_shown(ctx, ctx.channel.typing()), name="typing")
        _SHOWING.add(task)
        task.add_done_callback(_SHOWING.discard)
    elif ctx.interaction is not None:
        await _shown(ctx, acknowledge(ctx.interaction, private=True))


async def _shown(ctx: Context, request: Awaitable[Any]) -> None:
    try:
        await request
    except (discord.HTTPException, *AWAY) as error:
        _log.info("can't show that %s is worked on: %s", _where(ctx)[0], error)


async def _sent(ctx: Context, outgoing: Outgoing, *, private: bool, number: int) -> Sent:
    interaction = ctx.interaction
    if interaction is not None:
        return await respond(interaction, outgoing, private=private)
    # A question deleted meanwhile is still answered, only not as a reply.
    reference = ctx.message.to_reference(fail_if_not_exists=False) if _may(ctx).read_message_history else None
    # The question's id as the nonce: however often this is sent, Discord makes one message of it.
    nonce = f"{ctx.message.id}+{number}" if number else ctx.message.id

    def put(what: Outgoing, to: discord.MessageReference | None = reference) -> Awaitable[discord.Message]:
        reply: dict[str, Any] = {} if to is None else {"reference": to}
        return ctx.send(what.content, nonce=nonce, **reply, **what.as_new())

    try:
        return as_sent(await _delivered(put, outgoing))
    except discord.HTTPException as error:
        if error.code != NO_HISTORY:
            raise
        return as_sent(await _delivered(lambda what: put(what, None), outgoing))


async def _delivered(put: Callable[[Outgoing], Awaitable[discord.Message]], outgoing: Outgoing) -> discord.Message:
    """Send a message; one with a picture is tried once as it is, then without, as words never wait for a picture.

    An answer that can't be read is fetched again by sending the same, of which Discord makes nothing new.
    """
    plain = outgoing.reduced() if outgoing.picture is not None else None
    if plain is not None:
        try:
            return await readable(lambda: put(outgoing))
        except (discord.HTTPException, Unreadable, *AWAY) as error:
            if not isinstance(error, Unreadable) and not is_temporary(error):
                raise
    for _ in range(MOST_UNREAD):
        with contextlib.suppress(Unreadable):
            return await persist(lambda: put(plain or outgoing))
    return await persist(lambda: put(plain or outgoing))


def _may(ctx: Context) -> discord.Permissions:
    """Return what the bot may do in the channel, all where that isn't known."""
    if isinstance(ctx.channel, discord.PartialMessageable):
        return discord.Permissions.all()
    try:
        return ctx.bot_permissions
    except (discord.ClientException, AttributeError):  # a thread whose channel isn't known here, a guild neither
        return discord.Permissions.all()


def _obstacle(ctx: Context) -> str | None:
    """Return why no message can be sent, looked at first: a request that is refused counts against the bot."""
    if ctx.interaction is not None or ctx.guild is None:
        return None
    may, thread = _may(ctx), ctx.channel if isinstance(ctx.channel, discord.Thread) else None
    if not (may.view_channel and (may.send_messages if thread is None else may.send_messages_in_threads)):
        return "it may not write there, or has a timeout"
    return "the thread is locked" if thread is not None and thread.locked and not may.manage_threads else None


def _where(ctx: Context) -> tuple[int, int]:
    source = ctx.interaction or ctx.message
    return source.id, ctx.channel.id
