"""The shards that this process serves, each by a line of its own; what was missed since the last stop is heard first.

A session that another process left, or this one before it was stopped, is RESUMEd beside the new one: discord.py can't
read messages before the servers are known, which only an IDENTIFY brings. Commands and components bring all they need
and are answered at once; messages are held until the servers are there.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import discord
from discord.ext import commands
from tenacity import RetryCallState, retry_if_exception_type

from bot import metrics
from bot.chat.app.gateway import WRONG_SHARDS, Line, Parser
from bot.chat.app.session_starts import SessionStarts
from bot.chat.services import Services
from bot.chat.transport.event_context import SHARD
from bot.chat.transport.retry import retrying
from bot.storage.state import Session, keep_sessions, take_sessions

HELD = ("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK")
MOST_HELD = 2_000
# Discord knows the nonce of an answer again for "a few minutes"; what was asked before could be answered twice.
TOO_OLD = 120.0  # seconds
TO_RESUME = 3.0  # seconds until the new session is begun all the same
# What the old session told just before the new one began may still be on its way.
TRAILING = 1.0
_log = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 - an event
    """Discord has ended the session that was to be resumed."""


class WrongShards(Exception):  # noqa: N818 - an event, which asking for the number of shards answers
    """Discord wants another number of shards."""


class Replay:
    """Hears a session to its end: from where its last process left it, until the new session has taken over."""

    def __init__(self, bot: commands.AutoShardedBot, shard: int, proxy: str | None) -> None:
        self.begun = asyncio.Event()
        """Set as soon as all that was missed has come, or nothing will."""
        self.is_over = False
        self._line = Line(bot, shard, proxy)
        self._parsers = self._line.parsers
        self._held: deque[tuple[Parser, Any]] | None = deque(maxlen=MOST_HELD)
        self._line.parsers = {
            "INTERACTION_CREATE": self._parsers["INTERACTION_CREATE"],
            "RESUMED": self._resumed,
            **{event: self._holding(self._parsers[event]) for event in HELD},
        }

    async def run(self, last: Session, arrived: asyncio.Event) -> None:
        """Resume a session, and hand over what was held once the servers have `arrived`."""
        listening = asyncio.create_task(self._listen(last))
        try:
            await arrived.wait()
            await self.missed_came()
            self._hand_over()
            await asyncio.sleep(TRAILING)
            await self._line.close()
        finally:
            listening.cancel()
            await asyncio.wait({listening})

    async def missed_came(self) -> None:
        """Wait until all that was missed has come, for as long as is worth it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TO_RESUME):
                await self.begun.wait()

    async def _listen(self, last: Session) -> None:
        try:
            await self._line.stay_connected(self._refuse, last)
        except (Refused, discord.ConnectionClosed, discord.PrivilegedIntentsRequired):
            _log.info("shard %d: the session of before is over; what was missed is not told", self._line.shard)
        finally:
            self.begun.set()

    def _resumed(self, _: Any) -> None:
        self.begun.set()

    def _holding(self, parse: Parser) -> Parser:
        def parsed(data: Any) -> None:
            if self._held is None:
                parse(data)
            else:
                self._held.append((parse, data))

        return parsed

    def _hand_over(self) -> None:
        held, self._held, self.is_over = self._held or (), None, True
        for parse, data in held:
            fresh = _age(data) <= TOO_OLD
            metrics.REPLAYED.add("heard" if fresh else "too old")
            if fresh:
                parse(data)
            else:
                _log.warning("a message is too old to be answered: %s", data.get("id"))

    async def _refuse(self, shard: int) -> None:
        raise Refused(shard)


def _age(data: Any) -> float:
    """Return the seconds since a message was written, by its id; what has none is as good as new."""
    number = str(data.get("id", "")) if isinstance(data, dict) else ""
    if not number.isdecimal():
        return 0.0
    return time.time() - discord.utils.snowflake_time(int(number)).timestamp()


class Shard:
    """One shard that is served here, from the moment that it is to be."""

    def __init__(
        self, bot: commands.AutoShardedBot, number: int, proxy: str | None, arrived: Callable[[int], None]
    ) -> None:
        self.line = Line(bot, number, proxy, partial(arrived, number))
        self._replay = Replay(bot, number, proxy)
        self._last: Session | None = None
        self._resuming: asyncio.Task[None] | None = None

    @property
    def session(self) -> Session | None:
        """The session with which another process is to go on; that of before until all it told was handed over."""
        return self.line.session if self._last is None or self._replay.is_over else self._last

    def resume(self, last: Session) -> None:
        """Hear the session that was left to its end, beside the new one; once."""
        if self._resuming is None:
            self._last = last
            self._resuming = asyncio.create_task(self._replay.run(last, self.line.ready))

    async def serve(self, before_connecting: Callable[[int], Awaitable[None]]) -> None:
        """Serve the shard until it is closed. Raises what Line.stay_connected raises."""
        SHARD.set(self.line.shard)
        try:
            if self._resuming is not None:
                await self._replay.missed_came()
            await self.line.stay_connected(before_connecting, None)
        finally:
            if self._resuming is not None:
                self._resuming.cancel()
                await asyncio.wait({self._resuming})


