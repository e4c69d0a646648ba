"""The commands that answer questions, and questions in free text. Each gets the reply and sends it."""

from __future__ import annotations

from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation.addressing import (
    THUMB,
    AddressedMessage,
    is_by_person,
    is_called,
    is_command,
    place_of,
    question_in,
    question_of_command,
)
from bot.chat.guilds.caller import Caller
from bot.chat.presentation.limits import OPTION, OPTIONS
from bot.chat.services import Services
from bot.chat.transport.hybrid import Context, command
from bot.chat.transport.send import react, send
from bot.core.model.language import later

ONLY_TEXT = later("I can't read pictures or files, only text. Type the amount, like “is 150k good?”.")


class AskCog(commands.Cog):
    """Answers: `salary`, `compare`, `sources`, `help`, `about`, and questions in free text."""

    def __init__(self, client: commands.AutoShardedBot, services: Services) -> None:
        self.client = client
        self._library = services.library
        self._conversations = services.conversations
        self._preferences = services.preferences
        self._callers = services.callers

    @command(later("What people earn: a company, a level, a role, an offer ..."))
    @app_commands.describe(question=later("A name or a question, such as: 7 years, is 150k good?"))
    async def salary(self, ctx: Context, *, question: str = "") -> None:
        """Answer a question about pay; without a question, with the overall average."""
        await self._answer(ctx, "salary", question)

    @command(later("Two companies, roles, levels or sources side by side."))
    @app_commands.describe(
        first=later("One of them: a company, a role, a level or a source"), second=later("The other one of the two")
    )
    async def compare(self, ctx: Context, *, first: str = "", second: str = "") -> None:
        """Compare two things. A prefix command puts both into `first`, as discord.py fills one such parameter only."""
        await self._answer(ctx, "compare", " and ".join(filter(None, (first, second))))

    @command(later("Where my figures come from."))
    async def sources(self, ctx: Context) -> None:
        """List the sources."""
        await self._answer(ctx, "sources")

    @command(later("What you can ask me, with examples."))
    async def help(self, ctx: Context) -> None:
        """Show what can be asked."""
        await self._answer(ctx, "help")

    @command(later("Who I am and how I answer."))
    async def about(self, ctx: Context) -> None:
        """Introduce the bot."""
        await self._answer(ctx, "about")

    @salary.autocomplete("question")
    @compare.autocomplete("first")
    @compare.autocomplete("second")
    async def complete(self, _: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest the names that begin like what is typed, then those that look like it."""
        names = self._library.advisor.complete(current, OPTIONS)
        return [app_commands.Choice(name=name, value=name) for name in names if len(name) <= OPTION]

    async def answer_message(self, message: discord.Message) -> None:
        """Answer free text that was said to the bot, or that is clearly a question for it in a listed channel."""
        question, caller = self._question(message), self._callers.of(message)
        if question is None:
            await self._answer_wordless(message, caller)
            return
        # A person who called the bot is paced before any work; one who did not is never told to wait for nothing.
        if question.addressed and not await self._may_proceed(message, caller):
            return
        reply = self._conversations.reply(question, message.channel.id, caller)
        if isinstance(reply, str):
            await react(message, reply)
        elif reply is not None and (question.addressed or await self._may_proceed(message, caller)):
            await self._conversations.send(await self.client.get_context(message), reply, question, caller)

    async def _answer_wordless(self, message: discord.Message, caller: Caller) -> None:
        """Answer a message to the bot that holds nothing but files with what it can read."""
        if message.content or not (message.attachments or message.stickers):
            return
        if is_called(message, self._me):
            if await self._may_proceed(message, caller):
                await send(await self.client.get_context(message), caller.language.say(ONLY_TEXT))
        elif self._preferences.answers_everything(place_of(message.channel), caller.guild):
            await react(message, THUMB)

    async def answer_edit(self, message: discord.Message) -> None:
        """Answer a question anew that was edited soon after it was asked; one that no longer is loses its answer."""
        caller = self._callers.of(message)
        prefix = self._preferences.prefix(caller.guild)
        by_prefix = is_command(message, me=self._me, prefix=prefix)
        question = self._command(message.content[len(prefix) :]) if by_prefix else self._question(message)
        may_proceed = partial(self._may_proceed, message, caller, number=1)
        await self._conversations.question_edited(message, question, caller.language, may_proceed)

    async def _answer(self, ctx: Context, name: str, words: str = "") -> None:
        await self._conversations.answer_command(ctx, question_of_command(name, words), self._callers.of(ctx))

    def _command(self, text: str) -> AddressedMessage | None:
        """Return the question of a prefix command of this cog, None where it is none."""
        name, *words = text.split(maxsplit=1) or [""]
        command = self.client.get_command(name.lower())
        return (
            question_of_command(command.name, *words or [""]) if command is not None and command.cog is self else None
        )

    def is_by_person(self, message: discord.Message) -> bool:
        """Whether a person wrote a message, or had it posted by the bot that their server lets speak for people."""
        return is_by_person(message, self._preferences.proxy(message.guild.id if message.guild is not None else None))

    def is_command(self, message: discord.Message) -> bool:
        """Whether a message is a command; where everything is answered, one that nobody knows is a text like others."""
        guild = message.guild.id if message.guild is not None else None
        prefix = self._preferences.prefix(guild)
        if not is_command(message, me=self._me, prefix=prefix):
            return False
        everything = self._preferences.answers_everything(place_of(message.channel), guild)
        name = message.content[len(prefix) :].split(maxsplit=1)[:1]
        return not everything or self.client.get_command("".join(name).lower()) is not None

    def _question(self, message: discord.Message) -> AddressedMessage | None:
        guild = message.guild.id if message.guild is not None else None
        place, preferences = place_of(message.channel), self._preferences
        return question_in(
            message,
            me=self._me,
            command=self.is_command(message),
            listens=preferences.listens(place, guild),
            everything=preferences.answers_everything(place, guild),
        )

    @property
    def _me(self) -> int:
        assert self.client.user is not None
        return self.client.user.id

    async def _may_proceed(self, message: discord.Message, caller: Caller, *, number: int = 0) -> bool:
        """Count a request; one that comes too soon is told so. `number` tells the line from the message's answer."""
        line = self._callers.held_back(caller)
        if line:
            await send(await self.client.get_context(message), line, number=number)
        return line is None
