"""Holds conversations: a question and its answer, what hangs on the question before, an edit, a deletion."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from weakref import WeakValueDictionary

import discord
from cachetools import LRUCache

from bot.chat.answering import Answers, Reply
from bot.chat.echoes import Echo, Echoes
from bot.chat.exchanges import Exchange, Exchanges
from bot.chat.feedback import Feedback
from bot.chat.hearing import Heard, speaks_up
from bot.chat.hybrid import Context
from bot.chat.outgoing import Outgoing, Sent
from bot.chat.preferences import Preferences
from bot.chat.presenting import Place, Presenter
from bot.chat.sending import change, remove, send, sent_as
from bot.core.changing import TAKES
from bot.core.dialogue import Query, Unclear
from bot.core.language import Language

LINK = "https://discord.com/channels/{server}/{channel}/{message}"
# Deleted messages that are remembered.
MOST_GONE = 1_000


class Conversations:
    """Finds replies, sends them, and remembers for a while what they were to."""

    def __init__(
        self,
        answers: Answers,
        presenter: Presenter,
        preferences: Preferences,
        feedback: Feedback,
        exchanges: Exchanges,
        echoes: Echoes,
    ) -> None:
        self._answers = answers
        self._presenter = presenter
        self._preferences = preferences
        self._feedback = feedback
        self._exchanges = exchanges
        self._echoes = echoes
        self._gone: LRUCache[int, None] = LRUCache(MOST_GONE)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def command(self, ctx: Context, heard: Heard) -> None:
        """Answer a command."""
        language = self._preferences.heard_by(ctx)
        await self.say(ctx, self.reply(heard, self.before(ctx.author.id, ctx.channel.id), language), heard)

    def before(self, person: int, channel: int) -> Query | None:
        """Return what a person asked last in a channel, if that is not too long ago."""
        return self._exchanges.before(person, channel)

    def reply(self, heard: Heard, before: Query | None, language: Language) -> Reply:
        """Return the reply to what somebody says, as going on from what they asked before if it does."""
        query = self._answers.advisor.follow(heard.fragment, before) if before is not None and heard.fragment else None
        if query is None:
            return self._answers.to(heard.text, language)
        return replace(self._answers.of(query, language), goes_on=True)

    async def say(self, ctx: Context, reply: Reply, heard: Heard) -> None:
        """Send a reply and remember it for a while."""
        person, channel = ctx.author.id, ctx.channel.id
        before = self._exchanges.before(person, channel)
        self._asked(person, channel, reply.query)
        async with self._turn(ctx.message.id):
            if ctx.message.id in self._gone:
                return
            sent = await self._sent(ctx, reply, heard)
            if sent is not None and sent.id is not None and ctx.interaction is None:
                exchange = Exchange(
                    channel=channel,
                    answer=sent.id,
                    asker=person,
                    said=ctx.message.content,
                    asked=reply.query,
                    before=before,
                    at=self._exchanges.clock(),
                )
                self._exchanges.answered(ctx.message.id, exchange)
        if heard.addressed:
            server = ctx.guild.id if ctx.guild is not None else None
            # The command's name is nobody's word.
            said, advisor = heard.fragment or heard.text, self._answers.advisor
            await self._feedback.missed(said, reply.answer, advisor, person=person, server=server)

    async def edited(self, message: discord.Message, heard: Heard | None, language: Language) -> None:
        """Answer an edited question anew, where it was answered a moment ago."""
        async with self._turn(message.id):
            exchange = self._exchanges.editable(message.id)
            if exchange is None or exchange.said == message.content:
                return  # Discord also tells of an edit when it has found the picture of a link
            reply = self.reply(heard, exchange.before, language) if heard is not None else None
            if heard is None or reply is None or not (heard.addressed or speaks_up(reply)):
                await self._remove(message.id, discord.PartialMessage(channel=message.channel, id=exchange.answer))
                return
            if self._exchanges.before(exchange.asker, exchange.channel) in (exchange.asked, exchange.before):
                self._asked(exchange.asker, exchange.channel, reply.query)
            self._exchanges.answered(message.id, replace(exchange, said=message.content, asked=reply.query))
            await self._change(message, exchange, reply)

    async def deleted(self, message: int, client: discord.Client) -> None:
        """Delete the answer of a question that was deleted; send nobody to an answer that was."""
        self._echoes.gone(message)
        async with self._turn(message):
            exchange = self._exchanges.of(message)
            if exchange is None:
                self._gone[message] = None  # perhaps it is told of after its deletion
            else:
                channel = client.get_partial_messageable(exchange.channel)
                await self._remove(message, channel.get_partial_message(exchange.answer))

    def _turn(self, question: int) -> asyncio.Lock:
        """Return what lets a question be answered, and followed in what becomes of it, one after the other."""
        lock = self._turns.get(question) or asyncio.Lock()
        self._turns[question] = lock
        return lock

    async def _change(self, question: discord.Message, exchange: Exchange, reply: Reply) -> None:
        sent = sent_as(discord.PartialMessage(channel=question.channel, id=exchange.answer))

        async def put(outgoing: Outgoing) -> Sent | None:
            return sent if await change(sent, outgoing) else None

        files = question.guild is None or question.channel.permissions_for(question.guild.me).attach_files
        place = Place(exchange.asker, question.guild, files, exchange.answer)
        await self._presenter.again(reply, place, put)

    async def _remove(self, question: int, answer: discord.PartialMessage) -> None:
        self._exchanges.gone(question)
        self._presenter.gone(answer.id)
        await remove(answer)

    def changed(self, answer: int, content: str) -> None:
        """Note what an answer of the bot's says now."""
        self._echoes.changed(answer, content)

    def _asked(self, person: int, channel: int, query: Query | Unclear) -> None:
        if isinstance(query, Query) and (query.answer in TAKES or query.answer == "convert"):
            self._exchanges.asked(person, channel, query)

    async def _sent(self, ctx: Context, reply: Reply, heard: Heard) -> Sent | None:
        """Send a reply, unless its channel has just heard the same; nobody else reads the other ways to ask."""
        if ctx.guild is None or ctx.interaction is not None:
            return await self._presenter.reply(ctx, reply)
        channel, content, sent = ctx.channel.id, reply.content, None
        echo = self._echoes.of(channel, content, self._preferences.cooldown(ctx.guild.id))
        if echo is not None:
            return await self._sent_there(ctx, reply, echo) if heard.addressed else None
        self._echoes.begun(channel, content)
        try:
            sent = await self._presenter.reply(ctx, reply)
        finally:
            self._echoes.said(channel, content, sent.id if sent is not None else None)
        return sent

    async def _sent_there(self, ctx: Context, reply: Reply, echo: Echo) -> Sent | None:
        """Send who asks the same again to the answer that is there, once."""
        if echo.told or ctx.guild is None:
            return None
        echo.told = True
        if echo.answer is None:
            return await send(ctx, reply.language.say("I am answering that here just now."))
        link = LINK.format(server=ctx.guild.id, channel=ctx.channel.id, message=echo.answer)
        return await send(ctx, reply.language.say("I answered that here a moment ago: {link}", link=link))
