"""Who is to serve which shard: judged by each process for itself from the same rows, without a coordinator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from bot.storage.state import Session

BEAT = 1.0  # seconds between two signs of life
DEAD = 6.0  # seconds without one, by the clock of who looks: no clock is compared with another
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


class Watch:
    """Says who lives by when their sign of life last changed.

    A database that could not be looked at makes nobody dead: then everybody has DEAD seconds again.

    >>> watch, now = Watch(), datetime.min
    >>> [sorted(watch.look({"a": now, "b": now.replace(second=n)}, 1.0 * n)[0]) for n in range(7)][-2:]
    [['a', 'b'], ['b']]
    """

    def __init__(self) -> None:
        self._seen: dict[UUID, tuple[datetime, float, bool]] = {}
        self._looked = 0.0

    def look(self, signs: Mapping[UUID, datetime], now: float) -> tuple[frozenset[UUID], frozenset[UUID]]:
        """Take what the signs of life are now, in seconds that only grow; return who lives and who is beating."""
        gap, self._looked = now - self._looked, now
        for process, sign in signs.items():
            before, at, moved = self._seen.get(process, (sign, now, False))
            if sign != before:
                at, moved = now, True
            elif gap > DEAD / 2:
                at = now
            self._seen[process] = sign, at, moved
        self._seen = {process: seen for process, seen in self._seen.items() if process in signs}
        alive = {process for process, (_, at, _) in self._seen.items() if now - at < DEAD}
        beating = {process for process, (_, at, moved) in self._seen.items() if moved and now - at <= BEATING}
        return frozenset(alive), frozenset(beating)


def decide(view: View, me: UUID, at_once: int, waiting: frozenset[int] = frozenset()) -> Moves:
    """Return the moves of one process; every process, deciding so for itself, comes to the same fair share.

    `at_once`: how many shards to take over at a time; `waiting`: the shards that were free at the look before, which
    are taken beyond any share: who was to take them did not.
    """
    ranked = sorted(view.staying)
    if me not in ranked or not view.rows:
        return Moves()
    served = Counter(row.incoming if row.incoming in view.alive else row.holder for row in view.rows)
    share = -(-len(view.rows) // len(ranked))
    start = ranked.index(me) * len(view.rows) // len(ranked)  # or all would want the same ones
    rows = view.rows[start:] + view.rows[:start]
    take = []
    for row in rows:
        if view.is_free(row) and (served[me] < share or row.shard in waiting):
            take.append(row)
            served[me] += 1
    room = at_once - sum(row.incoming == me for row in rows)
    take_over: list[Row] = []
    for row in rows:
        holder = row.holder
        if len(take_over) >= room or holder not in view.beating or row.incoming in view.alive or holder == me:
            continue
        if served[me] < share if holder not in view.staying else served[holder] > served[me] + 1:
            take_over.append(row)
            served[me] += 1
            served[holder] -= 1
    return Moves(tuple(take), tuple(take_over))
