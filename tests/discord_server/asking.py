"""What people do with what a bot offers: commands, completions, buttons, menus and forms."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from tests.discord_server.acting import Acting
from tests.discord_server.interactions import ASKED, AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from tests.discord_server.messages import Channel, Message
from tests.discord_server.options import filled, find, resolved_users
from tests.discord_server.people import Person, user_of
from tests.discord_server.permissions import ALL

BUTTON = 2
CHAT, USER_MENU, MESSAGE_MENU = 1, 2, 3
IN_GUILD, IN_DM = 0, 1  # contexts


class Asking(Acting):
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
        data["resolved"] = resolved_users([user_of(target)], self.guilds.get(channel.guild_id or 0))
        return self._interact(COMMAND, user, channel, data)

    def press(self, user: Person, message: Message, custom_id: str, values: Sequence[str] | None = None) -> Interaction:
        """Press a button, or choose from a menu."""
        component = _component(message.components, custom_id)
        if component is None or component.get("disabled"):
            raise LookupError(f"nothing to press: {custom_id}")
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"]}
        if component["type"] != BUTTON:
            data["values"] = list(values or [])
        return self._interact(COMPONENT, user, message.channel, data, source=message)

    def submit(
        self, user: Person, where: Interaction | Channel, custom_id: str | None = None, fields: Mapping[str, str] = {}
    ) -> Interaction:
        """Send a form; of an interaction that asked for one in the form's own shape."""
        if isinstance(where, Channel):
            rows = [{"type": 1, "components": [_typed(key, value)]} for key, value in fields.items()]
            return self._interact(MODAL, user, where, {"custom_id": custom_id, "components": rows})
        form = next(one["data"] for one in where.callbacks if one["type"] == ASKED)
        data = {
            "custom_id": custom_id or form["custom_id"],
            "components": [row for part in form["components"] if (row := _answered(part, fields))],
        }
        return self._interact(MODAL, user, where.channel, data, source=where.source)

    def _command(
        self, user: Person, channel: Channel, command: str, options: dict[str, Any], focused: str | None
    ) -> Interaction:
        name, *path = command.split()
        data = find(self._registered(channel), CHAT, name)
        registered = next(one for one in self._registered(channel) if one["id"] == data["id"])
        guild = self.guilds.get(channel.guild_id or 0)
        told, resolved = filled(registered.get("options", []), path, options, focused, guild)
        data |= {"options": told} if told else {}
        data |= {"resolved": resolved} if resolved else {}
        return self._interact(COMMAND if focused is None else AUTOCOMPLETE, user, channel, data)

    def _registered(self, channel: Channel) -> list[dict[str, Any]]:
        commands = self._desk.commands
        return (
            [*commands.get(channel.guild_id, []), *commands.get(None, [])]
            if channel.guild_id
            else commands.get(None, [])
        )

    def _interact(
        self, kind: int, user: Person, channel: Channel, data: dict[str, Any], source: Message | None = None
    ) -> Interaction:
        token = f"aW50ZXJhY3Rpb24.{self.chance.getrandbits(256):064x}"
        clock = asyncio.get_running_loop().time
        found = Interaction(self.ids.new(), token, kind, user_of(user), channel, data, self.time, clock, source)
        self._desk.interactions[token] = found
        self.emit("INTERACTION_CREATE", self._told(found), channel.guild_id, 0)
        return found

    def _told(self, found: Interaction) -> dict[str, Any]:
        guild = self.guilds.get(found.channel.guild_id or 0)
        channel = {**found.channel.payload(), "permissions": str(ALL)}
        told: dict[str, Any] = {
            "id": str(found.id),
            "application_id": str(self.application_id),
            "type": found.kind,
            "token": found.token,
            "version": 1,
            "attachment_size_limit": 10_485_760,
            "data": found.data,
            "channel": channel,
            "channel_id": channel["id"],
            "entitlements": [],
            "authorizing_integration_owners": {},
            "locale": "en-US",
            "context": IN_DM if guild is None else IN_GUILD,
            "app_permissions": str(ALL),
        }
        if found.source is not None:
            told["message"] = found.source.payload()
        if guild is None:
            return {**told, "user": found.user.payload()}
        member = guild.member(found.user)
        told["member"] = {**member.payload(), "permissions": str(member.permissions_in(found.channel))}
        told["app_permissions"] = str(guild.members[self.bot.id].permissions_in(found.channel))
        told["guild"] = {"id": str(guild.id), "locale": "en-US", "features": []}
        return {**told, "guild_id": str(guild.id), "guild_locale": "en-US"}


def _component(components: Sequence[Mapping[str, Any]], custom_id: str) -> Mapping[str, Any] | None:
    for component in components:
        if component.get("custom_id") == custom_id:
            return component
        inner = [*component.get("components", []), *([component["accessory"]] if "accessory" in component else [])]
        if (found := _component(inner, custom_id)) is not None:
            return found
    return None


def _typed(custom_id: str, value: str) -> dict[str, Any]:
    return {"type": 4, "custom_id": custom_id, "value": value}


def _answered(part: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any] | None:
    """Return a row or a labelled field of a form, filled; fields go by their id or by what their label says."""
    if "components" in part:
        inner = part["components"]
        filled_in = [_typed(one["custom_id"], _value(fields, one, one.get("label"))) for one in inner]
        return {"type": 1, "id": part.get("id", 1), "components": filled_in}
    if "component" in part:
        one = part["component"]
        return {
            "type": 18,
            "id": part.get("id", 1),
            "component": _typed(one["custom_id"], _value(fields, one, part.get("label"))),
        }
    return None


def _value(fields: Mapping[str, str], component: Mapping[str, Any], label: str | None) -> str:
    value = fields.get(component["custom_id"], fields.get(label or "", component.get("value") or ""))
    return str(value)
