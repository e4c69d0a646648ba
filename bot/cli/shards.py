"""Which process serves which shards: as the processes that share a database say there, or as one left in its state."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.table import Table

from bot.settings import Settings
from bot.storage.records.engine.engine import Database
from bot.storage.records.engine.timeouts import Timeouts
from bot.storage.records.engine.url import parse_url
from bot.storage.sharing.balance import DEAD
from bot.storage.sharing.leases import Overview, Process, Served, overview
from bot.storage.state import running

COLUMNS = ("Process", "Version", "Knowledge", "Shards", "Since", "Last sign of life")


def look(settings: Settings) -> Overview:
    """Return what the database tells; nothing of a SQLite file, which no processes share. Raises RecordsAway."""
    address = parse_url(settings.database_url().get_secret_value())
    return asyncio.run(_look(Database(address, Timeouts(), _refuse))) if address.file is None else Overview((), ())


async def _look(database: Database) -> Overview:
    logging.getLogger("bot.storage").setLevel(logging.CRITICAL)  # what fails is told once, by who asked
    try:
        return await database.run(overview)
    finally:
        await database.close()


async def _refuse(_: object) -> None:
    """Leave it to the bot to make its tables, with what it has kept for them."""
    raise FileNotFoundError("no bot has used it yet")


def table_of(seen: Overview, application: int) -> Table:
    """Return the processes of a bot, with the shards of each; those that nobody serves come last."""
    table = Table(*COLUMNS, title=f"Bot {application}", title_justify="left")
    shards = [shard for shard in seen.shards if shard.application == application]
    processes = [process for process in seen.processes if process.application == application]
    for process in processes:
        held = [shard for shard in shards if shard.holder == process.process]
        table.add_row(process.name, process.version, process.revision, ranges(held), _since(held), _sign(process))
    alive = {process.process for process in processes if process.age < DEAD}
    free = [shard for shard in shards if shard.holder not in alive]
    if free:
        table.add_row("nobody", "", "", ranges(free), "", "")
    return table


def as_json(seen: Overview) -> str:
    """Return all of it as one JSON object."""
    plain = {"processes": [one._asdict() for one in seen.processes], "shards": [one._asdict() for one in seen.shards]}
    return json.dumps(plain, default=_plain)


def state_line(folder: Path) -> str:
    """Return what the state folder tells of the one process that has it."""
    found = running(folder)
    if found is None:
        return f"No process runs with {folder}."
    process, since = found
    return f"Process {process} serves all shards by itself, since {_time(since)}, with {folder}."


def ranges(shards: Iterable[Served]) -> str:
    """Return the numbers of shards, such as `0-3, 7 (5)`.

    >>> ranges([Served(1, 8, number, None, None, None) for number in (0, 1, 2, 3, 7)])
    '0-3, 7 (5)'
    """
    numbers = sorted(shard.shard for shard in shards)
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return f"{', '.join(parts)} ({len(numbers)})" if parts else "none"


def _since(shards: Iterable[Served]) -> str:
    times = [shard.since for shard in shards if shard.since is not None]
    return _time(min(times)) if times else ""


def _sign(process: Process) -> str:
    state = "; dead" if process.age >= DEAD else "; leaving" if process.leaving else ""
    return f"{process.age:.1f} s ago{state}"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
