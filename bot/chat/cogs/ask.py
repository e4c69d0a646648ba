"""Commands and the listener that answer questions. Each takes the words, gets the reply and sends it."""

from __future__ import annotations

import asyncio

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation.addressing import AddressedMessage, commanded, hear, is_command
from bot.chat.guilds.rate_limit import too_fast
from bot.chat.services import Parts
from bot.chat.transport.hybrid import Context, command
from bot.chat.transport.send import send
from bot.core.model.language import Language, later
from bot.storage.knowledge.library import Library

MOST_CHOICES = 25
LONGEST_CHOICE = 100


class AskCog(commands.Cog):
    """Answers: `salary`, `compare`, `sources`, `help`, `about`, and questions in free text."""

    def __init__(self, client: commands.Bot, library: Library, parts: Parts) -> None:
        self.client = client
        self._library = library
        self._conversations = parts.conversations
        self._preferences = parts.preferences
        self._pace = parts.pace

    @command(later("What machine-learning people earn: a company, a level, a role, an offer ..."))
    @app_commands.describe(question=later("A name or a question, such as: google, 7 years, is 150k good?"))
    async def salary(self, ctx: Context, *, question: str = "") -> None:
        """Answer a question about pay; without a question, tell the overall average."""
        await self._conversations.command(ctx, commanded("salary", question))

    @command(later("Two companies, roles, levels or sources side by side."))
    @app_commands.describe(first=later("One of them, such as: Google"), second=later("The other, such as: Amazon"))
    async def compare(self, ctx: Context, *, first: str = "", second: str = "") -> None:
        """Compare two things. A prefix command puts both into `first`, as discord.py fills one such parameter only."""
        both = " and ".join(filter(None, (first, second)))
        await self._conversations.command(ctx, commanded("compare", both))

    @command(later("Where my figures come from."))
    async def sources(self, ctx: Context) -> None:
        """List the sources."""
        await self._conversations.command(ctx, commanded("sources", ""))

    @command(later("What you can ask me, with examples."))
    async def help(self, ctx: Context) -> None:
        """Say what can be asked."""
        await self._conversations.command(ctx, commanded("help", ""))

    @command(later("Who I am and how I answer."))
    async def about(self, ctx: Context) -> None:
        """Say who the bot is."""
        await self._conversations.command(ctx, commanded("about", ""))

    @salary.autocomplete("question")
    @compare.autocomplete("first")
    @compare.autocomplete("second")
    async def complete(self, _: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer the names that begin like what is typed, then those that look like it."""
        names = self._library.advisor.complete(current, MOST_CHOICES)
        return [app_commands.Choice(name=name, value=name) for name in names if len(name) <= LONGEST_CHOICE]

    async def listen(self, message: discord.Message) -> None:
        """Answer free text that was said to the bot, or asked beyond doubt in a listed channel."""
        heard = self._heard(message)
        # Who called the bot is paced before any thinking; who did not is never told to wait for nothing.
        if heard is None or (heard.addressed and not await self._unhurried(message)):
            return
        person, channel, language = message.author.id, message.channel.id, self._language(message)
        reply = self._conversations.reply(heard, person, channel, language)
        if reply is not None and (heard.addressed or await self._unhurried(message)):
            await self._conversations.say(await self.client.get_context(message), reply, heard)

    async def edited(self, message: discord.Message) -> None:
        """Answer anew a question that was changed soon after it was asked; what is none any more loses its answer."""
        prefix = self._preferences.prefix(_server(message))
        by_prefix = is_command(message, me=self._me, prefix=prefix)
        heard = self._command(message.content[len(prefix) :]) if by_prefix else self._heard(message)
        await self._conversations.edited(message, heard, self._language(message))

    def _command(self, said: str) -> AddressedMessage | None:
        """Return what a prefix command of this cog asks, None where it is none."""
        name, *words = said.split(maxsplit=1) or [""]
        command = self.client.get_command(name) if said.startswith(name) else None
        return commanded(name, *words or [""]) if command is not None and command.cog is self else None

    def _heard(self, message: discord.Message) -> AddressedMessage | None:
        server = _server(message)
        listens = self._preferences.listens(message.channel.id, server)
        return hear(message, me=self._me, prefix=self._preferences.prefix(server), listens=listens)

    @property
    def _me(self) -> int:
        assert self.client.user is not None
        return self.client.user.id

    def _language(self, message: discord.Message) -> Language:
        return self._preferences.language(_server(message))

    async def _unhurried(self, message: discord.Message) -> bool:
        seconds = self._preferences.cooldown(_server(message))
        now = asyncio.get_running_loop().time()
        wait = self._pace.ask(message.author.id, _server(message), now=now, seconds=seconds)
        if wait is not None and wait.first:
            line = too_fast(wait.seconds, self._language(message))
            await send(await self.client.get_context(message), line)
        return wait is None


def _server(message: discord.Message) -> int | None:
    return message.guild.id if message.guild is not None else None
