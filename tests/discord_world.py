"""A simulated Discord with people in it, for the tests that talk to the real bot."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import discord
import simcord

from bot.chat.app.bot import SalaryBot
from bot.chat.services import Resources
from bot.settings import Settings
from bot.storage.knowledge.library import Library
from bot.storage.records import Records, Timeouts

DATABASE = "records.sqlite3"
PATIENCE = 60.0  # seconds; a reload on a busy machine
GLANCE = 0.002  # seconds


class Env(simcord.Env):
    """A simulated Discord, looked at more often than each 50 ms: those made up half of these tests' time."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            discord.Client(intents=discord.Intents(guilds=True)), **{"settle_timeout": PATIENCE, **options}
        )

    async def _settle_internal(self, **options: Any) -> None:
        await super()._settle_internal(**{"idle": GLANCE, **options})


@dataclass
class World:
    """A simulated Discord: the home server with two channels and four people, another server, and the real bot."""

    env: Env
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
    resources: Resources = field(default_factory=Resources)

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
        await self.env.restart_bot(SalaryBot(Settings(**{**self.settings, **settings}), library, self.resources))
        self.bot.owner_id = self.owner.id
        return self

    def replies_in(self, channel: simcord.ChannelHandle) -> list[discord.Message]:
        """What the bot has said in a channel."""
        assert self.bot.user is not None
        return [message for message in channel.history() if message.author.id == self.bot.user.id]

    async def hears(
        self, actor: simcord.MemberActor, channel: simcord.ChannelHandle, text: str, **extra: Any
    ) -> list[discord.Message]:
        """Send a message and return what the bot said to it."""
        before = len(self.replies_in(channel))
        await actor.send(channel, text, **extra)
        return self.replies_in(channel)[before:]


def populate(env: Env) -> World:
    """Make the servers, channels and people."""
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


async def opened(folder: Path) -> Records:
    """Return the records of a folder, in a new database where there is none."""
    # No round of its own may do behind a test's back what the test looks at.
    still = Timeouts(patience=1.0, gather=3_600.0, refresh=3_600.0)
    records = Records(f"sqlite:///{folder}/{DATABASE}", state=folder, timeouts=still)
    await records.start()
    return records


async def remember(world: World, folder: Path) -> None:
    """Give a world a database in a folder, opened anew where it has one: what the bot starts with next."""
    await world.resources.records.close()
    world.resources = replace(world.resources, records=await opened(folder))


def text_of(message: discord.Message | simcord.ResponseMessage) -> str:
    """All that a person reads in a message, without bold marks."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or "", embed.footer.text or ""]
        parts += [f"{part.name} {part.value}" for part in embed.fields]
    return "\n".join(parts).replace("**", "")


async def details_of(actor: simcord.MemberActor, message: discord.Message | simcord.ResponseMessage) -> str:
    """What somebody reads who presses "Details"."""
    result = await actor.click(message, label="Details")
    assert result.ephemeral
    return text_of(response_of(result))


def parts_of(message: discord.Message | simcord.ResponseMessage) -> list[dict[str, Any]]:
    """The buttons and menus of a message."""
    rows: list[Any] = [row if isinstance(row, dict) else row.to_dict() for row in message.components]
    return [part for row in rows for part in row["components"]]


def response_of(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    """What a slash command was answered with first."""
    assert result.response is not None
    return result.response
