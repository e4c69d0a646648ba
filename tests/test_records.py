"""The records on both databases: what is kept, for how long, of whom, and that losing the database stops nothing."""

from __future__ import annotations

# ruff: noqa: ASYNC240 - nobody else waits for the loop of a test
import asyncio
import contextlib
import itertools
import logging
import os
import random
import resource
import shutil
import sqlite3
import stat
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.records import Missed, Records, RecordsAway, ServerSettings, Timeouts, Votes, pseudonyms, service
from bot.storage.records.engine.url import parse_url
from bot.storage.records.migrations import upgrade
from bot.storage.records.models import Table
from tests.postgresql import Postgresql

PATIENCE = 30.0  # seconds until something that has to come has not come
QUICK = Timeouts(patience=1.0, retry=0.01, retry_most=0.05, gather=0.01, refresh=0.05, clean=0.05)
# For what no round may do behind a test's back.
STILL = Timeouts(patience=10.0, gather=3_600.0, refresh=3_600.0)
PRESSES = itertools.count(1)  # ids, each newer than the last
PERSON, OTHER = 123_456_789_012_345_678, 876_543_210_987_654_321
SERVER, ELSEWHERE = 1_000_000_000_000_000_001, 1_000_000_000_000_000_002


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/records.sqlite3"
    return await emptied(request.getfixturevalue("postgresql"))


async def emptied(server: Postgresql) -> str:
    """Return the address of a database that holds nothing: always the same, as making one takes a second."""
    url = server.url("postgres")
    await sql(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return url


@asynccontextmanager
async def opened(url: str, tmp_path: Path, pace: Timeouts = QUICK, **more: Any) -> AsyncIterator[Records]:
    records = Records(url, state=tmp_path / "state", timeouts=pace, **more)
    await records.start()
    try:
        yield records
    finally:
        await records.close()


async def sql(url: str, *statements: str) -> list[Any]:
    """Do statements past the records; return the rows of the last one."""
    engine = create_async_engine(parse_url(url).url)
    rows: list[Any] = []
    async with engine.begin() as connection:
        for statement in statements:
            found = await connection.exec_driver_sql(statement)
            rows = [tuple(row) for row in found] if found.returns_rows else []
    await engine.dispose()
    return rows


@asynccontextmanager
async def locked(file: Path) -> AsyncIterator[None]:
    """Hold SQLite's file for oneself; in a thread, as who holds it now may need the loop to let go of it."""
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")
        yield


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
            return await records.vote(person=person, answer=answer, kind="pay", up=up, press=next(PRESSES))

        assert await vote(PERSON, up=True) == Votes(1, 0)
        assert await vote(OTHER, up=True) == Votes(2, 0)
        assert await vote(OTHER, up=False) == Votes(1, 1)
        assert await vote(OTHER, up=False) == Votes(1, 0)
        assert await vote(PERSON, up=False, answer=6) == Votes(0, 1)
        assert await vote(PERSON, up=True) == Votes(0, 0)


async def test_a_press_that_is_told_twice_counts_once(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as records:

        async def vote(press: int, *, up: bool) -> Votes:
            return await records.vote(person=PERSON, answer=5, kind="pay", up=up, press=press)

        for _ in range(2):
            assert await vote(10, up=True) == Votes(1, 0)
        for _ in range(2):
            assert await vote(11, up=True) == Votes(0, 0)  # taken back
        assert await vote(10, up=True) == Votes(0, 0)  # told late
        for _ in range(2):
            assert await vote(12, up=False) == Votes(0, 1)
        assert await vote(11, up=True) == Votes(0, 1)


async def test_votes_at_once_count_as_votes_one_after_the_other(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path, STILL) as records:
        cast = [records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES)) for _ in range(8)]
        cast += [records.vote(person=one, answer=5, kind="pay", up=False, press=next(PRESSES)) for one in range(1, 9)]
        await asyncio.gather(*cast)
        votes = await records.vote(person=OTHER, answer=5, kind="pay", up=True, press=next(PRESSES))
        # A press that comes behind a later one of the same person no longer counts, so theirs may stand or not.
        assert votes in (Votes(1, 8), Votes(2, 8))


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
            await records.missed(f"form {number:02}", person=PERSON + number, server=SERVER)
            if number % 10 == 9:
                kept = await records.gaps(100)
                assert len(kept) <= 20
        assert [gap.form for gap in kept] == [f"form {number}" for number in range(30, 50)]


