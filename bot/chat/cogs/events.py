"""Listens for what happens to messages and controls, beside what people say: pressed, edited, deleted, left."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.chat.cogs.ask import AskCog
from bot.chat.cogs.components import COMPONENT_CALLBACKS
from bot.chat.cogs.settings import SettingsCog
from bot.chat.presentation.custom_id import pressed
from bot.chat.services import Parts
from bot.chat.transport.interaction_reply import Interaction, data_of, noting
from bot.storage.records import Records


class EventsCog(commands.Cog):
    """Hands each event to the part that it concerns."""

    def __init__(self, asking: AskCog, configuring: SettingsCog, parts: Parts, records: Records) -> None:
        self._asking = asking
        self._configuring = configuring
        self._parts = parts
        self._records = records

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Take what is pressed, chosen or filled in; commands go another way."""
        mine = self._configuring.owns(interaction)
        with noting(f"{'settings1' if mine else _action(interaction)} (interaction {interaction.id})"):
            if mine:
                await self._configuring.press(interaction)
            else:
                await self._parts.pressing.press(interaction)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Take a question that was changed, or an answer: by a control, say."""
        if payload.message.author == self._asking.client.user:
            self._parts.conversations.changed(payload.message_id, payload.message.content)
        elif not payload.message.author.bot:
            await self._asking.edited(payload.message)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Take a question, or an answer, that was deleted."""
        await self._parts.conversations.deleted(payload.message_id, self._asking.client)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Take messages that were deleted together."""
        for message in payload.message_ids:
            await self._parts.conversations.deleted(message, self._asking.client)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget what a server wished that the bot has left."""
        await self._records.leave(guild.id)


def _action(interaction: Interaction) -> str:
    """Say what a control is to do, and nothing of what it is about: that may be somebody's pay."""
    press = pressed(str(data_of(interaction).get("custom_id")))
    return press.action if press is not None and press.action in COMPONENT_CALLBACKS else "a control"
