"""Several real processes that share a bot's shards under load: `python -m tests.fleet kill --processes 4 --shards 8`.

What happens to them: `start` (nothing else), `kill` (kill -9 of one), `roll` (each is replaced), `database` (PostgreSQL
is stopped for 30 seconds), `freeze` (a process is stopped for 30 seconds) or `soak` (something at random each minute).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.storage.sharing.slots import SPACING
from tests.discord_server.interactions import Interaction
from tests.discord_server.messages import Channel, Message
from tests.discord_server.server import DiscordServer
from tests.discord_server.users import User
from tests.faults.memory import resident
from tests.postgresql import Postgresql

ROOT = Path(__file__).parent.parent
GUILDS, CHANNELS = 64, 4
TEXTS = ("google", "senior at meta", "openai vs anthropic", "how much does nvidia pay", "stanford", "who pays most")
SLASH = 0.15  # of the questions
PATIENCE = 180.0  # seconds for processes to start, and beside them for each IDENTIFY of a bucket its slot
LAST = 60.0  # seconds for the last answers
PAUSE = 30.0
AROUND = 5.0  # seconds of questions before it happens, and after
Process = asyncio.subprocess.Process
Asked = Message | Interaction


@dataclass
class Town:
    """A Discord with people in many servers, a PostgreSQL, and the processes of a bot."""

    server: DiscordServer
    database: Postgresql
    folder: Path
    shards: int
    settings: dict[str, str]
    minutes: int = 10
    person: User = field(init=False)
    channels: list[Channel] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.person = self.server.add_user("ada")
        for number in range(GUILDS):
            guild = self.server.add_guild(f"Guild {number}")
            guild.add_member(self.person)
            self.channels += [guild.add_channel(f"channel-{place}") for place in range(CHANNELS)]

    async def start(self) -> Process:
        """Start a process, and return before it serves anything."""
        own = {
            "DISCORD_TOKEN": self.server.token,
            "SALARYBOT_DISCORD_API": self.server.api,
            "SALARYBOT_DISCORD_GATEWAY": self.server.gateway,
            "SALARYBOT_DATABASE": self.database.url("postgres"),
            "SALARYBOT_PEOPLE_KEY": "0f" * 32,
            "SALARYBOT_SHARE": "true",
            "SALARYBOT_STATE": str(self.folder / "state"),
            "SALARYBOT_COOLDOWN": "0",
            "SALARYBOT_CHARTS": "false",
        }
        with (self.folder / "log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"), cwd=ROOT, env={**os.environ, **own, **self.settings}, stderr=log
            )
        self.processes.append(process)
        return process

    async def end(self, process: Process, how: signal.Signals) -> None:
        process.send_signal(how)
        await asyncio.wait_for(process.wait(), LAST)
        self.processes.remove(process)

    def served(self) -> set[int]:
        """Return the shards that somebody is connected for."""
        return {s.shard[0] for s in self.server.sessions.values() if s.alive and s.line is not None}

    def lost(self) -> set[int]:
        """Return the shards that were served a moment ago and are not now."""
        return {s.shard[0] for s in self.server.sessions.values() if s.alive} - self.served()

    async def all_served(self) -> None:
        slots = SPACING * self.shards / self.server.starts.max_concurrency
        await self.until(lambda: len(self.served()) == self.shards and bool(self.server.commands), PATIENCE + slots)

    async def until(self, condition: Callable[[], bool], seconds: float) -> None:
        await self.server.until(condition, seconds)

    async def ask(self, rate: float, chance: random.Random) -> None:
        """Ask so many questions a second, somewhere, until canceled."""
        loop = asyncio.get_running_loop()
        began, count = loop.time(), 0
        while True:
            while count < (loop.time() - began) * rate:
                self._ask(chance)
                count += 1
            await asyncio.sleep(0.02)

    def _ask(self, chance: random.Random) -> None:
        channel, text = chance.choice(self.channels), chance.choice(TEXTS)
        asked: Asked = (
            self.server.slash(self.person, channel, "salary", question=text)
            if chance.random() < SLASH
            else self.server.say(self.person, channel, f"!salary {text}")
        )
        self.asked.append(asked)

    async def outcome(self) -> Outcome:
        """Wait for the last answers, and count."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST):
                while any(not self._answers(one) for one in self.asked if isinstance(one, Message)):  # noqa: ASYNC110
                    await asyncio.sleep(0.5)
        await asyncio.sleep(5)  # in which a second answer would have come
        counts = [(self._answers(asked), isinstance(asked, Interaction)) for asked in self.asked]
        return Outcome(
            asked=len(counts),
            once=sum(answers == 1 for answers, _ in counts),
            doubled=sum(answers > 1 for answers, _ in counts),
            lost=sum(answers == 0 for answers, is_slash in counts if not is_slash),
            lost_commands=sum(answers == 0 for answers, is_slash in counts if is_slash),
            identifies=len(self.server.identifies),
            resumes=len(self.server.resumes),
            early=len(self.server.early),
        )

    def _answers(self, asked: Asked) -> int:
        return len(asked.messages if isinstance(asked, Interaction) else self.server.replies(asked))


@dataclass(frozen=True)
class Outcome:
    """What came of the questions, and what it cost in sessions."""

    asked: int
    once: int
    doubled: int
    lost: int
    lost_commands: int
    identifies: int
    resumes: int
    early: int

    def __str__(self) -> str:
        return (
            f"{self.asked} asked: {self.once} answered once, {self.doubled} doubled, {self.lost} messages and "
            f"{self.lost_commands} commands lost; {self.identifies} IDENTIFYs, {self.early} too early; "
            f"{self.resumes} RESUMEs"
        )