async def test_misses_wait_in_bounded_memory_and_never_for_the_database(tmp_path: Path) -> None:
    records = Records(f"sqlite:///{tmp_path}/r", state=tmp_path)
    began = time.perf_counter()
    for number in range(20_000):
        await records.missed(f"form {number}", person=PERSON + number % 1_000, server=SERVER)
    assert time.perf_counter() - began < PATIENCE / 10
    assert len(records._pending) == 5_000


# ------------------------------------------------------------------ people


async def everything(url: str) -> str:
    tables = ("servers", "channels", "votes", "misses")
    return repr([await sql(url, f"SELECT * FROM {table}") for table in tables])  # noqa: S608 - names of our own


async def test_nobody_stands_in_the_database(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as records:
        await records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES))
        await records.missed("pay on mars", person=PERSON, server=SERVER)
        await records.gaps(1)
        content = await everything(url)
        assert "pay on mars" in content
        assert str(PERSON) not in content
    key = tmp_path / "state/people.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert repr(key.read_bytes()) not in content
    if url.startswith("sqlite"):
        assert stat.S_IMODE(file_of(url).stat().st_mode) == 0o600


async def test_who_wants_to_be_forgotten_is(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as records:
        await records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES))
        await records.vote(person=OTHER, answer=5, kind="pay", up=True, press=next(PRESSES))
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
        assert await records.vote(person=PERSON, answer=5, kind="pay", up=False, press=next(PRESSES)) == Votes(1, 1)


async def test_a_server_that_was_left_is_forgotten(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as records:
        for server in (SERVER, ELSEWHERE):
            await records.change(server, prefix="?", channels=[7])
            await records.vote(person=PERSON, answer=server, kind="pay", up=True, press=next(PRESSES), server=server)
            await records.missed("pay on mars", person=PERSON, server=server)
        await records.gaps(1)
        await records.missed("pay on venus", person=PERSON, server=SERVER)
        await records.leave(SERVER)
        assert records.of(SERVER) == ServerSettings()
        assert [gap.form for gap in await records.gaps(5)] == ["pay on mars"]
        content = await everything(url)
        assert str(SERVER) not in content
        assert content.count(str(ELSEWHERE)) == 5
        assert await records.change(SERVER, language="de") == ServerSettings(language="de")


async def test_what_is_of_people_goes_after_its_days(url: str, tmp_path: Path) -> None:
    day = date(2026, 1, 1)
    async with opened(url, tmp_path, keep_days=10, today=lambda: day) as records:
        await records.change(SERVER, prefix="?")
        await records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES))
        await records.missed("pay on mars", person=PERSON, server=SERVER)
        day += timedelta(days=10)
        assert await records.gaps(5)
        await asyncio.sleep(3 * QUICK.clean)
        assert await records.vote(person=OTHER, answer=5, kind="pay", up=True, press=next(PRESSES)) == Votes(2, 0)
        day += timedelta(days=1)

        async def gone() -> bool:
            return not await sql(
                url, "SELECT person FROM misses UNION ALL SELECT person FROM votes WHERE day < '2026-01-05'"
            )

        await until(gone)
        assert records.of(SERVER).prefix == "?"
    day += timedelta(days=4)
    async with opened(url, tmp_path, keep_days=10, today=lambda: day) as records:
        await records.missed("pay on venus", person=PERSON, server=SERVER)
        await records.gaps(1)
    day += timedelta(days=7)
    async with opened(url, tmp_path, STILL, keep_days=10, today=lambda: day):
        assert not await sql(url, "SELECT * FROM votes")


