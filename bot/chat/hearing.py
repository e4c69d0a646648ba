"""Decides which messages the bot takes as said to it, and what of them is the question. It sends nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

import discord

from bot.chat.answering import Reply

# In a listed channel nobody called the bot, so it speaks only when it would bet on having been asked.
SURE_ENOUGH = 0.9
# "is python needed for this?" or "source?" may be about anything; these names make it a question of pay and careers.
TRADE = frozenset({"company", "role", "field", "level", "years", "source", "group"})
# A longer message to the channel is a post; nobody expects a bot to answer it unasked.
LONGEST_OVERHEARD = 300
_NAMED = re.compile(r"<(?:@[!&]?|#)\d+>")
_SPOKEN = (discord.MessageType.default, discord.MessageType.reply)


@dataclass(frozen=True, slots=True)
class Heard:
    """A question; `addressed` says that it was put to the bot rather than to the channel.

    `fragment` is what of it may hang on the question before, empty where nothing can.
    """

    text: str
    addressed: bool
    fragment: str = ""


def hear(message: discord.Message, *, me: int, prefix: str, listens: bool) -> Heard | None:
    """Return what a message asks of the bot, or None where it isn't the bot's business.

    `listens` says whether the channel is one in which clear questions are answered. Without the Message Content
    intent a message to others arrives empty, which is nobody's question.
    """
    if message.author.bot or message.webhook_id is not None or message.type not in _SPOKEN:
        return None
    if not message.content or message.content.startswith(prefix):
        return None
    # A server that discord.py knows nothing of has no guild either; only a direct message is for the bot alone.
    addressed = isinstance(message.channel, discord.DMChannel) or _names(message, me) or _replies_to(message, me)
    if not addressed and not listens:
        return None
    text = _NAMED.sub(" ", message.content).strip()
    # A bare mention is a call: the answer is what can be asked.
    if not addressed and not 0 < len(text) <= LONGEST_OVERHEARD:
        return None
    return Heard(text or "help", addressed, fragment=text)


def commanded(name: str, words: str) -> Heard:
    """Return what a command asks; the core knows the commands by "!".

    >>> commanded("compare", "google and apple").text
    'compare google and apple'
    """
    if name == "compare" and words:
        return Heard(f"compare {words}", addressed=True)
    return Heard(f"!{name} {words}".strip(), addressed=True, fragment=words if name == "salary" else "")


def speaks_up(reply: Reply) -> bool:
    """Whether an answer is worth giving to somebody who didn't address the bot: sourced, asked for, and sure.

    What has no source is small talk ("hello"), which people mean for each other.
    """
    answer = reply.answer
    figures = answer.status in ("answered", "partial") and bool(answer.sources)
    of_the_trade = any(mention.known and mention.kind in TRADE for mention in answer.mentions)
    return figures and (of_the_trade or reply.goes_on) and answer.asked and answer.confidence >= SURE_ENOUGH


def _names(message: discord.Message, me: int) -> bool:
    return any(user.id == me for user in message.mentions)


def _replies_to(message: discord.Message, me: int) -> bool:
    original = message.reference.resolved if message.reference else None
    return isinstance(original, discord.Message) and original.author.id == me
