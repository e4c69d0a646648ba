"""The options of a command as a person fills them in, checked against how the command was registered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.discord_server.messages import Channel
from tests.discord_server.people import Guild, Member, Role
from tests.discord_server.users import User

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = range(1, 11)
SIMPLE: dict[int, type | tuple[type, ...]] = {STRING: str, INTEGER: int, BOOLEAN: bool, NUMBER: (int, float)}


def find(commands: Sequence[Mapping[str, Any]], kind: int, name: str) -> dict[str, Any]:
    """Return the head of a registered command as an interaction names it."""
    for command in commands:
        if command["type"] == kind and command["name"] == name:
            sent = {"id": command["id"], "name": name, "type": kind}
            return {**sent, "guild_id": command["guild_id"]} if "guild_id" in command else sent
    raise LookupError(f"no such command: {name}")


def filled(
    registered: Sequence[Mapping[str, Any]],
    path: Sequence[str],
    given: Mapping[str, Any],
    focused: str | None,
    guild: Guild | None,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the options to tell of and what their ids stand for."""
    if path:
        step = next((one for one in registered if one["name"] == path[0] and one["type"] in (SUBCOMMAND, GROUP)), None)
        if step is None:
            raise LookupError(f"no such subcommand: {path[0]}")
        inner, resolved = filled(step.get("options", []), path[1:], given, focused, guild)
        return [{"type": step["type"], "name": step["name"], "options": inner}], resolved
    options_by_name = {one["name"]: one for one in registered}
    if unknown := set(given) - set(options_by_name):
        raise LookupError(f"no such option: {', '.join(sorted(unknown))}")
    missing = [name for name, one in options_by_name.items() if one.get("required") and name not in given]
    if missing and focused is None:
        raise LookupError(f"Discord sends no command without {', '.join(missing)}")
    sent, resolved = [], dict[str, Any]()
    for name, one in options_by_name.items():
        if name in given:
            value, more = _value(one, given[name], guild, typing=focused is not None)
            mark = {"focused": True} if name == focused else {}
            sent.append({"type": one["type"], "name": name, "value": value, **mark})
            for key, found in more.items():
                resolved.setdefault(key, {}).update(found)
    return sent, resolved


def _value(
    option: Mapping[str, Any], given: Any, guild: Guild | None, *, typing: bool
) -> tuple[Any, dict[str, dict[str, Any]]]:
    match given:
        case User() | Member():
            user = given if isinstance(given, User) else given.user
            return str(user.id), resolved_users([user], guild)
        case Channel():
            return str(given.id), {"channels": {str(given.id): {**given.payload(), "permissions": "0"}}}
        case Role():
            return str(given.id), {"roles": {str(given.id): given.payload()}}
        case _:
            if not typing and not _fits(option, given):
                raise ValueError(f"Discord does not let anybody give {given!r} as {option['name']}")
            return given, {}


def _fits(option: Mapping[str, Any], given: Any) -> bool:
    choices = option.get("choices")
    if choices and given not in [choice["value"] for choice in choices]:
        return False
    size = len(given) if isinstance(given, str) else given
    least = option.get("min_length" if isinstance(given, str) else "min_value")
    most = option.get("max_length" if isinstance(given, str) else "max_value")
    kind = SIMPLE.get(option["type"])
    return (
        kind is not None
        and isinstance(given, kind)
        and (least is None or size >= least)
        and (most is None or size <= most)
    )


def resolved_users(users: Sequence[User], guild: Guild | None) -> dict[str, dict[str, Any]]:
    """Return what an interaction says of users it names."""
    sent = {"users": {str(user.id): user.payload() for user in users}}
    members = [guild.members[user.id] for user in users if guild is not None and user.id in guild.members]
    if members:
        sent["members"] = {
            str(member.id): {**member.payload(user=False), "permissions": str(member.permissions)} for member in members
        }
    return sent
