"""Stays connected to Discord's gateway, however often it is away and whatever it sends.

discord.py 2.7 ends with the first handshake that fails (AttributeError in Client.connect) and with the first dispatch
that its parsers can't read. Here a broken dispatch is logged and skipped, a broken frame is fetched again by a RESUME,
and everything but a final refusal is retried.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from tenacity import RetryCallState, retry_if_exception_type

from bot.chat.transport.retry import retrying

HANDSHAKE = 30.0  # seconds
# aiohttp waits half a minute for the other side's goodbye.
GOODBYE = 2.0
# The first ends the session; Discord's own 1000 comes as a ReconnectWebSocket.
GOODBYE_CODE, RESUMABLE = 1000, 4000
# A connection that lived this long was a good one: its end is a new failure, and the back-off begins again.
STABLE = 10.0
# After so many connections in a row that died young, the session itself may be what kills them.
MOST_RESUMES = 5
# Wrong token, shard, version or intents: trying again changes nothing.
NO_INTENTS = 4014
FINAL = frozenset({4004, 4010, 4011, 4012, 4013, NO_INTENTS})
# Discord repeats these after some lost acknowledgements; each is to be answered once.
REPEATED = ("MESSAGE_CREATE", "INTERACTION_CREATE")
REMEMBERED = 2_000
# The address that a session is to be resumed at may be gone for good; the main one takes a RESUME as well.
MOST_FAILED = 2
_log = logging.getLogger(__name__)

Parser = Callable[[Any], Any]


class ConnectionLost(Exception):  # noqa: N818 - an event, which reconnecting answers
    """The gateway connection ended, and is to be made again."""


class Gateway(DiscordWebSocket):
    """A connection that requests a broken frame again, and whose socket never outlives a failed handshake."""

    established: float | None = None
    """When the handshake was over, by the event loop's clock."""

    async def received_message(self, msg: Any, /) -> None:
        """Take one frame. Raises ReconnectWebSocket where it can't be read: Discord sends it again after a RESUME."""
        try:
            await super().received_message(msg)
        except (ReconnectWebSocket, discord.ConnectionClosed, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - an outermost edge: nothing that Discord sends may end the bot
            _log.warning("a frame of %d bytes can't be read: %r", len(msg), error)
            # A READY that can't be read has no session worth resuming.
            resume = self.sequence is not None and self.sequence > 1
            await self.close()
            raise ReconnectWebSocket(self.shard_id, resume=resume) from None

    async def poll_event(self) -> None:
        async with self._closed_on_failure():
            await super().poll_event()

    async def send_as_json(self, data: Any) -> None:
        async with self._closed_on_failure():
            await super().send_as_json(data)

    async def close(self, code: int = RESUMABLE) -> None:
        """Say goodbye, where that has not been done; after GOODBYE seconds without an answer the line is cut."""
        if not self.open:
            if self._keep_alive:
                self._keep_alive.stop()
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE):
                await super().close(code)

    @contextlib.asynccontextmanager
    async def _closed_on_failure(self) -> Any:
        try:
            yield
        except asyncio.CancelledError:
            # A canceled connection that was established is closed for good, and Discord should know.
            await self.close(RESUMABLE if self.established is None else GOODBYE_CODE)
            raise
        except Exception:
            await self.close()
            raise


def guard(parsers: dict[str, Parser]) -> None:
    """Make each parser of dispatches log and skip what it can't read, and take a message or interaction only once."""
    for event, parse in parsers.items():
        if event not in ("READY", "RESUMED"):  # without these there is no connection
            parsers[event] = _logging(event, _once(parse) if event in REPEATED else parse)


