"""Holds conversations: a question and its answer, what hangs on the question before, an edit, a deletion."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from weakref import WeakValueDictionary

import discord
from cachetools import LRUCache

from bot.chat.conversation.addressing import AddressedMessage, goes_on, speaks_up
from bot.chat.conversation.duplicates import DuplicateSuppressor
from bot.chat.conversation.feedback import Feedback
from bot.chat.conversation.history import Exchange, History
from bot.chat.guilds.preferences import Preferences
from bot.chat.presentation.presenter import Place, Presenter
from bot.chat.presentation.reply import Reply, ReplyFactory
from bot.chat.transport.hybrid import Context
from bot.chat.transport.outgoing import Outgoing, Sent
from bot.chat.transport.send import change, remove, sent_as
from bot.core.advisor import Advisor
from bot.core.decide.follow_ups import hung_on
from bot.core.model.dialogue import Decision, Query, Refusal
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import Language
from bot.core.query_codec import read, written


class ReplyFinder:
    """Replies, hung on the question before where they can be; what nobody said to the bot only where that is clear."""

    def __init__(self, answers: ReplyFactory) -> None:
        self._answers = answers

    @property
    def advisor(self) -> Advisor:
        """The advisor over the current knowledge."""
        return self._answers.advisor

    def reply(self, heard: AddressedMessage, before: Query | None, language: Language) -> Reply:
        """Return the reply to what somebody says who asked `before`."""
        further = self._further(heard.fragment, before, language) if before is not None and heard.fragment else None
        if further is not None and (heard.addressed or goes_on(heard.fragment, further)):
            return further
        return self._answers.to(heard.text, language, remember=heard.addressed)

    def _further(self, fragment: str, before: Query, language: Language) -> Reply | None:
        if not _is_known(before, self.advisor.knowledge):
            return None  # a reload has taken away what was asked about
        query = self.advisor.follow(fragment, before)
        return replace(self._answers.of(query, language), goes_on=True) if query is not None else None


def speaks(heard: AddressedMessage, reply: Reply) -> bool:
    """Whether a reply is given: always to who called the bot, else where it is worth it."""
    return heard.addressed or reply.goes_on or speaks_up(reply)


def _is_known(query: Query, known: Knowledge) -> bool:
    """Whether all that a question names is on file still."""
    line = written(query, known)
    if line is not None and read(line, known) is not None:
        return True
    named = (
        ("intent", (query.intent,) if query.intent else ()),
        ("company", (*query.companies, *query.excluded)),
        ("role", query.roles),
        ("level", query.levels),
        ("source", query.sources),
    )
    return all(known.has(kind, key) for kind, keys in named for key in keys)


# Deleted messages that are remembered.
MOST_GONE = 1_000


class Conversations:
    """Finds replies, sends them, and remembers for a while what they were to."""

    def __init__(
        self,
        answers: ReplyFactory,
        presenter: Presenter,
        preferences: Preferences,
        feedback: Feedback,
        exchanges: History,
        telling: DuplicateSuppressor,
    ) -> None:
        self._continuing = ReplyFinder(answers)
        self._presenter = presenter
        self._preferences = preferences
        self._feedback = feedback
        self._exchanges = exchanges
        self._telling = telling
        self._gone: LRUCache[int, None] = LRUCache(MOST_GONE)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def command(self, ctx: Context, heard: AddressedMessage) -> None:
        """Answer a command."""
        language = self._preferences.heard_by(ctx)
        before = self._exchanges.before(ctx.author.id, ctx.channel.id)
        await self.say(ctx, self._continuing.reply(heard, before, language), heard)

    def reply(self, heard: AddressedMessage, person: int, channel: int, language: Language) -> Reply | None:
        """Return the reply to what somebody says; None where that is not for the bot."""
        continues = heard.addressed or self._exchanges.floor.holds(channel, person)
        before = self._exchanges.before(person, channel) if continues else None
        reply = self._continuing.reply(heard, before, language)
        if speaks(heard, reply):
            return reply
        if isinstance(reply.query, Refusal):
            self._asked(person, channel, reply.query)
        return None

    def heard(self, channel: int, person: int) -> None:
        """Note who says something in a channel, whatever it is."""
        self._exchanges.floor.heard(channel, person)

    async def say(self, ctx: Context, reply: Reply, heard: AddressedMessage) -> None:
        """Send a reply and remember it for a while."""
        person, channel = ctx.author.id, ctx.channel.id
        before = self._exchanges.before(person, channel)
        self._asked(person, channel, reply.query)
        self._exchanges.floor.answered(channel, person)
        async with self._turn(ctx.message.id):
            if ctx.message.id in self._gone:
                return
            sent = await self._telling.tell(ctx, reply, called=heard.addressed)
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
            said, advisor = heard.fragment or heard.text, self._continuing.advisor
            await self._feedback.missed(said, reply.answer, advisor, person=person, server=server)

    async def edited(self, message: discord.Message, heard: AddressedMessage | None, language: Language) -> None:
        """Answer an edited question anew, where it was answered a moment ago."""
        async with self._turn(message.id):
            exchange = self._exchanges.editable(message.id)
            if exchange is None or exchange.said == message.content:
                return  # Discord also tells of an edit when it has found the picture of a link
            reply = self._continuing.reply(heard, exchange.before, language) if heard is not None else None
            if heard is None or reply is None or not speaks(heard, reply):
                await self._remove(message.id, discord.PartialMessage(channel=message.channel, id=exchange.answer))
                return
            if self._exchanges.before(exchange.asker, exchange.channel) in (exchange.asked, exchange.before):
                self._asked(exchange.asker, exchange.channel, reply.query)
            self._exchanges.answered(message.id, replace(exchange, said=message.content, asked=reply.query))
            await self._change(message, exchange, reply)

    async def deleted(self, message: int, client: discord.Client) -> None:
        """Delete the answer of a question that was deleted; send nobody to an answer that was."""
        self._telling.echoes.gone(message)
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
        self._telling.echoes.changed(answer, content)

    def _asked(self, person: int, channel: int, query: Decision) -> None:
        """Note what the next fragment may hang on."""
        before = self._exchanges.before(person, channel)
        going_on = hung_on(before, query)
        if going_on is None:
            self._exchanges.refused(person, channel)
        elif going_on is not before:
            self._exchanges.asked(person, channel, going_on)
