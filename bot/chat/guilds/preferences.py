"""What each server wishes, the bot's own settings behind it: where to listen, prefix, charts, pace, language."""

from __future__ import annotations

from bot.chat.transport.hybrid import Context
from bot.core.model.language import Language
from bot.settings import Settings
from bot.storage.i18n.catalogs import Languages
from bot.storage.records import Records

# Direct messages are nobody's server.
NOWHERE = 0


class Preferences:
    """Answers from memory, at once, whatever the database does. A server is named by its id; None is no server."""

    def __init__(self, settings: Settings, records: Records, languages: Languages) -> None:
        self._settings = settings
        self._records = records
        self._languages = languages

    @property
    def languages(self) -> tuple[tuple[str, str], ...]:
        """The languages with a catalogue: code and own name."""
        return tuple(self._languages.codes.items())

    @property
    def fixed(self) -> frozenset[int]:
        """The channels that are listened in whatever a server wishes."""
        return self._settings.channels

    @property
    def draws(self) -> bool:
        """Whether the bot brings pictures at all."""
        return self._settings.charts

    def prefix(self, server: int | None) -> str:
        """Return what starts a command in a message."""
        return self._records.of(server or NOWHERE).prefix or self._settings.prefix

    def listens(self, channel: int, server: int | None) -> bool:
        """Whether clear questions of a channel are answered without a mention."""
        return channel in self._settings.channels or channel in self._records.of(server or NOWHERE).channels

    def charts(self, server: int | None) -> bool:
        """Whether answers bring pictures."""
        return self._settings.charts and self._records.of(server or NOWHERE).charts

    def cooldown(self, server: int | None) -> float:
        """Return the seconds between two answers to one person."""
        wished = self._records.of(server or NOWHERE).cooldown
        return self._settings.cooldown if wished is None else wished

    def language(self, server: int | None, locale: object = None) -> Language:
        """Return the server's language, or else that of the asker's `locale`, or else English."""
        wished = self._records.of(server or NOWHERE).language
        return self._languages.of(wished or str(locale or "en-US"))

    def heard_by(self, ctx: Context) -> Language:
        """Return the language to speak to whoever gave a command."""
        server = ctx.guild.id if ctx.guild is not None else None
        return self.language(server, ctx.interaction.locale if ctx.interaction is not None else None)
