"""The queries: each a function of a connection in an open transaction, for SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records.models import Channel, Miss, Server, Table, Vote
from bot.storage.records.values import Missed, Votes

CHANNEL = "salarybot"  # on which processes tell each other what has changed
_PART = 100  # rows read at a time: with 10,000 servers' settings 500 block the event loop for 35 ms, 100 for under 10

Raw = Mapping[str, object]  # a server's settings as stored, not validated


async def notify(connection: AsyncConnection, payload: str) -> None:
    """Tell the other processes of a PostgreSQL something, once the transaction is through."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_notify(CHANNEL, payload)))


async def settings_of(connection: AsyncConnection, server: int) -> Raw | None:
    """Return the stored settings of one server; None if it has none."""
    row = (await connection.execute(sa.select(*_SETTINGS).where(Server.server == server))).mappings().first()
    if row is None:
        return None
    found = await connection.execute(
        sa.select(_plain(Channel.channel), _plain(Channel.everything)).where(Channel.server == server)
    )
    return {**_set(row), **_of_channels((channel, everything) for channel, everything in found)}


async def settings_of_all(connection: AsyncConnection) -> AsyncIterator[tuple[object, Raw]]:
    """Yield the stored settings of every server, read in parts."""
    channels: dict[object, list[tuple[object, object]]] = {}
    listed = sa.select(_plain(Channel.server), _plain(Channel.channel), _plain(Channel.everything))
    async for part in (await connection.stream(listed)).partitions(_PART):
        for server, channel, everything in part:
            channels.setdefault(server, []).append((channel, everything))
    async for rows in (await connection.stream(sa.select(*_SETTINGS))).mappings().partitions(_PART):
        for row in rows:
            yield row["server"], {**_set(row), **_of_channels(channels.get(row["server"], ()))}


async def change(connection: AsyncConnection, server: int, changes: Mapping[str, Any]) -> None:
    """Update some settings of one server."""
    own = {name: value for name, value in changes.items() if name not in _CHANNELS}
    await _upsert(connection, Server, [{"server": server, **own}], ("server",), tuple(own))
    if _CHANNELS & changes.keys():
        await _change_channels(connection, server, changes)
    await notify(connection, f"server {server}")


async def _change_channels(connection: AsyncConnection, server: int, changes: Mapping[str, Any]) -> None:
    """Replace the channels of a server: an ask channel is one that is listened in."""
    stored = await settings_of(connection, server) or {}
    asked = set(changes.get("ask_channels", stored.get("ask_channels", ())))
    listed = set(changes.get("channels", stored.get("channels", ())))
    # Who takes a channel from the list wants it quiet; who makes one an ask channel wants it on the list.
    listed, asked = (listed | asked, asked) if "ask_channels" in changes else (listed, asked & listed)
    await connection.execute(sa.delete(Channel).where(Channel.server == server))
    rows = [{"server": server, "channel": one, "everything": one in asked} for one in sorted(listed)]
    if rows:
        await connection.execute(sa.insert(Channel), rows)


async def vote(connection: AsyncConnection, cast: Mapping[str, Any]) -> Votes:
    """Count one vote: a person's second vote replaces the first, and the same vote again takes it back.

    A press that is told twice, by two sessions or by one that was resumed, counts once.
    """
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(cast["answer"])))
    own = [getattr(Vote, name) == cast[name] for name in ("answer", "person")]
    before = (await connection.execute(sa.select(Vote.up, Vote.press).where(*own))).first()
    if before is None or before.press < cast["press"]:
        up = None if before is not None and before.up == cast["up"] else cast["up"]
        await _upsert(connection, Vote, [{**cast, "up": up}], ("answer", "person"), ("up", "press", "kind", "day"))
    return await _votes_on(connection, cast["answer"])