async def test_a_clock_that_is_wrong_for_a_while_deletes_nothing(url: str, tmp_path: Path) -> None:
    today = day = datetime.now(UTC).date()
    async with opened(url, tmp_path, today=lambda: day) as records:
        await records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES))
        await records.missed("pay on mars", person=PERSON, server=SERVER)
        await records.gaps(1)
    for wrong in (date(2040, 1, 1), date(1970, 1, 1)):
        day = wrong
        async with opened(url, tmp_path, today=lambda: day) as records:  # noqa: B023 - it has ended by then
            await records._cleaner.clean()
            assert await sql(url, "SELECT count(*) FROM votes WHERE up IS NOT NULL") == [(1,)]
            day = today
            await records._cleaner.clean()
            assert [gap.last_day for gap in await records.gaps(5)] == [today]
            assert await records.vote(person=OTHER, answer=5, kind="pay", up=True, press=next(PRESSES)) == Votes(2, 0)
            assert await records.vote(person=OTHER, answer=5, kind="pay", up=True, press=next(PRESSES)) == Votes(1, 0)


async def test_a_day_that_goes_on_is_believed_in_the_end(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, seconds = date(2026, 1, 1), 0.0
    monkeypatch.setattr(service, "monotonic", lambda: seconds)
    async with opened(url, tmp_path, today=lambda: day) as records:
        await records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES))
    day = date(2027, 1, 1)
    async with opened(url, tmp_path, STILL, today=lambda: day) as records:
        assert await sql(url, "SELECT count(*) FROM votes") == [(1,)]
        day, seconds = day + timedelta(days=1), service.SECONDS_A_DAY
        await records._cleaner.clean()
        assert await sql(url, "SELECT count(*) FROM votes") == [(0,)]


async def test_what_was_stored_by_a_clock_ahead_ends_in_time_too(url: str, tmp_path: Path) -> None:
    today = day = datetime.now(UTC).date()
    async with opened(url, tmp_path, STILL, today=lambda: day) as records:
        for one in (today, date(2099, 1, 1), date(2098, 1, 1)):
            day = one
            await records.vote(person=PERSON, answer=one.year, kind="pay", up=True, press=next(PRESSES))
            await records.missed("pay on mars", person=PERSON, server=SERVER)
            await records.gaps(1)
        day = today
        assert [gap.last_day for gap in await records.gaps(5)] == [today]
        await records._cleaner.clean()
        for table in ("votes", "misses"):
            days = await sql(url, f"SELECT DISTINCT day FROM {table}")  # noqa: S608 - a test's own word
            assert [str(found) for (found,) in days] == [str(today)]


async def test_one_person_can_neither_fill_nor_top_the_gaps(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path, STILL) as records:
        for number in range(300):
            for _ in range(5):
                await records.missed(f"a form {number}", person=PERSON, server=SERVER)
            if number % 50 == 0:
                await records.gaps(1)
        for person in (OTHER, OTHER + 1):
            await records.missed("pay on mars", person=person, server=SERVER)
        await records.missed("pay on venus", person=OTHER, server=SERVER)
        shown = await records.gaps(1_000)
        assert [gap.form for gap in shown[:2]] == ["pay on mars", "a form 0"]
        assert "pay on venus" in [gap.form for gap in shown[:4]]
        assert len(shown) == 2 + 20


@pytest.mark.long
async def test_what_is_on_its_way_is_forgotten_too(tmp_path: Path) -> None:
    file = tmp_path / "r"
    async with opened(f"sqlite:///{file}", tmp_path, STILL) as records:
        await records.missed("pay on mars", person=PERSON, server=SERVER)
        async with locked(file):
            writing = asyncio.create_task(records.gaps(5))
            await until(lambda: not records._pending)
            forgetting = asyncio.create_task(records.forget(PERSON))
            with pytest.raises(RecordsAway):
                await writing
        assert await forgetting == 1
        assert await records.gaps(5) == ()


async def test_a_server_that_is_still_to_be_deleted_stays_forgotten(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/r", tmp_path, STILL) as records:
        await records.change(SERVER, prefix="?", channels=[7])
        records._settings.leave(SERVER)
        await records._settings.refresh(records.database)
        assert records.of(SERVER) == ServerSettings()
        assert await records.change(SERVER, language="de") == ServerSettings(language="de")


def test_a_secret_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    pseudonyms._make(tmp_path / "key")
    first = (tmp_path / "key").read_bytes()
    pseudonyms._make(tmp_path / "key")
    assert (tmp_path / "key").read_bytes() == first
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


async def test_two_processes_make_one_secret(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/r"
    async with opened(url, tmp_path) as one, opened(url, tmp_path) as two:
        await one.vote(person=PERSON, answer=5, kind="pay", up=True, press=1)
        assert await two.vote(person=PERSON, answer=5, kind="pay", up=True, press=2) == Votes(0, 0)


async def test_a_broken_secret_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "state").mkdir()
    key = tmp_path / "state/people.key"
    key.write_bytes(b"short")
    async with opened(f"sqlite:///{tmp_path}/r", tmp_path) as records:
        await records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES))
    assert len(key.read_bytes()) == 32
    assert [file.read_bytes() for file in key.parent.glob("people.key.broken-*")] == [b"short"]
    assert caplog.text.count("held no key") == 1


