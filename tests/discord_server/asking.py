"""What people do with what a bot offers: commands, completions, buttons, menus and forms."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from tests.discord_server import forms
from tests.discord_server.acting import Acting
from tests.discord_server.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from tests.discord_server.messages import Channel, Message
from tests.discord_server.options import filled, find, resolved_users
from tests.discord_server.people import Person, user_of
from tests.discord_server.telling import BY_GUILD, BY_USER, IN_DM, IN_GUILD, IN_PRIVATE, interaction_payload

BUTTON = 2
CHAT, USER_MENU, MESSAGE_MENU = 1, 2, 3


class AskCog(Acting):
    """A world in which people use a bot's commands and components."""

    def slash(self, user: Person, channel: Channel, command: str, **options: Any) -> Interaction:
        """Run a command, such as "salary" or "kb reload"."""
        return self._command(user, channel, command, options, None)

    def autocomplete(self, user: Person, channel: Channel, command: str, focused: str, **options: Any) -> Interaction:
        """Type into an option of a command."""
        return self._command(user, channel, command, {focused: "", **options}, focused)

    def message_command(self, user: Person, channel: Channel, name: str, message: Message) -> Interaction:
        """Choose an app's entry in the menu of a message."""
        data = {**find(self._registered(channel), MESSAGE_MENU, name), "target_id": str(message.id)}
        data["resolved"] = {"messages": {str(message.id): message.payload()}}
        return self._interact(COMMAND, user, channel, data)

    def user_command(self, user: Person, channel: Channel, name: str, target: Person) -> Interaction:
        """Choose an app's entry in the menu of a user."""
        data = {**find(self._registered(channel), USER_MENU, name), "target_id": str(target.id)}
        data["resolved"] = resolved_users([user_of(target)], self.guild_of(channel))
        return self._interact(COMMAND, user, channel, data)

    def press(self, user: Person, message: Message, custom_id: str, values: Sequence[str] = ()) -> Interaction:
        """Press a button, or choose from a menu, of a message as it is now."""
        component = forms.component(message.components, custom_id)
        if component is None or component.get("disabled") or message.deleted:
            raise LookupError(f"nothing to press: {custom_id}")
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"]}
        if component["type"] != BUTTON:
            data["values"] = forms.chosen(component, values)
        return self._interact(COMPONENT, user, message.channel, data, source=message)

    def submit(
        self,
        user: Person,
        where: Interaction | Channel,
        custom_id: str | None = None,
        fields: Mapping[str, forms.Given] = {},
    ) -> Interaction:
        """Send a form; of an interaction that asked for one in the form's own shape."""
        if isinstance(where, Channel):
            rows = [{"type": 1, "components": [forms.typed(key, str(value))]} for key, value in fields.items()]
            return self._interact(MODAL, user, where, {"custom_id": custom_id, "components": rows})
        data = {
            "custom_id": custom_id or where.form["custom_id"],
            "components": forms.filled_in(where.form["components"], fields),
        }
        return self._interact(MODAL, user, where.channel, data, source=where.source)

    def _command(
        self, user: Person, channel: Channel, command: str, options: dict[str, Any], focused: str | None
    ) -> Interaction:
        name, *path = command.split()
        data = find(self._registered(channel), CHAT, name)
        registered = next(one for one in self._registered(channel) if one["id"] == data["id"])
        given, resolved = filled(registered.get("options", []), path, options, focused, self.guild_of(channel))
        data |= {"options": given} if given else {}
        data |= {"resolved": resolved} if resolved else {}
        return self._interact(COMMAND if focused is None else AUTOCOMPLETE, user, channel, data)

    def _registered(self, channel: Channel) -> list[dict[str, Any]]:
        """Return the commands that Discord shows in a channel."""
        commands = self._desk.commands
        commands_here = [*(commands.get(channel.guild_id, []) if channel.guild_id else []), *commands.get(None, [])]
        where = IN_GUILD if channel.guild_id else IN_DM if channel.recipient else IN_PRIVATE
        by = BY_USER if channel.away else BY_GUILD
        return [
            one
            for one in commands_here
            if where in one.get("contexts", (IN_GUILD, IN_DM, IN_PRIVATE))
            and by in one.get("integration_types", (BY_GUILD,))
        ]

    def _interact(
        self, kind: int, user: Person, channel: Channel, data: dict[str, Any], source: Message | None = None
    ) -> Interaction:
        token = f"aW50ZXJhY3Rpb24.{self.chance.getrandbits(256):064x}"
        clock = asyncio.get_running_loop().time
        found = Interaction(self.ids.new(), token, kind, user_of(user), channel, data, self.time, clock, source)
        self._desk.interactions[token] = found
        # Of a guild without the bot no shard is in charge.
        self.emit("INTERACTION_CREATE", interaction_payload(self, found), None if channel.away else channel.guild_id, 0)
        return found
