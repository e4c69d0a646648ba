"""Conversations: a question and its answer, follow-ups on the question before, edited and deleted questions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from weakref import WeakValueDictionary

import discord

from bot.chat.conversation.addressing import (
    AddressedMessage,
    Quoted,
    is_clear_follow_up,
    is_worth_answering,
    reaction_to,
)
from bot.chat.conversation.feedback import Feedback
from bot.chat.conversation.history import Exchange, History
from bot.chat.guilds.caller import Caller
from bot.chat.guilds.preferences import Preferences
from bot.chat.presentation.presenter import Place, Presenter
from bot.chat.presentation.reply import Reply, ReplyFactory
from bot.chat.transport.hybrid import Context
from bot.chat.transport.outgoing import Outgoing, Sent
from bot.chat.transport.send import as_sent, delete, edit
from bot.core.decide.follow_ups.antecedents import remembered
from bot.core.model.dialogue import DialogueState, Query, Refusal
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import Language
from bot.core.query_codec import QueryCodec

# The same answer is worth its room in a channel again after so many times the cooldown of one person.
SAME_AGAIN = 10


class ReplyFinder:
    """Finds the reply to a message: as a follow-up where it is one, which has to be clear if nobody called the bot."""

    def __init__(self, replies: ReplyFactory, history: History) -> None:
        self._replies = replies
        self._history = history

    def before(self, message: AddressedMessage, channel: int, person: int) -> DialogueState | None:
        """Return what a message may refer to: of the message it replies to, else its author's last one."""
        continues = message.address != "overheard" or self._history.has_turn(channel, person)
        if message.quoted is not None and continues:
            quoted = self._topic(message.quoted)
            if quoted is not None or message.among_people:
                return quoted
        return self._history.last(person, channel) if continues else None

    def _topic(self, quoted: Quoted) -> DialogueState | None:
        """Return what a message is about that somebody replies to; one that nobody answered is read now."""
        advisor = self._replies.advisor
        topic = self._history.topic(quoted.id)
        if topic is not None or quoted.by_bot:
            return topic
        context = advisor.follow(quoted.content, None).context
        offers = advisor.pay_in(quoted.content)
        named = context is not None and context.query is not None and context.query.amounts
        return DialogueState(query=offers[0]) if offers and not named else context

    def reply(self, message: AddressedMessage, before: DialogueState | None, language: Language) -> Reply:
        """Return the reply to a message of somebody who asked `before`."""
        advisor = self._replies.advisor
        before = _on_file(before, advisor.knowledge)
        if before is None:
            return self._replies.to_text(message.text, language, remember=message.addressed)
        if message.fragment:
            follow_up = self._replies.to_turn(advisor.follow(message.fragment, before), language)
            surely = message.address != "overheard" or is_clear_follow_up(message.fragment, follow_up)
            if follow_up.follow_up and surely:
                return follow_up
        # What went before is kept behind small talk, whatever is made of the text.
        alone = self._replies.to_text(message.text, language, remember=message.addressed)
        turn = advisor.follow(message.text, before)
        apart = turn.follow_up and alone.context is not None
        context = remembered(alone.context.query, before) if apart and alone.context is not None else turn.context
        return replace(alone, context=context)


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
        self._finder = ReplyFinder(replies, history)
        self._presenter = presenter
        self._preferences = preferences
        self._feedback = feedback
        self._history = history
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def answer_command(self, ctx: Context, message: AddressedMessage, caller: Caller) -> None:
        """Answer a command."""
        before = self._history.last(caller.person, ctx.channel.id)
        await self.send(ctx, self._finder.reply(message, before, caller.language), message, caller)

    def reply(self, message: AddressedMessage, channel: int, caller: Caller) -> Reply | str | None:
        """Return the reply to a message, or the emoji that it gets in an ask channel.

        None where it is not for the bot, or its channel was just told the same.
        """
        person = caller.person
        before = self._finder.before(message, channel, person)
        reply = self._finder.reply(message, before, caller.language)
        if message.address == "open":
            emoji = reaction_to(message, reply)
            if emoji is not None:
                return emoji
        if _is_answered(message, reply):
            seconds = self._preferences.cooldown(caller.guild) * SAME_AGAIN
            repeated = not message.addressed and self._history.has_answer(channel, hash(reply.content), seconds)
            return None if repeated else reply
        if isinstance(reply.query, Refusal) and reply.query.status != "off_topic":
            self._history.drop_last(person, channel)
        return None

    def note(self, message: int, channel: int, person: int, context: DialogueState | None) -> None:
        """Note what a person was told by a message of the bot's, so that their next text can go on from it."""
        self._note_last(person, channel, context)
        if context is not None:
            self._history.set_topic(message, person, context)

    def adopt(self, copy: discord.Message) -> bool:
        """Take the answer to a message for that to its copy, which a bot posts before it deletes the message."""
        return self._history.move_exchange(copy.channel.id, copy.id, copy.content)

    def note_speaker(self, channel: int, person: int) -> None:
        """Note who writes in a channel, whatever it is."""
        self._history.note_speaker(channel, person)

    async def send(self, ctx: Context, reply: Reply, message: AddressedMessage, caller: Caller) -> None:
        """Send a reply and remember it for a while."""
        person, channel = caller.person, ctx.channel.id
        before = self._finder.before(message, channel, person)
        self._note_last(person, channel, reply.context)
        self._history.give_turn(channel, person)
        async with self._lock(ctx.message.id):
            if self._history.was_deleted(ctx.message.id):
                return
            sent = await self._presenter.send(ctx, reply)
            if sent is not None and sent.id is not None and ctx.interaction is None:
                exchange = Exchange(
                    channel=channel,
                    answer=sent.id,
                    asker=person,
                    content=ctx.message.content,
                    context=reply.context,
                    before=before,
                    at=self._history.clock(),
                    answer_hash=hash(reply.content),
                )
                self._history.add_exchange(ctx.message.id, exchange)
                if reply.context is not None:
                    for one in (ctx.message.id, sent.id):
                        self._history.set_topic(one, person, reply.context)
        if message.addressed:
            # The name of the command is not part of the question.
            text = message.fragment or message.text
            await self._feedback.count_unanswered(text, reply.answer, self._replies.advisor, caller)

    async def question_edited(
        self,
        question: discord.Message,
        message: AddressedMessage | None,
        language: Language,
        may_proceed: Callable[[], Awaitable[bool]],
    ) -> None:
        """Answer an edited question anew, where it was answered a moment ago; the pace of edits is kept."""
        async with self._lock(question.id):
            exchange = self._history.editable(question.id)
            # Discord also reports an edit when it has found the preview of a link.
            if exchange is None or exchange.content == question.content or not await may_proceed():
                return
            reply = self._finder.reply(message, exchange.before, language) if message is not None else None
            if message is None or reply is None or not _is_answered(message, reply):
                await self._delete(question.id, discord.PartialMessage(channel=question.channel, id=exchange.answer))
                return
            if self._history.last(exchange.asker, exchange.channel) in (exchange.context, exchange.before):
                self._note_last(exchange.asker, exchange.channel, reply.context)
            self._history.add_exchange(
                question.id,
                replace(exchange, content=question.content, context=reply.context, answer_hash=hash(reply.content)),
            )
            await self._edit(question, exchange, reply)

    async def message_deleted(self, message: int, client: discord.Client) -> None:
        """Delete the answer to a question that was deleted."""
        async with self._lock(message):
            exchange = self._history.exchange(message)
            if exchange is None:
                self._history.note_deleted(message)
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

        place = Place(exchange.asker, question.guild.id if question.guild else None, _may_attach(question))
        if await self._presenter.edit(reply, place, put) is not None:
            await self._feedback.answer_changed(exchange.answer)

    async def _delete(self, question: int, answer: discord.PartialMessage) -> None:
        self._history.remove_exchange(question)
        await delete(answer)

    def _note_last(self, person: int, channel: int, context: DialogueState | None) -> None:
        """Note what the next follow-up may refer to."""
        if context is None:
            self._history.drop_last(person, channel)
        elif context is not self._history.last(person, channel):
            self._history.set_last(person, channel, context)


