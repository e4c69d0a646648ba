"""How Discord tells a bot of an interaction."""

from __future__ import annotations

from typing import Any

from tests.discord_server.interactions import Interaction
from tests.discord_server.permissions import ALL
from tests.discord_server.world import World

IN_GUILD, IN_DM, IN_PRIVATE = 0, 1, 2  # contexts
BY_GUILD, BY_USER = 0, 1  # installations


def context(found: Interaction) -> int:
    """Return where an interaction happens: in a guild, with the bot, or among people."""
    if found.channel.guild_id is not None:
        return IN_GUILD
    return IN_DM if found.channel.recipient is not None else IN_PRIVATE


def interaction_payload(world: World, found: Interaction) -> dict[str, Any]:
    """Return the interaction as a dispatch has it."""
    channel = {**found.channel.payload(), "permissions": str(ALL)}
    payload: dict[str, Any] = {
        "id": str(found.id),
        "application_id": str(world.application_id),
        "type": found.kind,
        "token": found.token,
        "version": 1,
        "attachment_size_limit": 10_485_760,
        "data": found.data,
        "channel": channel,
        "channel_id": channel["id"],
        "entitlements": [],
        "authorizing_integration_owners": found.owners,
        "locale": found.user.locale,
        "context": context(found),
        "app_permissions": str(ALL),
    }
    if found.source is not None:
        payload["message"] = found.source.payload()
    guild = world.guild_of(found.channel)
    if guild is None:
        return {**payload, "user": found.user.payload()}
    member = guild.member(found.user)
    payload["member"] = {**member.payload(), "permissions": str(member.permissions_in(found.channel))}
    here = guild.everyone.permissions if guild.away else guild.members[world.bot.id].permissions_in(found.channel)
    payload["app_permissions"] = str(here)
    payload["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
    return {**payload, "guild_id": str(guild.id), "guild_locale": guild.locale}
