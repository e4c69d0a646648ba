"""The life cycle of the process: its start, however long Discord is away, its health file, and a graceful shutdown."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import signal
import sys
from functools import partial
from pathlib import Path

import aiohttp
import discord
from discord.http import Route
from pydantic import SecretStr
from tenacity import RetryCallState, retry_if_exception_type

from bot.chat.app import log
from bot.chat.app.bot import SalaryBot
from bot.chat.app.fleet import WrongKey
from bot.chat.app.status import Status, serving
from bot.chat.services import Resources, open_resources
from bot.chat.transport.retry import retrying
from bot.settings import Settings, SettingsError
from bot.storage.i18n.catalogs import LanguageError
from bot.storage.knowledge.library import Library
from bot.storage.state import AlreadyRunning, claimed

OK, FAILED, UNUSABLE = 0, 1, 2
IMPATIENT = 130  # as shells say it of what was interrupted
WRONG_TOKEN = 4004  # as the gateway says it
# Seconds for the goodbye and the answers under way when the bot is stopped; a container is killed after ten.
LAST_ANSWERS = 8.0
HEARTBEAT = 15.0  # seconds between two touches of the health file
NOT_SET_UP = "No token: set DISCORD_TOKEN, or DISCORD_TOKEN_FILE to a file that holds it. `salarybot demo` needs none."
TURNED_AWAY = (
    "Discord refused the token. Copy it again from the Developer Portal > your application > Bot > Reset Token."
)
NO_CONTENT = (
    "Discord refused the Message Content intent: switch it on in the Developer Portal > your application > Bot > "
    "Message Content Intent. Until then prefix commands and listed channels stay silent; all else works."
)
NO_INTENTS = "Discord refuses the bot's intents though it asks for no privileged one."
# What to do about each close code with which the gateway ends a connection for good; 4014 is about intents.
CLOSED_FOR_GOOD = {
    4012: "Discord has given up this version of its gateway. Install a newer discord.py, and a newer salarybot.",
    4013: "Discord doesn't know the intents that were asked for. Install a newer discord.py, and a newer salarybot.",
}
UNSENDABLE = (
    "This is no token as Discord gives it: {fault}. Copy it again from the Developer Portal > your application > Bot > "
    "Reset Token."
)
_log = logging.getLogger(__name__)


def run(settings: Settings, library: Library) -> int:
    """Run the bot on Discord until it is stopped; return the exit code. What stops it is reported in one line."""
    try:
        token = settings.discord_token() or SecretStr("")
        log.start(settings.log_level, token.get_secret_value(), settings.log_format)
        if (fault := _unsendable(token)) is not None:
            return fail(fault, UNUSABLE)
        with contextlib.nullcontext() if settings.share else claimed(settings.state):
            return asyncio.run(_signalled(settings, library, token))
    except (SettingsError, AlreadyRunning) as error:
        return fail(str(error), UNUSABLE)
    except LanguageError as error:
        return fail(str(error), FAILED)
    except KeyboardInterrupt:
        return OK


def _unsendable(token: SecretStr) -> str | None:
    """Return what is wrong with a token that isn't worth sending, without the token itself."""
    text = token.get_secret_value()
    if not text:
        return NOT_SET_UP
    if text.lower().startswith("bot "):
        return UNSENDABLE.format(fault="leave out `Bot ` in front of it")
    if text.startswith("/"):
        return UNSENDABLE.format(fault="it starts with a slash; the path of a file belongs into DISCORD_TOKEN_FILE")
    if not re.fullmatch(r"[!-~]+", text):
        return UNSENDABLE.format(fault="it holds spaces or other characters that no token has")
    return None


async def _signalled(settings: Settings, library: Library, token: SecretStr) -> int:
    stop = stop_signals()
    async with open_resources(settings) as opened:
        return await serve(settings, library, opened, token, stop)