def _logging(event: str, parse: Parser) -> Parser:
    def parsed(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:  # noqa: BLE001 - the same edge
            # Ids say where to look; what people said is nobody's business.
            fields = data if isinstance(data, dict) else {}
            ids = {key: fields[key] for key in ("id", "channel_id", "guild_id") if key in fields}
            _log.warning("a dispatch can't be read and is skipped: %s %s: %r", event, ids or type(data).__name__, error)

    return parsed


def _once(parse: Parser) -> Parser:
    seen: OrderedDict[int, None] = OrderedDict()

    def parsed(data: Any) -> None:
        number = int(data["id"])
        if number in seen:
            _log.info("told twice of %s", number)
            return
        seen[number] = None
        if len(seen) > REMEMBERED:
            seen.popitem(last=False)
        parse(data)

    return parsed


async def stay_connected(
    bot: commands.Bot, *, proxy: str | None, before_identify: Callable[[], Awaitable[None]]
) -> None:
    """Connect, and again after every loss, until the bot is closed or Discord refuses it for good.

    `proxy` is a gateway of one's own that is used for every connection; `before_identify` waits until an IDENTIFY may
    be sent. Raises discord.PrivilegedIntentsRequired, or discord.ConnectionClosed with one of the codes in FINAL.
    """
    session: dict[str, Any] = {}
    young = failed = 0
    clock = asyncio.get_running_loop().time
    async for attempt in retrying(retry=retry_if_exception_type(ConnectionLost), before_sleep=_log_loss):
        with attempt:
            if bot.is_closed():
                return
            if not session:
                await before_identify()
            before = bot.ws
            ended = await _connected(bot, session, yarl.URL(proxy) if proxy else None)
            if ended is None or bot.is_closed():
                return
            bot.dispatch("disconnect")
            session = _resumed(bot, ended)
            if bot.ws is before:
                failed += 1  # which says nothing against the session
            elif _lived(bot.ws, clock()) >= STABLE:
                attempt.retry_state.attempt_number = 1
                young = failed = 0
            else:
                failed = 0
                young += bool(session)
            if isinstance(ended, ReconnectWebSocket) and not ended.resume:
                attempt.retry_state.attempt_number = 1  # Discord is there, and only wants a new session
            if failed >= MOST_FAILED:
                session.pop("gateway", None)
            if young >= MOST_RESUMES:
                session, young = {}, 0
            raise ConnectionLost(_cause(bot, ended))


def _log_loss(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome is not None else None
    _log.info("the gateway is gone (%s); again in %.1f s", error, state.upcoming_sleep)


def _lived(connection: DiscordWebSocket, now: float) -> float:
    began = getattr(connection, "established", None)
    return 0.0 if began is None else now - began


async def _connected(bot: commands.Bot, session: dict[str, Any], proxy: yarl.URL | None) -> Exception | None:
    """Hold one connection to its end, and return why it ended; None: the bot said goodbye. Raises what is final."""
    where = {"gateway": proxy} if proxy else {}
    try:
        opening = Gateway.from_client(bot, **{"shard_id": bot.shard_id, **session, **where})
        bot.ws = ws = await asyncio.wait_for(opening, HANDSHAKE)
        ws.established = asyncio.get_running_loop().time()
        while True:
            await ws.poll_event()
    except discord.ConnectionClosed as error:
        if error.code == NO_INTENTS:
            raise discord.PrivilegedIntentsRequired(error.shard_id) from None
        if error.code in FINAL:
            raise
        return None if error.code == GOODBYE_CODE else error
    except Exception as error:  # noqa: BLE001 - the same edge
        return error


def _resumed(bot: commands.Bot, ended: Exception) -> dict[str, Any]:
    """Return what takes up the last session again; nothing where there is none or Discord has ended it."""
    # discord.py has no socket before the first connection, against its own annotation.
    last: Any = bot.ws
    if last is None or last.session_id is None or (isinstance(ended, ReconnectWebSocket) and not ended.resume):
        return {}
    return {"resume": True, "session": last.session_id, "sequence": last.sequence, "gateway": last.gateway}


def _cause(bot: commands.Bot, ended: Exception) -> str:
    match ended:
        case ReconnectWebSocket() if bot.ws is not None and bot.ws.socket.close_code:
            return f"close code {bot.ws.socket.close_code}"
        case ReconnectWebSocket() | TimeoutError():
            return "no answer"
        case _:
            return f"{type(ended).__name__}: {ended}"
