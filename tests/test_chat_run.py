"""Start and end of the real process: tokens, refused intents, signals, the log; against a Discord of a few lines."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio
import yarl
from aiohttp import web
from pydantic import SecretStr

from bot.chat import client, logs, pulse, running
from bot.settings import Settings
from bot.storage.library import Library

TOKEN = "MTIzNDU2Nzg5.secret.of-the-bot"  # noqa: S105 - nobody's
BOT = {"id": "1", "username": "salarybot", "discriminator": "0", "avatar": None, "bot": True}


def plain(data: object, status: int = 200) -> web.Response:
    """Answer as Discord does: discord.py reads JSON only where the type says nothing of a charset."""
    return web.Response(body=json.dumps(data).encode(), status=status, headers={"Content-Type": "application/json"})


class Discord:
    """As much of Discord as a start needs: a login, an application, commands, a gateway that says READY."""

    def __init__(self) -> None:
        self.identified: list[dict[str, Any]] = []
        self.refuses_content = False
        self.ready = asyncio.Event()
        self.app = web.Application()
        self.app.router.add_get("/api/users/@me", self._me)
        self.app.router.add_get("/api/oauth2/applications/@me", self._application)
        self.app.router.add_put("/api/applications/1/commands", self._commands)
        self.app.router.add_get("/gateway/", self._gateway)

    async def _me(self, request: web.Request) -> web.Response:
        if request.headers["Authorization"] != f"Bot {TOKEN}":
            return plain({"message": "401: Unauthorized", "code": 0}, status=401)
        return plain(BOT)

    async def _application(self, _: web.Request) -> web.Response:
        return plain(
            {"id": "1", "name": "x", "description": "", "summary": "", "verify_key": "0", "flags": 0, "icon": None}
            | {"owner": BOT, "bot_public": True, "bot_require_code_grant": False, "team": None}
        )

    async def _commands(self, _: web.Request) -> web.Response:
        return plain([])

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 40_000}, "s": None, "t": None})
        async for message in socket:
            said = json.loads(message.data)
            if said["op"] == 2:
                self.identified.append(said["d"])
                if self.refuses_content and said["d"]["intents"] & discord.Intents(message_content=True).value:
                    await socket.close(code=4014)
                    break
                ready = {"v": 10, "user": BOT, "guilds": [], "session_id": "s", "application": {"id": "1", "flags": 0}}
                ready["resume_gateway_url"] = "ws://127.0.0.1:1"
                await socket.send_json({"op": 0, "t": "READY", "s": 1, "d": ready})
                self.ready.set()
        return socket


@pytest_asyncio.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Discord]:
    fake = Discord()
    runner = web.AppRunner(fake.app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{port}/api")
    gateway = yarl.URL(f"ws://127.0.0.1:{port}/gateway/")
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
    yield fake
    await runner.cleanup()


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


async def stopped(server: Discord, number: signal.Signals = signal.SIGTERM) -> None:
    await asyncio.wait_for(server.ready.wait(), 20)
    os.kill(os.getpid(), number)


# ------------------------------------------------------------------ tokens


@pytest.mark.parametrize("environment", [{}, {"DISCORD_TOKEN": ""}, {"DISCORD_TOKEN": "  "}])
def test_no_token_is_one_line_and_code_2(
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environment: dict[str, str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert running.run(Settings(), library) == 2
    assert capsys.readouterr().err == running.NOT_SET_UP + "\n"


def test_an_unreadable_token_file_is_one_line_and_code_2(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "none"))
    assert running.run(Settings(), library) == 2
    told = capsys.readouterr().err
    assert told.startswith("DISCORD_TOKEN_FILE=")
    assert told.count("\n") == 1


@pytest.mark.parametrize("token", ["wrong", "with space", "\N{PILE OF POO}", "two\nlines"])
async def test_a_refused_token_is_one_line_and_code_2(
    server: Discord, library: Library, capsys: pytest.CaptureFixture[str], token: str
) -> None:
    assert not server.identified
    assert await running.serve(Settings(), library, SecretStr(token), running.stop_signals()) == 2
    assert capsys.readouterr().err == running.TURNED_AWAY + "\n"


# ------------------------------------------------------------------ start and end


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_with_code_0(server: Discord, library: Library, number: signal.Signals) -> None:
    life = running.serve(Settings(), library, SecretStr(TOKEN), running.stop_signals())
    code, _ = await asyncio.wait_for(asyncio.gather(life, stopped(server, number)), 60)
    assert code == 0
    assert len(server.identified) == 1


async def test_a_signal_during_the_login_ends_it_too(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    monkeypatch.setattr(discord.http.HTTPClient, "static_login", never)
    assert await asyncio.wait_for(running.serve(Settings(), library, SecretStr(TOKEN), running.stop_signals()), 60) == 0


async def test_a_refused_intent_is_told_and_the_bot_goes_on_without(
    server: Discord, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    server.refuses_content = True
    life = running.serve(Settings(), library, SecretStr(TOKEN), running.stop_signals())
    code, _ = await asyncio.wait_for(asyncio.gather(life, stopped(server)), 60)
    assert code == 0
    assert capsys.readouterr().err == running.NO_CONTENT + "\n"
    wanted = discord.Intents(message_content=True).value
    assert [bool(said["intents"] & wanted) for said in server.identified] == [True, False]


async def test_a_sign_of_life_is_given_while_connected(
    server: Discord, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "alive"
    monkeypatch.setattr(pulse.beat, "__defaults__", (0.01,))
    settings = Settings().model_copy(update={"health_file": file})

    def wait() -> None:
        while not file.exists():
            time.sleep(0.01)

    async def seen() -> None:
        await asyncio.to_thread(wait)
        await stopped(server)

    code, _ = await asyncio.wait_for(
        asyncio.gather(running.serve(settings, library, SecretStr(TOKEN), running.stop_signals()), seen()), 60
    )
    assert code == 0


# ------------------------------------------------------------------ the token and the log


async def test_the_token_is_in_no_line_of_the_log(
    server: Discord, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    logs.start("DEBUG", TOKEN)
    life = running.serve(Settings(), library, SecretStr(TOKEN), running.stop_signals())
    await asyncio.wait_for(asyncio.gather(life, stopped(server)), 60)
    log = logging.getLogger("anyone")
    log.info("a token in an argument: %s", {"Authorization": f"Bot {TOKEN}"})
    log.error("a token in a traceback", exc_info=ValueError(f"refused: {TOKEN}"))
    told = written.getvalue()
    assert "discord.gateway" in told
    assert "discord.http" in told
    assert told.count(logs.MASK) >= 2
    assert TOKEN not in told


def test_settings_and_bot_do_not_show_the_token(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    bot = client.SalaryBot(Settings(), library)
    assert TOKEN not in f"{bot.settings!r}{bot!r}{vars(bot)}"
