"""Messages a second that the bot answers over sockets, beside a minimal echo bot: `python -m tests.benchmarks.load`."""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import discord
import yarl
from discord.http import HTTPClient, Route
from discord.state import ConnectionState

from tests.discord_server.messages import Channel, Message
from tests.discord_server.server import DiscordServer
from tests.discord_server.users import User
from tests.faults import books

ROOT = Path(__file__).parent.parent.parent
MESSAGES, UNDER_WAY, CHANNELS = 3_000, 100, 50
ROUNDS = 3
STEADY, STEADY_SECONDS = 50, 20  # messages a second, and how long, where the handling of each is timed
SAME = "!salary google"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--be", choices=("echo", "ours", "timed"), help="be one of the bots (for the benchmark itself)"
    )
    be = options.parse_args().be
    if be is not None:
        return {"echo": _echo, "ours": _ours, "timed": _timed}[be]()
    return asyncio.run(_compare())


async def _compare() -> int:
    rates: dict[tuple[str, str], list[float]] = {(bot, kind): [] for bot in ("echo", "ours") for kind in RUSHES}
    for _ in range(ROUNDS):
        for (bot, kind), found in rates.items():
            found.append(await _served(bot, functools.partial(_rush, RUSHES[kind])))
    _say(f"messages a second, {MESSAGES:,} with {UNDER_WAY} under way, median of {ROUNDS}")
    for kind in RUSHES:
        echo, ours = (statistics.median(rates[bot, kind]) for bot in ("echo", "ours"))
        rates_of = [[round(rate) for rate in rates[bot, kind]] for bot in ("echo", "ours")]
        _say(f"{kind:20}  echo bot {echo:6.0f} {rates_of[0]}  ours {ours:6.0f} {rates_of[1]}  ratio {ours / echo:.2f}")
    took = await _served("timed", _steadily)
    _say(f"our own handling at {STEADY} a second, from the dispatch to the request: {took}")
    return 0


async def _served(name: str, load: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        async with DiscordServer() as server:
            person = server.add_user("ada")
            guild = server.add_guild("Home")
            guild.add_member(person)
            channels = [guild.add_channel(f"channel-{number}") for number in range(CHANNELS)]
            wires = {
                "DISCORD_TOKEN": server.token,
                "SALARYBOT_DISCORD_API": server.api,
                "SALARYBOT_DISCORD_GATEWAY": server.gateway,
                "SALARYBOT_STATE": folder,
                "SALARYBOT_COOLDOWN": "0",
            }
            bot = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.benchmarks.load", "--be", name),
                cwd=ROOT,
                env={**os.environ, **wires, "TIMES": f"{folder}/times"},
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                await server.until(lambda: any(session.line for session in server.sessions.values()), 60)
                await asyncio.sleep(3)
                found = await load(server, person, channels)
            finally:
                bot.send_signal(signal.SIGTERM)
                await asyncio.wait_for(bot.wait(), 30)
        return _timed_by(Path(folder, "times")) or found


def _timed_by(file: Path) -> str | None:
    return _summary(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


def _summary(times: list[float]) -> str:
    ranked = sorted(time * 1e3 for time in times)
    place = {name: ranked[int(share * (len(ranked) - 1))] for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1))}
    return ", ".join(f"{name} {value:.2f} ms" for name, value in place.items()) + f" ({len(times):,} messages)"


def _same(_: int) -> str:
    return SAME


def _different(number: int) -> str:
    return f"!salary is {60_000 + number} at google good?"


def _as_asked(number: int) -> str:
    texts = _texts()
    return f"!salary {texts[number * 7 % len(texts)]}"


_texts = functools.cache(books.texts)
RUSHES: dict[str, Callable[[int], str]] = {"one": _same, "the question files'": _as_asked, "each another": _different}


async def _rush(text: Callable[[int], str], server: DiscordServer, person: User, channels: list[Channel]) -> float:
    """Keep UNDER_WAY questions open until MESSAGES are answered; return how many were in a second."""
    open_: list[Message] = []
    asked = 0
    began = time.perf_counter()
    while asked < MESSAGES or open_:
        while asked < MESSAGES and len(open_) < UNDER_WAY:
            open_.append(server.say(person, channels[asked % CHANNELS], text(asked)))
            asked += 1
        before = len(open_)
        await asyncio.sleep(0)
        open_ = [message for message in open_ if not message.answers]
        if len(open_) == before:
            await asyncio.sleep(0.001)
    return MESSAGES / (time.perf_counter() - began)


async def _steadily(server: DiscordServer, person: User, channels: list[Channel]) -> float:
    for number in range(STEADY * STEADY_SECONDS):
        server.say(person, channels[number % CHANNELS], _different(number))
        await asyncio.sleep(1 / STEADY)
    await asyncio.sleep(1)
    return 0.0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


# ------------------------------------------------------------------ the bots


def _echo() -> int:
    class RecentAnswer(discord.Client):
        """The least that answers."""

        async def on_message(self, message: discord.Message) -> None:
            if not message.author.bot:
                await message.reply(message.content)

    Route.BASE = os.environ["SALARYBOT_DISCORD_API"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["SALARYBOT_DISCORD_GATEWAY"])
    intents = discord.Intents.default()
    intents.message_content = True
    client = RecentAnswer(intents=intents)

    async def live() -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(client.close()))
        await client.start(os.environ["DISCORD_TOKEN"])

    asyncio.run(live())
    return 0


def _ours() -> int:
    from bot.chat.app.lifecycle import run  # noqa: PLC0415 - the echo bot pays for none of it
    from bot.settings import read  # noqa: PLC0415
    from bot.storage.knowledge.library import Library  # noqa: PLC0415

    return run(read(), Library())


def _timed() -> int:
    """Be our bot, and note for each message the time from its dispatch to the request that answers it."""
    began: dict[str, float] = {}
    times: list[float] = []
    parse, send = ConnectionState.parse_message_create, HTTPClient.send_message

    def parsed(state: Any, data: Any) -> None:
        began[data["id"]] = time.perf_counter()
        parse(state, data)

    def sent(client: Any, channel: Any, *, params: Any) -> Any:
        times.append(time.perf_counter() - began[str(params.payload["nonce"])])
        return send(client, channel, params=params)

    with (
        mock.patch.object(ConnectionState, "parse_message_create", parsed),
        mock.patch.object(HTTPClient, "send_message", sent),
    ):
        code = _ours()
    Path(os.environ["TIMES"]).write_text(json.dumps(times), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
