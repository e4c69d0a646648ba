"""What people do on Discord: talk, change their minds, react and type."""

from __future__ import annotations

from collections.abc import Sequence

from tests.discord_server.calls import Upload
from tests.discord_server.desk import Desk
from tests.discord_server.messages import REPLY, Channel, Message
from tests.discord_server.news import News
from tests.discord_server.people import Person, user_of
from tests.discord_server.posting import attachment, mentioned
from tests.discord_server.users import User


class Acting(News):
    """A world in which people act."""

    _desk: Desk

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
        if channel.guild_id is not None and not webhook:
            self.guilds[channel.guild_id].member(user)
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

    def delete(self, message: Message) -> None:
        """Let a message be deleted."""
        message.deleted = True
        self.emit_deletion(message)
