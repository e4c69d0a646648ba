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
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import discord
from discord.ext import commands
from tenacity import RetryCallState, retry_if_exception_type

from bot import metrics
from bot.chat.app.gateway import WRONG_SHARDS, Line, Parser
from bot.chat.app.session_starts import SessionStarts
from bot.chat.transport.event_context import SHARD
from bot.chat.transport.retry import retrying
from bot.settings import Settings
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
        SHARD.set(self._line.shard)
        listening = asyncio.create_task(self._listen(last))
        try:
            await arrived.wait()
            self._hand_over()
            await asyncio.sleep(TRAILING)
            await self._line.close()
        finally:
            listening.cancel()
            await asyncio.wait({listening})

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
        self,
        bot: commands.AutoShardedBot,
        number: int,
        proxy: str | None,
        last: Session | None,
        arrived: Callable[[], None],
    ) -> None:
        self.line = Line(bot, number, proxy, arrived)
        self._last = last
        self._replay = Replay(bot, number, proxy) if last is not None else None

    @property
    def session(self) -> Session | None:
        """The session with which another process is to go on; that of before until all it told was handed over."""
        replaying = self._replay is not None and not self._replay.is_over
        return self._last if replaying else self.line.session

    async def serve(self, before_identify: Callable[[int], Awaitable[None]]) -> None:
        """Serve the shard until it is closed. Raises what Line.stay_connected raises."""
        SHARD.set(self.line.shard)
        replay = None
        try:
            if self._replay is not None and self._last is not None:
                replay = asyncio.create_task(self._replay.run(self._last, self.line.ready))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(TO_RESUME):
                        await self._replay.begun.wait()
            await self.line.stay_connected(before_identify, None)
        finally:
            if replay is not None:
                replay.cancel()
                await asyncio.wait({replay})


class Shards:
    """All shards that are served here."""

    def __init__(self, bot: commands.AutoShardedBot, settings: Settings, starts: SessionStarts) -> None:
        self._bot = bot
        self._proxy = settings.discord_gateway
        self._state = settings.state
        self._starts = starts
        self._served: dict[int, Shard] = {}

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
        """Serve all shards that Discord recommends until the bot is closed; their sessions are left to the next start.

        Raises what Line.stay_connected raises, but for wrong shards: then Discord is asked anew.
        """
        retry = retry_if_exception_type(WrongShards)
        async for attempt in retrying(retry=retry, before_sleep=_log_wrong_shards):
            with attempt:
                total = (await self._starts.limit(fresh=True)).shards
                self._bot.shard_count = self._bot._connection.shard_count = total  # noqa: SLF001 - as discord.py does
                kept = self._state / f"sessions-{self._bot.application_id}.json"
                last = await asyncio.to_thread(take_sessions, kept, total)
                try:
                    await self._serve(range(total), last)
                except discord.ConnectionClosed as error:
                    if error.code not in WRONG_SHARDS:
                        raise
                    raise WrongShards(f"close code {error.code}") from None
                finally:
                    await asyncio.to_thread(keep_sessions, kept, total, self._sessions())

    async def _serve(self, numbers: Iterable[int], last: Mapping[int, Session]) -> None:
        self._served = {
            number: Shard(self._bot, number, self._proxy, last.get(number), self._arrived) for number in numbers
        }
        tasks = {asyncio.create_task(shard.serve(self._starts.permission)) for shard in self._served.values()}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    def _sessions(self) -> dict[int, Session]:
        sessions = {number: shard.session for number, shard in self._served.items()}
        return {number: session for number, session in sessions.items() if session is not None}

    def _arrived(self) -> None:
        """Tell the bot that it is ready, once all shards are; discord.py would count other shards than those here."""
        if not self._bot.is_ready() and all(shard.line.ready.is_set() for shard in self._served.values()):
            self._bot._connection.call_handlers("ready")  # noqa: SLF001 - as discord.py does it
            self._bot.dispatch("ready")


def _log_wrong_shards(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome is not None else None
    _log.warning("Discord wants other shards (%s); it is asked again in %.1f s", error, state.upcoming_sleep)
