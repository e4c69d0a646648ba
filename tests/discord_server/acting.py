"""What people do on Discord: talk, change their minds, react and type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.discord_server.calls import Upload
from tests.discord_server.desk import Desk
from tests.discord_server.messages import REPLY, Channel, Message
from tests.discord_server.news import News
from tests.discord_server.people import Guild, Person, user_of
from tests.discord_server.posting import attachment, mentioned, numbered
from tests.discord_server.users import User


class Acting(News):
    """A world in which people act."""

    _desk: Desk

    def add_far_guild(self, name: str) -> Guild:
        """Make a guild without the bot, which only those use there who installed it for themselves."""
        guild = Guild(self.ids.guild(), name, self.add_user(f"owner of {name}"), self, away=True)
        self.far[guild.id] = guild
        self._join(guild, guild.owner, 0)
        return guild

    def group(self, *users: User) -> Channel:
        """Make a channel of people among themselves: a direct message of two, or a group."""
        channel = Channel(self.ids.old(), ", ".join(user.name for user in users), others=users, away=True)
        self.channels[channel.id] = channel
        return channel

    def say(  # noqa: PLR0913 - what a message can have
        self,
        person: Person,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        mention_bot: bool = False,
        webhook: bool = False,
        files: Sequence[Upload] = (),
    ) -> Message:
        """Let somebody, or a webhook of that name, write a message."""
        user = user_of(person)
        if (guild := self.guild_of(channel)) is not None and not webhook:
            guild.member(user)
        message = Message(self.ids.new(), channel, user, f"{self.bot.mention} {text}" if mention_bot else text)
        if webhook:
            message.author = User(self.ids.old(), user.name, bot=True)
            message.webhook_id = message.author.id
        if reply_to is not None:
            message.reference, message.kind = reply_to, REPLY
            reply_to.answers.append(message)
        message.mentions = mentioned(self._desk, message, None)
        message.attachments = [attachment(self._desk, channel, upload) for upload in files]
        channel.log[message.id] = message
        self.emit_message("MESSAGE_CREATE", message)
        return message

    def edit(self, message: Message, text: str) -> None:
        """Let its author change a message."""
        message.content, message.edited = text, True
        message.mentions = mentioned(self._desk, message, None)
        self.emit_message("MESSAGE_UPDATE", message)

    def delete(self, *messages: Message) -> None:
        """Let a message be deleted, or several of a channel at once."""
        for message in messages:
            message.deleted = True
        self.emit_deletion(*messages)

    def plant(self, channel: Channel, components: Sequence[dict[str, Any]], text: str = "?") -> Message:
        """Put a message of the bot's there with controls of anybody's make, such as those of an older version."""
        message = Message(self.ids.new(), channel, self.bot, text)
        message.components = numbered(list(components))
        channel.log[message.id] = message
        self.emit_message("MESSAGE_CREATE", message)
        return message