async def test_without_a_place_for_the_secret_it_lasts_as_long_as_the_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").touch()
    async with opened(f"sqlite:///{tmp_path}/r", tmp_path) as records:
        assert await records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES)) == Votes(1, 0)
        assert await records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES)) == Votes(0, 0)
    assert "can't be kept" in caplog.text


# ------------------------------------------------------------------ tables of older and newer bots


async def at_revision(url: str, revision: str) -> None:
    engine = create_async_engine(parse_url(url).url)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, revision)
    await engine.dispose()


FIRST = (
    "INSERT INTO servers (server, channels, prefix, charts, cooldown) VALUES (1, '7, 8,x,8,-3', '?', false, 1.5)",
    "INSERT INTO servers (server, channels) VALUES (2, '')",
    "INSERT INTO votes (answer, person, kind, up, day) VALUES (5, '0123456789abcdef', 'pay', true, '2026-05-04')",
    "INSERT INTO misses (form, day, person, server, times) VALUES ('mars', '2026-05-04', '0123456789abcdef', 1, 3)",
)


async def test_older_tables_are_changed_and_what_is_in_them_is_kept(url: str, tmp_path: Path) -> None:
    day = date(2026, 5, 4)
    (tmp_path / "state").mkdir()
    await at_revision(url, "1")
    await sql(url, *FIRST)
    for _ in range(2):  # the second time there is nothing to do
        async with opened(url, tmp_path, today=lambda: day) as records:
            settings = ServerSettings(channels=frozenset({7, 8}), prefix="?", charts=False, cooldown=1.5)
            assert records.of(1) == settings
            assert records.of(2) == ServerSettings()
            assert await records.gaps(5) == (Missed(form="mars", times=3, people=1, last_day=day),)
            assert await records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES)) == Votes(2, 0)
            assert await records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES)) == Votes(1, 0)
            assert (await records.change(2, language="de", channels=[9])).language == "de"
            await records.change(2, language=None, channels=[])
    assert await sql(url, "SELECT version_num FROM alembic_version") == [("6",)]


@pytest.mark.parametrize("since", ["0", "1"], ids=["made anew", "changed from the first"])
async def test_the_revisions_lead_to_the_tables_of_now(url: str, tmp_path: Path, since: str) -> None:
    (tmp_path / "state").mkdir()
    if since == "1":
        await at_revision(url, "1")
    await at_revision(url, "head")
    engine = create_async_engine(parse_url(url).url)
    async with engine.begin() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        different = await connection.run_sync(
            lambda own: compare_metadata(MigrationContext.configure(own, opts=options), Table.metadata)
        )
    await engine.dispose()
    assert different == []


async def test_tables_of_a_newer_bot_are_left_alone(url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(url, tmp_path) as records:
        await records.change(SERVER, prefix="?")
    oldest = "UPDATE shared SET value = '99' WHERE name = 'oldest revision'"
    await sql(url, "UPDATE alembic_version SET version_num = '99'", oldest)
    before = await everything(url)
    async with opened(url, tmp_path) as records:
        with pytest.raises(RecordsAway, match="newer bot"):
            await records.change(SERVER, prefix="!")
        assert records.of(SERVER) == ServerSettings(prefix="?")  # as last read
    assert await everything(url) == before
    assert len(troubles(caplog)) == 1


async def test_an_older_bot_goes_on_beside_a_newer_that_only_added_to_the_tables(url: str, tmp_path: Path) -> None:
    """While processes are replaced one by one, those of before answer, store and are started anew."""
    async with opened(url, tmp_path) as running:
        await running.change(SERVER, prefix="?")
        await sql(
            url,
            "ALTER TABLE servers ADD COLUMN mood VARCHAR(9) DEFAULT 'merry' NOT NULL",
            "ALTER TABLE votes ADD COLUMN weight INTEGER DEFAULT 1 NOT NULL",
            "UPDATE alembic_version SET version_num = '7'",
        )
        await running.change(SERVER, charts=False)
        async with opened(url, tmp_path) as started:
            await started.change(ELSEWHERE, prefix="!")
            assert started.of(SERVER) == ServerSettings(prefix="?", charts=False)
            votes = await started.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES))
            assert votes == Votes(1, 0)
            await until(lambda: running.of(ELSEWHERE).prefix == "!")
    assert await sql(url, "SELECT version_num FROM alembic_version") == [("7",)]


