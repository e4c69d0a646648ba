"""Who is to serve which shard: judged by each process for itself from the same rows, without a coordinator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from bot.storage.state import Session

# Seconds between two signs of life, and without one until a process is dead, by the clock of who looks: no clock is
# compared with another. Where its connection to PostgreSQL is gone too it is dead sooner: a command waits 3 seconds.
BEAT, DEAD, CUT_OFF = 1.0, 6.0, 2.0
BEATING = 2 * BEAT


class Row(NamedTuple):
    """A shard: who serves it, who is about to take it over from them, and the session to be RESUMEd."""

    shard: int
    holder: UUID | None
    incoming: UUID | None
    last: Session | None


class View(NamedTuple):
    """What a look at the tables showed: the shards, and the processes that live, stay, and were just seen to live."""

    rows: tuple[Row, ...]
    alive: frozenset[UUID]
    staying: frozenset[UUID]
    beating: frozenset[UUID]

    def is_free(self, row: Row) -> bool:
        """Whether no process that lives serves a shard, or is about to."""
        return row.holder not in self.alive and row.incoming not in self.alive


class Moves(NamedTuple):
    """The shards to take at once, as nobody serves them, and those to take over from who does."""

    take: tuple[Row, ...] = ()
    take_over: tuple[Row, ...] = ()


class Sign(NamedTuple):
    """A process's last sign of life, by the database's clock, and whether it is still connected."""

    seen: datetime
    is_connected: bool


class Watch:
    """Says who lives by when their sign of life last changed.

    A database that could not be looked at makes nobody dead: then everybody has DEAD seconds again.

    >>> watch, now = Watch(), datetime.min
    >>> def signs(second):
    ...     a, c = Sign(now, True), Sign(now, False)
    ...     return {"a": a, "b": Sign(now.replace(second=second), True), "c": c}
    >>> [sorted(watch.look(signs(second), 1.0 * second)[0]) for second in (0, 1, 2, 3, 4, 5, 6)][1:3]
    [['a', 'b', 'c'], ['a', 'b']]
    >>> sorted(watch.look(signs(7), 7.0)[0])
    ['b']
    """

    def __init__(self) -> None:
        self._seen: dict[UUID, _Seen] = {}
        self._looked = 0.0

    def look(self, signs: Mapping[UUID, Sign], now: float) -> tuple[frozenset[UUID], frozenset[UUID]]:
        """Take what the signs of life are now, in seconds that only grow; return who lives and who is beating."""
        was_away, self._looked = now - self._looked > DEAD / 2, now
        seen = {}
        for process, sign in signs.items():
            before = self._seen.get(process, _Seen(sign.seen, now, now, moved=False))
            if sign.seen != before.sign:
                before = _Seen(sign.seen, now, now, moved=True)
            elif was_away:
                before = before._replace(at=now)
            seen[process] = before._replace(connected_at=now) if sign.is_connected or was_away else before
        self._seen = seen
        alive = {one for one, (_, at, there, _) in seen.items() if now - at < DEAD and now - there < CUT_OFF}
        beating = {one for one, (_, at, _, moved) in seen.items() if moved and now - at <= BEATING}
        return frozenset(alive), frozenset(beating) & alive


class _Seen(NamedTuple):
    """A sign of life, when it was first seen, when its process was last seen connected; whether it ever changed."""

    sign: datetime
    at: float
    connected_at: float
    moved: bool


def decide(view: View, me: UUID, at_once: int, opening: int = 0) -> Moves:
    """Return the moves of one process; every process, deciding so for itself, comes to the same fair share.

    `at_once`: how many shards may IDENTIFY at a time, and are `opening` here at most, those with a session aside, which
    is to be heard at once: who starts a little later then finds its share free.
    """
    ranked = sorted(view.staying)
    if me not in ranked or not view.rows:
        return Moves()
    served = Counter(row.incoming if row.incoming in view.alive else row.holder for row in view.rows)
    least, share = len(view.rows) // len(ranked), -(-len(view.rows) // len(ranked))
    start = ranked.index(me) * len(view.rows) // len(ranked)  # or all would want the same ones
    rows = view.rows[start:] + view.rows[:start]
    free = [row for row in rows if view.is_free(row)]
    spare = len(free) - sum(max(0, least - served[process]) for process in ranked)
    take = []
    for row in free:
        is_due = served[me] < least or spare > 0  # others come to `least` first
        if served[me] < share and (row.last is not None or (is_due and opening < at_once)):
            take.append(row)
            served[me] += 1
            opening += 1
    room = at_once - sum(row.incoming == me for row in rows)
    take_over: list[Row] = []
    for row in rows:
        holder = row.holder
        if len(take_over) >= room or holder not in view.beating or row.incoming in view.alive or holder == me:
            continue
        # Where something is free that is to be taken first, which costs an IDENTIFY less. Who gave more than what is
        # beyond its own share would have to take again from others.
        gives = len(free) == len(take) and served[holder] > max(served[me] + 1, least)
        if served[me] < share and (holder not in view.staying or gives):
            take_over.append(row)
            served[me] += 1
            served[holder] -= 1
    return Moves(tuple(take), tuple(take_over))
