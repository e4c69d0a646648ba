"""Administration of the knowledge base. Permissions are checked here; what Discord hides is only a hint."""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.cogs.admin_messages import AdminMessages
from bot.chat.conversation.feedback import AWAY
from bot.chat.services import Services
from bot.chat.transport.hybrid import Context, command, group
from bot.chat.transport.send import send, show_progress
from bot.core.model.language import Language, later
from bot.storage.knowledge.library import KnowledgeError, Library, size
from bot.storage.records import RecordsAway
from bot.storage.sharing.balance import DEAD
from bot.storage.sharing.leases import overview

MOST_GAPS = 20
_MENTION = re.compile(r"(?:<@!?)?([1-9]\d{16,19})>?", re.ASCII)


class NotAllowed(commands.CheckFailure):
    """Somebody who isn't an administrator of the bot asked for an administrator's command."""


class AdminCog(commands.Cog):
    """The commands of the group `kb`, for the bot's owners and the home server's managers."""

    def __init__(self, services: Services) -> None:
        self._library = services.library
        self._records = services.records
        self._shares = services.settings.share
        self._home_server = services.settings.home_server
        self._callers = services.callers
        self._feedback = services.feedback
        self._reloading = asyncio.Lock()

    async def cog_check(self, ctx: Context) -> bool:
        """Let administrators through. Raises NotAllowed for everybody else, before anything runs."""
        if _manages(ctx, self._home_server) or await ctx.bot.is_owner(ctx.author):
            return True
        raise NotAllowed

    @group(later("The knowledge base (for administrators)."))
    @app_commands.default_permissions(manage_guild=True)
    async def kb(self, ctx: Context) -> None:
        """Report the size of the knowledge base, where no command of the group is named."""
        language = self._language(ctx)
        line = _size_text(self._library, AdminMessages(language))
        if ctx.view.read_rest().strip():  # discord.py has forgotten by now what was passed
            line = language.say("I don't know that. Use status, reload, check, gaps or forget.")
        await send(ctx, line, private=True)

    @command(later("How much is on file."), group=kb)
    async def status(self, ctx: Context) -> None:
        """Report the size of the knowledge base, and where processes share the shards, which of it each has."""
        language = self._language(ctx)
        lines = [_size_text(self._library, AdminMessages(language))]
        if self._shares:
            try:
                found = (await self._records.database.run(overview)).processes
            except RecordsAway:
                lines.append(language.say(AWAY))
            else:
                own = [one for one in found if one.application == ctx.bot.application_id and one.age < DEAD]
                lines.append(AdminMessages(language).processes_text(own))
        await send(ctx, "\n".join(lines), private=True)

    @command(later("Read the knowledge base again and answer from it; a faulty one changes nothing."), group=kb)
    async def reload(self, ctx: Context) -> None:
        """Replace the knowledge base by what is in its folder now."""
        language = self._language(ctx)
        if self._reloading.locked():
            line = language.say("A reload is already running. Its result comes in a moment.")
            await send(ctx, line, private=True)
            return
        async with self._reloading:
            await show_progress(ctx)
            before = self._library.advisor
            text = await asyncio.to_thread(_reload, self._library, AdminMessages(language))
            if self._library.advisor is not before:
                with contextlib.suppress(RecordsAway):
                    await ctx.bot.shards_here.announce_reload()
            await send(ctx, text, private=True)

    @command(later("Check the knowledge base in its folder without answering from it."), group=kb)
    async def check(self, ctx: Context) -> None:
        """Report whether a reload would succeed."""
        await show_progress(ctx)
        await send(
            ctx, await asyncio.to_thread(_check, self._library, AdminMessages(self._language(ctx))), private=True
        )

    @command(later("What people asked most often that I have no figures for."), group=kb)
    async def gaps(self, ctx: Context) -> None:
        """Report the most frequent questions without an answer, by their normalized forms."""
        language = self._language(ctx)
        if ctx.interaction is None:
            # Everybody can read a reply to a message, and what people asked is not for everybody.
            await send(ctx, language.say("Please use `/kb gaps`: only you see its answer."))
            return
        await show_progress(ctx)
        try:
            line = AdminMessages(language).gaps_text(await self._records.gaps(MOST_GAPS))
        except RecordsAway:
            line = language.say(AWAY)
        await send(ctx, line, private=True)

    @command(later("Delete everything I hold on a person, who asked you to."), group=kb)
    @app_commands.describe(person=later("The id of the person, as Developer Mode copies it"))
    async def forget(self, ctx: Context, *, person: str) -> None:
        """Delete what is held on somebody who can't say /forget, as their account is gone."""
        await show_progress(ctx)
        caller, found = self._callers.of(ctx), _MENTION.fullmatch(person.strip())
        if found is None:
            line = caller.language.say("That isn't a person's id, which has 17 to 20 digits.")
        else:
            line = await self._feedback.forget(replace(caller, person=int(found[1])))
        await send(ctx, line, private=True)

    def _language(self, ctx: Context) -> Language:
        return self._callers.of(ctx).language


def _manages(ctx: Context, home_server: int | None) -> bool:
    """Whether the author has Manage Server in the home server, and says so there."""
    at_home = ctx.guild is not None and ctx.guild.id == home_server
    return at_home and isinstance(ctx.author, discord.Member) and ctx.author.guild_permissions.manage_guild


def _size_text(library: Library, messages: AdminMessages) -> str:
    return messages.size_text(size(library.advisor.knowledge), library.folder)


def _reload(library: Library, messages: AdminMessages) -> str:
    try:
        change = library.reload()
    except KnowledgeError as error:
        return messages.faults_text(later("Not reloaded; I go on answering from the old knowledge base."), error)
    return f"{messages.change_text(change)}\n{_size_text(library, messages)}"


def _check(library: Library, messages: AdminMessages) -> str:
    try:
        return messages.check_text(library.check(), library.folder)
    except KnowledgeError as error:
        return messages.faults_text(later("A reload would be refused."), error)
