"""The shards that this process serves among others: which they are is agreed in a PostgreSQL, at every beat anew.

While the database is away nobody takes or gives anything, and each process goes on with what it serves.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from uuid import uuid4

import discord
from discord.ext import commands
from tenacity import RetryCallState, retry_if_exception_type

from bot import metrics
from bot.chat.app.announcements import Announcements
from bot.chat.app.command_tree import digest, synchronize
from bot.chat.app.gateway import WRONG_SHARDS, forget_servers
from bot.chat.app.session_starts import SessionStarts
from bot.chat.app.shards import Shards, WrongShards, forget_left_servers
from bot.chat.services import Services
from bot.chat.transport.retry import retrying
from bot.storage.background import Background
from bot.storage.records import RecordsAway
from bot.storage.sharing.balance import BEAT, Row, View, decide
from bot.storage.sharing.leases import COMMANDS, PEOPLE, RELOAD, SHARDS, Leases, Look
from bot.storage.sharing.slots import SharedSlots
from bot.storage.state import Session

SETTLING = 2 * BEAT  # seconds; processes that start together see each other first
# Of Discord's 50 requests a second, and 500 of the largest bots; a proxy of the REST API keeps them for all.
REQUESTS, MORE_REQUESTS, LARGEST = 45.0, 450.0, 16
_log = logging.getLogger(__name__)


class WrongKey(Exception):  # noqa: N818 - it says what it is
    """The processes that share a database have other pseudonyms of people."""


class _Pace:
    """Lets requests through one by one: what several processes let through at once would add up."""

    def __init__(self) -> None:
        self._due = 0.0

    async def wait(self, seconds: float) -> None:
        """Wait until it is so many seconds since the request before."""
        now = asyncio.get_running_loop().time()
        due = max(now, self._due)
        self._due = due + seconds
        await asyncio.sleep(due - now)


class Fleet(Shards):
    """The shards of the bot that are served here; other processes serve the others."""

    def __init__(self, bot: commands.AutoShardedBot, services: Services, starts: SessionStarts) -> None:
        super().__init__(bot, services, starts)
        self._background = Background()
        self._wake = asyncio.Event()
        self._announcements = Announcements(services, self._background, self._wake.set)
        self._pace = _Pace()
        self._leases: Leases | None = None
        self._noted: dict[int, Session] = {}
        self._began = 0.0
        self._has_looked = self._leads = self._leaving = False
        self._may_go = asyncio.Event()
        self._refused: int | None = None
        """The number of shards that Discord refused."""

    @property
    def are_well(self) -> bool:
        """Whether the others have been seen, and each shard here that has been ready is connected."""
        return self._has_looked and all(line.is_open for line in self.lines if line.ready.is_set())

    async def turn(self) -> None:
        """Wait until this process may make a request: each has its share of what Discord allows the bot a second."""
        if self._settings.discord_api is None:
            large = self._starts.max_concurrency >= LARGEST
            await self._pace.wait(self._starts.processes / (MORE_REQUESTS if large else REQUESTS))

    async def hand_over(self) -> None:
        """Have the others take over, for as long as there are any and SALARYBOT_HANDOVER allows."""
        self._leaving = True
        self._wake.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.handover):
                await self._may_go.wait()

    async def announce_reload(self) -> None:
        """Have the others read their knowledge again. Raises RecordsAway."""
        if self._leases is not None:
            # The same revision again may be new to who had not got its files yet.
            await self._leases.set(RELOAD, f"{self._announcements.revision} {uuid4().hex}")

    async def _serve(self, over: asyncio.Future[None]) -> None:
        """Serve what falls to this process until it is `over`."""
        database, application = self._services.records.database, self._bot.application_id
        assert application is not None
        leases = self._leases = Leases(database, application)
        self._starts.slots = self._slots = SharedSlots(database, application)
        leases.total = await _agreed(leases, self._starts, self._services, self._refused)
        self._count(leases.total)
        self._began = asyncio.get_running_loop().time()
        working = [asyncio.ensure_future(work) for work in (self._beat(leases), self._announcements.listen())]
        try:
            done, _ = await asyncio.wait({over, *working}, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        except discord.ConnectionClosed as error:
            self._refused = leases.total if error.code in WRONG_SHARDS else None
            raise
        finally:
            self._background.cancel()
            for task in working:
                task.cancel()
            await asyncio.wait(working)
            await self._cut()  # first hear no more, then say how far was heard
            with contextlib.suppress(RecordsAway):
                await leases.leave(self._sessions())

    async def _beat(self, leases: Leases) -> None:
        """Look and follow, again and again. Raises WrongShards where another number of shards was agreed on."""
        while True:
            self._wake.clear()
            with contextlib.suppress(RecordsAway):
                now = self._sessions()
                before, self._noted = self._noted, now
                revision = self._announcements.revision
                look = await leases.beat(_as_before(now, before), revision, leaving=self._leaving)
                self._has_looked = True
                if look.shared.get(SHARDS) != str(leases.total):
                    raise WrongShards(f"{look.shared.get(SHARDS)} are agreed on")
                await self._follow(leases, look)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEAT):
                    await self._wake.wait()

    async def _follow(self, leases: Leases, look: Look) -> None:
        view = look.view
        self._starts.processes = self._slots.processes = max(1, len(view.staying))
        own = [row for row in view.rows if leases.me in (row.holder, row.incoming)]
        await asyncio.gather(*map(self._drop, self._served.keys() - {row.shard for row in own}))
        for row in own:
            await self._follow_own(leases, row, view)
        self._announcements.follow_reload(look.shared.get(RELOAD, ""))
        led, self._leads = self._leads, view.rows[0].holder == leases.me
        if self._leads and not led:  # whoever serves the first shard does it for all
            self._background.start(self._synchronize(leases, look.shared.get(COMMANDS)))
        if not self._leaving:
            await self._move(leases, view)
        elif not (self._served and view.staying):
            self._may_go.set()

    async def _follow_own(self, leases: Leases, row: Row, view: View) -> None:
        """Serve a shard that is this process's by the table, and complete its hand-over."""
        if row.shard not in self._served:
            self._open(row.shard, row.last if row.holder == leases.me else None)
        if row.holder == leases.me:
            return
        shard = self._served[row.shard]
        if row.holder not in view.beating and row.last is not None:
            shard.resume(row.last)  # who handed over is gone before it was done
        if shard.line.ready.is_set():
            await leases.take(row)

    async def _move(self, leases: Leases, view: View) -> None:
        """Take what falls to this process now."""
        if asyncio.get_running_loop().time() - self._began < SETTLING:
            return
        opening = sum(not line.ready.is_set() for line in self.lines)
        moves = decide(view, leases.me, self._starts.max_concurrency, opening)
        for row in moves.take:
            if (taken := await leases.take(row)) is not None:
                _log.info("serves shard %d of %d", row.shard, leases.total)
                metrics.SHARDS_MOVED.add("nobody served it")
                self._open(row.shard, taken.last)
        for row in moves.take_over:
            if await leases.take_over(row) is not None:
                _log.info("takes over shard %d of %d", row.shard, leases.total)
                metrics.SHARDS_MOVED.add("taken over")
                self._open(row.shard, None)

    async def _drop(self, number: int) -> None:
        """Serve a shard no more, which another process serves now."""
        _log.info("another process serves shard %d", number)
        metrics.SHARDS_MOVED.add("given up")
        shard, task = self._served.pop(number), self._tasks.pop(number)
        await shard.line.close()
        task.cancel()
        await asyncio.wait({task})
        forget_servers(self._bot, number)

    def _arrived(self, number: int) -> None:
        super()._arrived(number)
        self._background.start(forget_left_servers(self._bot, self._services, number))
        self._wake.set()

    async def _synchronize(self, leases: Leases, sent: str | None) -> None:
        """Send the commands to Discord where they have changed. Raises RecordsAway."""
        now = await digest(self._bot.tree)
        if now != sent and await synchronize(self._bot.tree):
            await leases.set(COMMANDS, now)