async def react(connection: AsyncConnection, cast: Mapping[str, Any]) -> Votes:
    """Set one person's vote, however often it is told; their last press stays as it is."""
    await _upsert(connection, Vote, [{**cast, "press": 0}], ("answer", "person"), ("up", "kind", "day"))
    return await _votes_on(connection, cast["answer"])


async def _votes_on(connection: AsyncConnection, answer: int) -> Votes:
    counted = sa.select(Vote.up, sa.func.count()).where(Vote.answer == answer).group_by(Vote.up)
    totals = {up: times for up, times in await connection.execute(counted) if up is not None}
    return Votes(totals.get(True, 0), totals.get(False, 0))


async def take_back(
    connection: AsyncConnection, answer: int, person: bytes | None = None, *, up: bool | None = None
) -> None:
    """Take back the votes on an answer, or one person's if it is `up` or not.

    The rows stay with their presses, so that a press told twice still counts once.
    """
    own = [] if person is None else [Vote.person == person, Vote.up.is_(up)]
    await connection.execute(sa.update(Vote).where(Vote.answer == answer, *own).values(up=None))


async def miss(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], *, most: int) -> None:
    """Count misses, at most so many different ones of a person and day: nobody can fill the table.

    Rows must be sorted by key, as two processes with different orders could deadlock.
    """
    people = {row["person"] for row in rows}
    counted = sa.select(Miss.person, _plain(Miss.day), sa.func.count()).where(Miss.person.in_(people))
    stored = await connection.execute(counted.group_by(Miss.person, Miss.day))
    count = Counter({(person, str(day)): times for person, day, times in stored})
    kept = []
    for row in rows:
        whose = (row["person"], str(row["day"]))
        count[whose] += 1
        if count[whose] <= most:
            kept.append(row)
    if kept:
        await _upsert(connection, Miss, kept, ("form", "day", "person", "server"), (), more="times")


async def gaps(
    connection: AsyncConnection, most: int, *, server: int | None, since: date, today: date
) -> tuple[Missed, ...]:
    """Return the misses of most people; where as many missed several, each person in turn has one."""
    turn = sa.func.row_number().over(partition_by=Miss.person, order_by=(sa.func.sum(Miss.times).desc(), Miss.form))
    # SQLite returns text; written by hand it may be no date.
    last = _plain(sa.func.max(Miss.day)).label("last")
    times = sa.func.sum(Miss.times).label("times")
    each = sa.select(Miss.form, times, last, turn.label("turn")).where(Miss.day >= since)
    each = each.group_by(Miss.form, Miss.person)
    if server is not None:
        each = each.where(Miss.server == server)
    of = each.subquery().c
    asked, people = sa.func.sum(of.times), sa.func.count()
    found = sa.select(of.form, asked, people, _plain(sa.func.max(of.last))).group_by(of.form)
    order = (people.desc(), sa.func.min(of.turn), asked.desc(), of.form)
    rows = await connection.execute(found.order_by(*order).limit(most))
    return tuple(
        Missed(form=form, times=int(times), people=people, last_day=min(_day(last, since), today))
        for form, times, people, last in rows
    )


async def forget(connection: AsyncConnection, person: bytes) -> int:
    """Delete all of a person's data; return the number of rows."""
    await notify(connection, f"forget {person.hex()}")
    return await forget_here(connection, person)


async def forget_here(connection: AsyncConnection, person: bytes) -> int:
    """Do the same, and tell nobody."""
    return sum([await _delete(connection, table, table.person == person) for table in (Vote, Miss)])


async def leave(connection: AsyncConnection, server: int) -> None:
    """Delete all of a server's data."""
    for table in (Channel, Server, Vote, Miss):
        await connection.execute(sa.delete(table).where(table.server == server))
    await notify(connection, f"server {server}")


async def newest(connection: AsyncConnection, *, today: date) -> date | None:
    """Return the last day up to `today` on which anything of people's was stored; today where nothing is stored."""
    days = [day for day in (Vote.day, Miss.day) if await connection.scalar(sa.select(sa.func.count(day)))]
    last = [await connection.scalar(sa.select(_plain(sa.func.max(day))).where(day <= today)) for day in days]
    return max((_day(day, date.min) for day in last if day is not None), default=None) if days else today


