"""Processes that share a bot's shards, in one event loop: over real sockets, with a real PostgreSQL, in real time."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.app import fleet
from bot.chat.app.announcements import Announcements
from bot.chat.services import Resources
from bot.storage.knowledge.library import Library
from bot.storage.records import Records, RecordsAway, Timeouts
from bot.storage.records.pseudonyms import Pseudonyms
from bot.storage.records.queries import change
from bot.storage.sharing.balance import Row
from bot.storage.sharing.leases import Leases
from bot.storage.state import PROCESS
from tests.discord_server import faults as f
from tests.discord_server.line import GatewayLine
from tests.postgresql import Postgresql
from tests.wire import Life, Loopback, living, loopback

KEY = "0f" * 32
SHARDS = 4
NUMBERS = itertools.count()
TEXT = "!salary google"

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes look at each other more often, so that less time goes by."""
    monkeypatch.setattr(fleet, "BEAT", 0.2)
    monkeypatch.setattr(fleet, "SETTLING", 0.4)


@pytest.fixture
def url(postgresql: Postgresql) -> str:
    """A database of its own."""
    name = f"fleet{next(NUMBERS)}"
    postgresql.make(name)
    return postgresql.url(name)


@asynccontextmanager
async def town() -> AsyncIterator[Loopback]:
    """A Discord that recommends SHARDS shards, with a server on each."""
    async with loopback(shards=SHARDS) as place:
        starts = place.server.starts
        starts.strict, starts.max_concurrency = True, 16
        for number in range(SHARDS):
            guild = place.server.add_guild(f"Server {number}")
            guild.add_member(place.ada)
            guild.add_channel("general")
        yield place


@asynccontextmanager
async def member(
    place: Loopback, library: Library, url: str, *, key: str = KEY, refresh: float = 60.0, **settings: Any
) -> AsyncIterator[Life]:
    """A process that shares; returned before it serves anything."""
    records = Records(url, timeouts=Timeouts(refresh=refresh))
    records.pseudonyms = Pseudonyms(None, bytes.fromhex(key))
    await records.start()
    shared = {"share": True, "database": SecretStr(url), "people_key": SecretStr(key)}
    life = living(place, library, ready=False, resources=Resources(records=records), **{**shared, **settings})
    try:
        async with life as one:
            yield one
    finally:
        await records.close()


def served(place: Loopback, shards: int = SHARDS) -> bool:
    """Whether somebody is connected for each of so many shards, and none serves other ones."""
    open_ = [one.shard for one in place.server.sessions.values() if one.line is not None and one.alive]
    return sorted(open_) == [(number, shards) for number in range(shards)]


async def until(place: Loopback, condition: Callable[[], object]) -> None:
    await place.server.until(condition, 60)


async def all_answered(place: Loopback) -> None:
    """Ask on each shard, and expect one answer each."""
    channels = [next(iter(guild.channels.values())) for guild in place.server.guilds.values()]
    asked = [place.server.say(place.ada, channel, TEXT) for channel in channels]
    await until(place, lambda: all(place.server.replies(one) for one in asked))
    await asyncio.sleep(0.5)
    assert [len(place.server.replies(one)) for one in asked] == [1] * len(asked)


async def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    records = Records(url)
    try:
        return await records.database.run(lambda connection: _rows(connection, statement))
    finally:
        await records.close()


async def _rows(connection: AsyncConnection, statement: str) -> list[tuple[object, ...]]:
    result = await connection.execute(sa.text(statement))
    return [tuple(row) for row in result] if result.returns_rows else []


async def holders(url: str) -> list[object]:
    rows = await execute(url, "SELECT holder FROM shards WHERE holder IS NOT NULL AND incoming IS NULL ORDER BY shard")
    return [holder for (holder,) in rows]


