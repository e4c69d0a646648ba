"""Listens for events other than messages: components used, messages edited or deleted, guilds left."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord.ext import commands

from bot.chat.cogs.ask import AskCog
from bot.chat.cogs.components import COMPONENT_CALLBACKS, COMPONENTS, ComponentDispatcher
from bot.chat.cogs.settings import SettingsCog
from bot.chat.presentation.custom_id import SETTINGS, setting_of, state_of
from bot.chat.services import Services
from bot.chat.transport.interaction_reply import Interaction, data_of, log_failures, respond_privately


class EventsCog(commands.Cog):
    """Passes each event on to the part of the bot that it concerns."""

    def __init__(self, ask: AskCog, settings: SettingsCog, services: Services) -> None:
        self._ask = ask
        self._settings = settings
        self._components = ComponentDispatcher(services)
        self._callers = services.callers
        self._conversations = services.conversations
        self._records = services.records

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Take the use of a component or a modal, unless it comes too soon; commands go another way."""
        setting = setting_of(_custom_id(interaction))
        with log_failures(
            f"{SETTINGS if setting is not None else _action(interaction)} (interaction {interaction.id})"
        ):
            if interaction.type not in COMPONENTS:
                return
            caller = self._callers.of(interaction)
            # Whoever sets a slower pace of the server's goes on choosing at the bot's own.
            line = self._callers.held_back(replace(caller, guild=None) if setting is not None else caller)
            if line is not None:
                await respond_privately(interaction, line)
            elif setting is not None:
                await self._settings.dispatch(interaction, setting)
            else:
                await self._components.dispatch(interaction)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Take a question that was edited."""
        if self._ask.is_by_person(payload.message):
            await self._ask.answer_edit(payload.message)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Take a question that was deleted."""
        await self._conversations.message_deleted(payload.message_id, self._ask.client)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Take messages that were deleted together."""
        for message in payload.message_ids:
            await self._conversations.message_deleted(message, self._ask.client)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget the preferences of a guild that the bot has left."""
        await self._records.leave(guild.id)


def _custom_id(interaction: Interaction) -> str:
    return str(data_of(interaction).get("custom_id", ""))


def _action(interaction: Interaction) -> str:
    """Return the action of a component, and nothing of what it is about: that may be somebody's pay."""
    state = state_of(_custom_id(interaction))
    return state.action if state is not None and state.action in COMPONENT_CALLBACKS else "a control"
