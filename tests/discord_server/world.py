"""The state of a small Discord: who and what there is, and how news of it reach the bot."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.discord_server import permissions as bits
from tests.discord_server.changes import Changes, Event, Request
from tests.discord_server.faults import Faults
from tests.discord_server.ids import Snowflakes, made_at
from tests.discord_server.messages import Channel, Message
from tests.discord_server.people import Guild, Member, Role
from tests.discord_server.sessions import Session
from tests.discord_server.users import User

TOKEN = "MTIzNDU2Nzg5.loopback.only"  # noqa: S105 - nobody's


@dataclass
class Starts:
    """How many sessions may be started, and in how many shards."""

    shards: int = 1
    """How many are recommended; with fewer than `least` nobody is served."""
    least: int = 1
    total: int = 1_000
    remaining: int = 1_000
    max_concurrency: int = 1
    strict: bool = False
    """Whether an IDENTIFY that comes too early in its bucket is refused."""
    resets_at: float = 86_400.0
    """By the event loop's clock."""


class World:
    """All that is known to the server; every change goes through here or is told to `changes`."""

    def __init__(self, seed: int, now: Callable[[], float], granted_intents: int) -> None:
        self.token = TOKEN
        self.ids = Snowflakes(now)
        self.chance = random.Random(seed)  # noqa: S311 - for the same session ids in each run
        self.granted_intents = granted_intents
        self.changes = Changes()
        self.faults = Faults()
        self.bot = User(self.ids.old(), "salarybot", bot=True)
        self.owner = User(self.ids.old(), "owner")
        self.users: dict[int, User] = {self.bot.id: self.bot, self.owner.id: self.owner}
        self.guilds: dict[int, Guild] = {}
        self.starts = Starts()
        self.far: dict[int, Guild] = {}
        """Guilds without the bot."""
        self.channels: dict[int, Channel] = {}
        self.sessions: dict[str, Session] = {}
        self.requests: list[Request] = []
        self.log: list[Event] = []
        self.errors: list[str] = []
        self.violations: list[str] = []
        self.base = ""
        """Where files are: http://127.0.0.1:PORT."""

    @property
    def application_id(self) -> int:
        return self.bot.id

    @property
    def time(self) -> float:
        return asyncio.get_running_loop().time()

    def note(self, what: str, detail: Any = None) -> None:
        """Write a line of the log and wake who waits."""
        self.log.append(Event(self.time, what, detail))
        self.changes.tell()

    # ------------------------------------------------------------------ making

    def add_guild(self, name: str, owner: User | None = None, bot_permissions: int = 0) -> Guild:
        """Make a guild with the bot in it; connected bots hear that they joined."""
        owner = owner or self.add_user(f"owner of {name}")
        guild = Guild(self.ids.guild(), name, owner, self)
        self.guilds[guild.id] = guild
        self._join(guild, self.bot, bot_permissions)
        self._join(guild, owner, 0)
        for session in self._entitled(guild.id, bits.GUILDS):
            session.dispatch("GUILD_CREATE", self.guild_payload(guild, session, joined=True))
        return guild

    def guild_of(self, channel: Channel) -> Guild | None:
        """Return the guild of a channel, with the bot in it or without."""
        return self.guilds.get(channel.guild_id or 0) or self.far.get(channel.guild_id or 0)

    def add_user(self, name: str, *, bot: bool = False, locale: str = "en-US") -> User:
        user = User(self.ids.old(), name, bot=bot, locale=locale)
        self.users[user.id] = user
        return user

    def dm(self, user: User) -> Channel:
        """Return the one DM channel of the bot with a user."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.ids.old(), user.name, recipient=user)
        self.channels[channel.id] = channel
        self.emit("CHANNEL_CREATE", channel.payload(), None, bits.DM_MESSAGES)
        return channel

    def new_channel(self, guild: Guild, name: str) -> Channel:
        channel = Channel(self.ids.old(), name, guild.id, position=len(guild.channels), tell=self._channel_changed)
        channel.away = guild.away
        guild.channels[channel.id] = self.channels[channel.id] = channel
        self.emit("CHANNEL_CREATE", channel.payload(), guild.id, bits.GUILDS)
        return channel

    def new_member(self, guild: Guild, user: User, permissions: int) -> Member:
        member = self._join(guild, user, permissions)
        for role in member.roles:
            self.emit("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": role.payload()}, guild.id, bits.GUILDS)
        payload = {**member.payload(), "guild_id": str(guild.id)}
        self.emit("GUILD_MEMBER_ADD", payload, guild.id, bits.MEMBERS)
        return member

    def _join(self, guild: Guild, user: User, permissions: int) -> Member:
        member = Member(user, guild, joined_at=made_at(max(guild.id, user.id)))
        if permissions:
            role = Role(self.ids.old(), f"role of {user.name}", permissions, len(guild.roles))
            guild.roles.append(role)
            member.roles.append(role)
        guild.members[user.id] = member
        return member

    def _channel_changed(self, channel: Channel) -> None:
        self.emit("CHANNEL_UPDATE", channel.payload(), channel.guild_id, bits.GUILDS)

    # ------------------------------------------------------------------ telling

    def emit(self, event: str, data: dict[str, Any], guild_id: int | None, intent: int) -> None:
        """Dispatch an event to those who are entitled to it; intent 0: to all of the shard."""
        for session in self._entitled(guild_id, intent):
            session.dispatch(event, data)
        self.changes.tell()

    def emit_message(self, event: str, message: Message) -> None:
        """Dispatch a message, to each session with as much of it as it may see."""
        if message.channel.away:
            return self.changes.tell()
        guild_id = message.channel.guild_id
        for session in self._entitled(guild_id, bits.DM_MESSAGES if guild_id is None else bits.GUILD_MESSAGES):
            session.dispatch(event, self.message_payload(message, session))
        return self.changes.tell()

    def message_payload(self, message: Message, session: Session | None = None) -> dict[str, Any]:
        """Return a message as the gateway tells of it: with its guild and its author's membership."""
        payload = message.payload((lambda one: session.sees(one, self.bot)) if session else (lambda _: True))
        if message.channel.guild_id is None:
            return payload
        guild = self.guilds[message.channel.guild_id]
        payload["guild_id"] = str(guild.id)
        if message.webhook_id is None and message.author.id in guild.members:
            payload["member"] = guild.members[message.author.id].payload(user=False)
        for user in payload["mentions"]:
            if (member := guild.members.get(int(user["id"]))) is not None:
                user["member"] = member.payload(user=False)
        return payload

    def guild_payload(self, guild: Guild, session: Session, *, joined: bool = False) -> dict[str, Any]:
        payload = guild.payload(members=bool(session.intents & bits.MEMBERS), bot=self.bot)
        if joined:
            del payload["unavailable"]  # that it is there is what makes discord.py say "available", not "joined"
        return payload

    def _entitled(self, guild_id: int | None, intent: int) -> list[Session]:
        if guild_id in self.far:
            return []
        return [
            session
            for session in self.sessions.values()
            if session.alive and session.has(guild_id) and (not intent or session.intents & intent)
        ]

    def session_id(self) -> str:
        return f"{self.chance.getrandbits(128):032x}"
