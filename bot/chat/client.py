"""The bot on Discord: what it asks of the gateway, its commands, its one handler of errors, its start and its end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import signal
import sys
import time
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from pydantic import SecretStr

from bot.chat import logs
from bot.chat.admin import Administration, NotAllowed
from bot.chat.asking import Asking, too_fast
from bot.chat.hybrid import Context
from bot.chat.pace import Pace, Wait
from bot.chat.pulse import beat
from bot.chat.sending import send
from bot.settings import Settings, SettingsError
from bot.storage.library import Library

_log = logging.getLogger(__name__)

OK, FAILED, UNUSABLE = 0, 1, 2
REFUSED = "Only the bot's owners, and members with Manage Server in its home server (there), can do that."
SORRY = "Something went wrong on my side, and I have noted it. Please try again."
NOT_SET_UP = "No token: set DISCORD_TOKEN, or DISCORD_TOKEN_FILE to a file that holds it. `salarybot demo` needs none."
TURNED_AWAY = (
    "Discord refused the token. Copy it again from the Developer Portal > your application > Bot > Reset Token."
)
NO_CONTENT = (
    "Discord refused the Message Content intent: switch it on in the Developer Portal > your application > Bot > "
    "Message Content Intent. Until then prefix commands and listed channels stay silent; all else works."
)


class TooFast(commands.CheckFailure):
    """A command that came before its author's wait was over."""

    def __init__(self, wait: Wait) -> None:
        super().__init__(f"wait {wait.seconds:.1f} s")
        self.wait = wait


class _Tree(app_commands.CommandTree["SalaryBot"]):
    """Slash commands; what fails before a command is known goes to the bot's one handler too."""

    async def on_error(self, interaction: discord.Interaction[SalaryBot], error: app_commands.AppCommandError) -> None:
        ctx = await commands.Context.from_interaction(interaction) if interaction.command else None
        await interaction.client.failed(ctx, error, str(interaction.data))


class SalaryBot(commands.Bot):
    """Answers questions of pay on Discord from a Library, as its Settings say."""

    def __init__(self, settings: Settings, library: Library) -> None:
        intents = discord.Intents.default()
        intents.message_content = settings.message_content
        # A bot that never speaks aloud needs no voice libraries, nor warnings that they are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=settings.prefix,
            intents=intents,
            help_command=None,
            tree_cls=_Tree,
            allowed_mentions=discord.AllowedMentions.none(),
            activity=discord.CustomActivity("/salary: what machine-learning people earn"),
        )
        self.settings = settings
        self.library = library
        self._pace = Pace(settings.cooldown)
        self.add_check(self._unhurried, call_once=True)

    async def setup_hook(self) -> None:
        """Load the commands and tell Discord of them, once a start."""
        await self.add_cog(Asking(self, self.library, self.settings, self._pace))
        await self.add_cog(Administration(self.library, self.settings))
        try:
            await self.tree.sync()
        except discord.DiscordException as error:
            _log.error("slash commands couldn't be synchronised, the old ones stay: %s", error)

    async def on_ready(self) -> None:
        _log.info("ready as %s in %d servers", self.user, len(self.guilds))

    async def on_message(self, message: discord.Message, /) -> None:
        """Run prefix commands of people; some webhooks don't count as bots."""
        if message.webhook_id is None:
            await self.process_commands(message)

    async def on_command_error(self, ctx: Context, error: commands.CommandError, /) -> None:
        """Take every error of a command, prefix and slash alike."""
        await self.failed(ctx, error, ctx.message.content or str(ctx.command))

    async def failed(self, ctx: Context | None, error: Exception, said: str) -> None:
        """Tell the person in one line what they can do about an error; note what is a fault of the bot."""
        cause = _cause(error)
        match cause:
            case commands.CommandNotFound() | app_commands.CommandNotFound():
                return
            case TooFast(wait=wait):
                line = too_fast(wait.seconds) if wait.first or (ctx and ctx.interaction) else ""
            case NotAllowed():
                line = REFUSED
            case commands.UserInputError() | commands.CheckFailure() | app_commands.CheckFailure():
                line = "I can't take that command like this. `help` says what you can ask."
            case _:
                _log.error("failed on %r", said, exc_info=cause)
                line = SORRY
        if ctx and line:
            await send(ctx, line, private=True)

    async def on_error(self, event_method: str, /, *args: Any, **_: Any) -> None:
        """Note what failed outside of commands, with what it failed on."""
        _log.exception("failed in %s on %s", event_method, args[0] if args else "nothing")

    async def _unhurried(self, ctx: Context) -> bool:
        wait = self._pace.ask(ctx.author.id, now=time.monotonic())
        if wait is not None:
            raise TooFast(wait)
        return True


def _cause(error: Exception) -> BaseException:
    """Return what happened, out of discord.py's wrappings of it."""
    wrappings = (commands.HybridCommandError, commands.CommandInvokeError, app_commands.CommandInvokeError)
    cause: BaseException = error
    while isinstance(cause, wrappings):
        cause = cause.original
    return cause


def run(settings: Settings, library: Library) -> int:
    """Run the bot on Discord until it is stopped; return the exit code. What stops it is told in one line."""
    try:
        token = settings.discord_token() or SecretStr("")
        logs.start(settings.log_level, token.get_secret_value())
        return asyncio.run(serve(settings, library, token))
    except SettingsError as error:
        return told(str(error), UNUSABLE)
    except KeyboardInterrupt:
        return OK


async def serve(settings: Settings, library: Library, token: SecretStr) -> int:
    """Run the bot, a second time without the Message Content intent where Discord refuses it."""
    secret = token.get_secret_value()
    # A space or a line break that came along can't even be sent.
    if not re.fullmatch(r"[!-~]+", secret):
        return told(TURNED_AWAY if secret else NOT_SET_UP, UNUSABLE)
    stop = stop_signals()
    try:
        await _live(SalaryBot(settings, library), token, stop)
    except discord.PrivilegedIntentsRequired:
        if not settings.message_content:
            return told("Discord refuses the bot's intents though it asks for no privileged one.", FAILED)
        told(NO_CONTENT, OK)
        return await serve(settings.model_copy(update={"message_content": False}), library, token)
    except discord.LoginFailure:
        return told(TURNED_AWAY, UNUSABLE)
    except (OSError, discord.DiscordException, aiohttp.ClientError) as error:
        return told(f"Discord can't be reached: {error}", FAILED)
    return OK


async def _live(bot: SalaryBot, token: SecretStr, stop: asyncio.Event) -> None:
    """Run one bot until it ends by itself, which raises why, or `stop` is set."""
    async with bot:
        running = asyncio.create_task(bot.start(token.get_secret_value()))
        others: set[asyncio.Task[Any]] = {asyncio.create_task(stop.wait())}
        if bot.settings.health_file is not None:
            others.add(asyncio.create_task(beat(bot, bot.settings.health_file)))
        await asyncio.wait({running, *others}, return_when=asyncio.FIRST_COMPLETED)
        for task in others:
            task.cancel()
        if running.done():
            return running.result()
        _log.info("stopping")
        await bot.close()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError, discord.DiscordException):
            await running
        return None


def stop_signals() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set. Where a loop can't take signals (Windows), Ctrl-C raises instead."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    return stop


def told(line: str, code: int) -> int:
    """Say one line on standard error and return the exit code that goes with it."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
    return code
