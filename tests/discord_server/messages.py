"""Channels and the messages in them, as they are and as Discord tells of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.discord_server.ids import made_at
from tests.discord_server.permissions import bits_of
from tests.discord_server.users import User

TEXT, DM, GROUP = 0, 1, 3
DEFAULT, REPLY, CHAT_INPUT, CONTEXT_MENU = 0, 19, 20, 23
SUPPRESS_EMBEDS, EPHEMERAL, LOADING = 1 << 2, 1 << 6, 1 << 7


@dataclass(eq=False)
class Channel:
    """A text channel of a guild, a DM of the bot with `recipient`, or a channel of `others` among themselves."""

    id: int
    name: str
    guild_id: int | None = None
    recipient: User | None = None
    others: tuple[User, ...] = ()
    away: bool = False
    """Whether the bot can't see it: it has nothing of it but what interactions bring."""
    position: int = 0
    denied: dict[int, int] = field(default_factory=dict)
    """Permission bits taken away here, by user id."""
    log: dict[int, Message] = field(default_factory=dict)
    typed: int = 0
    """How often the bot showed that it types."""
    tell: Callable[[Channel], None] = lambda _: None

    @property
    def messages(self) -> list[Message]:
        """What stands in the channel, oldest first."""
        return [message for message in self.log.values() if not message.deleted]

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    def deny(self, user: User, *permissions: str) -> None:
        """Take permissions from a user here, all that were denied before given back: `deny(server.bot)`."""
        self.denied[user.id] = bits_of(*permissions)
        self.tell(self)

    def payload(self) -> dict[str, Any]:
        if self.recipient is not None:
            payload = {"id": str(self.id), "type": DM, "recipients": [self.recipient.payload()], "flags": 0}
            return {**payload, "last_message_id": None}
        if self.others:
            people = [user.payload() for user in self.others]
            payload = {"id": str(self.id), "type": GROUP, "recipients": people, "flags": 0, "name": self.name}
            return {**payload, "owner_id": people[0]["id"], "icon": None, "last_message_id": None}
        return {
            "id": str(self.id),
            "type": TEXT,
            "name": self.name,
            "position": self.position,
            "guild_id": str(self.guild_id),
            "topic": None,
            "nsfw": False,
            "parent_id": None,
            "last_message_id": None,
            "rate_limit_per_user": 0,
            "flags": 0,
            "permission_overwrites": [
                {"id": str(user), "type": 1, "allow": "0", "deny": str(bits)} for user, bits in self.denied.items()
            ],
        }


def anyone(_: Message) -> bool:
    """Let the content of each message be seen."""
    return True


@dataclass(eq=False)
class Message:
    """A message, deleted ones too."""

    id: int
    channel: Channel
    author: User
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    mentions: list[User] = field(default_factory=list)
    reference: Message | None = None
    nonce: str | None = None
    kind: int = DEFAULT
    flags: int = 0
    webhook_id: int | None = None
    interaction: dict[str, Any] | None = None
    body: dict[str, Any] | None = None
    """What the bot asked for, as it came."""
    edited: bool = False
    deleted: bool = False
    pinned: bool = False
    reactions: dict[str, list[User]] = field(default_factory=dict)
    answers: list[Message] = field(default_factory=list)
    """Messages that reply to this one."""

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def raw(self) -> dict[str, Any]:
        """The message as Discord tells of it."""
        return self.payload()

    def payload(self, sees: Callable[[Message], bool] = anyone) -> dict[str, Any]:
        """Return the message for somebody who sees the content of some."""
        seen = sees(self)
        payload: dict[str, Any] = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.payload(),
            "content": self.content if seen else "",
            "embeds": self.embeds if seen and not self.flags & SUPPRESS_EMBEDS else [],
            "attachments": self.attachments if seen else [],
            "components": self.components if seen else [],
            "timestamp": made_at(self.id),
            "edited_timestamp": made_at(self.id) if self.edited else None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [user.payload() for user in self.mentions],
            "mention_roles": [],
            "pinned": self.pinned,
            "type": self.kind,
            "flags": self.flags,
        }
        return {**payload, **self._rest(sees)}

    def _rest(self, sees: Callable[[Message], bool]) -> dict[str, Any]:
        # Keys that must be absent, not null, where there is nothing to say.
        payload: dict[str, Any] = {}
        if self.nonce is not None:
            payload["nonce"] = self.nonce
        if self.webhook_id is not None:
            payload["webhook_id"] = str(self.webhook_id)
        if self.interaction is not None:
            payload["interaction_metadata"] = self.interaction
            payload["application_id"] = str(self.webhook_id)
        if self.reactions:
            payload["reactions"] = [_reaction(emoji, users) for emoji, users in self.reactions.items()]
        if self.reference is not None:
            payload["message_reference"] = {"type": 0, **_place(self.reference)}
            payload["referenced_message"] = None if self.reference.deleted else self.reference.payload(sees)
        return payload


def _place(message: Message) -> dict[str, Any]:
    place = {"message_id": str(message.id), "channel_id": str(message.channel.id)}
    return place if message.channel.guild_id is None else {**place, "guild_id": str(message.channel.guild_id)}


def _reaction(emoji: str, users: list[User]) -> dict[str, Any]:
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "me": any(user.bot for user in users),
        "me_burst": False,
        "burst_colors": [],
    }
