"""Start and end of the bot on Discord: tokens, refused intents, signals, the log, the real process."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import discord
import pytest
from pydantic import SecretStr

from bot.charts.renderer import ChartRenderer
from bot.chat import services
from bot.chat.app import bot as app_bot
from bot.chat.app import lifecycle, log
from bot.chat.services import Resources
from bot.settings import Settings, read
from bot.storage.i18n.catalogs import Languages
from bot.storage.knowledge.library import Library
from bot.storage.records import Records
from tests.discord_server import faults as f
from tests.discord_server.permissions import CONTENT, EVERY_INTENT
from tests.faults.clock import simulate
from tests.wire import Loopback, living, loopback

ROOT = Path(__file__).parent.parent
ANSWER = ("POST", "/channels/{c}/messages")


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
    assert lifecycle.run(read(), library) == 2
    assert capsys.readouterr().err == lifecycle.NOT_SET_UP + "\n"


def test_without_a_token_nothing_is_made(library: Library, tmp_path: Path) -> None:
    assert lifecycle.run(Settings(state=tmp_path / "state"), library) == 2
    assert not list(tmp_path.iterdir())


def test_a_broken_catalog_is_told_in_lines_and_code_1(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "de.po").write_text("nonsense\n", encoding="utf-8")
    monkeypatch.setattr(services, "Languages", partial(Languages, tmp_path))
    assert lifecycle.run(Settings(token=SecretStr("token"), state=tmp_path / "state"), library) == 1
    message = capsys.readouterr().err
    assert message.startswith("de.po:1:")
    assert "Traceback" not in message


async def test_what_was_opened_is_closed_where_the_start_is_canceled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    closed = []

    async def start(_: Records) -> None:
        raise asyncio.CancelledError

    async def close(of: object) -> None:
        closed.append(type(of).__name__)

    monkeypatch.setattr(Records, "start", start)
    monkeypatch.setattr(Records, "close", close)
    monkeypatch.setattr(ChartRenderer, "close", close)
    with pytest.raises(asyncio.CancelledError):
        async with services.open_resources(Settings(state=tmp_path)):
            pass
    assert closed == ["ChartRenderer", "Records"]


def test_an_unreadable_token_file_is_one_line_and_code_2(
    library: Library, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert lifecycle.run(Settings(token_file=tmp_path / "none"), library) == 2
    message = capsys.readouterr().err
    assert message.startswith("DISCORD_TOKEN_FILE=")
    assert message.count("\n") == 1


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        ("wrong", "refused the token"),
        ("hush hush", "spaces"),
        ("\N{PILE OF POO}", "spaces"),
        ("two\nlines", "spaces"),
        ("/hush", "starts with a slash"),
        ("Bot hush", "leave out `Bot `"),
    ],
)
def test_a_refused_token_is_one_line_and_code_2(
    library: Library, capsys: pytest.CaptureFixture[str], token: str, fault: str
) -> None:
    async def main() -> int:
        async with loopback() as place:
            settings = read().model_copy(
                update={"discord_api": place.server.api, "discord_gateway": place.server.gateway}
            )
            return await lifecycle.serve(settings, library, Resources(), SecretStr(token), asyncio.Event())

    base = discord.http.Route.BASE
    try:
        assert simulate(main()) == 2
    finally:
        discord.http.Route.BASE = base
    message = capsys.readouterr().err
    assert fault in message
    assert "Reset Token" in message
    assert message.count("\n") == 1
    assert "hush" not in message


# ------------------------------------------------------------------ start and end


def test_a_stop_during_the_login_ends_it(library: Library) -> None:
    async def main() -> int:
        async with loopback() as place:
            place.server.faults.on_rest("GET", "/users/@me", f.Hang(), times=1_000)
            async with living(place, library, ready=False) as life:
                await asyncio.sleep(5)
                return await life.ended()

    assert simulate(main()) == 0


def test_a_refused_intent_is_told_and_the_bot_goes_on_without(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    async def main() -> None:
        async with loopback(granted_intents=EVERY_INTENT & ~CONTENT) as place, living(place, library):
            asked = [bool(identify["intents"] & CONTENT) for _, identify in place.server.identifies]
            assert asked == [True, False]
            identify = place.server.say(place.ada, place.general, "google salary", mention_bot=True)
            await place.until(lambda: place.server.replies(identify))

    simulate(main())
    assert capsys.readouterr().err == lifecycle.NO_CONTENT + "\n"


def test_a_sign_of_life_is_given_while_connected(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle.beat, "__defaults__", (0.01,))
    file = tmp_path / "alive"

    async def main() -> None:
        async with loopback() as place, living(place, library, health_file=file):
            await asyncio.sleep(60)
            assert file.exists()

    simulate(main())


# ------------------------------------------------------------------ the token and the log


def test_the_token_is_in_no_line_of_the_log_whatever_fails(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()

    async def main() -> str:
        async with loopback() as place:
            token = place.server.token
            monkeypatch.setattr(sys, "stderr", written)
            log.start("DEBUG", token)
            faults = place.server.faults
            for fault in (f.Status(500), f.Status(403), f.Reset(), f.Hang(), f.Garbage(), f.TooMany(via=False)):
                faults.on_rest("*", "/users/@me", fault)
                faults.on_rest("*", "/oauth2/applications/@me", fault)
                faults.on_rest(*ANSWER, fault)
            for cut in (f.Status(502), f.Reset(), f.NoHello(), f.CloseAt(4000)):
                faults.on_handshake(cut)
            for frame in (
                f.Malformed(),
                f.WrongShape(),
                f.UnknownEvent(),
                f.Abort(),
                f.InvalidSession(resumable=False),
            ):
                faults.on_frame(frame)
            async with living(place, library):
                for _ in range(20):
                    place.server.say(place.ada, place.listed, "!salary google")
                    await asyncio.sleep(20)
            return token

    token = simulate(main())
    anyone = logging.getLogger("anyone")
    anyone.info("a token in an argument: %s", {"Authorization": f"Bot {token}"})
    anyone.error("a token in a traceback", exc_info=ValueError(f"refused: {token}"))
    message = written.getvalue()
    assert "discord.gateway" in message
    assert "!salary google" not in message  # nor what people say
    assert message.count(log.MASK) >= 2
    assert token not in message


def test_settings_and_bot_do_not_show_the_token(library: Library) -> None:
    token = "MTIzNDU2Nzg5.secret.of-the-bot"  # noqa: S105 - nobody's
    bot = app_bot.SalaryBot(Settings(token=SecretStr(token)), library, Resources())
    assert token not in f"{bot.settings!r}{bot!r}{vars(bot)}"


# ------------------------------------------------------------------ the real process


@dataclass
class Process:
    """`salarybot run` as a process of its own."""

    process: asyncio.subprocess.Process

    async def ended(self) -> tuple[int, str]:
        """Return exit code and log once it has ended by itself."""
        _, identify = await asyncio.wait_for(self.process.communicate(), 60)
        assert self.process.returncode is not None
        return self.process.returncode, identify.decode()

    async def signaled(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal and return what came of it."""
        self.process.send_signal(number)
        return await self.ended()


