"""The slash commands as a whole: checked before they run, translated, and synchronized with Discord."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
from functools import partial
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from discord.ext.commands.hybrid import HybridAppCommand
from tenacity import RetryCallState

from bot.chat.app.errors import UNKNOWN
from bot.chat.guilds.preferences import Preferences
from bot.chat.presentation.limits import OPTION
from bot.chat.transport.interaction_reply import Interaction, acknowledge_in_time, refuse
from bot.chat.transport.requests import Unreadable, readable
from bot.chat.transport.retry import AWAY, retrying
from bot.core.model.language import later

NOWHERE = later("Discord doesn't tell me where you are, so I can't answer there. Please ask me in another channel.")
_log = logging.getLogger(__name__)


class _Untaken(logging.Filter):
    """Makes a completion that Discord didn't take one quiet line; discord.py logs a traceback of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        refused = isinstance(error, (discord.HTTPException, discord.InteractionResponded, *AWAY))
        if refused and "autocomplete" in str(record.msg):
            _log.info("a completion is not taken: %s", error)
            return False
        return True


logging.getLogger("discord.app_commands.tree").addFilter(_Untaken())


class CommandTree(app_commands.CommandTree[Any]):
    """Slash commands; what fails before a command is found goes to the bot's one error handler too."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Let a command through unless its caller is too fast; one that is slow to reply is acknowledged for it."""
        callers = interaction.client.services.callers
        if interaction.type is not discord.InteractionType.application_command:
            too_often = callers.too_often(interaction.user.id, interaction.guild_id)
            return not too_often or await _complete_nothing(interaction)
        if interaction.channel_id is None:
            _log.info("interaction %s came without a channel", interaction.id)
            await refuse(interaction, callers.of(interaction).language.say(NOWHERE))
            return False
        acknowledge_in_time(interaction)
        # discord.py applies the bot's own check to hybrid commands, and only to these.
        if isinstance(interaction.command, HybridAppCommand):
            return True
        line = callers.held_back(callers.of(interaction))
        if line is not None:
            await refuse(interaction, line)
        return line is None

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Refuse a command that is gone; report any other error, with the name of its command alone."""
        if interaction.command is None:
            language = interaction.client.services.callers.of(interaction).language
            await refuse(interaction, language.say(UNKNOWN))
            return
        # Its name alone: what it was given may be somebody's pay.
        name = interaction.command.qualified_name
        await interaction.client.report(await commands.Context.from_interaction(interaction), error, name)


async def _complete_nothing(interaction: Interaction) -> bool:
    with contextlib.suppress(discord.HTTPException, *AWAY):
        await interaction.response.autocomplete([])
    return False


async def digest(tree: app_commands.CommandTree[Any]) -> str:
    """Return a hash of the commands as they are sent to Discord."""
    payload = [
        await command.get_translated_payload(tree, tree.translator) if tree.translator else command.to_dict(tree)
        for command in tree.get_commands()
    ]
    return hashlib.blake2b(json.dumps(payload, sort_keys=True, default=str).encode(), digest_size=8).hexdigest()


async def synchronize(tree: app_commands.CommandTree[Any]) -> bool:
    """Send the commands to Discord, however long that takes, and return whether it took them."""
    try:
        await retrying(before_sleep=_log_delay)(partial(readable, tree.sync))
    except Unreadable as error:
        _log.warning("Discord's answer to the slash commands can't be read (%s)", error)
        return True
    except discord.DiscordException as error:
        _log.error("slash commands couldn't be synchronized, the old ones stay: %s", error)
        return False
    return True


def _log_delay(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome is not None else None
    _log.warning("slash commands can't be synchronized yet, again in %.1f s: %s", state.upcoming_sleep, error)


class Translator(app_commands.Translator):
    """Takes the descriptions of commands from the catalog; names stay, as people tell each other what to type."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return the description in a locale; None, for English, where it is the same or Discord would refuse it."""
        if context.location.name.endswith("_name"):
            return None
        text = self._preferences.language(None, locale).say(string.message)
        # One that is too long would cost all commands: Discord takes all of them or none.
        return text if text != string.message and len(text) <= OPTION else None
