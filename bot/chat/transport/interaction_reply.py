"""Replies to an interaction within the three seconds that Discord gives, or by way of its webhook afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.chat.transport.outgoing import Outgoing, Sent
from bot.chat.transport.retry import AWAY, ODD, Backoff, passing, persist

# Discord waits 3 s for the first sign; the way there and back takes its share.
DEADLINE = 2.4
ONE_TRY = 0.8
# A handler that has said nothing by then is slow: Discord is told that the answer will come.
LATE = 0.5
# Discord's code for a second first reply: the one before got through, though its acknowledgement did not. And for
# a message that is gone.
ACKNOWLEDGED, UNKNOWN_MESSAGE = 40060, 10008
ONE_EDIT = 15.0
ACKNOWLEDGING = "acknowledging"
# A first reply got through, which is known only from the refusal of a second.
UNKNOWINGLY = "unknowingly"
_log = logging.getLogger(__name__)

T = TypeVar("T")
Interaction = discord.Interaction[Any]


async def respond(interaction: Interaction, outgoing: Outgoing, *, private: bool) -> Sent:
    """Reply, once: first by the callback, or by editing what the callback left. What is said after that is a follow-up.

    Editing can be repeated without harm, which a follow-up can't. Raises discord.HTTPException or one of AWAY where
    Discord refuses or is away too long.
    """
    try:
        return await _responded(interaction, outgoing, private=private)
    finally:
        interaction.extras["settled"] = True


async def update(interaction: Interaction, outgoing: Outgoing) -> Sent:
    """Make the message whose control was pressed into another; as sure, and with the same errors, as `respond`."""
    done = interaction.response
    before = UNKNOWINGLY in interaction.extras
    first = await _first(interaction, lambda: done.edit_message(**outgoing.changed()))
    if first is None and (before or UNKNOWINGLY not in interaction.extras):
        await persist(lambda: _edited(interaction, outgoing))
    number = interaction.message.id if interaction.message is not None else None
    return Sent(number, lambda later: _edited(interaction, later))


async def show(interaction: Interaction, modal: discord.ui.Modal) -> None:
    """Show a form, in time or not at all. Raises discord.HTTPException if refused, TimeoutError if nobody saw it."""
    shown = await _first(interaction, lambda: interaction.response.send_modal(modal))
    if shown is None and UNKNOWINGLY not in interaction.extras:
        raise TimeoutError("there was no way to Discord in time")


async def hold(interaction: Interaction) -> None:
    """Tell Discord that the message whose control was pressed may change later."""
    await _first(interaction, interaction.response.defer)


async def erase(interaction: Interaction) -> None:
    """Delete the message whose control was pressed; one that is gone already is no trouble."""
    await hold(interaction)
    try:
        await persist(lambda: _soon(interaction.delete_original_response()))
    except discord.NotFound as error:
        if error.code != UNKNOWN_MESSAGE:
            raise


@contextlib.contextmanager
def noting(said: str) -> Iterator[None]:
    """Note that what a control says was not carried out, where Discord refused it or was away too long."""
    try:
        yield
    except discord.HTTPException as error:
        _log.log(logging.WARNING if passing(error) else logging.INFO, "can't carry out %s: %s", said, error)
    except AWAY as error:
        _log.warning("gave up carrying out %s: %r", said, error, exc_info=isinstance(error, ODD))
    except asyncio.CancelledError:
        _log.warning("gave up carrying out %s: the bot is stopped", said)
        raise


async def disarm(interaction: Interaction, line: str) -> None:
    """Take the controls off the message whose control was pressed, and say to who pressed it why."""
    if interaction.message is not None:
        await _first(interaction, lambda: interaction.response.edit_message(view=None))
        await _soon(interaction.followup.send(line, ephemeral=True))
    else:
        await respond(interaction, Outgoing(content=line), private=True)


def data_of(interaction: Interaction) -> dict[str, Any]:
    """Return what came with an interaction, as plain data."""
    return dict(interaction.data or {})


async def refuse(interaction: Interaction, line: str) -> None:
    """Say a line to the asker alone; where that fails there is nothing to lose."""
    try:
        await respond(interaction, Outgoing(content=line), private=True)
    except (discord.HTTPException, *AWAY) as error:
        _log.info("can't answer interaction %s: %s", interaction.id, error)


async def _responded(interaction: Interaction, outgoing: Outgoing, *, private: bool) -> Sent:
    done, said = interaction.response, outgoing.content
    # What was acknowledged, or was sent without our knowing, is edited, but once: what is said after that is said anew.
    if "told" in interaction.extras:
        further = interaction.followup.send(said, ephemeral=private, wait=True, **outgoing.fresh())
        message = await _soon(further)
        return Sent(message.id, lambda later: _soon(message.edit(**later.changed())))
    unsure = not done.is_done()
    first = await _first(interaction, lambda: done.send_message(said, ephemeral=private, **outgoing.fresh()))
    number = first.message_id if first else await persist(lambda: _late(interaction, outgoing, unsure=unsure))
    interaction.extras["told"] = True
    return Sent(number, lambda later: _edited(interaction, later))


async def _late(interaction: Interaction, outgoing: Outgoing, *, unsure: bool) -> int:
    """Say by way of the webhook what the callback was to say; where that may have got through, look first.

    Saying it again could undo what was done to it meanwhile.
    """
    if unsure:
        there = await _soon(interaction.original_response())
        if not there.flags.loading:
            return there.id
    return (await _edited(interaction, outgoing)).id


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
    try:
        await acknowledge(interaction, private=_is_private(interaction.command))
    except discord.HTTPException as error:
        _log.info("interaction %s can't be acknowledged: %s", interaction.id, error)


def _is_private(command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu | None) -> bool:
    """Whether what a command says is for the asker alone; what is for administrators is nobody else's to read."""
    if command is None:
        return True
    owner = command.root_parent or command if isinstance(command, app_commands.Command) else command
    return bool(command.extras.get("private")) or owner.default_permissions is not None


async def _first(interaction: Interaction, attempt: Callable[[], Awaitable[T]]) -> T | None:
    """Try to be the first reply until the deadline; return it, None if it isn't. Raises HTTPException if refused."""
    clock = asyncio.get_running_loop().time
    backoff = Backoff(first=0.1, longest=0.4)
    # One at a time: the watch and the handler may both be at it.
    async with interaction.extras.setdefault("replying", asyncio.Lock()):
        end = interaction.extras.get("deadline", clock() + DEADLINE)
        while clock() < end:
            try:
                async with asyncio.timeout(ONE_TRY):
                    return await attempt()
            except discord.InteractionResponded:
                return None
            except discord.HTTPException as error:
                if error.code == ACKNOWLEDGED:
                    interaction.extras[UNKNOWINGLY] = True
                    break
                if not passing(error):
                    raise
            except AWAY:
                pass
            await asyncio.sleep(backoff.next())
        # Acknowledged without our knowing, or too late: either way nobody needs to try this again.
        interaction.extras["deadline"] = clock()
    return None


async def _edited(interaction: Interaction, outgoing: Outgoing) -> discord.InteractionMessage:
    return await _soon(interaction.edit_original_response(**outgoing.changed()))


async def _soon(request: Awaitable[T]) -> T:
    """Wait for a request by way of the webhook; aiohttp itself would wait five minutes."""
    async with asyncio.timeout(ONE_EDIT):
        return await request