class Shards:
    """All shards of the bot, served here alone."""

    def __init__(self, bot: commands.AutoShardedBot, services: Services, starts: SessionStarts) -> None:
        self._bot = bot
        self._services = services
        self._settings = services.settings
        self._starts = starts
        self._served: dict[int, Shard] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._over: asyncio.Future[None] | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The line of each shard that is to be served here."""
        return tuple(shard.line for shard in self._served.values())

    @property
    def are_well(self) -> bool:
        """Whether some shard is ready, and each that has been ready is connected."""
        ready = [shard.line for shard in self._served.values() if shard.line.ready.is_set()]
        return bool(ready) and all(line.is_open for line in ready)

    def socket_of(self, shard: int) -> discord.gateway.DiscordWebSocket:
        """Return the connection of a shard. Raises KeyError where there is none."""
        ws = self._served[shard].line.ws
        if ws is None:
            raise KeyError(shard)
        return ws

    async def serve_all(self) -> None:
        """Serve until the bot is closed; the sessions are left to who serves next.

        Raises what Line.stay_connected raises, but for wrong shards: then Discord is asked anew.
        """
        retry = retry_if_exception_type(WrongShards)
        async for attempt in retrying(retry=retry, before_sleep=_log_wrong_shards):
            with attempt:
                self._over = asyncio.get_running_loop().create_future()
                try:
                    await self._serve(self._over)
                except discord.ConnectionClosed as error:
                    if error.code not in WRONG_SHARDS:
                        raise
                    raise WrongShards(f"close code {error.code}") from None

    async def hand_over(self) -> None:
        """Have others take over before a stop; there are none."""

    async def turn(self) -> None:
        """Wait until this process may make a request; discord.py alone keeps the limits."""

    async def announce_reload(self) -> None:
        """Have others read their knowledge again; there are none."""

    async def _serve(self, over: asyncio.Future[None]) -> None:
        """Serve all shards that Discord recommends until it is `over`."""
        total = (await self._starts.limit(fresh=True)).shards
        self._count(total)
        kept = self._settings.state / f"sessions-{self._bot.application_id}.json"
        last = await asyncio.to_thread(take_sessions, kept, total)
        try:
            for number in range(total):
                self._open(number, last.get(number))
            await over
        finally:
            await self._cut()
            await asyncio.to_thread(keep_sessions, kept, total, self._sessions())

    def _count(self, total: int) -> None:
        self._bot.shard_count = self._bot._connection.shard_count = total  # noqa: SLF001 - as discord.py does it
        self._served.clear()

    def _open(self, number: int, last: Session | None) -> None:
        """Begin to serve a shard, and hear the session to its end that was left."""
        shard = self._served[number] = Shard(self._bot, number, self._settings.discord_gateway, self._arrived)
        if last is not None:
            shard.resume(last)
        task = self._tasks[number] = asyncio.create_task(shard.serve(self._starts.permission))
        task.add_done_callback(self._ended)

    async def _cut(self) -> None:
        """Cut all connections; their sessions can be resumed."""
        for task in self._tasks.values():
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks.values())
        self._tasks.clear()

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if self._over is None or self._over.done():
            return
        if error is not None:
            self._over.set_exception(error)
        elif self._bot.is_closed():
            self._over.set_result(None)

    def _sessions(self) -> dict[int, Session]:
        sessions = {number: shard.session for number, shard in self._served.items()}
        return {number: session for number, session in sessions.items() if session is not None}

    def _arrived(self, _: int) -> None:
        """Tell the bot that it is ready, once all shards are; discord.py would count other shards than those here."""
        if not self._bot.is_ready() and all(shard.line.ready.is_set() for shard in self._served.values()):
            self._bot._connection.call_handlers("ready")  # noqa: SLF001 - as discord.py does it
            self._bot.dispatch("ready")


async def forget_left_servers(bot: commands.AutoShardedBot, services: Services, shard: int | None = None) -> None:
    """Forget the servers, of a shard or of all, that removed the bot meanwhile. A proxy may not know all of them."""
    here = {guild.id for guild in bot.guilds if shard in (None, guild.shard_id)}
    if services.settings.discord_gateway is None and here:
        for server in services.records.servers() - here:
            if shard in (None, (server >> 22) % (bot.shard_count or 1)):
                await services.records.leave(server)


def _log_wrong_shards(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome is not None else None
    _log.warning("Discord wants other shards (%s); it is asked again in %.1f s", error, state.upcoming_sleep)
