"""Decides which messages are for the bot, and which part of them is the question. It sends nothing."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import Literal

import discord

from bot.chat.conversation.message_text import text_of, written_in
from bot.chat.guilds.preferences import Place
from bot.chat.presentation.reply import Reply
from bot.core.decide.follow_ups.slot_merging import NAMES
from bot.core.decide.policy.cases import BARE_NAME
from bot.core.model.dialogue import Query
from bot.core.model.knowledge import Knowledge
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
# How a message in an ask channel is taken note of that wants no answer: thanks and chatter, a greeting in passing.
THUMB, WAVE = "\N{THUMBS UP SIGN}", "\N{WAVING HAND SIGN}"
_MENTION = re.compile(r"<(?:@[!&]?|#)\d+>")
# What holds no words of anybody's: custom emoji, links.
_WORDLESS = re.compile(r"<a?:\w+:\d+>|https?://\S+|\bwww\.\S+")
_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
# Called: put to the bot. Open: said in a channel in which every message is answered. Overheard: in any other one.
Address = Literal["called", "open", "overheard"]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message that is replied to; `by_bot` says that it is one of the bot's."""

    id: int
    content: str
    by_bot: bool


@dataclass(frozen=True, slots=True)
class AddressedMessage:
    """A question, and to whom it was put.

    `fragment` is the part that may be a follow-up on the question before, empty where none can; `quoted` the message
    that it replies to, `among_people` whether it was said to somebody else.
    """

    text: str
    address: Address
    fragment: str = ""
    quoted: Quoted | None = None
    among_people: bool = False

    @property
    def addressed(self) -> bool:
        """Whether the bot was called, rather than the channel spoken to."""
        return self.address == "called"


def place_of(channel: object) -> Place:
    """Return the ids of a channel and of what it is in: a thread's channel, a post's forum, the category."""
    ids = {getattr(channel, "id", None), getattr(channel, "parent_id", None)}
    with contextlib.suppress(discord.ClientException):  # the channel of a thread may not be known here
        ids.add(getattr(channel, "category_id", None))
    return frozenset(one for one in ids if one is not None)


def is_by_person(message: discord.Message, proxy: int | None) -> bool:
    """Whether a person wrote a message, or had it posted by a webhook of `proxy`. Some webhooks don't count as bots.

    What that bot says to a command of its own comes by a webhook, too: one with the bot's id.
    """
    if message.webhook_id is None:
        return not message.author.bot
    return proxy is not None and message.application_id == proxy != message.webhook_id


def question_in(
    message: discord.Message, *, me: int, command: bool, listens: bool, everything: bool = False
) -> AddressedMessage | None:
    """Return the question that a message puts to the bot or its channel; None where it isn't the bot's business.

    `command` says that the message is one, `listens` whether clear questions are answered in the channel, `everything`
    whether all messages are. Without the Message Content intent a message to others arrives empty: no question.
    """
    if message.type not in _WRITTEN:
        return None
    written = written_in(message)
    if not written or command:
        return None
    called = is_called(message, me)
    among_people = not called and _is_for_others(message, me)
    if not called and not everything and (not listens or among_people):
        return None
    text = _with_title(message, _without_calls(message, written))
    if not called and not everything and not 0 < len(text) <= LONGEST_UNADDRESSED:
        return None
    quoted = _quoted(message, me)
    if called and not text and quoted is not None and not quoted.by_bot:
        text = quoted.content  # the bot is called to somebody's message
    address: Address = "called" if called else "open" if everything else "overheard"
    # A bare mention gets the answer to what can be asked.
    empty = "help" if called else written
    return AddressedMessage(text or empty, address, fragment=text, quoted=quoted, among_people=among_people)


def is_called(message: discord.Message, me: int) -> bool:
    """Whether a message is put to the bot: in private, by a mention of it or of its own role, by a reply, by name."""
    # A guild that discord.py doesn't know is None too; only a direct message is for the bot alone.
    private = isinstance(message.channel, discord.DMChannel)
    return private or _mentions(message, me) or _replies_to(message, me) or _name_in(message) is not None


def is_command(message: discord.Message, *, me: int, prefix: str) -> bool:
    """Whether a message is a command; one that begins with a mention of the bot is not, whatever the prefix."""
    return message.content.startswith(prefix) and not message.content.startswith((f"<@{me}>", f"<@!{me}>"))


def question_of_command(name: str, words: str) -> AddressedMessage:
    """Return the question of a command; the core recognizes commands by "!".

    >>> question_of_command("compare", "google and apple").text
    'compare google and apple'
    """
    if name == "compare" and words:
        return AddressedMessage(f"compare {words}", "called")
    return AddressedMessage(f"!{name} {words}".strip(), "called", fragment=words if name == "salary" else "")


def is_worth_answering(reply: Reply) -> bool:
    """Whether to answer a person who didn't address the bot: with sourced figures, to a question, with confidence.

    An answer without a source is small talk ("hello"), which people mean for each other.
    """
    answer = reply.answer
    about_careers = any(mention.on_file and mention.kind in CAREER_ENTITIES for mention in answer.mentions)
    figures = answer.status == "answered" and bool(answer.sources)
    return figures and about_careers and answer.asked and answer.confidence >= SURE_ENOUGH