@asynccontextmanager
async def started(place: Loopback, tmp_path: Path, **environment: str) -> AsyncIterator[Process]:
    """Start it against a loopback Discord; nothing of it stays after the test."""
    wires = {
        "DISCORD_TOKEN": place.server.token,
        "SALARYBOT_DISCORD_API": place.server.api,
        "SALARYBOT_DISCORD_GATEWAY": place.server.gateway,
        "SALARYBOT_STATE": str(tmp_path / "state"),
        "SALARYBOT_COOLDOWN": "0",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=ROOT,
        env={**os.environ, **wires, **environment},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Process(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def answered(place: Loopback) -> None:
    asked = place.server.say(place.ada, place.general, "!salary google")
    await place.server.until(lambda: place.server.replies(asked), 30)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
async def test_a_signal_ends_the_process_with_the_answers_given(
    tmp_path: Path, small_base: Path, number: signal.Signals
) -> None:
    settings = {"SALARYBOT_LOG_LEVEL": "DEBUG", "SALARYBOT_KNOWLEDGE": str(small_base)}
    async with loopback() as place, started(place, tmp_path, **settings) as process:
        await place.server.until(place.ready, 30)
        await answered(place)
        place.server.faults.on_rest(*ANSWER, f.Slow(2.0, applied=False))
        asked = place.server.say(place.ada, place.general, "!salary google")
        await asyncio.sleep(0.5)
        code, log = await process.signaled(number)
        assert code == 0
        assert len(place.server.replies(asked)) == 1
        assert place.server.token not in log
        (kept,) = (tmp_path / "state").glob("sessions-*.json")
        assert json.loads(kept.read_text())["shards"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_signal_is_heard_wherever_a_start_is() -> None:
    """Within a callback of the interpreter, as each import has one, no exception goes anywhere."""
    script = """
import os, signal, weakref
from bot.cli.main import _leave
class Gone: pass
signal.signal(signal.SIGTERM, _leave)
gone = Gone()
callback = weakref.ref(gone, lambda _: os.kill(os.getpid(), signal.SIGTERM))
del gone
raise SystemExit(7)
"""
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False, capture_output=True, timeout=60)  # noqa: S603
    assert (ended.returncode, ended.stderr) == (0, b"")


async def test_a_wrong_token_ends_the_process_at_once(tmp_path: Path, small_base: Path) -> None:
    settings = {"DISCORD_TOKEN": "wrong", "SALARYBOT_KNOWLEDGE": str(small_base)}
    async with loopback() as place, started(place, tmp_path, **settings) as process:
        code, log = await process.ended()
        assert code == 2
        assert log.splitlines()[-1] == lifecycle.TURNED_AWAY


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
async def test_a_process_killed_while_it_reloads_answers_after_its_next_start(tmp_path: Path, folder: Path) -> None:
    async with loopback() as place:
        owner = place.server.dm(place.server.owner)
        for pause in (0.0, 0.2):
            async with started(place, tmp_path, SALARYBOT_KNOWLEDGE=str(folder)) as process:
                await place.server.until(place.ready, 30)
                await answered(place)
                place.server.say(place.server.owner, owner, "!kb reload")
                await asyncio.sleep(pause)
                code, _ = await process.signaled(signal.SIGKILL)
                assert code == -signal.SIGKILL
        async with started(place, tmp_path, SALARYBOT_KNOWLEDGE=str(folder)):
            await place.server.until(lambda: len(place.server.identifies) == 3, 30)
            await answered(place)


# ------------------------------------------------------------------ reloading


async def test_a_reload_that_is_cut_off_at_any_point_changes_nothing(
    small_library: Library, own_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let each file in turn be the one at which reading ends, as a lack of memory would."""
    before = own_library.advisor
    read = os.open
    for last in range(0, 60, 4):
        left = last

        def cut(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
            nonlocal left
            left -= 1
            if left < 0:
                raise MemoryError
            return read(path, flags, mode, dir_fd=dir_fd)

        with monkeypatch.context() as short:
            short.setattr(os, "open", cut)
            with pytest.raises(MemoryError):
                await asyncio.to_thread(own_library.reload)
        assert own_library.advisor is before
        assert own_library.advisor.ask("google salary") == small_library.advisor.ask("google salary")
    own_library.reload()
    assert own_library.advisor is not before
