"""Commands and the listener that answer questions. Each takes the words, gets the reply and sends it."""

from __future__ import annotations

import asyncio

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.answering import Answers
from bot.chat.hearing import hear, speaks_up
from bot.chat.hybrid import Context, command
from bot.chat.pace import Pace
from bot.chat.sending import send
from bot.settings import Settings
from bot.storage.library import Library

MOST_CHOICES = 25
LONGEST_CHOICE = 100


class Asking(commands.Cog):
    """Answers: `salary`, `compare`, `sources`, `help`, `about`, and questions in free text."""

    def __init__(self, bot: commands.Bot, library: Library, settings: Settings, pace: Pace) -> None:
        self._bot = bot
        self._library = library
        self._answers = Answers(library)
        self._settings = settings
        self._pace = pace

    @command("What machine-learning people earn: a company, a level, a role, an offer ...")
    @app_commands.describe(question="A name or a question, such as: google, 7 years of experience, is 150k good?")
    async def salary(self, ctx: Context, *, question: str = "") -> None:
        """Answer a question about pay; without a question, tell the overall average."""
        await self._answer(ctx, f"!salary {question}")

    @command("Two companies, roles, levels or sources side by side.")
    @app_commands.describe(first="One of them, such as: Google", second="The other, such as: Amazon")
    async def compare(self, ctx: Context, *, first: str = "", second: str = "") -> None:
        """Compare two things. A prefix command puts both into `first`, as discord.py fills one such parameter only."""
        both = " and ".join(filter(None, (first, second)))
        await self._answer(ctx, f"compare {both}" if both else "!compare")

    @command("Where my figures come from.")
    async def sources(self, ctx: Context) -> None:
        """List the sources."""
        await self._answer(ctx, "!sources")

    @command("What you can ask me, with examples.")
    async def help(self, ctx: Context) -> None:
        """Say what can be asked."""
        await self._answer(ctx, "!help")

    @command("Who I am and how I answer.")
    async def about(self, ctx: Context) -> None:
        """Say who the bot is."""
        await self._answer(ctx, "!about")

    @salary.autocomplete("question")
    @compare.autocomplete("first")
    @compare.autocomplete("second")
    async def complete(self, _: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer the names that begin like what is typed, then those that look like it."""
        names = self._library.advisor.complete(current, MOST_CHOICES)
        return [app_commands.Choice(name=name, value=name) for name in names if len(name) <= LONGEST_CHOICE]

    async def listen(self, message: discord.Message) -> None:
        """Answer free text that was said to the bot, or asked beyond doubt in a listed channel."""
        assert self._bot.user is not None
        prefix, channels = self._settings.prefix, self._settings.channels
        heard = hear(message, me=self._bot.user.id, prefix=prefix, channels=channels)
        if heard is None:
            return
        # Who called the bot is paced before any thinking; who did not is never told to wait for nothing.
        if heard.addressed and not await self._unhurried(message):
            return
        reply = self._answers.to(heard.text)
        if heard.addressed or (speaks_up(reply.answer) and await self._unhurried(message)):
            await send(await self._bot.get_context(message), reply.content, reply.embed)

    async def _answer(self, ctx: Context, text: str) -> None:
        reply = self._answers.to(text)
        await send(ctx, reply.content, reply.embed)

    async def _unhurried(self, message: discord.Message) -> bool:
        wait = self._pace.ask(message.author.id, now=asyncio.get_running_loop().time())
        if wait is not None and wait.first:
            await send(await self._bot.get_context(message), too_fast(wait.seconds))
        return wait is None


def too_fast(seconds: float) -> str:
    """Ask for patience, in whole seconds.

    >>> too_fast(0.4)
    'One moment, please: I can take your next question in 1 second.'
    """
    whole = max(1, round(seconds + 0.4999))
    return f"One moment, please: I can take your next question in {whole} second{'s' if whole > 1 else ''}."
