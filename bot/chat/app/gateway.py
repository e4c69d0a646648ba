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
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from tenacity import RetryCallState, retry_if_exception_type

from bot import metrics
from bot.chat.transport.event_context import CAME
from bot.chat.transport.retry import retrying
from bot.storage.state import Session

HANDSHAKE = 30.0  # seconds
# aiohttp waits half a minute for the other side's goodbye.
GOODBYE = 2.0
# The first ends the session; Discord's own 1000 comes as a ReconnectWebSocket.
GOODBYE_CODE, RESUMABLE = 1000, 4000
# A connection that lived this long was a good one: its end is a new failure, and the back-off begins again.
STABLE = 10.0
# After so many connections in a row that died young, the session itself may be what kills them.
MOST_RESUMES = 5
# Wrong token, shards, version or intents: trying the same again changes nothing.
NO_INTENTS = 4014
WRONG_SHARDS = frozenset({4010, 4011})
FINAL = frozenset({4004, *WRONG_SHARDS, 4012, 4013, NO_INTENTS})
# Discord repeats these after some lost acknowledgements; each is to be answered once.
REPEATED = ("MESSAGE_CREATE", "INTERACTION_CREATE")
REMEMBERED = 2_000
# The address that a session is to be resumed at may be gone for good; the main one takes a RESUME as well.
MOST_FAILED = 2
# After a READY its servers come one by one, but for those that are down: the rest is there after so long a pause.
ALL_CAME = 2.0
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

    async def identify(self) -> None:
        """Begin a session, once the shard may; a connection that waits in vain is closed."""
        async with self._closed_on_failure():
            await super().identify()

    async def poll_event(self) -> None:
        """Handle the next frame; a connection that fails is closed."""
        async with self._closed_on_failure():
            await super().poll_event()

    async def send_as_json(self, data: Any) -> None:
        """Send a frame; a connection that fails is closed."""
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
            await self.close()  # with a code that leaves the session to be resumed
            raise
        except Exception:
            await self.close()
            raise


def guard(parsers: dict[str, Parser]) -> None:
    """Make each parser of dispatches log and skip what it can't read, and take a message or interaction only once."""
    for event, parse in parsers.items():
        if event not in ("READY", "RESUMED"):  # without these there is no connection
            whole = _placed(parse) if event == "INTERACTION_CREATE" else parse
            parsers[event] = _logging(event, _once(whole) if event in REPEATED else whole)


def _placed(parse: Parser) -> Parser:
    """Give an interaction that comes without its channel the one that its message, or its id, names."""

    def parsed(data: Any) -> None:
        place = data.get("channel_id") or (data.get("message") or {}).get("channel_id")
        parse(data if data.get("channel") or not place else {**data, "channel": {"id": place, "type": 0}})

    return parsed


def _logging(event: str, parse: Parser) -> Parser:
    def parsed(data: Any) -> None:
        CAME.set(asyncio.get_running_loop().time())
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