async def serve(
    settings: Settings, library: Library, resources: Resources, token: SecretStr, stop: asyncio.Event
) -> int:
    """Run the bot until `stop` is set or Discord refuses it for good; return the exit code.

    A Discord that is away is waited for, for as long as it takes. Raises SettingsError where no status can be served.
    """
    if (fault := _unsendable(token)) is not None:
        return fail(fault, UNUSABLE)
    if settings.discord_api is not None:
        Route.BASE = settings.discord_api  # discord.py has no other way to say it
    status = Status(resources.records)
    async with serving(settings.status, status):
        return await _serve(settings, library, resources, token, stop, status)


async def _serve(
    settings: Settings, library: Library, resources: Resources, token: SecretStr, stop: asyncio.Event, status: Status
) -> int:
    # The outermost edge: the bot comes back from anything.
    retry, pause = retry_if_exception_type(Exception), partial(_pause, stop=stop)
    async for attempt in retrying(retry=retry, sleep=pause, before_sleep=_log_failure):
        with attempt:
            while not stop.is_set():
                try:
                    status.bot = SalaryBot(settings, library, resources)
                    await _live(status.bot, token, stop)
                except discord.PrivilegedIntentsRequired:
                    if not settings.message_content:
                        return fail(NO_INTENTS, FAILED)
                    fail(NO_CONTENT, OK)
                    settings = settings.model_copy(update={"message_content": False})
                except discord.LoginFailure:
                    return fail(TURNED_AWAY, UNUSABLE)
                except WrongKey as error:
                    return fail(str(error), UNUSABLE)
                except discord.ConnectionClosed as error:
                    return _refused(error.code)
    return OK


def _log_failure(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome is not None else None
    # A failure on the way takes one line; anything else may be a fault of the bot.
    expected = isinstance(error, (OSError, discord.DiscordException, aiohttp.ClientError, TimeoutError))
    text = (str(error) or "no answer") if expected else repr(error)
    _log.warning("can't log in: %s", text, exc_info=None if expected else error)


def _refused(code: int) -> int:
    if code == WRONG_TOKEN:
        return fail(TURNED_AWAY, UNUSABLE)
    return fail(f"Discord ended the connection for good (close code {code}). {CLOSED_FOR_GOOD.get(code, '')}", FAILED)


async def _live(bot: SalaryBot, token: SecretStr, stop: asyncio.Event) -> None:
    """Run one bot until it ends by itself, which raises why, or `stop` is set. Answers under way are sent first."""
    async with bot:
        living = asyncio.create_task(bot.start(token.get_secret_value()))
        stopped = asyncio.create_task(stop.wait())
        health = asyncio.create_task(beat(bot, bot.settings.health_file)) if bot.settings.health_file else None
        try:
            await asyncio.wait({living, stopped}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            living.cancel()
            raise
        end = asyncio.get_running_loop().time() + LAST_ANSWERS
        for task in (stopped, health):
            if task is not None:
                task.cancel()
        if not living.done():
            _log.info("stopping")
            await bot.shards_here.hand_over()
            end = asyncio.get_running_loop().time() + LAST_ANSWERS
            living.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({living})
        await _last_answers(bot, end)
        await bot.close()
        if not living.cancelled():
            living.result()


async def _last_answers(bot: SalaryBot, end: float) -> None:
    """Let the answers under way be sent until `end`; those that are not say so in the log."""
    clock = asyncio.get_running_loop().time
    while (tasks := bot.under_way()) and clock() < end:
        await asyncio.wait(tasks, timeout=end - clock(), return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _pause(seconds: float, stop: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


async def beat(bot: SalaryBot, file: Path, every: float = HEARTBEAT) -> None:
    """Touch the health file as long as all shards that came up are connected; log once that it can't be written."""
    logged = False
    while True:
        if bot.shards_here.are_well:
            try:
                await asyncio.to_thread(file.touch)
            except OSError as error:
                if not logged:
                    _log.warning("no sign of life in %s: %s", file, error.strerror)
                logged = True
        await asyncio.sleep(every)


def stop_signals() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set; the second of them ends the process at once.

    Where a loop can't take signals (Windows), Ctrl-C raises instead.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def signalled() -> None:
        if stop.is_set():
            os._exit(IMPATIENT)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, signalled)
    return stop


def fail(line: str, code: int) -> int:
    """Write one line to standard error and return the exit code that goes with it."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
    return code