START = """
import asyncio, pathlib, sys
from bot.storage.records import Records
async def main(url, state, number):
    records = Records(url, state=pathlib.Path(state))
    await records.start()
    await records.change(int(number), prefix="?")
    print(await records.vote(person=int(number), answer=5, kind="pay", up=True, press=1))
    await records.close()
asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("since", ["nothing", pytest.param("1", marks=pytest.mark.long)])
async def test_processes_that_start_at_once_do_not_clash(url: str, tmp_path: Path, since: str) -> None:
    state = tmp_path / "state"
    if since == "1":
        state.mkdir()
        await at_revision(url, "1")
        await sql(url, *FIRST)
    started = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", START, url, str(state), str(number)),
            cwd=Path(__file__).parent.parent,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for number in (1, 2, 3)
    ]
    options = [await process.communicate() for process in started]
    assert [errors for _, errors in options] == [b""] * 3
    async with opened(url, tmp_path) as records:
        assert {records.of(number).prefix for number in (1, 2, 3)} == {"?"}
        if since == "1":
            assert records.of(1).channels == {7, 8}
        # One secret, so one person: cast, taken back, cast, and taken back.
        assert await records.vote(person=1, answer=5, kind="pay", up=True, press=2) == Votes(2, 0)


# ------------------------------------------------------------------ a database that is away


def troubles(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log tells of trouble, and hold that no password is in it."""
    assert "secret" not in caplog.text
    return [line.getMessage() for line in caplog.records if line.levelno >= logging.WARNING]


async def away(records: Records, *, readable: bool = False) -> None:
    """Hold what is true while the database is away, whatever is the matter with it."""
    loop = asyncio.get_running_loop()
    tries: list[Callable[[], Awaitable[object]]] = [
        lambda: records.change(SERVER, prefix="$"),
        lambda: records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES)),
        lambda: records.forget(PERSON),
        *([] if readable else [lambda: records.gaps(5)]),
    ]
    for try_it in tries:
        began = loop.time()
        with pytest.raises(RecordsAway) as caught:
            await try_it()
        assert loop.time() - began < 2 * QUICK.patience + 3
        assert "secret" not in repr(caught.value)
    await records.missed("pay on mars", person=PERSON, server=SERVER)
    assert records.of(SERVER) == ServerSettings(prefix="?")
    assert records.of(ELSEWHERE) == ServerSettings()


async def back(records: Records) -> None:
    """Wait until the database is used again."""

    async def kept() -> bool:
        try:
            await records.change(SERVER, prefix="&")
        except RecordsAway:
            return False
        return True

    await until(kept)
    assert records.of(SERVER) == ServerSettings(prefix="&")
    await until(lambda: not records._pending)


def lines_of(file: Path) -> list[Any]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT server, prefix FROM servers ORDER BY server").fetchall()


@pytest.fixture
def kept_at(tmp_path: Path) -> Path:
    return tmp_path / "data/records.sqlite3"


