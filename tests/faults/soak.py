"""Lets the real process answer a steady load over sockets, with faults: `python -m tests.faults.soak --minutes 30`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import re
import signal
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.discord_server import faults as f
from tests.discord_server.interactions import Interaction
from tests.discord_server.messages import Message
from tests.discord_server.server import DiscordServer
from tests.discord_server.users import User
from tests.faults import books
from tests.faults.memory import resident

ROOT = Path(__file__).parent.parent.parent
GUILDS, CHANNELS = 4, 25
RATES: dict[f.Fault, float] = {
    **{f.Status(status): 0.001 for status in (500, 502, 503, 504, 520, 522, 524)},
    **{f.Status(status, applied=True): 0.0005 for status in (500, 503, 522)},
    f.Reset(): 0.001,
    f.Reset(applied=True): 0.0005,
    f.Truncated(): 0.0005,
    f.Slow(1.0): 0.002,
    f.TooMany("user", 0.5): 0.001,
    f.TooMany("shared", 1.0): 0.0005,
    f.TooMany("global", 0.5): 0.0002,
    f.Duplicate(): 0.001,
    f.Reorder(): 0.001,
    f.UnknownEvent(): 0.0005,
    f.WrongShape(): 0.0002,
    f.Malformed(): 0.00002,
    f.TruncatedFrame(): 0.00002,
}
STRIKE_EVERY = 60.0  # seconds
PATIENCE = 240.0  # after which a question must have been answered or given up
WARM, FLAT = 300.0, 1.05


@dataclass
class Tally:
    """What came of the questions."""

    asked: int = 0
    answered: int = 0
    wrong: list[str] = field(default_factory=list)
    unanswered: list[int] = field(default_factory=list)
    resident: list[tuple[float, float]] = field(default_factory=list)
    """Seconds since the start, and MiB."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--rate", type=float, default=60, help="messages a second")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    return asyncio.run(soak(chosen.minutes * 60, chosen.rate, chosen.seed))


async def soak(seconds: float, rate: float, seed: int) -> int:
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="salarybot-soak-") as folder:
        log = Path(folder) / "log"
        async with DiscordServer(seed=seed) as server, _bot(server, Path(folder), log) as bot:
            person = server.add_user("ada")
            for number in range(GUILDS):
                guild = server.add_guild(f"Guild {number}")
                guild.add_member(person)
                for place in range(CHANNELS):
                    guild.add_channel(f"channel-{place}")
            await server.until(lambda: server.commands and server.sessions, 60)
            server.rate_limit("POST", "/channels/{c}/messages", 5, 5.0)
            server.faults.random(seed, RATES)
            watch = asyncio.create_task(_watch(server, bot.pid, tally))
            await _ask(server, person, seconds, rate, random.Random(seed), tally)  # noqa: S311 - a dice
            watch.cancel()
            server.faults.calm()
            bot.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(bot.wait(), 60)
            tally.wrong += [f"exit code {code}"] if code else []
            tally.wrong += [*server.errors, *server.violations]
            _say(f"{len(server.identifies)} sessions, {len(server.resumes)} resumed")
        return _report(tally, log.read_text(encoding="utf-8"))


@contextlib.asynccontextmanager
async def _bot(server: DiscordServer, folder: Path, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    wires = {
        "DISCORD_TOKEN": server.token,
        "SALARYBOT_DISCORD_API": server.api,
        "SALARYBOT_DISCORD_GATEWAY": server.gateway,
        "SALARYBOT_STATE": str(folder / "state"),
        "SALARYBOT_COOLDOWN": "0",
    }
    with log.open("wb") as file:
        bot = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"), cwd=ROOT, env={**os.environ, **wires}, stderr=file
        )
        try:
            yield bot
        finally:
            if bot.returncode is None:
                bot.kill()
                await bot.wait()


