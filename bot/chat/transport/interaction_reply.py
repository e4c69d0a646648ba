"""Replies to interactions: by their callback within the three seconds that Discord gives, else through the webhook."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import discord
from discord import app_commands

from bot import metrics
from bot.chat.transport.outgoing import Outgoing, Sent
from bot.chat.transport.requests import Unreadable
from bot.chat.transport.retry import AWAY, ODD, is_temporary, persist, retrying, stop_before

# Discord waits 3 s for the first sign; the way there and back takes its share.
DEADLINE = 2.4
ONE_TRY = 0.8
# A handler that has not replied by then is slow: Discord is told that the answer will come.
LATE = 0.5
# Discord's code for a second first reply: the one before got through, though its acknowledgement did not. And for
# a message that is gone.
ACKNOWLEDGED = 40060
ONE_EDIT = 15.0
ACKNOWLEDGING = "acknowledging"
# A first reply got through, which is known only from the refusal of a second.
UNCONFIRMED = "unconfirmed"
# Another process, which serves the same shard, replied first.
ELSEWHERE = "elsewhere"
_log = logging.getLogger(__name__)

T = TypeVar("T")
Interaction = discord.Interaction[Any]


async def respond(interaction: Interaction, outgoing: Outgoing, *, private: bool) -> Sent:
    """Send the first reply by the callback, or by editing what the callback left; each later one as a follow-up.

    An edit can be repeated without harm, a follow-up can't. Raises discord.HTTPException or one of AWAY where Discord
    refuses or is away too long.
    """
    response, content = interaction.response, outgoing.content
    # What was only acknowledged is edited, but once: what comes after that is a message of its own.
    if "replied" in interaction.extras and ELSEWHERE in interaction.extras:
        return Sent(None, lambda later: _edited(interaction, later))
    if "replied" in interaction.extras:
        message = await _bounded(interaction.followup.send(content, ephemeral=private, wait=True, **outgoing.as_new()))
        return Sent(message.id, lambda later: _bounded(message.edit(**later.as_edit())))
    unsure = not response.is_done()
    what = _pictured_once(outgoing, already=response.is_done())

    def put() -> Awaitable[discord.InteractionCallbackResponse[Any]]:
        now = what()
        return response.send_message(now.content, ephemeral=private, **now.as_new())

    first, message_id = await _first(interaction, put), None
    with contextlib.suppress(Unreadable):
        message_id = first.message_id if first else await persist(lambda: _late(interaction, what(), unsure=unsure))
    interaction.extras["replied"] = True
    return Sent(message_id, lambda later: _edited(interaction, later))


async def update(interaction: Interaction, outgoing: Outgoing) -> Sent:
    """Edit the message whose component was used; as reliably, and with the same errors, as `respond`."""
    response = interaction.response
    before = UNCONFIRMED in interaction.extras
    what = _pictured_once(outgoing, already=response.is_done())
    first = await _first(interaction, lambda: response.edit_message(**what().as_edit()))
    if first is None and (before or UNCONFIRMED not in interaction.extras):
        with contextlib.suppress(Unreadable):
            await persist(lambda: _edited(interaction, what()))
    message_id = interaction.message.id if interaction.message is not None else None
    return Sent(message_id, lambda later: _edited(interaction, later))


async def show_modal(interaction: Interaction, modal: discord.ui.Modal) -> None:
    """Show a modal, in time or not at all. Raises discord.HTTPException if refused, TimeoutError if nobody saw it."""
    shown = await _first(interaction, lambda: interaction.response.send_modal(modal))
    if shown is None and UNCONFIRMED not in interaction.extras:
        raise TimeoutError("there was no way to Discord in time")


async def defer(interaction: Interaction) -> None:
    """Tell Discord that the message whose component was used may change later."""
    await _first(interaction, interaction.response.defer)


@contextlib.contextmanager
def log_failures(action: str) -> Iterator[None]:
    """Log that the action of a component was not carried out, where Discord refused it or was away too long."""
    done = False
    try:
        yield
        done = True
    except discord.HTTPException as error:
        _log.log(logging.WARNING if is_temporary(error) else logging.INFO, "can't carry out %s: %s", action, error)
    except AWAY as error:
        _log.warning("gave up carrying out %s: %r", action, error, exc_info=isinstance(error, ODD))
    except asyncio.CancelledError:
        _log.warning("gave up carrying out %s: the bot is stopped", action)
        raise
    finally:
        if not done:
            metrics.ANSWERS.add("component", "undelivered")


async def remove_components(interaction: Interaction, line: str) -> None:
    """Remove the components of the message whose component was used, and say why to the person who used it."""
    if interaction.message is not None:
        await _first(interaction, lambda: interaction.response.edit_message(view=None))
        await follow_up(interaction, line)
    else:
        await respond_privately(interaction, line)


async def follow_up(interaction: Interaction, line: str) -> None:
    """Send one more line to the caller, unless another process replied first: nothing tells two follow-ups apart."""
    if ELSEWHERE not in interaction.extras:
        await _bounded(interaction.followup.send(line, ephemeral=True))


def data_of(interaction: Interaction) -> dict[str, Any]:
    """Return the data of an interaction as a plain dictionary."""
    return dict(interaction.data or {})


async def respond_privately(interaction: Interaction, line: str) -> None:
    """Send a line to the caller alone, with the same errors as `respond`."""
    await respond(interaction, Outgoing(content=line), private=True)


async def refuse(interaction: Interaction, line: str) -> None:
    """Send a line to the caller alone; where that fails nothing is lost."""
    try:
        await respond_privately(interaction, line)
    except (discord.HTTPException, *AWAY) as error:
        _log.info("can't answer interaction %s: %s", interaction.id, error)


async def _late(interaction: Interaction, outgoing: Outgoing, *, unsure: bool) -> int:
    """Send through the webhook what the callback was to send, and return the message's id.

    Where the callback may have got through, look first: a second edit could undo what was done to it meanwhile.
    """
    if unsure:
        original = await _bounded(interaction.original_response())
        if not original.flags.loading:
            return original.id
    return (await _edited(interaction, outgoing)).id


def _pictured_once(outgoing: Outgoing, *, already: bool) -> Callable[[], Outgoing]:
    """Return what to send at each attempt: with its picture once, then without, as words never wait for a picture.

    Where something was said `already` the first attempt, by the callback, sends nothing.
    """
    plain = outgoing.reduced() if outgoing.picture is not None else None
    attempts = [outgoing] * (1 + already)
    return lambda: attempts.pop() if attempts else plain or outgoing


async def acknowledge(interaction: Interaction, *, private: bool) -> None:
    """Tell Discord that the answer will come; `private` shows it to the caller alone."""
    await _first(interaction, lambda: interaction.response.defer(ephemeral=private, thinking=True))


def acknowledge_in_time(interaction: Interaction) -> None:
    """Have a command's interaction acknowledged in under a second, however slow its handler is."""
    loop = asyncio.get_running_loop()
    interaction.extras["deadline"] = loop.time() + DEADLINE
    interaction.extras["watch"] = loop.call_later(LATE, _acknowledge_if_late, interaction)


