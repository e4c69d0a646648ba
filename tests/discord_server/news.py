"""Events of messages, reactions and typing, told to the sessions that may hear of them."""

from __future__ import annotations

from typing import Any

from tests.discord_server import permissions as bits
from tests.discord_server.messages import Channel, Message
from tests.discord_server.people import Guild, Person, user_of
from tests.discord_server.users import User
from tests.discord_server.world import World


class News(World):
    """A world whose people and bot react, type and delete."""

    def remove_guild(self, guild: Guild) -> None:
        """Throw the bot out of a guild."""
        del self.guilds[guild.id]
        self.emit("GUILD_DELETE", {"id": str(guild.id)}, guild.id, bits.GUILDS)

    def outage(self, guild: Guild, *, over: bool = False) -> None:
        """Let a guild become unavailable, or available again."""
        if over:
            for session in self._entitled(guild.id, bits.GUILDS):
                session.dispatch("GUILD_CREATE", self.guild_payload(guild, session))
        else:
            self.emit("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild.id, bits.GUILDS)

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel of a guild."""
        if channel.guild_id is not None:
            del self.channels[channel.id], self.guilds[channel.guild_id].channels[channel.id]
            self.emit("CHANNEL_DELETE", channel.payload(), channel.guild_id, bits.GUILDS)

    def emit_deletion(self, *messages: Message) -> None:
        """Tell that a message is gone, or that several of a channel are."""
        channel = messages[0].channel
        if channel.away:
            return self.changes.tell()
        intent = bits.GUILD_MESSAGES if channel.guild_id is not None else bits.DM_MESSAGES
        ids = [str(message.id) for message in messages]
        payload = {"id": ids[0]} if len(ids) == 1 else {"ids": ids}
        event = "MESSAGE_DELETE" if len(ids) == 1 else "MESSAGE_DELETE_BULK"
        return self.emit(event, {**payload, **_place(channel)}, channel.guild_id, intent)

    def react(self, message: Message, person: Person, emoji: str, *, remove: bool = False) -> None:
        """Add or remove a reaction."""
        user = user_of(person)
        users = message.reactions.setdefault(emoji, [])
        if (user in users) != remove:
            return
        if remove:
            users.remove(user)
        else:
            users.append(user)
        if not users:
            del message.reactions[emoji]
        payload: dict[str, Any] = {
            "message_id": str(message.id),
            "user_id": str(user.id),
            "emoji": {"id": None, "name": emoji},
        }
        payload |= {
            "type": 0,
            "burst": False,
            **_place(message.channel),
            **({} if remove else self._member(message, user)),
        }
        guild_id = message.channel.guild_id
        intent = bits.GUILD_REACTIONS if guild_id is not None else bits.DM_REACTIONS
        self.emit("MESSAGE_REACTION_REMOVE" if remove else "MESSAGE_REACTION_ADD", payload, guild_id, intent)

    def typing(self, channel: Channel, person: Person) -> None:
        """Show that somebody types."""
        user = user_of(person)
        guild_id = channel.guild_id
        payload: dict[str, Any] = {"user_id": str(user.id), "timestamp": self.ids.now, **_place(channel)}
        if guild_id is not None and user.id in self.guilds[guild_id].members:
            payload["member"] = self.guilds[guild_id].members[user.id].payload()
        self.emit("TYPING_START", payload, guild_id, bits.GUILD_TYPING if guild_id is not None else bits.DM_TYPING)

    def _member(self, message: Message, user: User) -> dict[str, Any]:
        payload: dict[str, Any] = {"message_author_id": str(message.author.id)}
        if message.channel.guild_id is not None:
            members = self.guilds[message.channel.guild_id].members
            payload |= {"member": members[user.id].payload()} if user.id in members else {}
        return payload


def _place(channel: Channel) -> dict[str, Any]:
    place = {"channel_id": str(channel.id)}
    return place if channel.guild_id is None else {**place, "guild_id": str(channel.guild_id)}
