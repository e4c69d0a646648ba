"""What reactions on an answer do: a thumb is a vote, and the asker's wastebasket deletes it. They take no room."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.chat.cogs.components import askers, fetch_answer, states_of
from bot.chat.conversation.feedback import Ballot
from bot.chat.presentation.components import DOWN, UP
from bot.chat.services import Services
from bot.chat.transport.send import delete
from bot.core.model.knowledge import Knowledge
from bot.core.query_codec import QueryCodec

THUMBS = {UP: True, DOWN: False}
WASTEBASKET = "\N{WASTEBASKET}"


class ReactionsCog(commands.Cog):
    """Follows the reactions of people on the bot's answers."""

    def __init__(self, client: commands.AutoShardedBot, services: Services) -> None:
        self._client = client
        self._library = services.library
        self._callers = services.callers
        self._feedback = services.feedback

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        """Take a thumb as a vote, and the asker's wastebasket as the wish to have the answer deleted."""
        mark = _mark(event)
        if mark is None or not self._concerns(event):
            return
        answer = await fetch_answer(self._client, event.channel_id, event.message_id)
        if answer is None:
            return
        if mark != WASTEBASKET:
            await self._vote(event, answer, up=THUMBS[mark])
        elif event.user_id in askers(answer):
            await delete(discord.PartialMessage(channel=answer.channel, id=answer.id))

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        """Take a vote back whose thumb was removed."""
        mark = _mark(event)
        if mark in THUMBS and not self._callers.too_often(event.user_id, event.guild_id):
            await self._feedback.take_back(event.user_id, event.message_id, up=THUMBS[mark])

    def _concerns(self, event: discord.RawReactionActionEvent) -> bool:
        """Whether a person reacted to what may be the bot's message, and not too often."""
        me = self._client.user
        by_bot = event.member is not None and event.member.bot
        # In direct messages Discord doesn't say whose message it is.
        if me is None or by_bot or event.user_id == me.id or event.message_author_id not in (None, me.id):
            return False
        return not self._callers.too_often(event.user_id, event.guild_id)

    async def _vote(self, event: discord.RawReactionActionEvent, answer: discord.Message, *, up: bool) -> None:
        kind = kind_of(answer, self._library.advisor.knowledge)
        if kind is not None:
            ballot = Ballot(event.user_id, answer.id, kind, up=up, press=None, server=event.guild_id or 0)
            await self._feedback.react(ballot)


def _mark(event: discord.RawReactionActionEvent) -> str | None:
    """Return what a reaction says, whatever its skin tone or presentation; None where it says nothing here."""
    mark = event.emoji.name[:1] if event.emoji.id is None else ""
    return mark if mark in THUMBS or mark == WASTEBASKET else None


def kind_of(answer: discord.Message, knowledge: Knowledge) -> str | None:
    """Return the kind of an answer, as its components tell it; None where there is nothing in it to judge."""
    details = next((state for state in states_of(answer) if state.action == "details"), None)
    query = QueryCodec(knowledge).read(details.about) if details is not None else None
    return query.answer if query is not None else None