async def clean(connection: AsyncConnection, *, before: date, today: date) -> int:
    """Delete people's data from before a day; return the number of rows. What is from days to come is from today."""
    await _redate(connection, today)
    return sum([await _delete(connection, table, table.day < before) for table in (Vote, Miss)])


async def trim(connection: AsyncConnection, most: int) -> int:
    """Delete the oldest misses beyond a number; return the number of rows deleted."""
    if ((await connection.scalar(sa.select(sa.func.count()).select_from(Miss))) or 0) <= most:
        return 0
    last = sa.select(Miss.id).order_by(Miss.id.desc()).offset(most).limit(1).scalar_subquery()
    return await _delete(connection, Miss, Miss.id <= last)


async def restore(connection: AsyncConnection, settings: Mapping[int, Mapping[str, Any]]) -> None:
    """Store settings of the servers that have none."""
    for server, values in settings.items():
        if await settings_of(connection, server) is None:
            await change(connection, server, values)


async def _redate(connection: AsyncConnection, today: date) -> None:
    """Set the days to come to today: a clock was wrong, and such rows would stay for years."""
    await connection.execute(sa.update(Vote).where(Vote.day > today).values(day=today))
    if (await connection.execute(sa.select(Miss.id).where(Miss.day > today).limit(1))).first() is None:
        return
    # The same question of the same person on the same day is one row.
    first = sa.select(sa.func.min(Miss.id)).where(Miss.day >= today).group_by(Miss.form, Miss.person, Miss.server)
    await connection.execute(sa.delete(Miss).where(Miss.day >= today, Miss.id.not_in(first)))
    await connection.execute(sa.update(Miss).where(Miss.day > today).values(day=today))


async def _delete(connection: AsyncConnection, table: type[Table], which: sa.ColumnElement[bool]) -> int:
    return (await connection.execute(sa.delete(table).where(which))).rowcount


async def _upsert(
    connection: AsyncConnection,
    table: type[Table],
    rows: Sequence[Mapping[str, Any]],
    key: tuple[str, ...],
    changed: tuple[str, ...],
    *,
    more: str | None = None,
) -> None:
    """Upsert rows: on conflict update the columns `changed`, and add to the column `more`."""
    insert: Any = sqlite.insert(table)
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - two MiB that SQLite needs nothing of

        insert = postgresql.insert(table)
    values: dict[str, Any] = {name: insert.excluded[name] for name in changed}
    if more is not None:
        values[more] = table.__table__.c[more] + insert.excluded[more]
    once = insert.on_conflict_do_update(index_elements=key, set_=values) if values else None
    await connection.execute(
        insert.on_conflict_do_nothing(index_elements=key) if once is None else once, [dict(row) for row in rows]
    )


def _plain(column: Any) -> Any:
    """Read a column without conversion: SQLite stores any value in any column, and SQLAlchemy could fail on it."""
    return sa.type_coerce(column, sa.types.NULLTYPE)


def _set(row: sa.RowMapping) -> dict[str, object]:
    return {str(name): value for name, value in row.items() if name != "server"}


def _of_channels(rows: Iterable[tuple[object, object]]) -> dict[str, object]:
    """Return the settings that the rows of a server's channels hold."""
    rows = tuple(rows)
    return {
        "channels": tuple(channel for channel, _ in rows),
        "ask_channels": tuple(channel for channel, everything in rows if everything in (True, 1)),
    }


def _day(value: object, default: date) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return default


_CHANNELS = frozenset({"channels", "ask_channels"})
_SETTINGS = [
    _plain(column).label(column.key)
    for column in (Server.server, Server.prefix, Server.charts, Server.cooldown, Server.language, Server.proxy)
]
