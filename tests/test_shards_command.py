"""`salarybot shards`: who serves what, from the database that processes share, else from the state folder."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import main as command
from bot.storage.records import Records, Timeouts
from bot.storage.sharing.balance import DEAD
from bot.storage.sharing.leases import SHARDS, Leases
from bot.storage.state import PROCESS, claimed
from tests.postgresql import Postgresql

APPLICATIONS = itertools.count(1_000)  # beside those of other tests
DAY = f"{datetime.now(UTC):%Y-}"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs the command with a database."""

    def run(url: str, *options: str) -> Result:
        monkeypatch.setenv("SALARYBOT_DATABASE", url)
        monkeypatch.setenv("COLUMNS", "200")
        return CliRunner().invoke(command.app, ["shards", *options])

    return run


def shared(url: str, moves: Callable[[Leases, Leases], Any]) -> None:
    """Let two processes of a bot with six shards begin, and then move."""

    async def main() -> None:
        records = Records(url, timeouts=Timeouts(patience=10.0))
        await records.start()
        try:
            application = next(APPLICATIONS)
            both = [Leases(records.database, application) for _ in range(2)]
            for one in both:
                one.total = int((await one.begin(6, "a key"))[SHARDS])
                await one.beat({}, "3fa9c1d2e4b7")
            await moves(*both)
        finally:
            await records.close()

    asyncio.run(main())


def test_processes_are_listed_with_their_shards(postgresql: Postgresql, shown: Callable[..., Result]) -> None:
    async def moves(one: Leases, other: Leases) -> None:
        rows = (await one.beat({}, "3fa9c1d2e4b7")).view.rows
        for row in (*rows[:3], rows[4]):
            await one.take(row)
        await other.beat({}, "0123456789ab", leaving=True)

    url = postgresql.url("postgres")
    shared(url, moves)
    ended = shown(url)
    assert ended.exit_code == 0, ended.output
    (first,) = [line for line in ended.stdout.splitlines() if "0-2, 4 (4)" in line]
    assert PROCESS in first
    assert "3fa9c1d2e4b7" in first
    assert DAY in first
    assert " s ago" in first
    (leaving,) = [line for line in ended.stdout.splitlines() if "0123456789ab" in line]
    assert "leaving" in leaving
    assert "none" in leaving
    assert [line for line in ended.stdout.splitlines() if "nobody" in line and "3, 5 (2)" in line]


def test_a_process_that_gave_no_sign_is_dead_and_its_shards_are_nobodys(
    postgresql: Postgresql, shown: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def moves(one: Leases, _: Leases) -> None:
        await one.take((await one.beat({}, "3fa9c1d2e4b7")).view.rows[0])

    url = postgresql.url("postgres")
    shared(url, moves)
    monkeypatch.setattr("bot.cli.shards.DEAD", 0.0)
    lines = shown(url).stdout.splitlines()
    assert [line for line in lines if PROCESS in line and "dead" in line and "0 (1)" in line]
    assert [line for line in lines if "nobody" in line and "0-5 (6)" in line]
    assert DEAD > 0


def test_as_json_each_shard_is_told(postgresql: Postgresql, shown: Callable[..., Result]) -> None:
    applications = []

    async def moves(one: Leases, _: Leases) -> None:
        applications.append(one._own["app"])
        await one.take((await one.beat({}, "3fa9c1d2e4b7")).view.rows[2])

    url = postgresql.url("postgres")
    shared(url, moves)
    seen = json.loads(shown(url, "--json").stdout)
    ours = [shard for shard in seen["shards"] if shard["application"] == applications[0]]
    assert [shard["shard"] for shard in ours] == [0, 1, 2, 3, 4, 5]
    holder = next(shard for shard in ours if shard["shard"] == 2)
    assert holder["holder"] in [one["process"] for one in seen["processes"]]
    assert datetime.fromisoformat(holder["since"]).tzinfo is not None


def test_a_database_that_no_bot_has_used_is_left_as_it_is(postgresql: Postgresql, shown: Callable[..., Result]) -> None:
    asyncio.run(_created(postgresql, "untouched"))
    for _ in range(2):  # the first look would have made the tables
        ended = shown(postgresql.url("untouched"))
        assert ended.exit_code == 1
        assert ended.output.strip() == "the database is away: no bot has used it yet"


async def _created(postgresql: Postgresql, name: str) -> None:
    import asyncpg  # type: ignore[import-untyped] # noqa: PLC0415

    connection = await asyncpg.connect(postgresql.url("postgres"))
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()


def test_a_database_that_is_away_is_one_line(shown: Callable[..., Result]) -> None:
    ended = shown("postgresql://user:hush@127.0.0.1:1/none")
    assert ended.exit_code == 1
    assert ended.output.startswith("the database is away: ")
    assert ended.output.count("\n") == 1
    assert "hush" not in ended.output


@pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX")
def test_a_single_process_is_told_from_its_state(tmp_path: Path) -> None:
    runner = {"SALARYBOT_STATE": str(tmp_path)}
    with claimed(tmp_path):
        output = CliRunner().invoke(command.app, ["shards"], env=runner).output
    assert "serves all shards by itself, since " in output
    assert DAY in output
    after = CliRunner().invoke(command.app, ["shards"], env=runner)
    assert after.output == f"No process runs with {tmp_path}.\n"
    nobody = json.loads(CliRunner().invoke(command.app, ["shards", "--json"], env=runner).output)
    assert nobody == {"processes": [], "shards": []}
