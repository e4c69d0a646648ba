"""How a message of the bot comes to be and changes, out of the body of a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.discord_server.calls import EMPTY, INVALID_FORM, NO_HISTORY, Call, Refusal, Upload
from tests.discord_server.desk import Desk
from tests.discord_server.messages import DEFAULT, EPHEMERAL, LOADING, REPLY, SUPPRESS_EMBEDS, Channel, Message
from tests.discord_server.permissions import bits_of
from tests.discord_server.users import User

CONTENTS = ("content", "embeds", "components", "sticker_ids", "poll", "attachments")
SETTABLE = SUPPRESS_EMBEDS | EPHEMERAL | 1 << 12  # suppress notifications
COMPONENTS_V2 = 1 << 15


def compose(desk: Desk, channel: Channel, call_body: Mapping[str, Any], files: Mapping[int, Upload]) -> Message:
    """Make a message of the bot's, not yet sent."""
    if not files and not any(call_body.get(key) for key in CONTENTS):
        raise Refusal(400, EMPTY, "Cannot send an empty message")
    message = Message(desk.world.ids.new(), channel, desk.world.bot, body=dict(call_body))
    message.nonce = str(call_body["nonce"]) if call_body.get("nonce") is not None else None
    message.reference = _referenced(desk, channel, call_body.get("message_reference"))
    message.kind = DEFAULT if message.reference is None else REPLY
    message.flags = (call_body.get("flags") or 0) & (SETTABLE | COMPONENTS_V2)
    fill(desk, message, call_body, files)
    return message


def _referenced(desk: Desk, channel: Channel, reference: Mapping[str, Any] | None) -> Message | None:
    if not reference:
        return None
    found = channel.log.get(int(reference["message_id"]))
    if found is not None and not found.deleted:
        guild = desk.world.guilds.get(channel.guild_id or 0)
        may = guild is None or guild.members[desk.world.bot.id].permissions_in(channel)
        if may is not True and not may & bits_of("read_message_history"):
            raise Refusal(400, NO_HISTORY, "Cannot reply without permission to read message history")
        return found
    if reference.get("fail_if_not_exists", True):
        errors = {"message_reference": {"_errors": [{"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}]}}
        raise Refusal(400, INVALID_FORM, "Invalid Form Body", errors)
    return None


def fill(desk: Desk, message: Message, body: Mapping[str, Any], files: Mapping[int, Upload]) -> None:
    """Put into a message what a body says, and leave the rest as it is."""
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        message.embeds = [{"type": "rich", **embed} for embed in body["embeds"] or []]
    if "components" in body:
        message.components = numbered(body["components"] or [])
    if body.get("flags") is not None:
        message.flags = message.flags & ~SUPPRESS_EMBEDS | body["flags"] & SUPPRESS_EMBEDS
    if files or "attachments" in body:
        message.attachments = _attached(desk, message, body.get("attachments"), files)
    message.embeds = [_shown(desk, message, embed) for embed in message.embeds]
    message.mentions = mentioned(desk, message, body.get("allowed_mentions"))


def mentioned(desk: Desk, message: Message, allowed: Mapping[str, Any] | None) -> list[User]:
    """Return whom a message pings; without `allowed_mentions` all that it names."""
    named = [int(id_) for id_ in re.findall(r"<@!?(\d+)>", message.content)]
    if allowed is not None and "users" not in (allowed.get("parse") or []):
        chosen = {int(id_) for id_ in allowed.get("users") or []}
        named = [id_ for id_ in named if id_ in chosen]
    reference = message.reference
    if reference is not None and (allowed is None or allowed.get("replied_user")):
        named.insert(0, reference.author.id)
    return [desk.world.users[id_] for id_ in dict.fromkeys(named) if id_ in desk.world.users]


def numbered(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each component its id, as Discord does."""
    number = 0

    def payload(component: dict[str, Any]) -> dict[str, Any]:
        nonlocal number
        number += 1
        one = {"id": number, **component}
        if "components" in one:
            one["components"] = [payload(inner) for inner in one["components"]]
        return one

    return [payload(component) for component in components]


def _attached(
    desk: Desk, message: Message, described: list[dict[str, Any]] | None, files: Mapping[int, Upload]
) -> list[dict[str, Any]]:
    """Return the attachments: those of before that are still named, and the new files."""
    before = message.attachments
    if described is None:
        described = [*before, *({"id": number} for number in files)]
    kept = {one["id"]: one for one in before}
    attached = []
    for one in described:
        if str(one["id"]) in kept:
            attached.append({**kept[str(one["id"])], **{k: v for k, v in one.items() if k == "description"}})
        elif int(one["id"]) in files:
            upload = files[int(one["id"])]
            attached.append(attachment(desk, message.channel, upload, one.get("description")))
        else:
            raise Refusal(400, INVALID_FORM, "Invalid Form Body", {"attachments": {"_errors": ["no such file"]}})
    return attached


def _shown(desk: Desk, message: Message, embed: dict[str, Any]) -> dict[str, Any]:
    """Return an embed with the addresses of the message's own files; one without such a file is a violation."""
    image = embed.get("image") or {}
    name = re.fullmatch(r"attachment://(.+)", image.get("url") or "")
    if name is None:
        return embed
    file = next((one for one in message.attachments if one["filename"] == name[1]), None)
    if file is None:
        desk.world.violations.append(f"message {message.id}: an embed shows {name[1]}, which is no file of it")
        return embed
    return {**embed, "image": {"url": file["url"], "proxy_url": file["proxy_url"]}}


def attachment(desk: Desk, channel: Channel, upload: Upload, description: str | None = None) -> dict[str, Any]:
    """Store a file and return how a message tells of it."""
    id_ = desk.world.ids.new()
    path = f"/attachments/{channel.id}/{id_}/{upload.filename}"
    desk.attachments[path] = upload.data
    payload = {"id": str(id_), "filename": upload.filename, "size": len(upload.data), "flags": 0}
    payload |= {"url": desk.world.base + path, "proxy_url": desk.world.base + path}
    return payload if description is None else {**payload, "description": description}


def publish(desk: Desk, message: Message) -> None:
    """Put a message into its channel and tell of it; of an ephemeral one only its reader hears."""
    if message.ephemeral:
        return
    message.channel.log[message.id] = message
    if message.reference is not None:
        message.reference.answers.append(message)
    desk.world.emit_message("MESSAGE_CREATE", message)


def change(desk: Desk, message: Message, body: Mapping[str, Any], files: Mapping[int, Upload]) -> None:
    """Edit a message, and show it if it was only announced."""
    fill(desk, message, body, files)
    if not any((message.content, message.embeds, message.attachments, message.components)):
        raise Refusal(400, EMPTY, "Cannot send an empty message")
    message.edited = not message.loading
    message.flags &= ~LOADING
    message.body = dict(body)
    if not message.ephemeral:
        desk.world.emit_message("MESSAGE_UPDATE", message)
    desk.world.changes.tell()


def remove(desk: Desk, message: Message) -> None:
    """Delete a message."""
    message.deleted = True
    if message.ephemeral:
        desk.world.changes.tell()
    else:
        desk.world.emit_deletion(message)


def body_of(call: Call) -> dict[str, Any]:
    """Return the body of a request that must have one."""
    if not isinstance(call.body, dict):
        raise Refusal(400, 50109, "The request body contains invalid JSON.")
    return call.body