class Line:
    """The connection of one shard, made again after every loss.

    `parsers` take its dispatches; `arrived` is called each time that all servers of its READY have come.
    """

    def __init__(
        self, bot: commands.AutoShardedBot, shard: int, proxy: str | None, arrived: Callable[[], None] = lambda: None
    ) -> None:
        self.shard = shard
        self.ws: Gateway | None = None
        self.ready = asyncio.Event()
        parsers = bot._connection.parsers  # noqa: SLF001 - nobody else has them
        self.parsers: Mapping[str, Parser] = {
            **parsers,
            "READY": self._noting(parsers["READY"]),
            "GUILD_CREATE": self._noting(parsers["GUILD_CREATE"]),
        }
        self._bot = bot
        self._proxy = yarl.URL(proxy) if proxy else None
        self._arrived = arrived
        self._awaited: set[str] = set()
        self._pause: asyncio.Handle | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self.ws is not None and self.ws.open

    @property
    def is_up(self) -> bool:
        """Whether it is connected and its servers are known."""
        return self.ready.is_set() and self.is_open

    @property
    def session(self) -> Session | None:
        """The session to be resumed; None where there is none."""
        last = self.ws
        if last is None or last.session_id is None or last.sequence is None:
            return None
        return Session(last.session_id, last.sequence, str(last.gateway))

    async def stay_connected(self, before_connecting: Callable[[int], Awaitable[None]], last: Session | None) -> None:
        """Connect, and again after every loss, until the bot or the line is closed or Discord refuses it for good.

        `before_connecting` waits until the shard may connect to IDENTIFY; `last` is a session to begin with. Raises
        discord.PrivilegedIntentsRequired, or discord.ConnectionClosed with one of the codes in FINAL.
        """
        session = last
        young = failed = 0
        clock = asyncio.get_running_loop().time
        async for attempt in retrying(retry=retry_if_exception_type(ConnectionLost), before_sleep=self._log_loss):
            with attempt:
                if self._bot.is_closed():
                    return
                if session is None:
                    await before_connecting(self.shard)
                before = self.ws
                ended = await self._connected(session)
                if ended is None or self._bot.is_closed():
                    return
                self._bot.dispatch("disconnect")
                invalid = isinstance(ended, ReconnectWebSocket) and not ended.resume
                session = None if invalid else self.session or session
                if self.ws is before:
                    failed += 1  # which says nothing against the session
                elif _lived(self.ws, clock()) >= STABLE:
                    attempt.retry_state.attempt_number = 1
                    young = failed = 0
                else:
                    failed = 0
                    young += session is not None
                if invalid:
                    attempt.retry_state.attempt_number = 1  # Discord is there, and only wants a new session
                if failed >= MOST_FAILED and session is not None:
                    session = session._replace(url="")
                if young >= MOST_RESUMES:
                    session, young = None, 0
                cause = self._cause(ended)
                metrics.LOSSES.add(cause.partition(":")[0])
                raise ConnectionLost(cause)

    async def close(self) -> None:
        """Say goodbye for good, which ends the session."""
        if self.ws is not None:
            await self.ws.close(GOODBYE_CODE)

    async def _connected(self, session: Session | None) -> Exception | None:
        """Hold one connection to its end, and return why it ended; None: it was closed here. Raises what is final."""
        options: dict[str, Any] = {"shard_id": self.shard}
        if session is not None:
            options |= {"resume": True, "session": session.id, "sequence": session.sequence}
        if self._proxy is not None or (session is not None and session.url):
            options["gateway"] = self._proxy or yarl.URL(session.url if session is not None else "")
        try:
            self.ws = ws = await _connect(self._bot, options)
            ws.established = asyncio.get_running_loop().time()
            ws._discord_parsers = dict(self.parsers)  # noqa: SLF001 - there is no other way to tell shards apart
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

    def _noting(self, parse: Parser) -> Parser:
        """Parse a READY or one of the servers that come after it, and note when all of them are there."""

        def parsed(data: Any) -> None:
            parse(data)
            if isinstance(data, dict):
                if "guilds" in data:
                    self._awaited = {str(guild["id"]) for guild in data["guilds"]}
                    forget_servers(self._bot, self.shard, but=self._awaited)
                elif self._pause is None:
                    return
                self._awaited.discard(str(data.get("id")))
                self._wait_for_more()

        return parsed

    def _wait_for_more(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
        loop = asyncio.get_running_loop()
        self._pause = loop.call_later(ALL_CAME, self._all_came) if self._awaited else loop.call_soon(self._all_came)

    def _all_came(self) -> None:
        self._pause = None
        self.ready.set()
        self._arrived()

    def _log_loss(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome is not None else None
        _log.info("shard %d: the gateway is gone (%s); again in %.1f s", self.shard, error, state.upcoming_sleep)

    def _cause(self, ended: Exception) -> str:
        match ended:
            case ReconnectWebSocket(resume=False):
                return "invalid session"
            case ReconnectWebSocket() if self.ws is not None and self.ws.socket.close_code:
                return f"close code {self.ws.socket.close_code}"
            case ReconnectWebSocket() | TimeoutError():
                return "no answer"
            case _:
                return f"{type(ended).__name__}: {ended}"


async def _connect(bot: commands.AutoShardedBot, options: dict[str, Any]) -> Gateway:
    kind, outcome = "RESUME" if "resume" in options else "IDENTIFY", "failed"
    try:
        # Python 3.11's wait_for swallows a cancellation in the moment that its task is done: a stop would hang.
        async with asyncio.timeout(HANDSHAKE):
            ws = await Gateway.from_client(bot, **options)
        outcome = "sent"
    finally:
        metrics.HANDSHAKES.add(kind, outcome)
    return ws


def _lived(connection: Gateway | None, now: float) -> float:
    began = connection.established if connection is not None else None
    return 0.0 if began is None else now - began


def forget_servers(bot: commands.AutoShardedBot, shard: int, but: Collection[str] = ()) -> None:
    """Drop the servers of a shard from discord.py's cache, which would keep those that were left while it was away."""
    for guild in [guild for guild in bot.guilds if guild.shard_id == shard and str(guild.id) not in but]:
        bot._connection._remove_guild(guild)  # noqa: SLF001 - as a GUILD_DELETE would do it