async def _agreed(leases: Leases, starts: SessionStarts, services: Services, refused: int | None) -> int:
    """Return the number of shards that all serve; PostgreSQL is waited for. Raises WrongKey.

    It is the recommended one where nobody served before, or where Discord has refused what was agreed on.
    """
    recommended, fingerprint = (await starts.limit(fresh=True)).shards, services.records.pseudonyms.fingerprint()
    join = retrying(longest=10.0, retry=retry_if_exception_type(RecordsAway), before_sleep=_log_waiting)
    shared: Mapping[str, str] = await join(leases.begin, recommended, fingerprint)
    if shared[PEOPLE] != fingerprint:
        raise WrongKey(
            "SALARYBOT_PEOPLE_KEY is another one than that of the processes that shared this database so far: give "
            "this one theirs. (Where theirs is lost, delete the row 'people' of the table `shared`: votes and "
            "questions of before then belong to nobody, and no /forget finds them.)"
        )
    total = int(shared[SHARDS])
    if total == refused:
        await join(leases.set, SHARDS, str(recommended))
        return recommended
    if total != recommended:
        advice = "Discord recommends %d shards, the processes serve %d; stop all of them at once to change that"
        _log.info(advice, recommended, total)
    return total


def _as_before(now: Mapping[int, Session], before: Mapping[int, Session]) -> dict[int, Session]:
    """Return the sessions as they were at the beat before: an answer may be under way to what came since."""
    return {
        shard: before[shard] if shard in before and before[shard].id == session.id else session
        for shard, session in now.items()
    }


def _log_waiting(_: RetryCallState) -> None:
    _log.warning("waits for PostgreSQL to share the shards")
