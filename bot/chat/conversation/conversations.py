"""Conversations: a question and its answer, follow-ups on the question before, edited and deleted questions."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from weakref import WeakValueDictionary

import discord
from cachetools import LRUCache

from bot.chat.conversation.addressing import AddressedMessage, is_clear_follow_up, is_worth_answering
from bot.chat.conversation.feedback import Feedback
from bot.chat.conversation.history import Exchange, History
from bot.chat.guilds.caller import Caller
from bot.chat.guilds.preferences import Preferences
from bot.chat.presentation.presenter import Place, Presenter
from bot.chat.presentation.reply import Reply, ReplyFactory
from bot.chat.transport.hybrid import Context
from bot.chat.transport.outgoing import Outgoing, Sent
from bot.chat.transport.send import as_sent, delete, edit
from bot.core.decide.follow_ups import hung_on
from bot.core.model.dialogue import Decision, Query, Refusal
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import Language
from bot.core.query_codec import read, written

# Deleted messages that are remembered.
MOST_DELETED = 1_000
# The same answer is worth its room in a channel again after so many times the cooldown of one person.
SAME_AGAIN = 10


class ReplyFinder:
    """Finds the reply to a message: as a follow-up where it is one, which has to be clear if nobody called the bot."""

    def __init__(self, replies: ReplyFactory) -> None:
        self._replies = replies

    def reply(self, message: AddressedMessage, before: Query | None, language: Language) -> Reply:
        """Return the reply to a message of somebody who asked `before`."""
        follow_up = self._follow_up(message.fragment, before, language) if before and message.fragment else None
        if follow_up is not None and (message.addressed or is_clear_follow_up(message.fragment, follow_up)):
            return follow_up
        return self._replies.to_text(message.text, language, remember=message.addressed)

    def _follow_up(self, fragment: str, before: Query, language: Language) -> Reply | None:
        advisor = self._replies.advisor
        if not _is_on_file(before, advisor.knowledge):
            return None  # a reload has taken away what was asked about
        query = advisor.follow(fragment, before)
        return replace(self._replies.to_query(query, language), follow_up=True) if query is not None else None


class Conversations:
    """Finds replies, sends them, and remembers for a while what they were to."""

    def __init__(
        self,
        replies: ReplyFactory,
        presenter: Presenter,
        preferences: Preferences,
        feedback: Feedback,
        history: History,
    ) -> None:
        self._replies = replies
        self._finder = ReplyFinder(replies)
        self._presenter = presenter
        self._preferences = preferences
        self._feedback = feedback
        self._history = history
        self._deleted: LRUCache[int, None] = LRUCache(MOST_DELETED)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def answer_command(self, ctx: Context, message: AddressedMessage, caller: Caller) -> None:
        """Answer a command."""
        before = self._history.last_query(caller.person, ctx.channel.id)
        await self.send(ctx, self._finder.reply(message, before, caller.language), message, caller)

    def reply(self, message: AddressedMessage, channel: int, caller: Caller) -> Reply | None:
        """Return the reply to a message; None where it is not for the bot, or its channel was just told the same."""
        person = caller.person
        continues = message.addressed or self._history.has_turn(channel, person)
        before = self._history.last_query(person, channel) if continues else None
        reply = self._finder.reply(message, before, caller.language)
        if _is_answered(message, reply):
            seconds = self._preferences.cooldown(caller.guild) * SAME_AGAIN
            repeated = not message.addressed and self._history.has_answer(channel, reply.content, seconds)
            return None if repeated else reply
        if isinstance(reply.query, Refusal):
            self._note_query(person, channel, reply.query)
        return None

    def note_speaker(self, channel: int, person: int) -> None:
        """Note who writes in a channel, whatever it is."""
        self._history.note_speaker(channel, person)

    async def send(self, ctx: Context, reply: Reply, message: AddressedMessage, caller: Caller) -> None:
        """Send a reply and remember it for a while."""
        person, channel = caller.person, ctx.channel.id
        before = self._history.last_query(person, channel)
        self._note_query(person, channel, reply.query)
        self._history.give_turn(channel, person)
        async with self._lock(ctx.message.id):
            if ctx.message.id in self._deleted:
                return
            sent = await self._presenter.send(ctx, reply)
            if sent is not None and sent.id is not None and ctx.interaction is None:
                exchange = Exchange(
                    channel=channel,
                    answer=sent.id,
                    asker=person,
                    content=ctx.message.content,
                    query=reply.query,
                    before=before,
                    at=self._history.clock(),
                )
                self._history.add_exchange(ctx.message.id, exchange)
                self._history.note_answer(channel, reply.content)
        if message.addressed:
            # The command's name is nobody's word.
            text = message.fragment or message.text
            await self._feedback.count_unanswered(text, reply.answer, self._replies.advisor, caller)

    async def question_edited(
        self, question: discord.Message, message: AddressedMessage | None, language: Language
    ) -> None:
        """Answer an edited question anew, where it was answered a moment ago."""
        async with self._lock(question.id):
            exchange = self._history.editable(question.id)
            if exchange is None or exchange.content == question.content:
                return  # Discord also reports an edit when it has found the preview of a link
            reply = self._finder.reply(message, exchange.before, language) if message is not None else None
            if message is None or reply is None or not _is_answered(message, reply):
                await self._delete(question.id, discord.PartialMessage(channel=question.channel, id=exchange.answer))
                return
            if self._history.last_query(exchange.asker, exchange.channel) in (exchange.query, exchange.before):
                self._note_query(exchange.asker, exchange.channel, reply.query)
            self._history.add_exchange(question.id, replace(exchange, content=question.content, query=reply.query))
            await self._edit(question, exchange, reply)

    async def message_deleted(self, message: int, client: discord.Client) -> None:
        """Delete the answer to a question that was deleted."""
        async with self._lock(message):
            exchange = self._history.exchange(message)
            if exchange is None:
                self._deleted[message] = None  # perhaps it arrives after its deletion
            else:
                channel = client.get_partial_messageable(exchange.channel)
                await self._delete(message, channel.get_partial_message(exchange.answer))

    def _lock(self, question: int) -> asyncio.Lock:
        """Return the lock under which a question is answered and its edits and deletion are followed, one at a time."""
        lock = self._locks.get(question) or asyncio.Lock()
        self._locks[question] = lock
        return lock

    async def _edit(self, question: discord.Message, exchange: Exchange, reply: Reply) -> None:
        sent = as_sent(discord.PartialMessage(channel=question.channel, id=exchange.answer))

        async def put(outgoing: Outgoing) -> Sent | None:
            return sent if await edit(sent, outgoing) else None

        guild = question.guild
        files = guild is None or question.channel.permissions_for(guild.me).attach_files
        place = Place(exchange.asker, guild.id if guild is not None else None, files, exchange.answer)
        await self._presenter.edit(reply, place, put)

    async def _delete(self, question: int, answer: discord.PartialMessage) -> None:
        self._history.remove_exchange(question)
        self._presenter.forget_message(answer.id)
        await delete(answer)

    def _note_query(self, person: int, channel: int, query: Decision) -> None:
        """Note what the next follow-up may hang on."""
        before = self._history.last_query(person, channel)
        base = hung_on(before, query)
        if base is None:
            self._history.drop_query(person, channel)
        elif base is not before:
            self._history.set_query(person, channel, base)


def _is_answered(message: AddressedMessage, reply: Reply) -> bool:
    """Whether a reply is sent: always to a person who called the bot, else where it is worth it."""
    return message.addressed or reply.follow_up or is_worth_answering(reply)


def _is_on_file(query: Query, knowledge: Knowledge) -> bool:
    """Whether everything that a query names is still on file."""
    line = written(query, knowledge)
    if line is not None and read(line, knowledge) is not None:
        return True
    named = (
        ("intent", (query.intent,) if query.intent else ()),
        ("company", (*query.companies, *query.excluded)),
        ("role", query.roles),
        ("level", query.levels),
        ("source", query.sources),
    )
    return all(knowledge.has(kind, key) for kind, keys in named for key in keys)
