"""Errors of commands: tells the caller in one line what to do, and logs what is a fault of the bot."""

from __future__ import annotations

import logging

from discord import app_commands
from discord.ext import commands

from bot.chat.cogs.admin import NotAllowed
from bot.chat.guilds.caller import Callers
from bot.chat.transport.hybrid import Context
from bot.chat.transport.send import send
from bot.core.model.language import ENGLISH, Language, later

REFUSED = later("Only the bot's owners, and members with Manage Server in its home server (there), can do that.")
UNKNOWN = later("I don't know that command. `/help` shows what you can ask.")
SORRY = later("Something went wrong on my side, and I have noted it. Please try again.")
UNTAKEN = later("I can't read that command. `help` shows what you can ask.")
_log = logging.getLogger(__name__)


class TooFast(commands.CheckFailure):
    """A command that came before its caller's cooldown was over; `line` says so, empty where it was said already."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


async def report(ctx: Context | None, error: Exception, source: str, callers: Callers) -> None:
    """Tell the caller what to do about an error; `source` is the name of the command, for the log."""
    line = _line(error, source, ENGLISH if ctx is None else callers.of(ctx).language)
    if ctx and line:
        await send(ctx, line, private=True)


def _line(error: Exception, source: str, language: Language) -> str:
    cause = _cause(error)
    match cause:
        case commands.CommandNotFound() | app_commands.CommandNotFound():
            return ""
        case TooFast(line=line):
            return line
        case NotAllowed():
            return language.say(REFUSED)
        case commands.UserInputError() | commands.CheckFailure() | app_commands.CheckFailure():
            return language.say(UNTAKEN)
        case _:
            _log.error("failed in the command %s", source, exc_info=cause)
            return language.say(SORRY)


def _cause(error: Exception) -> BaseException:
    """Return the error inside discord.py's wrappers."""
    wrappers = (commands.HybridCommandError, commands.CommandInvokeError, app_commands.CommandInvokeError)
    cause: BaseException = error
    while isinstance(cause, wrappers):
        cause = cause.original
    return cause
