"""Administration of the knowledge base from Discord. Who may is checked here; what Discord hides is only a hint."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.hybrid import Context, command, group
from bot.chat.sending import send, thinking
from bot.settings import Settings
from bot.storage.library import Change, KnowledgeError, Library, Size, size

MOST_NAMES = 10
LONGEST_LIST = 1_700


class NotAllowed(commands.CheckFailure):
    """Somebody who isn't an administrator of the bot asked for an administrator's command."""


class Administration(commands.Cog):
    """`kb reload`, `kb check` and `kb status`, for the bot's owners and the home server's managers."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self._library = library
        self._settings = settings
        self._reloading = asyncio.Lock()

    async def cog_check(self, ctx: Context) -> bool:
        """Let administrators through. Raises NotAllowed for everybody else, before anything runs."""
        if _manages(ctx, self._settings.home_server) or await ctx.bot.is_owner(ctx.author):
            return True
        raise NotAllowed

    @group("The knowledge base (for administrators).")
    @app_commands.default_permissions(manage_guild=True)
    async def kb(self, ctx: Context) -> None:
        """Say how the knowledge base is, where no command of the group is named."""
        await send(ctx, _counted("On file", size(self._library.advisor.knowledge)), private=True)

    @command("How much is on file.", group=kb)
    async def status(self, ctx: Context) -> None:
        """Say how much the knowledge base holds."""
        await send(ctx, _counted("On file", size(self._library.advisor.knowledge)), private=True)

    @command("Read the knowledge base again and answer from it; a faulty one changes nothing.", group=kb)
    async def reload(self, ctx: Context) -> None:
        """Swap the knowledge base for what is in its folder now."""
        if self._reloading.locked():
            await send(ctx, "A reload is already running. Its result comes in a moment.", private=True)
            return
        async with self._reloading:
            await thinking(ctx)
            await send(ctx, await asyncio.to_thread(_reload, self._library), private=True)

    @command("Check the knowledge base in its folder without answering from it.", group=kb)
    async def check(self, ctx: Context) -> None:
        """Say whether a reload would succeed."""
        await thinking(ctx)
        await send(ctx, await asyncio.to_thread(_check, self._library), private=True)


def _manages(ctx: Context, home_server: int | None) -> bool:
    """Whether the author has Manage Server in the home server, and says so there."""
    at_home = ctx.guild is not None and ctx.guild.id == home_server
    return at_home and isinstance(ctx.author, discord.Member) and ctx.author.guild_permissions.manage_guild


def _reload(library: Library) -> str:
    try:
        change = library.reload()
    except KnowledgeError as error:
        return _faulty("Not reloaded; I go on answering from the old knowledge base.", error)
    return f"{changed(change)}\n{_counted('Now on file', size(library.advisor.knowledge))}"


def _check(library: Library) -> str:
    try:
        return _counted("No faults. In the folder", library.check())
    except KnowledgeError as error:
        return _faulty("A reload would be refused.", error)


def changed(change: Change) -> str:
    if not change:
        return "**Reloaded.** Nothing has changed."
    groups = {"Added": change.added, "Removed": change.removed, "Altered": change.altered}
    return "\n".join(["**Reloaded.**", *(_group(name, facts) for name, facts in groups.items() if facts)])


def _group(name: str, facts: tuple[str, ...]) -> str:
    more = f" and {len(facts) - MOST_NAMES:,} more" if len(facts) > MOST_NAMES else ""
    return f"{name} {len(facts):,}: {', '.join(f'`{fact[:50]}`' for fact in facts[:MOST_NAMES])}{more}"


def _counted(lead: str, counts: Size) -> str:
    return (
        f"{lead}: {counts.facts:,} facts, {counts.names:,} names (and {counts.recognised:,} more that are recognised "
        f"only), {counts.examples:,} ways of asking for {counts.intents:,} kinds of question."
    )


def _faulty(lead: str, error: KnowledgeError) -> str:
    count = len(error.faults)
    return f"**{lead}** {count:,} fault{'s' if count > 1 else ''}:\n```\n{_cut(map(str, error.faults))}\n```"


def _cut(lines: Iterable[str]) -> str:
    """Return the lines that fit, each cut to a sensible length, and how many more there are."""
    plain = [line.replace("`", "'")[:300] for line in lines]
    kept: list[str] = []
    for line in plain:
        if sum(len(k) + 1 for k in kept) + len(line) > LONGEST_LIST:
            break
        kept.append(line)
    return "\n".join([*kept, f"and {len(plain) - len(kept):,} more"] if len(kept) < len(plain) else kept)
