"""Endpoints of interactions: the callback, follow-ups, and the messages they made."""

from __future__ import annotations

from typing import Any

from tests.discord_server.calls import (
    ACKNOWLEDGED,
    INVALID_FORM,
    INVALID_TOKEN,
    TOO_MANY_FOLLOW_UPS,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    Answer,
    Call,
    Endpoint,
    Refusal,
)
from tests.discord_server.desk import Desk
from tests.discord_server.interactions import (
    ASKED,
    CHOICES,
    COMMAND,
    COMPONENT,
    DEFERRED,
    DEFERRED_UPDATE,
    MODAL,
    POSSIBLE,
    REPLIED,
    UPDATED,
    Interaction,
)
from tests.discord_server.messages import CHAT_INPUT, CONTEXT_MENU, DEFAULT, EPHEMERAL, LOADING, REPLY, Message
from tests.discord_server.posting import body_of, change, compose, publish, remove

MOST_FOLLOW_UPS = 5  # of an interaction where the bot is not a member


def callback(desk: Desk, call: Call) -> Answer:
    """Take the first response to an interaction."""
    found = desk.interactions.get(call.params["token"])
    if found is None or found.id != call.id("id") or found.late:
        raise Refusal(404, UNKNOWN_INTERACTION, "Unknown interaction")
    if found.callbacks:
        raise Refusal(400, ACKNOWLEDGED, "Interaction has already been acknowledged.")
    body = body_of(call)
    if body["type"] not in POSSIBLE[found.kind] or (body["type"] in (UPDATED, DEFERRED_UPDATE) and not found.source):
        raise Refusal(400, INVALID_FORM, "Invalid Form Body", {"type": {"_errors": ["not possible here"]}})
    message = _responded(desk, found, body["type"], body.get("data") or {}, call)
    found.callbacks.append({"type": body["type"], "data": body.get("data") or {}, "at": desk.world.time})
    desk.world.changes.tell()
    if call.query.get("with_response") not in ("1", "true"):
        return Answer()
    return Answer(200, _response(found, body["type"], message))


def _responded(desk: Desk, found: Interaction, kind: int, data: dict[str, Any], call: Call) -> Message | None:
    """Do what a callback asks for; return the message it is about."""
    if kind == REPLIED:
        found.original = _new(desk, found, data, call)
        found.sent.append(found.original)
        publish(desk, found.original)
    elif kind == DEFERRED:
        found.original = _marked(found, Message(desk.world.ids.new(), found.channel, desk.world.bot))
        found.original.flags = LOADING | (data.get("flags") or 0) & EPHEMERAL
        found.sent.append(found.original)
        publish(desk, found.original)
    elif kind == DEFERRED_UPDATE:
        found.original = found.source
    elif kind == UPDATED:
        found.original = found.source
        _changed(desk, found, data, call)
    return None if kind in (CHOICES, ASKED, DEFERRED_UPDATE) else found.original


def _new(desk: Desk, found: Interaction, data: dict[str, Any], call: Call) -> Message:
    return _marked(found, compose(desk, found.channel, data, call.files))


def _marked(found: Interaction, message: Message) -> Message:
    """Let a message say of which interaction it comes."""
    message.webhook_id = message.author.id
    menu = found.data.get("type", 1) != 1
    message.kind = (CONTEXT_MENU if menu else CHAT_INPUT) if found.kind == COMMAND else message.kind
    message.interaction = {
        "id": str(found.id),
        "type": found.kind,
        "user": found.user.payload(),
        "authorizing_integration_owners": found.owners,
    }
    if found.kind == COMMAND:
        message.interaction |= {"name": found.name, "command_type": found.data.get("type", 1)}
    if found.kind in (COMPONENT, MODAL) and found.source is not None:
        message.reference, message.kind = found.source, REPLY
    return message


def _changed(desk: Desk, found: Interaction, data: dict[str, Any], call: Call) -> None:
    assert found.original is not None
    change(desk, found.original, data, call.files)
    if found.original not in found.sent:
        found.sent.append(found.original)


def _response(found: Interaction, kind: int, message: Message | None) -> dict[str, Any]:
    payload: dict[str, Any] = {"id": str(found.id), "type": found.kind}
    resource: dict[str, Any] = {"type": kind}
    if message is not None:
        payload |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.loading,
            "response_message_ephemeral": message.ephemeral,
        }
        resource["message"] = message.payload()
    return {"interaction": payload, "resource": resource}


# ------------------------------------------------------------------ follow-ups


def follow_up(desk: Desk, call: Call) -> Answer:
    """Send a further message; the first after a deferral takes the place of what was announced."""
    found, body = _interaction(desk, call), body_of(call)
    if found.original is not None and found.original.loading:
        change(desk, found.original, body, call.files)
        return Answer(200, found.original.payload())
    if found.channel.away and found.follow_ups >= MOST_FOLLOW_UPS:
        raise Refusal(400, TOO_MANY_FOLLOW_UPS, "This interaction has reached its maximum number of follow up messages")
    found.follow_ups += 1
    message = _new(desk, found, body, call)
    message.kind, message.reference = (DEFAULT, None) if found.original is None else (REPLY, found.original)
    found.sent.append(message)
    publish(desk, message)
    return Answer(200, message.payload())


def show(desk: Desk, call: Call) -> Answer:
    return Answer(200, _message(desk, call)[1].payload())


def edit(desk: Desk, call: Call) -> Answer:
    found, message = _message(desk, call)
    change(desk, message, body_of(call), call.files)
    if message not in found.sent:
        found.sent.append(message)
    return Answer(200, message.payload())


def delete(desk: Desk, call: Call) -> Answer:
    remove(desk, _message(desk, call)[1])
    return Answer()


def _interaction(desk: Desk, call: Call) -> Interaction:
    found = desk.interactions.get(call.params["token"])
    if found is None or not found.callbacks or call.id("app") != desk.world.application_id:
        raise Refusal(404, UNKNOWN_WEBHOOK, "Unknown Webhook")
    if found.expired:
        raise Refusal(401, INVALID_TOKEN, "Invalid Webhook Token")
    return found


def _message(desk: Desk, call: Call) -> tuple[Interaction, Message]:
    found = _interaction(desk, call)
    if call.params["m"] == "@original":
        message = found.original
    else:
        message = next((one for one in [*found.sent, found.original] if one and one.id == call.id("m")), None)
    if message is None or message.deleted:
        raise Refusal(404, UNKNOWN_MESSAGE, "Unknown Message")
    return found, message


ENDPOINTS = (
    Endpoint("POST", "/interactions/{id}/{token}/callback", callback, open=True),
    Endpoint("POST", "/webhooks/{app}/{token}", follow_up, open=True),
    Endpoint("GET", "/webhooks/{app}/{token}/messages/{m}", show, open=True),
    Endpoint("PATCH", "/webhooks/{app}/{token}/messages/{m}", edit, open=True),
    Endpoint("DELETE", "/webhooks/{app}/{token}/messages/{m}", delete, open=True),
)
