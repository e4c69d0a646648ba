"""Decides which messages the bot takes as said to it, and what of them is the question. It sends nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

import discord

from bot.chat.presentation.reply import Reply
from bot.core.decide.follow_ups import NAMES
from bot.core.decide.policy import BARE_NAME
from bot.core.text import normalization

# In a listed channel nobody called the bot, so it speaks only when it would bet on having been asked. A name without a
# word of pay ("google?") has BARE_NAME: said to the bot it asks for pay, among people for anything.
SURE_ENOUGH = BARE_NAME + 0.01
# What goes on with a question is never surer than a bare name; below this it was guessed at.
SURE_TO_GO_ON = 0.9
# "is python needed for this?" or "source?" may be about anything; these names make it a question of pay and careers.
TRADE = frozenset({"company", "role", "field", "level", "years", "source", "group"})
# A longer message to the channel is a post; nobody expects a bot to answer it unasked.
LONGEST_OVERHEARD = 300
_NAMED = re.compile(r"<(?:@[!&]?|#)\d+>")
_SPOKEN = (discord.MessageType.default, discord.MessageType.reply)


@dataclass(frozen=True, slots=True)
class AddressedMessage:
    """A question; `addressed` says that it was put to the bot rather than to the channel.

    `fragment` is what of it may hang on the question before, empty where nothing can.
    """

    text: str
    addressed: bool
    fragment: str = ""


def hear(message: discord.Message, *, me: int, prefix: str, listens: bool) -> AddressedMessage | None:
    """Return what a message asks of the bot, or None where it isn't the bot's business.

    `listens` says whether the channel is one in which clear questions are answered. Without the Message Content
    intent a message to others arrives empty, which is nobody's question.
    """
    if message.author.bot or message.webhook_id is not None or message.type not in _SPOKEN:
        return None
    if not message.content or is_command(message, me=me, prefix=prefix):
        return None
    # A server that discord.py knows nothing of has no guild either; only a direct message is for the bot alone.
    addressed = isinstance(message.channel, discord.DMChannel) or _names(message, me) or _replies_to(message, me)
    if not addressed and (not listens or _is_for_others(message, me)):
        return None
    text = _NAMED.sub(" ", message.content).strip()
    # A bare mention is a call: the answer is what can be asked.
    if not addressed and not 0 < len(text) <= LONGEST_OVERHEARD:
        return None
    return AddressedMessage(text or "help", addressed, fragment=text)


def is_command(message: discord.Message, *, me: int, prefix: str) -> bool:
    """Whether a message is a command; one that begins with the bot's name is said to it, whatever the prefix."""
    return message.content.startswith(prefix) and not message.content.startswith((f"<@{me}>", f"<@!{me}>"))


def commanded(name: str, words: str) -> AddressedMessage:
    """Return what a command asks; the core knows the commands by "!".

    >>> commanded("compare", "google and apple").text
    'compare google and apple'
    """
    if name == "compare" and words:
        return AddressedMessage(f"compare {words}", addressed=True)
    return AddressedMessage(f"!{name} {words}".strip(), addressed=True, fragment=words if name == "salary" else "")


def speaks_up(reply: Reply) -> bool:
    """Whether an answer is worth giving to somebody who didn't address the bot: sourced, asked for, and sure.

    What has no source is small talk ("hello"), which people mean for each other.
    """
    answer = reply.answer
    figures = answer.status == "answered" and bool(answer.sources)
    of_the_trade = any(mention.known and mention.kind in TRADE for mention in answer.mentions)
    return figures and of_the_trade and answer.asked and answer.confidence >= SURE_ENOUGH


def goes_on(fragment: str, reply: Reply) -> bool:
    """Whether what hangs on the question before is clearly meant so, though nobody called the bot.

    It has to begin as nothing else does and to name somebody; "in an hour?", "with 100k" and "at the start" are said
    among people of anything.
    """
    answer = reply.answer
    figures = answer.status in ("answered", "partial") and bool(answer.sources)
    names = any(mention.known and not mention.excluded and mention.kind in NAMES for mention in answer.mentions)
    continues = _begins_with(fragment, reply.advisor.knowledge.words.addressing.continuations)
    return reply.goes_on and continues and names and figures and answer.confidence >= SURE_TO_GO_ON


def _begins_with(text: str, phrases: tuple[str, ...]) -> bool:
    words = normalization.words(text)
    return any(words[: len(phrase)] == phrase for phrase in map(normalization.words, phrases))


def _names(message: discord.Message, me: int) -> bool:
    return any(user.id == me for user in message.mentions)


def _replies_to(message: discord.Message, *people: int) -> bool:
    original = message.reference.resolved if message.reference else None
    return isinstance(original, discord.Message) and original.author.id in people


def _is_for_others(message: discord.Message, me: int) -> bool:
    """Whether a message calls or replies to somebody else; of a reply to what is gone nobody knows to whom it was."""
    author = message.author.id
    called = any(user.id not in (me, author) for user in message.mentions)
    to_many = bool(message.raw_role_mentions) or message.mention_everyone
    return called or to_many or (message.reference is not None and not _replies_to(message, me, author))
