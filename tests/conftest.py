"""What several tests share: the knowledge base, read once, and a simulated Discord with the real bot in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio
import simcord

from bot.chat.client import SalaryBot
from bot.settings import Settings
from bot.storage.library import DEFAULT_FOLDER, Library

PATIENCE = 60.0  # seconds; a reload on a busy machine


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings of the machine that runs the tests out of them."""
    for name in os.environ:
        if name.startswith(("SALARYBOT_", "DISCORD_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def library() -> Library:
    """The bot's own knowledge base. Not to be reloaded: see `own_library`."""
    return Library(DEFAULT_FOLDER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge base that a test may change."""
    return Path(shutil.copytree(DEFAULT_FOLDER, tmp_path / "knowledge"))


@pytest.fixture
def own_library(folder: Path) -> Library:
    return Library(folder)


@dataclass
class World:
    """A simulated Discord: the home server with two channels and four people, another server, and the real bot."""

    env: simcord.Env
    home: simcord.GuildHandle
    general: simcord.ChannelHandle
    listed: simcord.ChannelHandle
    member: simcord.MemberActor
    manager: simcord.MemberActor
    owner: simcord.MemberActor
    elsewhere: simcord.ChannelHandle
    stranger: simcord.MemberActor
    """Manages the other server, not the home server."""
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def bot(self) -> SalaryBot:
        assert isinstance(self.env.bot, SalaryBot)
        return self.env.bot

    @property
    def mention(self) -> str:
        assert self.bot.user is not None
        return self.bot.user.mention

    async def start(self, library: Library, **settings: Any) -> World:
        """Start the bot, with the settings of this world and those given."""
        await self.env.restart_bot(SalaryBot(Settings(**{**self.settings, **settings}), library))
        self.bot.owner_id = self.owner.id
        return self

    def said(self, channel: simcord.ChannelHandle) -> list[discord.Message]:
        """What the bot has said in a channel."""
        assert self.bot.user is not None
        return [message for message in channel.history() if message.author.id == self.bot.user.id]

    async def hears(
        self, actor: simcord.MemberActor, channel: simcord.ChannelHandle, text: str, **extra: Any
    ) -> list[discord.Message]:
        """Send a message and return what the bot said to it."""
        before = len(self.said(channel))
        await actor.send(channel, text, **extra)
        return self.said(channel)[before:]


def text_of(message: discord.Message | simcord.ResponseMessage) -> str:
    """All that a person reads in a message."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or "", embed.footer.text or ""]
        parts += [f"{part.name} {part.value}" for part in embed.fields]
    return "\n".join(parts)


@pytest_asyncio.fixture
async def empty_world() -> AsyncIterator[World]:
    """A world whose bot is still to be started."""
    env = simcord.Env(discord.Client(intents=discord.Intents.none()), settle_timeout=PATIENCE)
    await env.start()
    try:
        yield _peopled(env)
    finally:
        await env.shutdown()
        # What a test looked at through env.errors was meant to happen.
        env._raise_errors_since(env._errors_acknowledged)


@pytest_asyncio.fixture
async def world(empty_world: World, library: Library) -> World:
    """A world with the bot in it, without a cooldown."""
    return await empty_world.start(library)


def _peopled(env: simcord.Env) -> World:
    home, other = env.create_guild("Home"), env.create_guild("Elsewhere")
    may = discord.Permissions(manage_guild=True)
    listed = home.create_text_channel("ask-pay")
    return World(
        env=env,
        home=home,
        general=home.create_text_channel("general"),
        listed=listed,
        member=home.add_member(env.create_user("member")),
        manager=home.add_member(env.create_user("manager"), roles=[home.create_role("Managers", permissions=may)]),
        owner=home.add_member(env.create_user("owner")),
        elsewhere=other.create_text_channel("general"),
        stranger=other.add_member(env.create_user("stranger"), roles=[other.create_role("Boss", permissions=may)]),
        settings={"channels": frozenset({listed.id}), "home_server": home.id, "cooldown": 0.0},
    )


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Library], None]]:
    """Make a library's advisor fail at every question, as no advisor should."""

    class Broken:
        def ask(self, _: str) -> None:
            raise ZeroDivisionError("the advisor is broken")

    def break_(library: Library) -> None:
        monkeypatch.setattr(library, "advisor", Broken())

    return iter([break_]) if False else break_  # type: ignore[return-value]
