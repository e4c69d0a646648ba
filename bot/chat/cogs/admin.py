"""AdminCog of the knowledge base from Discord. Who may is checked here; what Discord hides is only a hint."""

from __future__ import annotations

import asyncio

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.cogs.admin_messages import changed, faulty, missed, on_file, sound
from bot.chat.conversation.feedback import AWAY
from bot.chat.guilds.preferences import Preferences
from bot.chat.transport.hybrid import Context, command, group
from bot.chat.transport.send import send, thinking
from bot.core.model.language import Language, later
from bot.settings import Settings
from bot.storage.knowledge.library import KnowledgeError, Library, size
from bot.storage.records import Records, RecordsAway

MOST_GAPS = 20


class NotAllowed(commands.CheckFailure):
    """Somebody who isn't an administrator of the bot asked for an administrator's command."""


class AdminCog(commands.Cog):
    """`kb reload`, `kb check`, `kb status` and `kb gaps`, for the bot's owners and the home server's managers."""

    def __init__(self, library: Library, settings: Settings, records: Records, preferences: Preferences) -> None:
        self._library = library
        self._records = records
        self._settings = settings
        self._preferences = preferences
        self._reloading = asyncio.Lock()

    async def cog_check(self, ctx: Context) -> bool:
        """Let administrators through. Raises NotAllowed for everybody else, before anything runs."""
        if _manages(ctx, self._settings.home_server) or await ctx.bot.is_owner(ctx.author):
            return True
        raise NotAllowed

    @group(later("The knowledge base (for administrators)."))
    @app_commands.default_permissions(manage_guild=True)
    async def kb(self, ctx: Context) -> None:
        """Say how the knowledge base is, where no command of the group is named."""
        language = self._language(ctx)
        line = _on_file(self._library, language)
        if ctx.view.read_rest().strip():  # discord.py has forgotten by now what was passed
            line = language.say("I don't know that. There are status, reload, check and gaps.")
        await send(ctx, line, private=True)

    @command(later("How much is on file."), group=kb)
    async def status(self, ctx: Context) -> None:
        """Say how much the knowledge base holds."""
        await send(ctx, _on_file(self._library, self._language(ctx)), private=True)

    @command(later("Read the knowledge base again and answer from it; a faulty one changes nothing."), group=kb)
    async def reload(self, ctx: Context) -> None:
        """Swap the knowledge base for what is in its folder now."""
        language = self._language(ctx)
        if self._reloading.locked():
            line = language.say("A reload is already running. Its result comes in a moment.")
            await send(ctx, line, private=True)
            return
        async with self._reloading:
            await thinking(ctx)
            await send(ctx, await asyncio.to_thread(_reload, self._library, language), private=True)

    @command(later("Check the knowledge base in its folder without answering from it."), group=kb)
    async def check(self, ctx: Context) -> None:
        """Say whether a reload would succeed."""
        await thinking(ctx)
        await send(ctx, await asyncio.to_thread(_check, self._library, self._language(ctx)), private=True)

    @command(later("What people asked most often that I have no figures for."), group=kb)
    async def gaps(self, ctx: Context) -> None:
        """Say what is missed most, by the questions' normalised forms."""
        language = self._language(ctx)
        if ctx.interaction is None:
            # A reply to a message is for all to read, and what people asked is not.
            await send(ctx, language.say("Please use `/kb gaps`: only you see its answer."))
            return
        await thinking(ctx)
        try:
            line = missed(await self._records.gaps(MOST_GAPS), language)
        except RecordsAway:
            line = language.say(AWAY)
        await send(ctx, line, private=True)

    def _language(self, ctx: Context) -> Language:
        return self._preferences.heard_by(ctx)


def _manages(ctx: Context, home_server: int | None) -> bool:
    """Whether the author has Manage Server in the home server, and says so there."""
    at_home = ctx.guild is not None and ctx.guild.id == home_server
    return at_home and isinstance(ctx.author, discord.Member) and ctx.author.guild_permissions.manage_guild


def _on_file(library: Library, language: Language) -> str:
    return on_file(size(library.advisor.knowledge), library.folder, language)


def _reload(library: Library, language: Language) -> str:
    try:
        change = library.reload()
    except KnowledgeError as error:
        return faulty(language.say("Not reloaded; I go on answering from the old knowledge base."), error, language)
    return f"{changed(change, language)}\n{_on_file(library, language)}"


def _check(library: Library, language: Language) -> str:
    try:
        return sound(library.check(), library.folder, language)
    except KnowledgeError as error:
        return faulty(language.say("A reload would be refused."), error, language)
