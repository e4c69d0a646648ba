"""How processes share shards in a PostgreSQL: fair shares, who counts as alive, and moves that are made once."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import Records, RecordsAway, Timeouts
from bot.storage.records.pseudonyms import Pseudonyms
from bot.storage.records.queries import CHANNEL
from bot.storage.sharing.balance import BEAT, CUT_OFF, DEAD, Row, Sign, View, Watch, decide
from bot.storage.sharing.leases import COMMANDS, PEOPLE, SHARDS, Leases, overview
from bot.storage.sharing.slots import SPACING, SharedSlots
from bot.storage.state import Session
from tests.faults.clock import simulate
from tests.postgresql import Postgresql

LAST = Session("a session", 7, "wss://somewhere")
APPLICATIONS = itertools.count(1)
PERSON, SERVER = 123_456_789_012_345_678, 1_000_000_000_000_000_001

# ------------------------------------------------------------------ the fair share


class Fleet:
    """Processes that decide in turn, each by what it sees; what one takes over has arrived when all have decided."""

    def __init__(self, shards: int, at_once: int) -> None:
        self.at_once = at_once
        self.rows = [Row(shard, None, None, None) for shard in range(shards)]
        self.alive: set[UUID] = set()
        self.leaving: set[UUID] = set()
        self.moves = 0

    def round(self, order: list[UUID]) -> int:
        moved = 0
        for me in order:
            moves = decide(self.view(), me, self.at_once)
            for row in moves.take:
                assert self.view().is_free(row)
                self.rows[row.shard] = row._replace(holder=me, incoming=None)
            for row in moves.take_over:
                self.rows[row.shard] = row._replace(incoming=me)
            moved += len(moves.take) + len(moves.take_over)
        self.rows = [row._replace(holder=row.incoming, incoming=None) if row.incoming else row for row in self.rows]
        return moved

    def view(self) -> View:
        alive = frozenset(self.alive)
        return View(tuple(self.rows), alive, alive - self.leaving, alive)

    def settle(self) -> None:
        for _ in range(2 * len(self.rows) + 4):
            if not self.round(sorted(self.alive)):
                return
        raise AssertionError("shards move for ever")

    def served(self) -> Counter[UUID | None]:
        return Counter(row.holder for row in self.rows)


@given(
    shards=st.integers(1, 100),
    at_once=st.sampled_from([1, 16]),
    events=st.lists(st.tuples(st.sampled_from(["start", "die", "leave"]), st.integers(0, 11)), min_size=1, max_size=8),
)
def test_shards_are_shared_evenly_whatever_starts_dies_and_leaves(
    shards: int, at_once: int, events: list[tuple[str, int]]
) -> None:
    fleet = Fleet(shards, at_once)
    fresh = map(UUID, map("{:032x}".format, itertools.count(1)))
    fleet.alive.add(next(fresh))
    for what, whom in events:
        match what:
            case "start":
                fleet.alive.add(next(fresh))
            case "die":
                fleet.alive.discard(sorted(fleet.alive)[whom % len(fleet.alive)] if fleet.alive else UUID(int=0))
            case "leave" if fleet.alive:
                fleet.leaving.add(sorted(fleet.alive)[whom % len(fleet.alive)])
        if whom % 2:  # the next thing may happen before all has settled
            fleet.settle()
    staying = fleet.alive - fleet.leaving
    fleet.settle()
    if staying:
        counts = [fleet.served()[process] for process in staying]
        assert sum(counts) == shards
        assert max(counts) - min(counts) <= 1


@given(shards=st.integers(1, 100), count=st.integers(1, 12), at_once=st.sampled_from([1, 16]), order=st.randoms())
def test_who_starts_together_moves_each_shard_once(shards: int, count: int, at_once: int, order: Random) -> None:
    """Each move more would be an IDENTIFY more, of which a day has only so many."""
    fleet = Fleet(shards, at_once)
    fleet.alive = {UUID(int=number) for number in range(count)}
    moves = 0
    while moved := fleet.round(order.sample(sorted(fleet.alive), count)):
        moves += moved
    assert moves == shards
    assert max(fleet.served()[one] for one in fleet.alive) - min(fleet.served()[one] for one in fleet.alive) <= 1


def test_nothing_is_taken_over_from_one_that_is_not_seen_to_beat() -> None:
    a, b = UUID(int=1), UUID(int=2)
    rows = tuple(Row(shard, a, None, LAST) for shard in range(8))
    both = frozenset({a, b})
    assert decide(View(rows, both, both, both), b, 16).take_over == rows[4:]
    assert decide(View(rows, both, both, frozenset({b})), b, 16) == ((), ())


@pytest.mark.parametrize("at_once", [1, 16])
def test_a_process_that_joins_is_given_its_share_and_nobody_else_anything(at_once: int) -> None:
    fleet = Fleet(100, at_once)
    fleet.alive = {UUID(int=number) for number in range(3)}
    fleet.settle()
    before = list(fleet.rows)
    new = UUID(int=3)
    fleet.alive.add(new)
    fleet.settle()
    moved = [row for row, was in zip(fleet.rows, before, strict=True) if row.holder != was.holder]
    assert len(moved) == fleet.served()[new] == 25
    assert {row.holder for row in moved} == {new}


def test_who_starts_takes_no_more_than_may_identify_soon_but_all_that_can_be_resumed() -> None:
    a, both = UUID(int=1), frozenset({UUID(int=1), UUID(int=2)})
    fresh = tuple(Row(shard, None, None, None) for shard in range(8))
    assert decide(View(fresh, both, both, both), a, 2).take == fresh[:2]
    assert decide(View(fresh, both, both, both), a, 2, opening=2).take == ()
    left = tuple(row._replace(last=LAST) for row in fresh)
    assert decide(View(left, both, both, both), a, 2, opening=2).take == left[:4]


def test_no_more_is_taken_over_at_once_than_may_identify_and_nothing_twice() -> None:
    a, b, c = map(UUID, map("{:032x}".format, (1, 2, 3)))
    held = tuple(Row(shard, a, None, LAST) for shard in range(9))
    three = frozenset({a, b, c})
    assert decide(View(held, three, three, three), c, 2).take_over == held[6:8]
    under_way = tuple(row._replace(incoming=b) if row in held[6:8] else row for row in held)
    assert decide(View(under_way, three, three, three), b, 2) == ((), ())
    assert decide(View(under_way, three, three, three), c, 9).take_over == (held[8], *held[:2])


def test_nothing_is_taken_over_while_something_is_free_but_from_who_leaves() -> None:
    a, b = UUID(int=1), UUID(int=2)
    rows = tuple(Row(shard, a if shard < 6 else None, None, None) for shard in range(8))
    both = frozenset({a, b})
    assert decide(View(rows, both, both, both), b, 1) == (rows[6:7], ())
    assert decide(View(rows, both, frozenset({b}), both), b, 1) == (rows[6:7], rows[:1])


# ------------------------------------------------------------------ who is alive


@given(st.lists(st.tuples(st.floats(0.1, 60.0), st.booleans()), min_size=2, max_size=60))
def test_a_database_that_is_away_makes_nobody_dead(looks: list[tuple[float, bool]]) -> None:
    """Dead is who gave no sign in DEAD seconds in which somebody looked; not who could not be looked at."""
    watch, sign, other, now, still = Watch(), datetime.now(UTC), UUID(int=2), 0.0, 0.0
    watch.look({other: Sign(sign, is_connected=True)}, now)
    for gap, beats in looks:
        now += gap
        sign += timedelta(seconds=beats)
        still = 0.0 if beats or gap > DEAD / 2 else still + gap
        alive, beating = watch.look({other: Sign(sign, is_connected=True)}, now)
        assert (other in alive) == (still < DEAD) or abs(still - DEAD) < 1e-6
        assert beating <= alive


def listed(found: tuple[frozenset[UUID], ...]) -> tuple[list[UUID], ...]:
    return tuple(map(sorted, found))


def test_who_has_not_been_seen_to_beat_is_alive_and_not_beating() -> None:
    watch, other, sign = Watch(), UUID(int=2), Sign(datetime.now(UTC), is_connected=True)
    assert listed(watch.look({other: sign}, 0.0)) == ([other], [])
    later = sign._replace(seen=sign.seen + timedelta(seconds=1))
    assert listed(watch.look({other: later}, BEAT)) == ([other], [other])
    assert listed(watch.look({}, 2 * BEAT)) == ([], [])


def test_who_is_not_connected_any_more_is_dead_sooner_unless_the_database_was_away() -> None:
    other, sign = UUID(int=2), datetime.now(UTC)
    cut = {other: Sign(sign, is_connected=False)}
    for gap, dead_at in ((BEAT, BEAT + CUT_OFF), (DEAD, DEAD + CUT_OFF)):
        watch = Watch()
        watch.look({other: Sign(sign, is_connected=True)}, 0.0)
        times = [gap + 0.25 * number for number in range(20)]
        lived = [time for time in times if other in watch.look(cut, time)[0]]
        assert max(lived) < (dead_at if gap > BEAT else CUT_OFF) <= max(lived) + 0.25 + (gap == BEAT)


# ------------------------------------------------------------------ the leases


@asynccontextmanager
async def members(postgresql: Postgresql, count: int = 2, shards: int = 4) -> AsyncIterator[list[Leases]]:
    """Processes of a bot of their own that have begun, each with a database of its own."""
    application = next(APPLICATIONS)
    records = [Records(postgresql.url("postgres"), timeouts=Timeouts(patience=10.0)) for _ in range(count)]
    try:
        members = []
        for one in records:
            await one.start()
            members.append(Leases(one.database, application))
            shared = await members[-1].begin(shards, "a key")
            members[-1].total = int(shared[SHARDS])
        yield members
    finally:
        for one in records:
            await one.close()


async def seen(member: Leases, sessions: dict[int, Session] | None = None) -> tuple[Row, ...]:
    return (await member.beat(sessions or {}, "1a2b")).view.rows


async def test_a_shard_is_taken_once_however_many_want_it(postgresql: Postgresql) -> None:
    async with members(postgresql, count=4) as fleet:
        rows = [await seen(member) for member in fleet][-1]
        taken = await asyncio.gather(*(member.take(row) for row in rows for member in fleet))
        assert len([row for row in taken if row is not None]) == len(rows)
        holders = {row.shard: row.holder for row in taken if row is not None}
        assert {row.shard: row.holder for row in await seen(fleet[0])} == holders


async def test_a_hand_over_keeps_the_holder_until_it_is_complete(postgresql: Postgresql) -> None:
    async with members(postgresql) as (old, new):
        (row, *_) = await seen(old)
        await old.take(row)
        (row, *_) = await seen(old, {0: LAST})
        assert row == Row(0, old.me, None, LAST)
        moving = await new.take_over(row)
        assert moving == Row(0, old.me, new.me, LAST)
        assert await new.take_over(row) is None
        assert await new.take(moving) == Row(0, new.me, None, LAST)
        # The session of who has handed over is not noted any more.
        assert (await seen(old, {0: LAST._replace(sequence=9)}))[0] == Row(0, new.me, None, LAST)


async def test_who_leaves_leaves_its_sessions(postgresql: Postgresql) -> None:
    async with members(postgresql) as (old, new):
        for row in await seen(old):
            await old.take(row)
        await new.take_over((await seen(new))[1])
        await old.leave({0: LAST, 1: LAST._replace(sequence=8)})
        look = await new.beat({}, "1a2b")
        assert look.view.alive == {new.me}
        assert look.view.rows[:2] == (Row(0, None, None, LAST), Row(1, None, new.me, LAST._replace(sequence=8)))


async def test_the_number_of_shards_and_the_commands_last_as_long_as_anybody_lives(postgresql: Postgresql) -> None:
    async with members(postgresql) as (first, second):
        await first.beat({}, "1a2b")
        await first.set(COMMANDS, "told")
        shared = await second.begin(16, "another key")
        assert (shared[SHARDS], shared[PEOPLE], shared[COMMANDS]) == ("4", "a key", "told")
        await first.leave({})
        shared = await second.begin(16, "another key")
        assert (shared[SHARDS], shared[PEOPLE], shared.get(COMMANDS)) == ("16", "a key", None)


async def test_a_process_is_dead_after_so_many_seconds_in_which_somebody_looked(postgresql: Postgresql) -> None:
    async with members(postgresql) as (one, other):
        now = 0.0
        one._clock = lambda: now
        await other.beat({}, "1a2b")
        dead_at = []
        # It looks for five seconds; then the database is away for two minutes; then it looks again.
        for second in (*range(5), *range(125, 135)):
            now = second
            if other.me not in (await one.beat({}, "1a2b")).view.alive:
                dead_at.append(second)
        assert dead_at == [*range(125 + int(DEAD), 135)]


async def test_a_process_whose_connections_are_gone_is_dead_sooner(postgresql: Postgresql) -> None:
    async with members(postgresql) as (one, other):
        now = 0.0
        one._clock = lambda: now
        await other.beat({}, "1a2b")
        assert other.me in (await one.beat({}, "1a2b")).view.alive
        await other._database.close()  # as PostgreSQL sees it when a process is killed
        async with asyncio.timeout(30):
            while (await _backends(one, other.me)) > 0:  # noqa: ASYNC110 - another process ends
                await asyncio.sleep(0.05)
        for second, lives in ((1.0, True), (1.9, True), (2.1, False)):
            now = second
            assert (other.me in (await one.beat({}, "1a2b")).view.alive) == lives


async def _backends(member: Leases, process: UUID) -> int:
    found = sa.text(
        "SELECT count(*) FROM pg_stat_activity JOIN processes ON pid = backend WHERE process = CAST(:process AS uuid)"
    )

    async def work(connection: AsyncConnection) -> int:
        return int((await connection.execute(found, {"process": str(process)})).scalar_one())

    return await member._database.run(work)


async def test_bots_that_share_a_database_see_nothing_of_each_other(postgresql: Postgresql) -> None:
    async with members(postgresql) as (one, _), members(postgresql) as (other, __):
        await one.take((await seen(one))[0])
        look = await other.beat({}, "1a2b")
        assert {row.holder for row in look.view.rows} == {None}
        assert look.view.alive == {other.me}


async def test_the_overview_names_processes_and_shards(postgresql: Postgresql) -> None:
    async with members(postgresql) as (one, other):
        await one.take((await seen(one))[0])
        await other.beat({}, "3c4d", leaving=True)
        processes, shards = await one._database.run(overview)
        found = {process.process: process for process in processes if process.process in (one.me, other.me)}
        assert [found[one.me].revision, found[other.me].revision] == ["1a2b", "3c4d"]
        assert [found[one.me].leaving, found[other.me].leaving] == [False, True]
        assert 0 <= found[other.me].age < 60
        held = [shard for shard in shards if shard.holder == one.me]
        assert [(shard.shard, shard.total, shard.since is not None) for shard in held] == [(0, 4, True)]


async def test_a_database_that_is_away_is_said_to_be(postgresql: Postgresql) -> None:
    async with members(postgresql) as (one, _):
        one._database._timeouts = Timeouts(patience=0.5)
        await asyncio.to_thread(postgresql.kill)
        try:
            with pytest.raises(RecordsAway):
                await one.beat({}, "1a2b")
        finally:
            await asyncio.to_thread(postgresql.start)


# ------------------------------------------------------------------ what others have changed


async def test_a_slot_is_claimed_by_one_of_all_who_want_it(postgresql: Postgresql) -> None:
    application = next(APPLICATIONS)
    async with members(postgresql, count=4) as fleet:
        slots = [SharedSlots(member._database, application) for member in fleet]
        for spent in (0, 1):  # when the slot is over the next one is there, whatever became of who had claimed it
            await fleet[0]._database.run(partial(_turn_back, application=application, seconds=spent * SPACING))
            waits = sorted(await asyncio.gather(*(slots[number % 4].claim(0) for number in range(10))))
            assert waits[0] == 0.0
            assert waits[1] > 0.0
            assert waits[-1] <= SPACING
        assert await slots[0].claim(1) == 0.0  # another bucket


async def test_a_slot_of_a_clock_that_was_wrong_holds_nobody_up(postgresql: Postgresql) -> None:
    application = next(APPLICATIONS)
    async with members(postgresql, count=1) as (member,):
        slots = SharedSlots(member._database, application)
        await slots.claim(0)
        await member._database.run(partial(_turn_back, application=application, seconds=-86_400.0))
        assert await slots.claim(0) == 0.0


async def _turn_back(connection: AsyncConnection, application: int, seconds: float) -> None:
    earlier = sa.text("UPDATE identify_slots SET free_at = free_at - :by * interval '1 s' WHERE application = :app")
    await connection.execute(earlier, {"app": application, "by": seconds})


def test_without_a_database_slots_come_by_chance_and_one_after_the_other() -> None:
    async def main() -> list[float]:
        slots = SharedSlots(Records("postgresql://nobody@127.0.0.1:1/none").database, 1)
        slots.processes = 4
        times: list[float] = []
        while len(times) < 40:
            wait = await slots.claim(0)
            if not wait:
                times.append(asyncio.get_running_loop().time())
            await asyncio.sleep(wait)
        return times

    gaps = [after - before for before, after in itertools.pairwise(simulate(main()))]
    assert min(gaps) > SPACING - 1e-6
    assert 3 * SPACING < max(gaps) < 4 * SPACING + 1


async def test_settings_and_forgetting_are_heard_by_other_processes(postgresql: Postgresql) -> None:
    still = Timeouts(patience=10.0, gather=3_600.0, refresh=3_600.0)
    one, other = (Records(postgresql.url("postgres"), timeouts=still) for _ in range(2))
    one.pseudonyms = other.pseudonyms = Pseudonyms(None, bytes(32))
    heard: list[str] = []
    async with contextlib.AsyncExitStack() as opened:
        for records in (one, other):
            await records.start()
            opened.push_async_callback(records.close)
        listening = asyncio.create_task(other.database.listen(CHANNEL, heard.append))
        try:
            await _until(lambda: heard == [""])
            await one.change(SERVER, prefix="?")
            await _until(lambda: f"server {SERVER}" in heard)
            await other.reread(SERVER)
            assert other.of(SERVER).prefix == "?"
            await other.missed("pay on venus", person=PERSON, server=None)
            await one.forget(PERSON)
            await _until(lambda: heard[-1].startswith("forget "))
            await other.forgotten(heard[-1].removeprefix("forget "))
            assert "pay on venus" not in [gap.form for gap in await other.gaps(9)]
            await one.leave(SERVER)
            await _until(lambda: heard.count(f"server {SERVER}") > 1)
            await other.reread(SERVER)
            assert SERVER not in other.servers()
        finally:
            listening.cancel()
            await asyncio.wait({listening})


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - what is told comes from another thread of work
            await asyncio.sleep(0.01)