async def test_locked_by_another(kept_at: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(f"sqlite:///{kept_at}", tmp_path) as records:
        await records.change(SERVER, prefix="?")
        async with locked(kept_at):
            await away(records)
        await back(records)
    assert lines_of(kept_at) == [(SERVER, "&")]
    (line,) = troubles(caplog)
    assert "away (database is locked)" in line


@pytest.mark.parametrize("how", ["in place", "renamed over", "only its middle"])
async def test_a_broken_file_is_set_aside_and_begun_anew(
    kept_at: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    # Nothing is read in between: of pages that it has in memory SQLite would not see that they broke.
    async with opened(f"sqlite:///{kept_at}", tmp_path, STILL) as records:
        await records.change(SERVER, prefix="?")
        await records.change(ELSEWHERE, channels=[7])
        garbage = os.urandom(20_000)
        with closing(sqlite3.connect(kept_at)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # SQLite would mend the file from there
        if how == "only its middle":
            whole = kept_at.read_bytes()
            garbage = whole[:4_096] + garbage[: len(whole) - 4_096]
        if how == "renamed over":
            (tmp_path / "garbage").write_bytes(garbage)
            (tmp_path / "garbage").replace(kept_at)
        else:
            kept_at.write_bytes(garbage)
        await back(records)
        assert records.of(ELSEWHERE).channels == {7}
    # What was still known is kept in the new one.
    assert lines_of(kept_at) == [(SERVER, "&"), (ELSEWHERE, None)]
    aside = [file for file in kept_at.parent.glob("*.broken-*") if not file.name.endswith(("-wal", "-shm"))]
    assert [file.read_bytes() for file in aside] == [garbage]
    (line,) = troubles(caplog)
    assert "was broken; it is kept as" in line


async def test_a_broken_file_is_kept_no_longer_than_what_is_in_it(kept_at: Path, tmp_path: Path) -> None:
    kept_at.parent.mkdir()
    kept_at.write_bytes(b"no database" * 4_000)
    day = datetime.now(UTC).date()
    async with opened(f"sqlite:///{kept_at}", tmp_path, keep_days=30, today=lambda: day) as records:
        await records._cleaner.clean()
        assert len(list(kept_at.parent.glob("*.broken-*"))) == 1
        day += timedelta(days=32)
        await records._cleaner.clean()
        assert not list(kept_at.parent.glob("*.broken-*"))


def traces(folder: Path, *needles: bytes) -> list[str]:
    """Name the files of a folder that hold any of these bytes."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return sorted(file.name for file in files if any(needle in file.read_bytes() for needle in needles))


@pytest.mark.parametrize("how", ["forget", "leave"])
@pytest.mark.parametrize("each", [4, *(pytest.param(20 + seed, marks=pytest.mark.long) for seed in range(3))])
async def test_what_is_forgotten_is_in_no_byte_of_any_file(kept_at: Path, tmp_path: Path, how: str, each: int) -> None:
    """Rows in the middle of a table, moved from page to page by those around them."""
    chance = random.Random(each)  # noqa: S311 - a dice, not a secret
    people, ends = [PERSON + number for number in range(40)], (SERVER, ELSEWHERE)
    async with opened(f"sqlite:///{kept_at}", tmp_path, STILL) as records:
        for person in people:
            for _ in range(each):
                await records.vote(
                    person=person,
                    answer=chance.randrange(10**18),
                    kind="pay",
                    up=True,
                    press=next(PRESSES),
                    server=ends[person % 2],
                )
            await records.missed(f"pay on planet {person}", person=person, server=ends[person % 2])
        await records.gaps(1)
        hashes = {person: records.pseudonyms.of(person) for person in people}
        gone = people[::2] if how == "leave" else people[5:15]
        if how == "leave":
            await records.leave(ends[gone[0] % 2])
        else:
            for person in gone:
                assert await records.forget(person) == each + 1
        # Others go on voting: what was deleted is in no log of theirs.
        await records.vote(
            person=people[1 if how == "leave" else 0], answer=6, kind="pay", up=True, press=next(PRESSES)
        )
        needles = [hashes[person] for person in gone] + [f"planet {person}".encode() for person in gone]
        assert traces(kept_at.parent, *needles) == []
        assert traces(kept_at.parent, hashes[people[1]]) == [kept_at.name]


async def test_a_broken_file_goes_when_anybody_is_forgotten(kept_at: Path, tmp_path: Path) -> None:
    async with opened(f"sqlite:///{kept_at}", tmp_path, STILL) as records:
        await records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES))
        hashed = records.pseudonyms.of(PERSON)
    whole = kept_at.read_bytes()
    kept_at.write_bytes(b"no database" + whole[11:])
    async with opened(f"sqlite:///{kept_at}", tmp_path, STILL) as records:
        assert traces(kept_at.parent, hashed)
        assert await records.forget(PERSON) == 0
        assert traces(kept_at.parent, hashed) == []


async def test_what_is_deleted_is_overwritten(kept_at: Path, tmp_path: Path) -> None:
    async with opened(f"sqlite:///{kept_at}", tmp_path) as records:
        await records.missed("zookeeper pay", person=PERSON, server=SERVER)
        await records._write_pending()
        assert await records.forget(PERSON) == 1
    left = b"".join(file.read_bytes() for file in kept_at.parent.iterdir() if file.is_file())
    assert b"zookeeper" not in left


@pytest.mark.parametrize("how", ["whole", "only its middle"])
async def test_a_broken_file_at_the_start(
    kept_at: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    kept_at.parent.mkdir()
    if how == "only its middle":
        async with opened(f"sqlite:///{kept_at}", tmp_path) as records:
            await records.change(SERVER, prefix="?")
    first = kept_at.read_bytes()[:4_096] if how == "only its middle" else b""
    kept_at.write_bytes(first + b"no database" * 4_000)
    async with opened(f"sqlite:///{kept_at}", tmp_path) as records:
        # As last read, and so in the new file again.
        assert records.of(SERVER) == ServerSettings(prefix="?" if first else None)
        await records.change(SERVER, prefix="?")
    assert lines_of(kept_at) == [(SERVER, "?")]
    assert len(list(kept_at.parent.glob("*.broken-*"))) == 1
    (line,) = troubles(caplog)
    assert "was broken; it is kept as" in line


@pytest.mark.parametrize("what", ["file", "folder"])
async def test_a_file_or_folder_that_is_gone_is_made_again(
    kept_at: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    async with opened(f"sqlite:///{kept_at}", tmp_path) as records:
        await records.change(SERVER, prefix="?")
        await records.change(ELSEWHERE, channels=[7])
        if what == "file":
            kept_at.unlink()
        else:
            shutil.rmtree(kept_at.parent)
        assert await records.change(SERVER, language="de") == ServerSettings(prefix="?", language="de")
    assert lines_of(kept_at) == [(SERVER, "?"), (ELSEWHERE, None)]
    assert len(troubles(caplog)) == 1


async def test_a_folder_that_can_not_be_made(kept_at: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(f"sqlite:///{kept_at}", tmp_path) as records:
        await records.change(SERVER, prefix="?")
        shutil.rmtree(kept_at.parent)
        kept_at.parent.touch()
        await away(records)
        kept_at.parent.unlink()
        await back(records)
    assert len(troubles(caplog)) == 1


async def test_a_full_disk(kept_at: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(f"sqlite:///{kept_at}", tmp_path, STILL) as records:
        await records.change(SERVER, prefix="?")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))  # no file may be written at all
            await away(records, readable=True)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        await records.change(SERVER, prefix="&")
        assert [gap.form for gap in await records.gaps(5)] == ["pay on mars"]
    assert lines_of(kept_at) == [(SERVER, "&")]
    assert len(troubles(caplog)) == 1


@pytest.mark.long
async def test_postgresql_killed_and_started_again(
    postgresql: Postgresql, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    url = await emptied(postgresql)
    async with opened(url, tmp_path) as records:
        await records.change(SERVER, prefix="?")
        await asyncio.to_thread(postgresql.kill)
        try:
            await away(records)
        finally:
            await asyncio.to_thread(postgresql.start)
        await back(records)
    assert await sql(url, "SELECT prefix FROM servers") == [("&",)]
    assert len(troubles(caplog)) == 1
    assert sum("is back" in line.getMessage() for line in caplog.records) == 1


async def test_a_database_that_is_not_there_yet_at_the_start(
    postgresql: Postgresql, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(postgresql.url("later"), tmp_path) as records:
        assert records.of(SERVER) == ServerSettings()
        await records.leave(ELSEWHERE)
        with pytest.raises(RecordsAway):
            await records.change(SERVER, prefix="?")
        await asyncio.to_thread(postgresql.make, "later")
        await back(records)
    assert len(troubles(caplog)) == 1


@pytest.mark.parametrize(
    "says", [None, b"", b"N", b"S" * 100, b"HTTP/1.1 400 Bad Request\r\n\r\n", b"E\0\0\0\5x", b"NK\0\0\0\4"]
)
async def test_a_server_that_hangs_or_is_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, says: bytes | None
) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if says is None:
            await reader.read()  # until the other side gives up
        else:
            await reader.read(8)
            writer.write(says)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"postgresql://salarybot:secret@127.0.0.1:{server.sockets[0].getsockname()[1]}/records"
    pace = Timeouts(patience=0.3, retry=0.01, retry_most=0.05, gather=0.01)
    async with server, opened(url, tmp_path, pace) as records:
        for _ in range(2):
            with pytest.raises(RecordsAway):
                await records.change(SERVER, prefix="?")
            with pytest.raises(RecordsAway):
                await records.forget(PERSON)
        assert records.of(SERVER) == ServerSettings()
        await records.missed("pay on mars", person=PERSON, server=SERVER)
        began = time.monotonic()
    assert time.monotonic() - began < 4  # it ends in time, too
    assert len(troubles(caplog)) == 1


async def test_a_server_that_stops_answering(
    postgresql: Postgresql, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The connection stands, and nothing comes through it any more."""
    through = asyncio.Event()
    through.set()

    relays: list[object] = []  # which the event loop would forget in the middle of their work

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):
            while content := await reader.read(65_536):
                await through.wait()
                writer.write(content)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        relays.append(asyncio.current_task())
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", postgresql.port)
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer), return_exceptions=True)

    await emptied(postgresql)
    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    url = f"postgresql://salarybot:secret@127.0.0.1:{server.sockets[0].getsockname()[1]}/postgres"
    async with server, opened(url, tmp_path) as records:
        await records.change(SERVER, prefix="?")
        through.clear()
        await away(records)
        through.set()
        await back(records)
    assert len(troubles(caplog)) == 1