@contextlib.asynccontextmanager
async def town(shards: int, max_concurrency: int, minutes: int = 10, **settings: str) -> AsyncIterator[Town]:
    """Open a town; its processes and its database end with it."""
    with tempfile.TemporaryDirectory(prefix="salarybot-fleet-") as folder:
        database = Postgresql()
        try:
            await asyncio.to_thread(database.start)
            async with DiscordServer(shards=shards) as server:
                starts = server.starts
                starts.strict, starts.max_concurrency, starts.total = True, max_concurrency, 5_000
                starts.remaining = starts.total
                made = Town(server, database, Path(folder), shards, settings, minutes)
                try:
                    yield made
                finally:
                    for process in made.processes:
                        process.send_signal(signal.SIGCONT)
                        process.kill()
                        await process.wait()
                assert server.errors == []
                assert server.violations == []
        finally:
            database.remove()


# ------------------------------------------------------------------ what happens to them


async def kill(town: Town, _: random.Random) -> None:
    """End one process without a word."""
    victim = town.processes[0]
    began = time.monotonic()
    await town.end(victim, signal.SIGKILL)
    await asyncio.sleep(0.05)
    gone = town.lost()
    await town.until(lambda: bool(gone & town.served()), LAST)
    say(f"first of {len(gone)} shards served again after {time.monotonic() - began:.1f} s")
    await town.until(lambda: gone <= town.served(), PATIENCE)
    say(f"all of them after {time.monotonic() - began:.1f} s")


async def roll(town: Town, _: random.Random) -> None:
    """Replace one process after another, each by one that was started before."""
    for old in tuple(town.processes):
        sessions = len(town.server.identifies)
        await town.start()
        await town.until(lambda before=sessions: len(town.server.identifies) > before, PATIENCE)  # type: ignore[misc]
        await asyncio.sleep(5)
        began = time.monotonic()
        await town.end(old, signal.SIGTERM)
        say(f"stopped after {time.monotonic() - began:.1f} s")
        await town.until(lambda: len(town.served()) == town.shards, PATIENCE)
        say(f"all shards served after {time.monotonic() - began:.1f} s")
        await asyncio.sleep(5)


async def database(town: Town, _: random.Random) -> None:
    """Stop PostgreSQL, all its processes, for a while."""
    await _stopped(town.database.pids(), PAUSE)


async def freeze(town: Town, _: random.Random) -> None:
    """Stop a process of the bot for a while."""
    await _stopped([town.processes[0].pid], PAUSE)


async def soak(town: Town, chance: random.Random) -> None:
    """Do something at random each minute."""
    for _ in range(town.minutes):
        what = chance.choice((_killed, _replaced, freeze, database))
        say(f"{what.__name__.strip('_')}")
        chance.shuffle(town.processes)
        await what(town, chance)
        await asyncio.sleep(60 - (PAUSE if what in (freeze, database) else 0))


async def _killed(town: Town, _: random.Random) -> None:
    await town.end(town.processes[0], signal.SIGKILL)
    await town.start()


async def _replaced(town: Town, _: random.Random) -> None:
    await town.start()
    await town.end(town.processes[0], signal.SIGTERM)


async def _stopped(pids: list[int], seconds: float) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


async def nothing(_: Town, __: random.Random) -> None:
    """Leave them alone."""


EVENTS: dict[str, Callable[[Town, random.Random], Awaitable[None]]] = {
    "start": nothing,
    "kill": kill,
    "roll": roll,
    "database": database,
    "freeze": freeze,
    "soak": soak,
}


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def play(
    event: str,
    *,
    processes: int,
    shards: int,
    max_concurrency: int,
    rate: float,
    minutes: int = 10,
    **settings: str,
) -> Outcome:
    """Start processes with so many shards each, ask all the while, let something happen; return what came of it."""
    chance = random.Random(1)  # noqa: S311 - a dice
    async with town(processes * shards, max_concurrency, minutes, **settings) as made:
        began = time.monotonic()
        for _ in range(processes):
            await made.start()
        await made.all_served()
        say(f"all shards served after {time.monotonic() - began:.1f} s")
        await asyncio.sleep(3)
        asking = asyncio.create_task(made.ask(rate, chance))
        await asyncio.sleep(AROUND)
        await EVENTS[event](made, chance)
        await asyncio.sleep(AROUND)
        asking.cancel()
        say(f"memory: {', '.join(f'{resident(process.pid):.0f} MiB' for process in made.processes)}")
        outcome = await made.outcome()
        buckets: dict[int, list[float]] = {}
        for at, data in made.server.identifies:
            buckets.setdefault(data["shard"][0] % max_concurrency, []).append(at)
        gaps = [b - a for times in buckets.values() for a, b in itertools.pairwise(times)]
        say(f"shortest time between two IDENTIFYs of a bucket: {min(gaps, default=0):.2f} s")
        say(str(outcome))
        return outcome


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("event", choices=EVENTS)
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--shards", type=int, default=8, help="of each process")
    options.add_argument("--max-concurrency", type=int, default=16)
    options.add_argument("--rate", type=float, default=10.0, help="questions a second")
    options.add_argument("--minutes", type=int, default=10, help="of a soak")
    options.add_argument("--handover", default="0", help="SALARYBOT_HANDOVER")
    chosen = options.parse_args()
    outcome = asyncio.run(
        play(
            chosen.event,
            processes=chosen.processes,
            shards=chosen.shards,
            max_concurrency=chosen.max_concurrency,
            rate=chosen.rate,
            minutes=chosen.minutes,
            SALARYBOT_HANDOVER=chosen.handover,
        )
    )
    return 1 if outcome.doubled or outcome.lost or outcome.early else 0


if __name__ == "__main__":
    sys.exit(main())
