"""Tells people what they can do about an error, in one line; notes what is a fault of the bot."""

from __future__ import annotations

import logging

from discord import app_commands
from discord.ext import commands

from bot.chat.cogs.admin import NotAllowed
from bot.chat.guilds.preferences import Preferences
from bot.chat.guilds.rate_limit import Wait, too_fast
from bot.chat.transport.hybrid import Context
from bot.chat.transport.send import send
from bot.core.model.language import Language, later

REFUSED = later("Only the bot's owners, and members with Manage Server in its home server (there), can do that.")
UNKNOWN = later("I don't know that command. `/help` says what you can ask.")
SORRY = later("Something went wrong on my side, and I have noted it. Please try again.")
UNTAKEN = later("I can't take that command like this. `help` says what you can ask.")
_log = logging.getLogger(__name__)


class TooFast(commands.CheckFailure):
    """A command that came before its author's wait was over."""

    def __init__(self, wait: Wait) -> None:
        super().__init__(f"wait {wait.seconds:.1f} s")
        self.wait = wait


async def tell(ctx: Context | None, error: Exception, said: str, preferences: Preferences) -> None:
    """Tell who caused an error by `said` what to do."""
    language = preferences.language(None) if ctx is None else preferences.heard_by(ctx)
    line = _line(ctx, error, said, language)
    if ctx and line:
        await send(ctx, line, private=True)


def _line(ctx: Context | None, error: Exception, said: str, language: Language) -> str:
    cause = _cause(error)
    match cause:
        case commands.CommandNotFound() | app_commands.CommandNotFound():
            return ""
        case TooFast(wait=wait):
            return too_fast(wait.seconds, language) if wait.first or (ctx and ctx.interaction) else ""
        case NotAllowed():
            return language.say(REFUSED)
        case commands.UserInputError() | commands.CheckFailure() | app_commands.CheckFailure():
            return language.say(UNTAKEN)
        case _:
            _log.error("failed on %r", said, exc_info=cause)
            return language.say(SORRY)


def _cause(error: Exception) -> BaseException:
    """Return what happened, out of discord.py's wrappings of it."""
    wrappings = (commands.HybridCommandError, commands.CommandInvokeError, app_commands.CommandInvokeError)
    cause: BaseException = error
    while isinstance(cause, wrappings):
        cause = cause.original
    return cause