def _may_attach(question: discord.Message) -> bool:
    """Whether pictures may be sent where a question stands."""
    try:
        return question.guild is None or question.channel.permissions_for(question.guild.me).attach_files
    except discord.ClientException:
        return False  # a thread whose channel is not known here


def _is_answered(message: AddressedMessage, reply: Reply) -> bool:
    """Whether a reply is sent: always to a person who called the bot, else where it is worth it."""
    return message.address != "overheard" or reply.follow_up or is_worth_answering(reply)


def _on_file(context: DialogueState | None, knowledge: Knowledge) -> DialogueState | None:
    """Return what of a conversation is still on file; None where its last question is not."""
    if context is None or (context.query is not None and not _is_on_file(context.query, knowledge)):
        return None
    earlier = tuple(query for query in context.earlier if _is_on_file(query, knowledge))
    reckoned = context.reckoned
    kept = reckoned if reckoned is not None and _is_on_file(reckoned, knowledge) else None
    return replace(context, earlier=earlier, reckoned=kept)


def _is_on_file(query: Query, knowledge: Knowledge) -> bool:
    """Whether everything that a query names is still on file."""
    codec = QueryCodec(knowledge)
    line = codec.written(query)
    if line is not None and codec.read(line) is not None:
        return True
    named = (
        ("intent", (query.intent,) if query.intent else ()),
        ("company", (*query.companies, *query.excluded)),
        ("role", query.roles),
        ("level", query.levels),
        ("source", query.sources),
    )
    return all(knowledge.has(kind, key) for kind, keys in named for key in keys)