async def test_a_server_left_while_the_database_is_away_is_deleted_later(kept_at: Path, tmp_path: Path) -> None:
    async with opened(f"sqlite:///{kept_at}", tmp_path) as records:
        await records.change(SERVER, prefix="?")
        async with locked(kept_at):
            await records.leave(SERVER)
            assert records.of(SERVER) == ServerSettings()

        async def deleted() -> bool:
            return await asyncio.to_thread(lines_of, kept_at) == []

        await until(deleted)
        assert records.of(SERVER) == ServerSettings()


async def test_trouble_is_told_once_in_a_while(kept_at: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept_at.parent.touch()
    pace = Timeouts(patience=0.2, retry=0.005, retry_most=0.005, quiet=0.2)
    async with opened(f"sqlite:///{kept_at}", tmp_path, pace):
        began = time.monotonic()
        await until(lambda: len(troubles(caplog)) == 3)
        assert time.monotonic() - began >= 0.35


async def test_nothing_happens_before_the_start(tmp_path: Path) -> None:
    records = Records(f"sqlite:///{tmp_path}/a/r", state=tmp_path / "state")
    assert records.of(SERVER) == ServerSettings()
    await records.missed("pay on mars", person=PERSON, server=SERVER)
    with pytest.raises(RecordsAway, match="not started"):
        await records.vote(person=PERSON, answer=5, kind="pay", up=True, press=next(PRESSES))
    await records.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url", ["", "mysql://h/n", "sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://u:secret@h:port/n"]
)
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        Records(url)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("sqlite:////a/b?c#d%20", "/a/b?c#d%20"),
        ("sqlite:///b", "b"),
        ("postgres://u:secret@h:5/n?sslmode=require&unknown=1", "PostgreSQL at h:5"),
        ("postgresql+asyncpg://u@h/n", "PostgreSQL at h"),
        ("postgresql:///n?host=/run/postgresql", "PostgreSQL at its socket"),
    ],
)
def test_an_address_is_said_without_its_password(url: str, text: str) -> None:
    address = parse_url(url)
    assert str(address) == text
    assert "secret" not in f"{address!r}"
    assert address.without_password("wrong: secret") == ("wrong: ***" if "secret" in url else "wrong: secret")
