"""Says the commands and their options in the language of whoever looks at them."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.chat.guilds.preferences import Preferences

LONGEST = 100


class Translations(app_commands.Translator):
    """Takes descriptions from the catalogue; names stay, as people tell each other what to type."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return the description in a locale; None, for English, where it is the same or Discord would refuse it."""
        if context.location.name.endswith("_name"):
            return None
        said = self._preferences.language(None, locale).say(string.message)
        # One that is too long would cost all commands: Discord takes all of them or none.
        return said if said != string.message and len(said) <= LONGEST else None
