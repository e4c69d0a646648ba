"""What a bot of many servers takes, by what was measured of one process: `python -m tests.scale` prints the table.

Starts, deaths and replacements of processes are played with the bot's own decisions and slots, in seconds of a clock
that costs nothing; memory, processor time and requests are reckoned from figures of one process and the assumptions
below.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from uuid import UUID

from bot.storage.sharing.balance import BEAT, CUT_OFF, Row, View, decide
from bot.storage.sharing.slots import SPACING
from bot.storage.state import Session

# Assumed: how servers and people are.
SERVERS_A_SHARD, SHARDS_A_PROCESS = 1_000, 25
QUESTIONS_A_DAY, BUSIEST = 1.0, 3.0  # of a server; the busiest hour over the mean
LINES_A_SECOND = 0.01  # of a server, in that hour, which nobody asked the bot
# Measured: MiB of a process that shares (`tests.fleet`), KiB of a server with 30 channels, 20 roles and 20 emojis in
# discord.py's cache, ms of a core for a line and for an answer without a picture, and of PostgreSQL's for a beat with
# 34 processes and 1,000 shards.
PROCESS, SERVER, LINE, ANSWER, BEAT_WORK = 172, 47, 0.144, 2.6, 0.26
OPENING = 1.0  # second from an IDENTIFY until its servers are there
LEFT = Session("a session", 1, "")
COLUMNS = (1_000, 100_000, 1_000_000)


class Fleet:
    """Processes that share shards, played beat by beat."""

    def __init__(self, shards: int, max_concurrency: int) -> None:
        self.rows = [Row(shard, None, None, None) for shard in range(shards)]
        self.processes: list[UUID] = []
        self.max_concurrency = max_concurrency
        self.identifies = 0
        self.now = 0.0
        self._opening: dict[UUID, dict[int, float]] = {}
        self._slots: dict[int, float] = {}
        self._made = 0

    def start(self) -> None:
        """Start a process."""
        self._made += 1
        self.processes.append(UUID(int=self._made))

    def end(self, process: UUID) -> None:
        """End a process; its sessions are left to the others."""
        self.processes.remove(process)
        self._opening.pop(process, None)
        self.rows = [
            row._replace(
                holder=None if row.holder == process else row.holder,
                incoming=None if row.incoming == process else row.incoming,
                last=LEFT if row.holder == process else row.last,
            )
            for row in self.rows
        ]

    def settle(self) -> float:
        """Play until nothing moves any more; return the seconds until the last shard was ready."""
        began = last = self.now
        while self._beat():
            last = self.now
            self.now += BEAT
        return last - began

    def _beat(self) -> bool:
        """Play one beat of each process; return whether anything is under way."""
        moving = False
        alive = frozenset(self.processes)
        for me in self.processes:
            opening = self._opening.setdefault(me, {})
            for shard in [shard for shard, at in opening.items() if at <= self.now]:
                del opening[shard]
                if self.rows[shard].incoming == me:
                    self.rows[shard] = Row(shard, me, None, None)
            moves = decide(View(tuple(self.rows), alive, alive, alive), me, self.max_concurrency, len(opening))
            for row in moves.take:
                self.rows[row.shard] = Row(row.shard, me, None, None)
            for row in moves.take_over:
                self.rows[row.shard] = row._replace(incoming=me)
            for row in (*moves.take, *moves.take_over):
                opening[row.shard] = self._identify(row.shard)
            moving = moving or bool(opening)
        return moving

    def _identify(self, shard: int) -> float:
        """Take the next slot; return when the servers of the shard are there."""
        bucket = shard % self.max_concurrency
        due = max(self.now, self._slots.get(bucket, self.now))
        self._slots[bucket] = due + SPACING
        self.identifies += 1
        return due + OPENING


class Figures:
    """What a bot of so many servers takes."""

    def __init__(self, servers: int) -> None:
        self.servers = servers
        shards = -(-servers // SERVERS_A_SHARD)
        self.max_concurrency = 16 if servers > 150_000 else 1
        self.shards = -(-shards // self.max_concurrency) * self.max_concurrency  # Discord wants a multiple
        self.processes = -(-self.shards // SHARDS_A_PROCESS)
        self.starts = max(2_000, servers * 5 // 1_000) if servers > 150_000 else 1_000
        fleet = Fleet(self.shards, self.max_concurrency)
        for _ in range(self.processes):
            fleet.start()
        self.cold_start = fleet.settle()
        self.at_start = fleet.identifies
        fleet.end(fleet.processes[0])
        self.after_a_kill = CUT_OFF + BEAT + fleet.settle()
        fleet.start()
        fleet.settle()
        self.for_a_kill = fleet.identifies - self.at_start
        before = fleet.identifies
        for old in tuple(fleet.processes):
            fleet.start()
            fleet.settle()
            fleet.end(old)
            fleet.settle()
        self.for_a_roll = fleet.identifies - before

    def cells(self) -> Iterator[tuple[str, str]]:
        """Yield what each row of the table is of, and its value."""
        questions = self.servers * QUESTIONS_A_DAY * BUSIEST / 86_400
        lines = self.servers * LINES_A_SECOND
        yield "shards / processes", f"{self.shards:,} / {self.processes}"
        yield "memory of a process", f"{(PROCESS + self.servers / self.processes * SERVER / 1_024) / 1_024:.2f} GiB"
        yield "questions a second", f"{questions:.2f}"
        yield "processor time, all processes", f"{(lines * LINE + questions * ANSWER) / 1_000:.2f} cores"
        yield "requests a second, if all ask by prefix", f"{2 * questions:.1f}"
        beats = self.processes / BEAT if self.processes > 1 else 0.0
        yield "PostgreSQL's processor time for beats", f"{beats * BEAT_WORK / 10:.2g}% of a core"
        yield "max_concurrency, IDENTIFYs a day", f"{self.max_concurrency}, {self.starts:,}"
        yield "cold start: all served after; IDENTIFYs", f"{self.cold_start:,.0f} s; {self.at_start:,}"
        if self.processes > 1:
            killed, rolled = f"{CUT_OFF + BEAT:.0f} s; {self.after_a_kill:.0f} s", (self.for_a_kill, self.for_a_roll)
        else:
            killed, rolled = "at its next start", (1, 1)
        yield "a process killed: its sessions heard again after; all its shards IDENTIFYed after", killed
        yield "IDENTIFYs until another has replaced it; to replace all one by one", "{:,}; {:,}".format(*rolled)


def table(columns: Sequence[int] = COLUMNS) -> str:
    """Return the table for so many servers, in Markdown."""
    cells = [list(Figures(servers).cells()) for servers in columns]
    head = f"| servers | {' | '.join(f'{servers:,}' for servers in columns)} |\n|---|{'---|' * len(columns)}"
    rows = zip(*cells, strict=True)
    return "\n".join([head, *(f"| {row[0][0]} | {' | '.join(value for _, value in row)} |" for row in rows)])


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
