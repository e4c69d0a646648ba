"""Endpoints of channels: messages, reactions, pins and typing."""

from __future__ import annotations

from typing import Any

from tests.discord_server.calls import (
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NO_DMS,
    NOT_OURS,
    Answer,
    Call,
    Endpoint,
    Refusal,
)
from tests.discord_server.desk import Desk
from tests.discord_server.ids import made_at
from tests.discord_server.messages import Channel, Message
from tests.discord_server.permissions import ALL, bits_of
from tests.discord_server.posting import body_of, change, compose, publish, remove

NONCE_LASTS = 300.0  # seconds; Discord says "the past few minutes"


def may(desk: Desk, channel: Channel) -> int:
    """Return the bot's permission bits in a channel it can see."""
    if channel.guild_id is None:
        return ALL
    held = desk.guild(channel.guild_id).members[desk.world.bot.id].permissions_in(channel)
    if not held & bits_of("view_channel"):
        raise Refusal(403, MISSING_ACCESS, "Missing Access")
    return held


def need(desk: Desk, channel: Channel, *permissions: str) -> None:
    held = may(desk, channel)
    if any(not held & bits_of(one) for one in permissions):
        raise Refusal(403, MISSING_PERMISSIONS, "Missing Permissions")


def send(desk: Desk, call: Call) -> Answer:
    """Post a message, or return the one of the same nonce."""
    channel, body = desk.channel(call.id("c")), body_of(call)
    needed = ["send_messages"]
    if body.get("embeds"):
        needed.append("embed_links")
    if call.files:
        needed.append("attach_files")
    need(desk, channel, *needed)
    if channel.recipient is not None and channel.recipient.refuses_dms:
        raise Refusal(403, NO_DMS, "Cannot send messages to this user")
    nonce = str(body["nonce"]) if body.get("nonce") is not None else None
    if nonce is not None and body.get("enforce_nonce") and (first := _same(desk, nonce)) is not None:
        return Answer(200, first.payload())
    message = compose(desk, channel, body, call.files)
    if nonce is not None:
        desk.nonces[nonce] = (desk.world.time, message)
    publish(desk, message)
    return Answer(200, message.payload())


def _same(desk: Desk, nonce: str) -> Message | None:
    at, message = desk.nonces.get(nonce, (0.0, None))
    return message if message is not None and desk.world.time - at < NONCE_LASTS else None


def edit(desk: Desk, call: Call) -> Answer:
    message = _found(desk, call)
    if message.author is not desk.world.bot:
        raise Refusal(403, NOT_OURS, "Cannot edit a message authored by another user")
    if call.files:
        need(desk, message.channel, "attach_files")
    change(desk, message, body_of(call), call.files)
    return Answer(200, message.payload())


def delete(desk: Desk, call: Call) -> Answer:
    message = _found(desk, call)
    if message.author is not desk.world.bot:
        need(desk, message.channel, "manage_messages")
    remove(desk, message)
    return Answer()


def one(desk: Desk, call: Call) -> Answer:
    message = _found(desk, call)
    need(desk, message.channel, "read_message_history")
    return Answer(200, message.payload())


def history(desk: Desk, call: Call) -> Answer:
    """Return messages, newest first."""
    channel = desk.channel(call.id("c"))
    need(desk, channel, "read_message_history")
    found, limit = channel.messages, int(call.query.get("limit", 50))
    if "before" in call.query:
        found = [m for m in found if m.id < int(call.query["before"])]
    if "after" in call.query:
        found = [m for m in found if m.id > int(call.query["after"])][:limit]
    if "around" in call.query:
        earlier = sum(m.id < int(call.query["around"]) for m in found)
        found = found[max(0, earlier - limit // 2) : earlier + limit - limit // 2]
    return Answer(200, [message.payload() for message in found[::-1][:limit]])


def react(desk: Desk, call: Call) -> Answer:
    message = _found(desk, call)
    need(desk, message.channel, "add_reactions", "read_message_history")
    desk.world.react(message, desk.world.bot, call.params["emoji"])
    return Answer()


def unreact(desk: Desk, call: Call) -> Answer:
    desk.world.react(_found(desk, call), desk.world.bot, call.params["emoji"], remove=True)
    return Answer()


def typing(desk: Desk, call: Call) -> Answer:
    channel = desk.channel(call.id("c"))
    need(desk, channel, "send_messages")
    channel.typed += 1
    desk.world.typing(channel, desk.world.bot)
    return Answer()


def pin(desk: Desk, call: Call) -> Answer:
    message = _found(desk, call)
    need(desk, message.channel, "manage_messages")
    message.pinned = call.method == "PUT"
    desk.world.emit_message("MESSAGE_UPDATE", message)
    return Answer()


def pins(desk: Desk, call: Call) -> Answer:
    found = [m for m in desk.channel(call.id("c")).messages if m.pinned]
    items: list[dict[str, Any]] = [{"pinned_at": made_at(m.id), "message": m.payload()} for m in found]
    return Answer(200, {"items": items, "has_more": False})


def _found(desk: Desk, call: Call) -> Message:
    channel = desk.channel(call.id("c"))
    may(desk, channel)
    return desk.message(channel, call.id("m"))


ENDPOINTS = (
    Endpoint("POST", "/channels/{c}/messages", send),
    Endpoint("GET", "/channels/{c}/messages", history),
    Endpoint("GET", "/channels/{c}/messages/pins", pins),
    Endpoint("PUT", "/channels/{c}/messages/pins/{m}", pin),
    Endpoint("DELETE", "/channels/{c}/messages/pins/{m}", pin),
    Endpoint("GET", "/channels/{c}/messages/{m}", one),
    Endpoint("PATCH", "/channels/{c}/messages/{m}", edit),
    Endpoint("DELETE", "/channels/{c}/messages/{m}", delete),
    Endpoint("PUT", "/channels/{c}/messages/{m}/reactions/{emoji}/@me", react),
    Endpoint("DELETE", "/channels/{c}/messages/{m}/reactions/{emoji}/@me", unreact),
    Endpoint("POST", "/channels/{c}/typing", typing),
)