def _acknowledge_if_late(interaction: Interaction) -> None:
    if not (interaction.response.is_done() or interaction.client.is_closed()):
        task = asyncio.create_task(_acknowledged(interaction), name=ACKNOWLEDGING)
        interaction.extras["acknowledging"] = task  # the event loop holds only weak references to tasks


async def _acknowledged(interaction: Interaction) -> None:
    try:
        await acknowledge(interaction, private=_is_private(interaction.command))
    except discord.HTTPException as error:
        _log.info("interaction %s can't be acknowledged: %s", interaction.id, error)


def _is_private(command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu | None) -> bool:
    """Whether a command's reply is for the caller alone, as that to an administrator's command always is."""
    if command is None:
        return True
    owner = command.root_parent or command if isinstance(command, app_commands.Command) else command
    return bool(command.extras.get("private")) or owner.default_permissions is not None


async def _first(interaction: Interaction, attempt: Callable[[], Awaitable[T]]) -> T | None:
    """Try to be the first reply until the deadline; return it, None if it isn't. Raises HTTPException if refused."""
    clock = asyncio.get_running_loop().time
    if (watch := interaction.extras.pop("watch", None)) is not None:
        watch.cancel()  # this tries for as long as the watch would
    # One at a time: the watch and the handler may both be at it.
    async with interaction.extras.setdefault("replying", asyncio.Lock()):
        end = interaction.extras.get("deadline", clock() + DEADLINE)
        if clock() < end:
            number = 0
            try:
                async for tried in retrying(first=0.1, longest=0.4, stop=stop_before(end)):
                    with tried:
                        number += 1
                        async with asyncio.timeout(ONE_TRY):
                            return await attempt()
            except discord.InteractionResponded:
                return None
            except discord.HTTPException as error:
                if error.code == ACKNOWLEDGED:
                    interaction.extras[UNCONFIRMED] = True
                    if number == 1:  # no try of this process's own can have got through
                        interaction.extras[ELSEWHERE] = True
                elif not is_temporary(error):
                    raise
            except AWAY:
                pass
        # Acknowledged without confirmation, or too late: either way nobody needs to try this again.
        interaction.extras["deadline"] = clock()
    return None


async def _edited(interaction: Interaction, outgoing: Outgoing) -> discord.InteractionMessage:
    return await _bounded(interaction.edit_original_response(**outgoing.as_edit()))


async def _bounded(request: Awaitable[T]) -> T:
    """Wait for a request to the webhook, but not long; aiohttp itself would wait five minutes."""
    async with asyncio.timeout(ONE_EDIT):
        return await request
