"""The records on both databases: what is kept, for how long, of whom, and that losing the database stops nothing."""

from __future__ import annotations

import asyncio
import itertools
import stat
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.records import Missed, Pace, Records, ServerSettings, Votes
from bot.storage.records.address import address_of
from tests.postgresql import NotInstalledError, Postgresql

PATIENCE = 30.0  # seconds until something that has to come has not come
QUICK = Pace(patience=1.0, retry=0.01, retry_most=0.05, gather=0.01, refresh=0.05, clean=0.05)
# For what no round may do behind a test's back.
STILL = Pace(patience=1.0, gather=3_600.0, refresh=3_600.0)
PERSON, OTHER = 123_456_789_012_345_678, 876_543_210_987_654_321
SERVER, ELSEWHERE = 1_000_000_000_000_000_001, 1_000_000_000_000_000_002
_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    try:
        server = Postgresql()
    except NotInstalledError as error:
        pytest.skip(str(error))
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/records.sqlite3"
    server: Postgresql = request.getfixturevalue("postgresql")
    return await asyncio.to_thread(server.emptied, f"records{next(_numbers)}")


@asynccontextmanager
async def opened(url: str, tmp_path: Path, pace: Pace = QUICK, **more: Any) -> AsyncIterator[Records]:
    records = Records(url, state=tmp_path / "state", pace=pace, **more)
    await records.start()
    try:
        yield records
    finally:
        await records.close()


async def sql(url: str, *statements: str) -> list[Any]:
    """Do statements past the records; return the rows of the last one."""
    engine = create_async_engine(address_of(url).url)
    rows: list[Any] = []
    async with engine.begin() as connection:
        for statement in statements:
            found = await connection.exec_driver_sql(statement)
            rows = [tuple(row) for row in found] if found.returns_rows else []
    await engine.dispose()
    return rows


