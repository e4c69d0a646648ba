"""Decides which messages are for the bot, and which part of them is the question. It sends nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

import discord

from bot.chat.presentation.reply import Reply
from bot.core.decide.follow_ups import NAMES
from bot.core.decide.policy import BARE_NAME
from bot.core.text import normalization

# In a listed channel nobody called the bot, so it answers only what was almost surely a question for it. A name without
# a word about pay ("google?") has BARE_NAME: said to the bot it asks about pay, among people about anything.
SURE_ENOUGH = BARE_NAME + 0.01
# A follow-up is never surer than a bare name; below this something in it was a guess.
SURE_FOLLOW_UP = 0.9
# "is python needed for this?" or "source?" may be about anything; these entities make it a question about careers.
CAREER_ENTITIES = frozenset({"company", "role", "field", "level", "years", "source", "group"})
# A longer message to the channel is a post; nobody expects a bot to answer it unasked.
LONGEST_UNADDRESSED = 300
_MENTION = re.compile(r"<(?:@[!&]?|#)\d+>")
_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)


@dataclass(frozen=True, slots=True)
class AddressedMessage:
    """A question; `addressed` says that it was put to the bot rather than to the channel.

    `fragment` is the part that may be a follow-up on the question before, empty where none can.
    """

    text: str
    addressed: bool
    fragment: str = ""


def question_in(message: discord.Message, *, me: int, prefix: str, listens: bool) -> AddressedMessage | None:
    """Return the question that a message puts to the bot or its channel; None where it isn't the bot's business.

    `listens` says whether clear questions are answered in the channel. Without the Message Content intent a message
    to others arrives empty, which is no question.
    """
    if message.author.bot or message.webhook_id is not None or message.type not in _WRITTEN:
        return None
    if not message.content or is_command(message, me=me, prefix=prefix):
        return None
    # A guild that discord.py doesn't know is None too; only a direct message is for the bot alone.
    addressed = isinstance(message.channel, discord.DMChannel) or _mentions(message, me) or _replies_to(message, me)
    if not addressed and (not listens or _is_for_others(message, me)):
        return None
    text = _MENTION.sub(" ", message.content).strip()
    # A bare mention gets the answer to what can be asked.
    if not addressed and not 0 < len(text) <= LONGEST_UNADDRESSED:
        return None
    return AddressedMessage(text or "help", addressed, fragment=text)


def is_command(message: discord.Message, *, me: int, prefix: str) -> bool:
    """Whether a message is a command; one that begins with a mention of the bot is not, whatever the prefix."""
    return message.content.startswith(prefix) and not message.content.startswith((f"<@{me}>", f"<@!{me}>"))


def question_of_command(name: str, words: str) -> AddressedMessage:
    """Return the question of a command; the core recognizes commands by "!".

    >>> question_of_command("compare", "google and apple").text
    'compare google and apple'
    """
    if name == "compare" and words:
        return AddressedMessage(f"compare {words}", addressed=True)
    return AddressedMessage(f"!{name} {words}".strip(), addressed=True, fragment=words if name == "salary" else "")


def is_worth_answering(reply: Reply) -> bool:
    """Whether to answer a person who didn't address the bot: with sourced figures, to a question, with confidence.

    An answer without a source is small talk ("hello"), which people mean for each other.
    """
    answer = reply.answer
    about_careers = any(mention.known and mention.kind in CAREER_ENTITIES for mention in answer.mentions)
    figures = answer.status == "answered" and bool(answer.sources)
    return figures and about_careers and answer.asked and answer.confidence >= SURE_ENOUGH


def is_clear_follow_up(fragment: str, reply: Reply) -> bool:
    """Whether a follow-up is clearly meant as one, though nobody called the bot.

    It has to begin like a follow-up and to name something; "in an hour?", "with 100k" and "at the start" are said
    about anything.
    """
    answer = reply.answer
    names = any(mention.known and not mention.excluded and mention.kind in NAMES for mention in answer.mentions)
    begins = _begins_with(fragment, reply.knowledge.words.addressing.continuations)
    return reply.follow_up and begins and names and _has_figures(reply) and answer.confidence >= SURE_FOLLOW_UP


def _begins_with(text: str, phrases: tuple[str, ...]) -> bool:
    words = normalization.words(text)
    return any(words[: len(phrase)] == phrase for phrase in map(normalization.words, phrases))


def _has_figures(reply: Reply) -> bool:
    return reply.answer.status in ("answered", "partial") and bool(reply.answer.sources)


def _mentions(message: discord.Message, me: int) -> bool:
    return any(user.id == me for user in message.mentions)


def _replies_to(message: discord.Message, *people: int) -> bool:
    original = message.reference.resolved if message.reference else None
    return isinstance(original, discord.Message) and original.author.id in people


def _is_for_others(message: discord.Message, me: int) -> bool:
    """Whether a message mentions or replies to somebody else; a reply to a deleted message may be to anybody."""
    author = message.author.id
    mentioned = any(user.id not in (me, author) for user in message.mentions)
    to_many = bool(message.raw_role_mentions) or message.mention_everyone
    return mentioned or to_many or (message.reference is not None and not _replies_to(message, me, author))
