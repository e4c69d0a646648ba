"""People, and the servers (guilds) and roles they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.discord_server.ids import made_at
from tests.discord_server.messages import Channel
from tests.discord_server.permissions import ALL, EVERYONE, bits_of
from tests.discord_server.users import User


@dataclass(eq=False)
class Role:
    """A role of a guild, with its permission bits."""

    id: int
    name: str
    permissions: int
    position: int = 0

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }


@dataclass(eq=False)
class Member:
    """A user in a guild."""

    user: User
    guild: Guild
    roles: list[Role] = field(default_factory=list)
    joined_at: str = ""

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def mention(self) -> str:
        return self.user.mention

    @property
    def permissions(self) -> int:
        """Return the bits of all roles; an owner and an administrator may everything."""
        bits = self.guild.everyone.permissions
        for role in self.roles:
            bits |= role.permissions
        return ALL if self.user is self.guild.owner or bits & bits_of("administrator") else bits

    def permissions_in(self, channel: Channel) -> int:
        bits = self.permissions
        return bits if bits == ALL else bits & ~channel.denied.get(self.user.id, 0)

    def payload(self, *, user: bool = True) -> dict[str, Any]:
        """Return the member; without `user` as in messages."""
        payload: dict[str, Any] = {
            "roles": [str(role.id) for role in self.roles],
            "joined_at": self.joined_at,
            "nick": None,
            "avatar": None,
            "premium_since": None,
            "communication_disabled_until": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
        }
        return {"user": self.user.payload(), **payload} if user else payload


Person = User | Member


def user_of(person: Person) -> User:
    """Return the user that somebody is."""
    return person if isinstance(person, User) else person.user


class Land(Protocol):
    """What a guild asks of the world it is in."""

    def new_channel(self, guild: Guild, name: str) -> Channel: ...

    def new_member(self, guild: Guild, user: User, permissions: int) -> Member: ...


@dataclass(eq=False)
class Guild:
    """A server of Discord's, with its members, roles and channels."""

    id: int
    name: str
    owner: User
    land: Land
    locale: str = "en-US"
    away: bool = False
    """Whether the bot is no member: it hears of nothing here but what people ask of it."""
    roles: list[Role] = field(default_factory=list)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.roles.append(Role(self.id, "@everyone", EVERYONE))

    @property
    def everyone(self) -> Role:
        return self.roles[0]

    def add_channel(self, name: str) -> Channel:
        return self.land.new_channel(self, name)

    def add_member(self, user: User, permissions: int = 0) -> Member:
        """Let a user join, with a role of their own for permissions beyond everyone's."""
        return self.land.new_member(self, user, permissions)

    def member(self, user: User) -> Member:
        """Return a user's membership; who is none can't act here."""
        if user.id not in self.members:
            raise LookupError(f"{user.name} is no member of {self.name}")
        return self.members[user.id]

    def payload(self, *, members: bool, bot: User) -> dict[str, Any]:
        """Return all there is; without `members` (an intent) only the bot is among them."""
        shown = list(self.members.values()) if members else [self.members[bot.id]]
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner.id),
            "icon": None,
            "splash": None,
            "features": [],
            "afk_timeout": 300,
            "afk_channel_id": None,
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "preferred_locale": self.locale,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "joined_at": made_at(self.id),
            "large": False,
            "unavailable": False,
            "member_count": len(self.members),
            "roles": [role.payload() for role in self.roles],
            "emojis": [],
            "stickers": [],
            "members": [member.payload() for member in shown],
            "channels": [channel.payload() for channel in self.channels.values()],
            "threads": [],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }
