"""Checks an offer in private: `/offer`, and a right click on any message that names a pay figure."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.cogs.ask import LONGEST_CHOICE, MOST_CHOICES
from bot.chat.presentation.components import clipped
from bot.chat.services import Parts
from bot.chat.transport.hybrid import PRIVATE
from bot.chat.transport.interaction_reply import Interaction
from bot.chat.transport.send import send
from bot.core.model.dialogue import Query
from bot.core.model.language import Language, later
from bot.core.text.normalization import normalize

# The reply and four more: where the bot is not a member, Discord takes five follow-ups at most.
MOST_FIGURES = 5
CHECK = "Check this pay"
LONGEST_YEARS = 2


class OfferCog(commands.Cog):
    """Says where an amount lies; only who asks sees it."""

    def __init__(self, bot: commands.Bot, parts: Parts) -> None:
        self._bot = bot
        self._answers = parts.answers
        self._presenter = parts.presenter
        self._preferences = parts.preferences
        self._menu = app_commands.ContextMenu(name=CHECK, callback=self.check_pay, extras=dict(PRIVATE))

    async def cog_load(self) -> None:
        """Add the right click, which a cog can't declare by itself."""
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the right click away."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(
        description=later("Where an offer lies among the figures I have. Only you see it."), extras=dict(PRIVATE)
    )
    @app_commands.describe(
        amount=later("The pay, such as: 150k, $150,000, 12.5k/month, 70/h"),
        company=later("Who offers it, such as: Google"),
        years=later("Years of experience, such as: 6"),
        level=later("Or the level, such as: senior"),
    )
    async def offer(
        self, interaction: Interaction, amount: str, company: str = "", years: str = "", level: str = ""
    ) -> None:
        """Say where an offer lies."""
        query = self._answers.advisor.offer(amount, company, years, level)
        reply = self._answers.of(query, self._language(interaction))
        await self._presenter.reply(await commands.Context.from_interaction(interaction), reply, private=True)

    async def check_pay(self, interaction: Interaction, message: discord.Message) -> None:
        """Say where the pay that a message names lies; what is not surely pay is not guessed at."""
        ctx, language = await commands.Context.from_interaction(interaction), self._language(interaction)
        queries = self._answers.advisor.pay_in(message.content)[:MOST_FIGURES]
        for query in queries:
            await self._presenter.reply(ctx, self._answers.of(query, language), private=True)
        if not queries:
            line = language.say("I see no pay figure in that message that I could be sure of. `/offer` takes one.")
            await send(ctx, line, private=True)

    @offer.autocomplete("amount")
    async def _read_amount(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Show how an amount is read, before it is sent."""
        query = self._answers.advisor.offer(current)
        if not isinstance(query, Query) or not current.strip():
            return []
        title = self._answers.of(query, self._language(interaction)).answer.title
        return _choices([(f"{current} = {title}" if normalize(current) != normalize(title) else title, current)])

    @offer.autocomplete("company")
    async def _complete_company(self, _: Interaction, current: str) -> list[app_commands.Choice[str]]:
        known = self._answers.advisor.knowledge
        return self._named(current, {company.name for company in known.companies})

    @offer.autocomplete("level")
    async def _complete_level(self, _: Interaction, current: str) -> list[app_commands.Choice[str]]:
        said = normalize(current)
        levels = [(level.name, level.aliases[0]) for level in self._answers.advisor.knowledge.vocabulary.levels]
        return _choices(pair for pair in levels if any(normalize(one).startswith(said) for one in pair))

    @offer.autocomplete("years")
    async def _complete_years(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer the bands of experience by their first year, and say which one a number falls into."""
        known, language = self._answers.advisor.knowledge, self._language(interaction)
        said = current.strip()
        if said.isascii() and said.isdigit():
            level = known.level_of_years(float(said)) if len(said) <= LONGEST_YEARS else None
            return _choices([(f"{said}: {language.say(level.name)}", said)] if level is not None else [])
        levels = known.vocabulary.levels
        return _choices((f"{level.from_years}: {language.say(level.name)}", str(level.from_years)) for level in levels)

    def _named(self, current: str, names: set[str]) -> list[app_commands.Choice[str]]:
        return _choices((name, name) for name in self._answers.advisor.complete(current) if name in names)

    def _language(self, interaction: Interaction) -> Language:
        return self._preferences.language(interaction.guild_id, interaction.locale)


def _choices(pairs: Iterable[tuple[str, str]]) -> list[app_commands.Choice[str]]:
    """Return choices within Discord's limits, from (shown, meant)."""
    short = [(clipped(shown, LONGEST_CHOICE), meant) for shown, meant in pairs if len(meant) <= LONGEST_CHOICE]
    return [app_commands.Choice(name=shown, value=meant) for shown, meant in short[:MOST_CHOICES]]
