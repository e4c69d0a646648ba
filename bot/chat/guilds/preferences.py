"""What each guild prefers, with the bot's own settings as defaults: channels, prefix, charts, cooldown, language."""

from __future__ import annotations

from bot.core.model.language import Language
from bot.settings import Settings
from bot.storage.i18n.catalogs import Languages
from bot.storage.records import Records

# Direct messages belong to no guild.
NOWHERE = 0
# The ids of a channel and of all that it is in: the forum of a post, the channel of a thread, the category.
Place = frozenset[int]


class Preferences:
    """Answers from memory, at once, whatever the database does. A guild is named by its id; None is no guild."""

    def __init__(self, settings: Settings, records: Records, languages: Languages) -> None:
        self._settings = settings
        self._records = records
        self._languages = languages

    @property
    def languages(self) -> tuple[tuple[str, str], ...]:
        """The languages with a catalog: code and own name."""
        return tuple(self._languages.codes.items())

    @property
    def fixed_channels(self) -> frozenset[int]:
        """The channels that the bot listens in whatever a guild prefers."""
        return self._settings.channels

    @property
    def draws_charts(self) -> bool:
        """Whether the bot draws charts at all."""
        return self._settings.charts

    def prefix(self, guild: int | None) -> str:
        """Return what starts a command in a message."""
        return self._records.of(guild or NOWHERE).prefix or self._settings.prefix

    def listens(self, place: Place, guild: int | None) -> bool:
        """Whether clear questions in a place are answered without a mention."""
        return not place.isdisjoint(self._settings.channels | self._records.of(guild or NOWHERE).channels)

    def answers_everything(self, place: Place, guild: int | None) -> bool:
        """Whether every message of a person in a place is answered."""
        return not place.isdisjoint(self._records.of(guild or NOWHERE).ask_channels)

    def proxy(self, guild: int | None) -> int | None:
        """Return the bot whose webhooks post in place of people."""
        return self._records.of(guild or NOWHERE).proxy

    def charts(self, guild: int | None) -> bool:
        """Whether answers bring charts."""
        return self._settings.charts and self._records.of(guild or NOWHERE).charts

    def cooldown(self, guild: int | None) -> float:
        """Return the seconds between two answers to one person: a guild may ask for more than the bot, not for less."""
        return max(self._settings.cooldown, self._records.of(guild or NOWHERE).cooldown or 0.0)

    @property
    def least_cooldown(self) -> float:
        """The seconds between two answers to one person wherever a guild doesn't ask for more."""
        return self._settings.cooldown

    def language(self, guild: int | None, locale: object = None) -> Language:
        """Return the guild's language, or else that of the caller's `locale`, or else English."""
        preferred = self._records.of(guild or NOWHERE).language
        return self._languages.of(preferred or str(locale or "en-US"))
