"""Who asks: the person, where, and the language to answer them in."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot import metrics
from bot.chat.guilds.memory import Memory
from bot.chat.guilds.preferences import Preferences
from bot.chat.guilds.rate_limit import RateLimiter, too_fast
from bot.chat.transport.hybrid import Context
from bot.chat.transport.interaction_reply import Interaction
from bot.core.model.language import Language

# What is typed is completed after most keys: so many of them at once, then so many in the time of one question.
KEYS_AT_ONCE, KEYS_A_QUESTION = 30, 8


@dataclass(frozen=True, slots=True)
class Caller:
    """A person who asks something in a guild, or in a direct message (None).

    `private` says that a reply can be shown to them alone, as that to an interaction can.
    """

    person: int
    guild: int | None
    language: Language
    private: bool


class Callers:
    """Says who asks, and whether they may ask now."""

    def __init__(self, preferences: Preferences, memory: Memory) -> None:
        self._preferences = preferences
        self._requests = RateLimiter(memory)
        self._keys = RateLimiter(memory, KEYS_AT_ONCE)

    def of(self, source: Context | Interaction | discord.Message) -> Caller:
        """Return who gave a command, used a component or wrote a message."""
        interaction = source if isinstance(source, discord.Interaction) else None
        if not isinstance(source, discord.Interaction | discord.Message):
            interaction = source.interaction
        if interaction is not None:
            guild, locale = interaction.guild_id, interaction.locale
            return Caller(interaction.user.id, guild, self._preferences.language(guild, locale), private=True)
        assert not isinstance(source, discord.Interaction)
        guild = source.guild.id if source.guild is not None else None
        return Caller(source.author.id, guild, self._preferences.language(guild), private=False)

    def held_back(self, caller: Caller) -> str | None:
        """Count a request; return None where it may go on, else what to say: "" where that was said already."""
        wait = self._requests.request(caller.person, caller.guild, seconds=self._preferences.cooldown(caller.guild))
        if wait is None:
            return None
        metrics.PACED.add()
        return too_fast(wait.seconds, caller.language) if wait.first or caller.private else ""

    def too_often(self, person: int, guild: int | None) -> bool:
        """Count something small, a key typed or a reaction; return whether it comes too soon to be looked at."""
        seconds = self._preferences.cooldown(guild) / KEYS_A_QUESTION
        return self._keys.request(person, guild, seconds=seconds) is not None