def is_clear_follow_up(fragment: str, reply: Reply) -> bool:
    """Whether a follow-up is clearly meant as one, though nobody called the bot.

    It has to begin like a follow-up and to name something; "in an hour?", "with 100k" and "at the start" are said
    about anything.
    """
    answer = reply.answer
    names = any(mention.on_file and not mention.excluded and mention.kind in NAMES for mention in answer.mentions)
    begins = _begins_with(fragment, reply.knowledge.words.addressing.continuations)
    return reply.follow_up and begins and names and _has_figures(reply) and answer.confidence >= SURE_FOLLOW_UP


def reaction_to(message: AddressedMessage, reply: Reply) -> str | None:
    """Return the emoji that a message in an ask channel gets instead of an answer; None where it gets an answer.

    Thanks, emoji, bare links and chatter get one, and what people say to each other, unless that is a question for it.
    """
    if message.among_people:
        return None if _asks(message, reply) else WAVE if _greets(message.text, reply.knowledge) else THUMB
    if isinstance(reply.query, Query):
        greeting = reply.query.answer == "greeting" and not _greets(message.text, reply.knowledge)
        denial = reply.query.answer == "misread" and _is_chatter(message.text, reply.knowledge)  # "no"
        return THUMB if reply.query.answer == "thanks" or greeting or denial else None
    passing = _is_chatter(message.text, reply.knowledge) or _is_remark(message.text, reply)
    return THUMB if reply.query.status == "off_topic" and passing else None


def _asks(message: AddressedMessage, reply: Reply) -> bool:
    """Whether something said to somebody else asks for figures: "is this good?" under somebody's offer."""
    questions = tuple(reply.knowledge.vocabulary.question_words)
    asked = reply.tied or message.text.rstrip().endswith("?") or _begins_with(message.text, questions)
    asked = asked or reply.query.rule in ("reckoned", "compared", "picked")
    has_figures = reply.answer.status in ("answered", "partial", "clarify")
    return reply.follow_up and asked and has_figures and message.quoted is not None


def _greets(text: str, knowledge: Knowledge) -> bool:
    """Whether a text holds a word of greeting: "ok" alone is none."""
    return not {*normalization.words(text)}.isdisjoint(knowledge.words.follow_ups.greetings)


def _is_chatter(text: str, knowledge: Knowledge) -> bool:
    """Whether a text says nothing that could be answered: "lol ok", an emoji, a link."""
    words = normalization.words(_WORDLESS.sub(" ", text))
    small = frozenset((*knowledge.vocabulary.interjections, *knowledge.vocabulary.function_words))
    return "?" not in text and small.issuperset(words)


def _is_remark(text: str, reply: Reply) -> bool:
    """Whether a text tells something of people that asks for nothing, or wants no answer: "i love you", "stop"."""
    words, vocabulary, acts = normalization.words(text), reply.knowledge.vocabulary, reply.knowledge.words.speech_acts
    if "?" in text or reply.answer.mentions or not {*vocabulary.pay_words, *vocabulary.career_words}.isdisjoint(words):
        return False
    if _begins_with(text, reply.knowledge.words.addressing.passing):
        return True
    told = not frozenset(acts.speakers).isdisjoint(words)
    return told and not _begins_with(text, (*vocabulary.question_words, *acts.wh))


def _begins_with(text: str, phrases: tuple[str, ...]) -> bool:
    words = normalization.words(text)
    return any(words[: len(phrase)] == phrase for phrase in map(normalization.words, phrases))


def _has_figures(reply: Reply) -> bool:
    return reply.answer.status in ("answered", "partial") and bool(reply.answer.sources)


def _mentions(message: discord.Message, me: int) -> bool:
    role = message.guild.self_role if message.guild is not None else None
    return any(user.id == me for user in message.mentions) or (
        role is not None and role.id in message.raw_role_mentions
    )


def _name_in(message: discord.Message) -> re.Match[str] | None:
    """Find the bot's name typed as a call, "@salarybot", rather than chosen from Discord's list."""
    me = message.guild.me if message.guild is not None else None
    if me is None or "@" not in message.content:
        return None
    names = "|".join(re.escape(name) for name in sorted({me.name, me.display_name}, key=len, reverse=True))
    return re.search(rf"(?<!\w)@(?:{names})(?!\w)", message.content, re.IGNORECASE)


def _without_calls(message: discord.Message, text: str) -> str:
    """Return the text of a message without its mentions."""
    name = _name_in(message)
    if name is not None:
        text = f"{text[: name.start()]} {text[name.end() :]}"
    return _MENTION.sub(" ", text).strip(" \t\n,:")


def _with_title(message: discord.Message, text: str) -> str:
    """Return the first message of a post in a forum with the post's title, which asks as much as the message does."""
    thread = message.channel
    if not isinstance(thread, discord.Thread) or thread.id != message.id:
        return text
    return thread.name if text.casefold().startswith(thread.name.casefold()) else f"{thread.name} \n{text}".strip()


def _quoted(message: discord.Message, me: int) -> Quoted | None:
    original = message.reference.resolved if message.reference else None
    if not isinstance(original, discord.Message):
        return None
    return Quoted(original.id, text_of(original), by_bot=original.author.id == me)


def _replies_to(message: discord.Message, *people: int) -> bool:
    original = message.reference.resolved if message.reference else None
    return isinstance(original, discord.Message) and original.author.id in people


def _is_for_others(message: discord.Message, me: int) -> bool:
    """Whether a message mentions or replies to somebody else; a reply to a deleted message may be to anybody."""
    author = message.author.id
    mentioned = any(user.id not in (me, author) for user in message.mentions)
    to_many = bool(message.raw_role_mentions) or message.mention_everyone
    return mentioned or to_many or (message.type is discord.MessageType.reply and not _replies_to(message, me, author))