async def shared_evenly(url: str) -> None:
    async with asyncio.timeout(60):
        while sorted(map((found := await holders(url)).count, set(found))) != [SHARDS // 2] * 2:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


# ------------------------------------------------------------------ what keeps a process from sharing


async def test_another_key_of_people_ends_a_process_with_code_2(
    library: Library, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with town() as place, member(place, library, url):
        await until(place, lambda: served(place))
        async with member(place, library, url, key="f0" * 32) as other:
            assert await asyncio.wait_for(other.task, 30) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(
            "SALARYBOT_PEOPLE_KEY is another one than that of the processes that shared this database"
        )
        assert served(place)
        await all_answered(place)


async def test_a_process_waits_for_its_first_look_at_the_database(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    database = Postgresql()
    try:
        async with town() as place, member(place, library, database.url("postgres")):
            await asyncio.sleep(3)
            assert "waits for PostgreSQL to share the shards" in caplog.text
            assert not place.server.sessions
            await asyncio.to_thread(database.start)
            await until(place, lambda: served(place))
            await all_answered(place)
    finally:
        database.remove()


async def test_a_shard_is_served_though_the_answer_that_it_is_ours_was_lost(
    library: Library, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, lost = Leases.take, []

    async def taken(self: Leases, row: Row) -> Row | None:
        made = await take(self, row)
        if row.shard not in lost:
            lost.append(row.shard)
            raise RecordsAway("the database is away: the connection was lost after COMMIT")
        return made

    monkeypatch.setattr(Leases, "take", taken)
    async with town() as place, member(place, library, url):
        await until(place, lambda: served(place))
        assert sorted(lost) == list(range(SHARDS))
        await all_answered(place)


@pytest.mark.parametrize("hears", [True, False])
async def test_settings_are_known_to_all_processes_at_once_and_with_the_next_round_where_none_hears(
    library: Library, url: str, monkeypatch: pytest.MonkeyPatch, *, hears: bool
) -> None:
    if not hears:
        monkeypatch.setattr(Announcements, "_hear", lambda *_: None)
    refresh = 3_600.0 if hears else 1.0
    async with (
        town() as place,
        member(place, library, url, refresh=refresh),
        member(place, library, url, refresh=refresh),
    ):
        await until(place, lambda: served(place))
        await shared_evenly(url)
        own = Records(url)
        for number, guild in enumerate(place.server.guilds.values()):
            await own.database.run(partial(change, server=guild.id, changes={"prefix": f"{number}?"}))
        await own.close()
        channels = [next(iter(guild.channels.values())) for guild in place.server.guilds.values()]
        async with asyncio.timeout(30):
            left = dict(enumerate(channels))
            while left:
                asked = {
                    number: place.server.say(place.ada, one, f"{number}?salary google") for number, one in left.items()
                }
                await asyncio.sleep(0.5)
                left = {number: left[number] for number, one in asked.items() if not place.server.replies(one)}


# ------------------------------------------------------------------ the number of shards


async def test_a_fleet_whose_bot_grew_serves_more_shards(library: Library, url: str) -> None:
    async with town() as place:
        place.server.starts.shards = 2
        async with member(place, library, url), member(place, library, url):
            await until(place, lambda: served(place, 2))
            place.server.starts.shards = place.server.starts.least = SHARDS
            lost = next(one for one in place.server.sessions.values() if one.shard[0] == 1)
            assert isinstance(lost.line, GatewayLine)
            lost.alive = False
            lost.line.strike(f.Abort())  # of the other process nothing is refused
            await until(place, lambda: served(place))
            await shared_evenly(url)
            await all_answered(place)


async def test_who_is_refused_tells_those_that_are_not(library: Library, url: str) -> None:
    """Of the sessions that others have Discord says nothing, and as long as they live theirs is the number."""
    async with town() as place, contextlib.AsyncExitStack() as opened:
        place.server.starts.shards = 2
        await opened.enter_async_context(member(place, library, url))
        await until(place, lambda: served(place, 2))
        records = Records(url)
        other = Leases(records.database, place.server.application_id)
        other.total = int((await other.begin(SHARDS, ""))["shards"])
        assert other.total == 2
        living_on = asyncio.create_task(_beat(other))
        place.server.starts.shards = place.server.starts.least = SHARDS
        lost = next(one for one in place.server.sessions.values() if one.shard[0] == 1)
        assert isinstance(lost.line, GatewayLine)
        lost.alive = False
        lost.line.strike(f.Abort())
        async with asyncio.timeout(60):
            assert (await living_on)["shards"] == str(SHARDS)
        await records.close()


async def _beat(other: Leases) -> Mapping[str, str]:
    """Live, without serving anything, until the number of shards is another one; return what is shared then."""
    while True:
        shared = (await other.beat({}, "1a2b")).shared
        if shared["shards"] != str(other.total):
            return shared
        await asyncio.sleep(0.2)


@pytest.mark.parametrize("code", [4011, 4010])
async def test_wrong_shards_end_no_process_of_a_fleet(library: Library, url: str, code: int) -> None:
    async with town() as place:
        place.server.faults.on_handshake(f.CloseAt(code), times=2)
        async with member(place, library, url) as one, member(place, library, url) as other:
            await until(place, lambda: served(place))
            await all_answered(place)
            assert not one.task.done()
            assert not other.task.done()


# ------------------------------------------------------------------ what is done once for all


async def test_commands_are_synchronized_once_and_again_only_where_they_differ(library: Library, url: str) -> None:
    async with town() as place:
        one, other = contextlib.AsyncExitStack(), contextlib.AsyncExitStack()
        await one.enter_async_context(member(place, library, url))
        await until(place, lambda: served(place) and place.server.commands)
        await replaced(place, library, url, one, other)
        assert puts(place) == 1
        await execute(url, "UPDATE shared SET value = 'those of an older version' WHERE name = 'commands'")
        await replaced(place, library, url, other, one)
        await until(place, lambda: puts(place) == 2)
        await one.aclose()


async def replaced(
    place: Loopback, library: Library, url: str, old: contextlib.AsyncExitStack, new: contextlib.AsyncExitStack
) -> None:
    """Start another process, and stop the one that serves the first shard, which the other one serves then."""
    await new.enter_async_context(member(place, library, url))
    await shared_evenly(url)
    await old.aclose()
    await until(place, lambda: served(place))
    await asyncio.sleep(1)


def puts(place: Loopback) -> int:
    return sum(one.method == "PUT" and one.path.endswith("/commands") for one in place.server.requests)


async def test_each_process_keeps_to_its_share_of_the_requests(library: Library, url: str) -> None:
    """45 a second, over two processes: what is asked of one of them alone comes at half that rate."""
    async with town() as place:
        place.server.starts.max_concurrency = 8  # from 16 on a bot may make ten times as many
        direct: dict[str, Any] = {"discord_api": None, "discord_gateway": None}  # a proxy would keep the limit
        async with member(place, library, url, **direct), member(place, library, url, **direct):
            await until(place, lambda: served(place))
            await shared_evenly(url)
            await asyncio.sleep(0.5)  # by then each has seen the other
            guild = next(guild for guild in place.server.guilds.values() if (guild.id >> 22) % SHARDS == 0)
            channels = [guild.add_channel(f"channel-{number}") for number in range(24)]
            began = place.server.time
            asked = [place.server.say(place.ada, channel, TEXT) for channel in channels]
            await until(place, lambda: all(place.server.replies(one) for one in asked))
            assert place.server.time - began > 23 * 2 / 45


# ------------------------------------------------------------------ the knowledge base


async def ask_owner(place: Loopback, text: str) -> str:
    """Let the owner say something in private, and return the answer."""
    asked = place.server.say(place.server.owner, place.server.dm(place.server.owner), text)
    await until(place, lambda: place.server.replies(asked))
    return place.server.replies(asked)[0].content


async def test_a_reload_reaches_all_processes_and_the_status_tells_who_refused_it(
    own_library: Library, folder: Path, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    libraries = [copy.copy(own_library) for _ in range(3)]
    async with town() as place, contextlib.AsyncExitStack() as opened:
        for number, library in enumerate(libraries):
            library.folder = Path(shutil.copytree(folder, folder.with_name(f"knowledge{number}")))
            await opened.enter_async_context(member(place, library, url))
        await until(place, lambda: served(place))
        await have_told(url, own_library.advisor.knowledge.revision, 3)
        before = await ask_owner(place, "!kb status")
        assert [line.count(PROCESS) for line in before.splitlines()[1:]] == [3]
        for library in libraries:
            file = library.folder / "companies/google.yaml"
            file.write_text(file.read_text(encoding="utf-8").replace("313797", "400000"), encoding="utf-8")
        summary = (await ask_owner(place, "!kb reload")).splitlines()[-1]
        asked_of = next(library for library in libraries if str(library.folder) in summary)
        revision = asked_of.advisor.knowledge.revision
        assert revision not in before
        await wait_for(lambda: {one.advisor.knowledge.revision for one in libraries} == {revision})
        others = [library for library in libraries if library is not asked_of]
        (others[0].folder / "companies/apple.yaml").write_text("id: apple\nname: `Apple`\n", encoding="utf-8")
        for library in (asked_of, others[1]):
            file = library.folder / "companies/google.yaml"
            file.write_text(file.read_text(encoding="utf-8").replace("400000", "410000"), encoding="utf-8")
        await ask_owner(place, "!kb reload")
        await wait_for(lambda: others[1].advisor.knowledge.revision == asked_of.advisor.knowledge.revision != revision)
        await wait_for(lambda: "the knowledge base is not reloaded" in caplog.text)
        assert others[0].advisor.knowledge.revision == revision
        await have_told(url, asked_of.advisor.knowledge.revision, 2)
        lines = (await ask_owner(place, "!kb status")).splitlines()[1:]
        status = {line.split("`")[1]: line.count(PROCESS) for line in lines}
        assert status == {revision: 1, asked_of.advisor.knowledge.revision: 2}


async def have_told(url: str, revision: str, count: int) -> None:
    """Wait until so many processes have told that they answer from a revision of the knowledge base."""
    async with asyncio.timeout(60):
        while (await execute(url, "SELECT revision FROM processes")).count((revision,)) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def wait_for(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - another thread reads
            await asyncio.sleep(0.05)