async def until(true: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = true()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


# ------------------------------------------------------------------ settings


async def test_what_a_server_sets_is_kept_over_a_restart(url: str, tmp_path: Path) -> None:
    wanted = ServerSettings(channels=frozenset({7, 8}), prefix="?", charts=False, cooldown=1.5, language="de")
    async with opened(url, tmp_path) as records:
        assert records.of(SERVER) == ServerSettings()
        changed = await records.change(SERVER, channels=[7, 8], prefix="?", charts=False, cooldown=1.5, language="de")
        assert changed == records.of(SERVER) == wanted
    async with opened(url, tmp_path) as records:
        assert records.of(SERVER) == wanted
        assert records.of(ELSEWHERE) == ServerSettings()


async def test_a_change_leaves_the_rest_as_it_was(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as records:
        await records.change(SERVER, channels=[7, 8], prefix="?")
        assert await records.change(SERVER, channels=[9]) == ServerSettings(channels=frozenset({9}), prefix="?")
        assert await records.change(SERVER, prefix=None) == ServerSettings(channels=frozenset({9}))
        assert await records.change(SERVER) == records.of(SERVER)
        assert await records.change(SERVER, channels=()) == ServerSettings()


@pytest.mark.parametrize(
    "changes",
    [
        {"channels": 7},
        {"channels": "7"},
        {"channels": [0]},
        {"channels": [2**63]},
        {"channels": [True]},
        {"channels": range(1, 1_502)},
        {"prefix": ""},
        {"prefix": "a b"},
        {"prefix": "/"},
        {"prefix": "@you"},
        {"prefix": "!\n"},
        {"prefix": "\0"},
        {"prefix": "x" * 11},
        {"prefix": 5},
        {"charts": "yes"},
        {"charts": None},
        {"cooldown": -1},
        {"cooldown": 3_601},
        {"cooldown": float("nan")},
        {"cooldown": True},
        {"cooldown": "2"},
        {"language": "German"},
        {"language": ""},
        {"language": "de\n"},
        {"size": 3},
        {"prefix": "?", "charts": 7},
    ],
    ids=lambda changes: repr(changes)[:30],
)
async def test_what_may_not_be_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    records = Records(f"sqlite:///{tmp_path}/r", state=tmp_path)
    with pytest.raises(ValueError, match=r"."):
        await records.change(SERVER, **changes)
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("server", [0, -1, 2**63, True, "5"])
async def test_what_is_no_server_is_refused(tmp_path: Path, server: Any) -> None:
    records = Records(f"sqlite:///{tmp_path}/r", state=tmp_path)
    with pytest.raises(ValueError, match="no id"):
        await records.change(server, prefix="?")


async def test_nonsense_in_the_database_counts_as_not_set(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(url, tmp_path) as records:
        await records.change(SERVER, prefix="?", channels=[7], language="de")
        await records.change(ELSEWHERE, prefix="$")
        await sql(url, "UPDATE servers SET cooldown = -5, language = 'nonsense' WHERE prefix = '?'")
        await until(lambda: records.of(SERVER).language is None)
        assert records.of(SERVER) == ServerSettings(prefix="?", channels=frozenset({7}))
        await asyncio.sleep(5 * QUICK.refresh)
        assert records.of(ELSEWHERE).prefix == "$"
    assert [line.getMessage() for line in caplog.records if "what can't be" in line.getMessage()] == [
        f"the settings of server {SERVER} hold what can't be (cooldown, language); the defaults count instead"
    ]


async def test_values_of_any_kind_in_sqlite_count_as_not_set(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/r"
    async with opened(url, tmp_path) as records:
        await records.change(SERVER, prefix="?", channels=[7])
    await sql(
        url,
        "UPDATE servers SET cooldown = 'soon', charts = 'maybe', language = x'ff00', prefix = CAST(x'ff' AS TEXT)",
        "PRAGMA foreign_keys = OFF",
        "INSERT INTO channels (server, channel) VALUES ('mine', 'general')",
        "INSERT INTO servers (server, prefix) VALUES (-3, '?')",
    )
    async with opened(url, tmp_path) as records:
        assert records.of(SERVER) == ServerSettings(channels=frozenset({7}), prefix="\ufffd")


async def test_a_change_made_elsewhere_arrives(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as one, opened(url, tmp_path) as two:
        await one.change(SERVER, prefix="?")
        await until(lambda: two.of(SERVER).prefix == "?")
        await two.change(SERVER, language="de")
        await until(lambda: one.of(SERVER) == ServerSettings(prefix="?", language="de"))
        await two.leave(SERVER)
        await until(lambda: one.of(SERVER) == ServerSettings())


async def test_a_reading_under_way_does_not_undo_a_change(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path, QUICK) as records:
        for number in range(60):
            prefix = f"?{number}"
            await records.change(SERVER, prefix=prefix)
            for _ in range(3):
                assert records.of(SERVER).prefix == prefix
                await asyncio.sleep(0.003)


# ------------------------------------------------------------------ votes and misses


async def test_one_vote_a_person_and_answer(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as records:

        async def vote(person: int, *, up: bool, answer: int = 5) -> Votes:
            return await records.vote(person=person, answer=answer, kind="pay", up=up)

        assert await vote(PERSON, up=True) == Votes(1, 0)
        assert await vote(OTHER, up=True) == Votes(2, 0)
        assert await vote(OTHER, up=False) == Votes(1, 1)
        assert await vote(OTHER, up=False) == Votes(1, 0)
        assert await vote(PERSON, up=False, answer=6) == Votes(0, 1)
        assert await vote(PERSON, up=True) == Votes(0, 0)


async def test_votes_at_once_count_as_votes_one_after_the_other(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path, STILL) as records:
        cast = [records.vote(person=PERSON, answer=5, kind="pay", up=True) for _ in range(8)]
        cast += [records.vote(person=person, answer=5, kind="pay", up=False) for person in range(1, 9)]
        await asyncio.gather(*cast)
        assert await records.vote(person=OTHER, answer=5, kind="pay", up=True) == Votes(1, 8)


async def test_what_was_missed_is_counted_by_form(url: str, tmp_path: Path) -> None:
    day = date(2026, 5, 4)
    async with opened(url, tmp_path, today=lambda: day) as records:
        for person, server in [(PERSON, SERVER), (PERSON, SERVER), (OTHER, ELSEWHERE), (OTHER, None)]:
            await records.missed("what does acme pay", person=person, server=server)
        await records.missed("pay on mars", person=PERSON, server=SERVER)
        acme = Missed(form="what does acme pay", times=4, people=2, last_day=day)
        mars = Missed(form="pay on mars", times=1, people=1, last_day=day)
        assert await records.gaps(10) == (acme, mars)
        assert await records.gaps(1) == (acme,)
        assert await records.gaps(10, server=ELSEWHERE) == (
            Missed(form="what does acme pay", times=1, people=1, last_day=day),
        )
        day += timedelta(days=2)
        await records.missed("pay on mars", person=PERSON, server=SERVER)
        assert (await records.gaps(10, days=1))[0] == Missed(form="pay on mars", times=1, people=1, last_day=day)
        assert (await records.gaps(10))[1].times == 2


async def test_a_miss_is_written_by_itself(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as records:
        await records.missed("pay on mars", person=PERSON, server=None)

        async def written() -> bool:
            return bool(await sql(url, "SELECT * FROM misses"))

        await until(written)


@pytest.mark.parametrize(
    ("form", "kept"),
    [("a\0b", "ab"), ("\ud800x", "?x"), ("x" * 500, "x" * 200), ("  a ", "a"), ("", None), ("\0", None)],
)
async def test_any_text_is_kept_or_dropped(url: str, tmp_path: Path, form: str, kept: str | None) -> None:
    async with opened(url, tmp_path) as records:
        await records.missed(form, person=PERSON, server=SERVER)
        await records.missed("fine", person=PERSON, server=-5)
        assert [gap.form for gap in await records.gaps(5)] == ([] if kept is None else [kept])


async def test_the_table_of_misses_is_bounded(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path, STILL, most_misses=20) as records:
        for number in range(50):
            await records.missed(f"form {number:02}", person=PERSON, server=SERVER)
            if number % 10 == 9:
                kept = await records.gaps(100)
                assert len(kept) <= 20
        assert [gap.form for gap in kept] == [f"form {number}" for number in range(30, 50)]


async def test_misses_wait_in_bounded_memory_and_never_for_the_database(tmp_path: Path) -> None:
    records = Records(f"sqlite:///{tmp_path}/r", state=tmp_path)
    began = time.perf_counter()
    for number in range(20_000):
        await records.missed(f"form {number}", person=PERSON, server=SERVER)
    assert time.perf_counter() - began < PATIENCE / 10
    assert len(records._waiting) == 5_000


# ------------------------------------------------------------------ people


async def everything(url: str) -> str:
    tables = ("servers", "channels", "votes", "misses")
    return repr([await sql(url, f"SELECT * FROM {table}") for table in tables])  # noqa: S608 - names of our own


async def test_nobody_stands_in_the_database(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as records:
        await records.vote(person=PERSON, answer=5, kind="pay", up=True)
        await records.missed("pay on mars", person=PERSON, server=SERVER)
        await records.gaps(1)
        said = await everything(url)
        assert "pay on mars" in said
        assert str(PERSON) not in said
    key = tmp_path / "state/people.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert repr(key.read_bytes()) not in said
    if url.startswith("sqlite"):
        assert stat.S_IMODE(file_of(url).stat().st_mode) == 0o600


async def test_who_wants_to_be_forgotten_is(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as records:
        await records.vote(person=PERSON, answer=5, kind="pay", up=True)
        await records.vote(person=OTHER, answer=5, kind="pay", up=True)
        await records.missed("pay on mars", person=PERSON, server=SERVER)
    # After a restart too, and what was not written yet.
    async with opened(url, tmp_path, STILL) as records:
        await records.missed("pay on venus", person=PERSON, server=SERVER)
        await records.missed("pay on mars", person=OTHER, server=SERVER)
        assert await records.forget(PERSON) == 3
        assert await records.forget(PERSON) == 0
        assert await records.gaps(5) == (
            Missed(form="pay on mars", times=1, people=1, last_day=datetime.now(UTC).date()),
        )
        assert await records.vote(person=PERSON, answer=5, kind="pay", up=False) == Votes(1, 1)


async def test_a_server_that_was_left_is_forgotten(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as records:
        for server in (SERVER, ELSEWHERE):
            await records.change(server, prefix="?", channels=[7])
            await records.vote(person=PERSON, answer=server, kind="pay", up=True, server=server)
            await records.missed("pay on mars", person=PERSON, server=server)
        await records.gaps(1)
        await records.missed("pay on venus", person=PERSON, server=SERVER)
        await records.leave(SERVER)
        assert records.of(SERVER) == ServerSettings()
        assert [gap.form for gap in await records.gaps(5)] == ["pay on mars"]
        said = await everything(url)
        assert str(SERVER) not in said
        assert said.count(str(ELSEWHERE)) == 5
        assert await records.change(SERVER, language="de") == ServerSettings(language="de")


async def test_what_is_of_people_goes_after_its_days(url: str, tmp_path: Path) -> None:
    day = date(2026, 1, 1)
    async with opened(url, tmp_path, keep_days=10, today=lambda: day) as records:
        await records.change(SERVER, prefix="?")
        await records.vote(person=PERSON, answer=5, kind="pay", up=True)
        await records.missed("pay on mars", person=PERSON, server=SERVER)
        day += timedelta(days=10)
        assert await records.gaps(5)
        await asyncio.sleep(3 * QUICK.clean)
        assert await records.vote(person=OTHER, answer=5, kind="pay", up=True) == Votes(2, 0)
        day += timedelta(days=1)

        async def gone() -> bool:
            return not await sql(
                url, "SELECT person FROM misses UNION ALL SELECT person FROM votes WHERE day < '2026-01-05'"
            )

        await until(gone)
        assert records.of(SERVER).prefix == "?"
    day += timedelta(days=11)
    async with opened(url, tmp_path, STILL, keep_days=10, today=lambda: day):
        assert not await sql(url, "SELECT * FROM votes")


async def test_two_processes_make_one_secret(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/r"
    async with opened(url, tmp_path) as one, opened(url, tmp_path) as two:
        await one.vote(person=PERSON, answer=5, kind="pay", up=True)
        assert await two.vote(person=PERSON, answer=5, kind="pay", up=True) == Votes(0, 0)


async def test_a_broken_secret_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "state").mkdir()
    key = tmp_path / "state/people.key"
    key.write_bytes(b"short")
    async with opened(f"sqlite:///{tmp_path}/r", tmp_path) as records:
        await records.vote(person=PERSON, answer=5, kind="pay", up=True)
    assert len(key.read_bytes()) == 32
    assert [file.read_bytes() for file in key.parent.glob("people.key.broken-*")] == [b"short"]
    assert caplog.text.count("held no secret") == 1


async def test_without_a_place_for_the_secret_it_lasts_as_long_as_the_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").touch()
    async with opened(f"sqlite:///{tmp_path}/r", tmp_path) as records:
        assert await records.vote(person=PERSON, answer=5, kind="pay", up=True) == Votes(1, 0)
        assert await records.vote(person=PERSON, answer=5, kind="pay", up=True) == Votes(0, 0)
    assert "can't be kept" in caplog.text
