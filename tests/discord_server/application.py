"""Endpoints of the application itself: who it is, its commands, its gateway, and who and what there is."""

from __future__ import annotations

from typing import Any

from tests.discord_server.calls import UNKNOWN_MEMBER, UNKNOWN_USER, Answer, Call, Endpoint, Refusal
from tests.discord_server.desk import Desk
from tests.discord_server.reception import CONTENT_GRANTED


def me(desk: Desk, _: Call) -> Answer:
    bot = desk.world.bot
    return Answer(200, {**bot.payload(), "verified": True, "mfa_enabled": True, "email": None, "flags": 0})


def application(desk: Desk, _: Call) -> Answer:
    world = desk.world
    payload = {
        "id": str(world.application_id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": world.owner.payload(),
        "team": None,
        "flags": CONTENT_GRANTED,
        "approximate_guild_count": len(world.guilds),
    }
    return Answer(200, payload)


def gateway(desk: Desk, _: Call) -> Answer:
    starts = desk.world.starts
    limit = {
        "total": starts.total,
        "remaining": starts.remaining,
        "reset_after": max(0, round((starts.resets_at - desk.world.time) * 1000)),
        "max_concurrency": starts.max_concurrency,
    }
    return Answer(200, {"url": desk.gateway_url, "shards": starts.shards, "session_start_limit": limit})


def sync(desk: Desk, call: Call) -> Answer:
    """Replace the commands of a guild, or of all."""
    guild = int(call.params["g"]) if "g" in call.params else None
    old = {(command["type"], command["name"]): command["id"] for command in desk.commands.get(guild, [])}
    desk.commands[guild] = [_stored(desk, command, guild, old) for command in call.body]
    desk.world.note("commands", guild)
    return Answer(200, desk.commands[guild])


def _stored(desk: Desk, command: dict[str, Any], guild: int | None, old: dict[tuple[int, str], str]) -> dict[str, Any]:
    kind, name = command.get("type", 1), command["name"]
    payload = {
        **{key: value for key, value in command.items() if value is not None},
        "id": old.get((kind, name)) or str(desk.world.ids.new()),
        "application_id": str(desk.world.application_id),
        "version": str(desk.world.ids.new()),
        "type": kind,
        "description": command.get("description", ""),
        "default_member_permissions": command.get("default_member_permissions"),
        "dm_permission": command.get("dm_permission", True),
        "nsfw": command.get("nsfw", False),
    }
    if payload["default_member_permissions"] is not None:
        payload["default_member_permissions"] = str(payload["default_member_permissions"])
    return payload if guild is None else {**payload, "guild_id": str(guild)}


def commands(desk: Desk, call: Call) -> Answer:
    return Answer(200, desk.commands.get(int(call.params["g"]) if "g" in call.params else None, []))


def user(desk: Desk, call: Call) -> Answer:
    found = desk.world.users.get(call.id("u"))
    if found is None:
        raise Refusal(404, UNKNOWN_USER, "Unknown User")
    return Answer(200, found.payload())


def dm(desk: Desk, call: Call) -> Answer:
    """Open the DM channel with a user."""
    found = desk.world.users.get(int(call.body["recipient_id"]))
    if found is None:
        raise Refusal(404, UNKNOWN_USER, "Unknown User")
    return Answer(200, desk.world.dm(found).payload())


def guild(desk: Desk, call: Call) -> Answer:
    found = desk.guild(call.id("g"))
    payload = found.payload(members=False, bot=desk.world.bot)
    for key in ("members", "channels", "threads", "voice_states", "presences", "unavailable"):
        del payload[key]
    return Answer(200, payload)


def guild_channels(desk: Desk, call: Call) -> Answer:
    return Answer(200, [channel.payload() for channel in desk.guild(call.id("g")).channels.values()])


def member(desk: Desk, call: Call) -> Answer:
    found = desk.guild(call.id("g")).members.get(call.id("u"))
    if found is None:
        raise Refusal(404, UNKNOWN_MEMBER, "Unknown Member")
    return Answer(200, found.payload())


def channel(desk: Desk, call: Call) -> Answer:
    return Answer(200, desk.channel(call.id("c")).payload())


ENDPOINTS = (
    Endpoint("GET", "/users/@me", me),
    Endpoint("GET", "/oauth2/applications/@me", application),
    Endpoint("GET", "/applications/@me", application),
    Endpoint("GET", "/gateway/bot", gateway),
    Endpoint("GET", "/gateway", gateway, open=True),
    Endpoint("PUT", "/applications/{app}/commands", sync),
    Endpoint("PUT", "/applications/{app}/guilds/{g}/commands", sync),
    Endpoint("GET", "/applications/{app}/commands", commands),
    Endpoint("GET", "/applications/{app}/guilds/{g}/commands", commands),
    Endpoint("POST", "/users/@me/channels", dm),
    Endpoint("GET", "/users/{u}", user),
    Endpoint("GET", "/guilds/{g}", guild),
    Endpoint("GET", "/guilds/{g}/channels", guild_channels),
    Endpoint("GET", "/guilds/{g}/members/{u}", member),
    Endpoint("GET", "/channels/{c}", channel),
)
