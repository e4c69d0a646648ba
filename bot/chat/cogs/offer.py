"""Checks offers in private: `/offer`, and the context menu of any message that names pay."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation.message_text import text_of
from bot.chat.presentation.limits import OPTION, OPTIONS, clip
from bot.chat.services import Services
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
    """Places an amount among the figures on file; only the caller sees it."""

    def __init__(self, bot: commands.AutoShardedBot, services: Services) -> None:
        self._bot = bot
        self._replies = services.replies
        self._presenter = services.presenter
        self._callers = services.callers
        self._menu = app_commands.ContextMenu(name=CHECK, callback=self.check_pay, extras=dict(PRIVATE))

    async def cog_load(self) -> None:
        """Add the context menu, which a cog can't declare by itself."""
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Remove the context menu."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(
        description=later("Where an offer lies among the figures I have. Only you see it."), extras=dict(PRIVATE)
    )
    @app_commands.describe(
        amount=later("The pay, such as: 150k, $150,000, 12.5k/month, 70/h"),
        company=later("Who offers it"),
        years=later("Years of experience, such as: 6"),
        level=later("Or the level"),
    )
    async def offer(
        self, interaction: Interaction, amount: str, company: str = "", years: str = "", level: str = ""
    ) -> None:
        """Place an offer among the figures on file."""
        query = self._replies.advisor.offer(amount, company, years, level)
        reply = self._replies.to_query(query, self._language(interaction))
        await self._presenter.send(await commands.Context.from_interaction(interaction), reply, private=True)

    async def check_pay(self, interaction: Interaction, message: discord.Message) -> None:
        """Place the pay that a message names; what is not surely pay is not guessed at."""
        ctx, language = await commands.Context.from_interaction(interaction), self._language(interaction)
        queries = self._replies.advisor.pay_in(text_of(message))[:MOST_FIGURES]
        for query in queries:
            await self._presenter.send(ctx, self._replies.to_query(query, language), private=True)
        if not queries:
            line = language.say("I see no pay figure in that message that I could be sure of. `/offer` takes one.")
            await send(ctx, line, private=True)

    @offer.autocomplete("amount")
    async def _read_amount(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Show how an amount is read, before it is sent."""
        query = self._replies.advisor.offer(current)
        if not isinstance(query, Query) or not current.strip():
            return []
        title = self._replies.to_query(query, self._language(interaction)).answer.title
        return _choices([(f"{current} = {title}" if normalize(current) != normalize(title) else title, current)])

    @offer.autocomplete("company")
    async def _complete_company(self, _: Interaction, current: str) -> list[app_commands.Choice[str]]:
        knowledge = self._replies.advisor.knowledge
        employers = knowledge.public.employers.values() if knowledge.public is not None else ()
        return self._names(current, {one.name for one in (*knowledge.companies, *employers)})

    @offer.autocomplete("level")
    async def _complete_level(self, _: Interaction, current: str) -> list[app_commands.Choice[str]]:
        typed = normalize(current)
        levels = [(level.name, level.aliases[0]) for level in self._replies.advisor.knowledge.vocabulary.levels]
        return _choices(pair for pair in levels if any(normalize(one).startswith(typed) for one in pair))

    @offer.autocomplete("years")
    async def _complete_years(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest the bands of experience by their first year, and show which one a number falls into."""
        knowledge, language = self._replies.advisor.knowledge, self._language(interaction)
        typed = current.strip()
        if typed.isascii() and typed.isdigit():
            level = knowledge.level_of_years(float(typed)) if len(typed) <= LONGEST_YEARS else None
            return _choices([(f"{typed}: {language.say(level.name)}", typed)] if level is not None else [])
        levels = knowledge.vocabulary.levels
        return _choices((f"{level.from_years}: {language.say(level.name)}", str(level.from_years)) for level in levels)

    def _names(self, current: str, names: set[str]) -> list[app_commands.Choice[str]]:
        return _choices((name, name) for name in self._replies.advisor.complete(current) if name in names)

    def _language(self, interaction: Interaction) -> Language:
        return self._callers.of(interaction).language


def _choices(pairs: Iterable[tuple[str, str]]) -> list[app_commands.Choice[str]]:
    """Return choices within Discord's limits, from (name, value)."""
    short = [(clip(name, OPTION), value) for name, value in pairs if len(value) <= OPTION]
    return [app_commands.Choice(name=name, value=value) for name, value in short[:OPTIONS]]
