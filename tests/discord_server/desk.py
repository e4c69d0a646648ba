"""What the endpoints need: the world, the commands and the interactions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.discord_server.calls import MISSING_ACCESS, UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE, Refusal
from tests.discord_server.interactions import Interaction
from tests.discord_server.messages import Channel, Message
from tests.discord_server.news import News
from tests.discord_server.people import Guild


@dataclass(eq=False)
class Desk:
    """Where requests are dealt with."""

    world: News
    gateway_url: str = ""
    commands: dict[int | None, list[dict[str, Any]]] = field(default_factory=dict)
    """What is registered for all (None) and for single guilds."""
    interactions: dict[str, Interaction] = field(default_factory=dict)
    """By their tokens."""
    nonces: dict[str, tuple[float, Message]] = field(default_factory=dict)
    """When a message with a nonce was posted."""
    attachments: dict[str, bytes] = field(default_factory=dict)
    """Files by the path they are found at."""

    def channel(self, id_: int) -> Channel:
        channel = self.world.channels.get(id_)
        if channel is not None and channel.away:
            raise Refusal(403, MISSING_ACCESS, "Missing Access")
        if channel is None or (channel.guild_id is not None and channel.guild_id not in self.world.guilds):
            raise Refusal(404, UNKNOWN_CHANNEL, "Unknown Channel")
        return channel

    def guild(self, id_: int) -> Guild:
        if id_ not in self.world.guilds:
            raise Refusal(404, UNKNOWN_GUILD, "Unknown Guild")
        return self.world.guilds[id_]

    def message(self, channel: Channel, id_: int) -> Message:
        message = channel.log.get(id_)
        if message is None or message.deleted:
            raise Refusal(404, UNKNOWN_MESSAGE, "Unknown Message")
        return message