async def _ask(
    server: DiscordServer, person: User, seconds: float, rate: float, chance: random.Random, tally: Tally
) -> None:
    """Ask at the rate, each question somewhere, one in ten by a command; wait for the last answers."""
    texts = books.texts()
    channels = [channel for guild in server.guilds.values() for channel in guild.channels.values()]
    loop = asyncio.get_running_loop()
    began = loop.time()
    judging: set[asyncio.Task[None]] = set()
    strike = began + STRIKE_EVERY
    while (now := loop.time()) < began + seconds:
        while tally.asked < (now - began) * rate:
            channel, text = chance.choice(channels), chance.choice(texts)
            asked: Message | Interaction
            if chance.random() < 0.1:
                asked = server.slash(person, channel, "salary", question=text)
            else:
                asked = server.say(person, channel, f"!salary {text}")
            tally.asked += 1
            task = asyncio.create_task(_judge(server, asked, tally))
            judging.add(task)
            task.add_done_callback(judging.discard)
        if now > strike:
            strike = now + STRIKE_EVERY
            chance.choice((server.disconnect, server.reconnect_request, server.invalidate, _close(server)))()
        await asyncio.sleep(0.02)
    await asyncio.gather(*judging)


def _close(server: DiscordServer) -> Any:
    return lambda: server.disconnect(4000)


async def _judge(server: DiscordServer, asked: Message | Interaction, tally: Tally) -> None:
    """Look once, when all must be over, whether there is exactly one answer; then forget the question."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while not _answers(server, asked):  # noqa: ASYNC110 - an event for each of 100,000 would cost more
                await asyncio.sleep(1)
    # A second answer would come a little later.
    await asyncio.sleep(30)
    answers = _answers(server, asked)
    if not answers:
        tally.unanswered.append(asked.id)
    elif len(answers) > 1:
        tally.wrong.append(f"{asked.id} was answered {len(answers)} times")
    else:
        tally.answered += 1
    server.clear(asked)


def _answers(server: DiscordServer, asked: Message | Interaction) -> list[Message]:
    return asked.messages if isinstance(asked, Interaction) else server.replies(asked)


async def _watch(server: DiscordServer, process: int, tally: Tally) -> None:
    began = asyncio.get_running_loop().time()
    while True:
        await asyncio.sleep(5)
        tally.resident.append((asyncio.get_running_loop().time() - began, resident(process)))
        # The server would remember all that ever happened.
        server.requests.clear()
        server.log.clear()
        if len(tally.resident) % 12 == 0:
            _say(
                f"{tally.resident[-1][0]:5.0f} s  {tally.asked:,} asked, {tally.answered:,} answered and looked at, "
                f"{len(tally.wrong)} wrong, {tally.resident[-1][1]:.1f} MiB",
            )


def _report(tally: Tally, log: str) -> int:
    given_up = set(map(int, re.findall(r"gave up answering (\d+)", log)))
    lost = [asked for asked in tally.unanswered if asked not in given_up]
    errors = [line for line in log.splitlines() if re.match(r"[\d:\- ]+ (ERROR|CRITICAL)", line)]
    strange = [line for line in errors if "a dispatch can't be read" not in line]
    early = statistics.mean(size for at, size in tally.resident if WARM <= at < WARM + 60) if _long(tally) else 0
    late = statistics.mean(size for at, size in tally.resident if at > tally.resident[-1][0] - 60)
    _say(
        f"{tally.asked:,} asked: {tally.answered:,} answered once, {len(tally.unanswered) - len(lost)} given up and "
        f"noted, {len(lost)} lost; wrong: {tally.wrong}; unexpected in the log: {strange[:5]}"
    )
    _say(f"resident: {early:.1f} MiB after 5 minutes, {late:.1f} MiB at the end: {late / early if early else 1:.3f}")
    flat = not early or late / early <= FLAT
    return 0 if flat and not lost and not tally.wrong and not strange else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _long(tally: Tally) -> bool:
    return bool(tally.resident) and tally.resident[-1][0] > WARM + 120


if __name__ == "__main__":
    sys.exit(main())
