"""What Discord takes: the documented limits of the bodies of requests, and the errors it names where one is broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.discord_server import components
from tests.discord_server.calls import INVALID_FORM, Answer, Call, Refusal
from tests.discord_server.components import Error, choice, is_list, number, text

CONTENT, NONCE, EMBEDS, FILES = 2000, 25, 10, 10
EMBED_TOTAL, EMBED_FIELDS = 6000, 25
COMMANDS, OPTIONS, CHOICES = 100, 25, 25
LOCALES = frozenset(
    {
        *("id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl"),
        *("pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW"),
        "ko",
    }
)
COMMAND_TEXT = 8000  # names, descriptions and values of one command together
NAME = re.compile(r"[-_'\w]{1,32}")
MESSAGE_KEYS = frozenset(
    {
        *("content", "embeds", "components", "nonce", "enforce_nonce", "tts", "flags", "allowed_mentions"),
        *("message_reference", "sticker_ids", "poll", "attachments", "username", "avatar_url", "thread_name"),
        *("applied_tags", "shared_client_theme"),
    }
)


def errors(call: Call) -> list[Error]:
    """Return what breaks a limit in a request, and where; "embeds.0.title", "..."."""
    check = next((one.check for one in CHECKS if one.method == call.method and one.route.fullmatch(call.route)), None)
    if check is None:
        return []
    try:
        return list(check(call.body, len(call.files)))
    except (TypeError, AttributeError, KeyError, ValueError) as error:  # a shape so wrong that the checks can't go on
        return [("body", f"not of the shape that is asked for: {error!r}")]


def refused(found: Sequence[Error]) -> Answer | None:
    """Return what a request with errors is answered, the way Discord writes them."""
    tree: dict[str, Any] = {}
    for where, what in found:
        branch = tree
        for part in where.split("."):
            branch = branch.setdefault(part, {})
        branch.setdefault("_errors", []).append({"code": "BASE_TYPE_BAD", "message": what})
    return Refusal(400, INVALID_FORM, "Invalid Form Body", tree).answer if found else None


# ------------------------------------------------------------------ messages


def message(body: Mapping[str, Any], files: int) -> Iterator[Error]:
    """Check a message to be sent or edited."""
    for key in set(body) - MESSAGE_KEYS:
        yield key, "no such key"
    yield from text("content", body.get("content"), most=CONTENT, least=0)
    if body.get("nonce") is not None:
        yield from text("nonce", str(body["nonce"]), most=NONCE)
    yield from is_list("embeds", body.get("embeds"), most=EMBEDS)
    total = 0
    for place, one in enumerate(body.get("embeds") or []):
        yield from embed(f"embeds.{place}", one)
        total += _size(one)
    if total > EMBED_TOTAL:
        yield "embeds", f"{total} characters in all, {EMBED_TOTAL} at most"
    yield from components.message(body.get("components"), modern=bool((body.get("flags") or 0) & 1 << 15))
    yield from mentions(body.get("allowed_mentions"))
    yield from attachments(body.get("attachments"), files)
    if (reference := body.get("message_reference")) is not None and not str(
        reference.get("message_id", "")
    ).isdecimal():
        yield "message_reference.message_id", "not an id"


def embed(where: str, one: Mapping[str, Any]) -> Iterator[Error]:
    """Check one embed."""
    yield from text(f"{where}.title", one.get("title"), most=256, least=0)
    yield from text(f"{where}.description", one.get("description"), most=4096, least=0)
    yield from text(f"{where}.footer.text", (one.get("footer") or {}).get("text"), most=2048, least=0)
    yield from text(f"{where}.author.name", (one.get("author") or {}).get("name"), most=256, least=0)
    yield from number(f"{where}.color", one.get("color"), most=0xFFFFFF)
    yield from is_list(f"{where}.fields", one.get("fields"), most=EMBED_FIELDS)
    for place, part in enumerate(one.get("fields") or []):
        yield from text(f"{where}.fields.{place}.name", part.get("name", ""), most=256)
        yield from text(f"{where}.fields.{place}.value", part.get("value", ""), most=1024)
    places = [one.get("url"), *((one.get(key) or {}).get("url") for key in ("image", "thumbnail", "author"))]
    if wrong := [url for url in places if url is not None and not re.match(r"(https?|attachment)://.", url)]:
        yield f"{where}.url", f"not a well formed URL: {wrong[0]}"


def _size(one: Mapping[str, Any]) -> int:
    texts = [one.get("title"), one.get("description"), (one.get("footer") or {}).get("text")]
    texts += [(one.get("author") or {}).get("name")]
    texts += [part.get(key) for part in one.get("fields") or [] for key in ("name", "value")]
    return sum(len(one or "") for one in texts)


def mentions(allowed: Mapping[str, Any] | None) -> Iterator[Error]:
    """Check whom a message may ping: a kind as a whole, or some of it, not both."""
    if allowed is None:
        return
    for key in set(allowed) - {"parse", "users", "roles", "replied_user"}:
        yield f"allowed_mentions.{key}", "no such key"
    parse = allowed.get("parse") or []
    if wrong := set(parse) - {"users", "roles", "everyone"}:
        yield "allowed_mentions.parse", f"not to be parsed: {sorted(wrong)}"
    for key in ("users", "roles"):
        if allowed.get(key) and key in parse:
            yield f"allowed_mentions.{key}", "mutually exclusive with parse"
        yield from is_list(f"allowed_mentions.{key}", allowed.get(key), most=100)


def attachments(described: Sequence[Mapping[str, Any]] | None, files: int) -> Iterator[Error]:
    """Check that the files and what is said of them fit together."""
    if files > FILES:
        yield "attachments", f"{files} files, {FILES} at most"
    for place, one in enumerate(described or []):
        if not str(one.get("id", "")).isdecimal():
            yield f"attachments.{place}.id", "not an id"
        yield from text(f"attachments.{place}.description", one.get("description"), most=1024, least=0)


# ------------------------------------------------------------------ interactions


def callback(body: Mapping[str, Any], files: int) -> Iterator[Error]:
    """Check the first response to an interaction."""
    data = body.get("data") or {}
    match body.get("type"):
        case 4 | 7:
            yield from ((f"data.{where}", what) for where, what in message(data, files))
        case 5 | 6:
            if set(data) - {"flags"}:
                yield "data", "a deferral has flags at most"
        case 8:
            yield from is_list("data.choices", data.get("choices", None), most=CHOICES)
            for place, one in enumerate(data.get("choices") or []):
                yield from choice(f"data.choices.{place}", one)
        case 9:
            yield from components.modal(data)
        case kind:
            yield "type", f"no such type: {kind}"


# ------------------------------------------------------------------ commands


def commands(body: Sequence[Mapping[str, Any]], _: int) -> Iterator[Error]:
    """Check all commands of an application, or of a guild."""
    if len(body) > COMMANDS:
        yield "commands", f"{len(body)} commands, {COMMANDS} at most"
    names = [(one.get("type", 1), one["name"]) for one in body]
    for kind, name in {pair for pair in names if names.count(pair) > 1}:
        yield "name", f"{name} twice, of type {kind}"
    for place, one in enumerate(body):
        if one.get("type", 1) != 1:
            yield from text(f"{place}.name", one["name"], most=32)
            if one.get("description") or one.get("options"):
                yield f"{place}.description", "a menu entry has a name only"
            continue
        yield from option(str(place), one, depth=0)
        if (size := _letters(one)) > COMMAND_TEXT:
            yield str(place), f"{size} characters in all, {COMMAND_TEXT} at most"


def option(where: str, one: Mapping[str, Any], *, depth: int) -> Iterator[Error]:
    """Check a command or one of its options."""
    if not NAME.fullmatch(one["name"]) or one["name"] != one["name"].lower():
        yield f"{where}.name", f"not a name: {one['name']!r}"
    yield from text(f"{where}.description", one.get("description", ""), most=100)
    yield from localized(where, one)
    yield from is_list(f"{where}.options", one.get("options"), most=OPTIONS)
    yield from is_list(f"{where}.choices", one.get("choices"), most=CHOICES)
    inner = one.get("options") or []
    for place, part in enumerate(one.get("choices") or []):
        yield from choice(f"{where}.choices.{place}", part)
    if one.get("choices") and one.get("autocomplete"):
        yield f"{where}.autocomplete", "not with choices"
    required = [bool(part.get("required")) for part in inner]
    if required != sorted(required, reverse=True):
        yield f"{where}.options", "a required option after an optional one"
    if len({part["name"] for part in inner}) < len(inner):
        yield f"{where}.options", "two of a name"
    if len({part["type"] in (1, 2) for part in inner}) > 1 or (inner and depth and one.get("type") not in (1, 2)):
        yield f"{where}.options", "subcommands and options don't mix"
    for place, part in enumerate(inner):
        yield from option(f"{where}.options.{place}", part, depth=depth + 1)


def localized(where: str, one: Mapping[str, Any]) -> Iterator[Error]:
    """Check a name and a description in other languages."""
    for key, most in (("name_localizations", 32), ("description_localizations", 100)):
        for locale, translation in (one.get(key) or {}).items():
            if locale not in LOCALES:
                yield f"{where}.{key}.{locale}", "no locale of Discord's"
            yield from text(f"{where}.{key}.{locale}", translation, most=most)


def _letters(one: Mapping[str, Any]) -> int:
    own = sum(len(str(one.get(key) or "")) for key in ("name", "description"))
    own += sum(len(part["name"]) + len(str(part["value"])) for part in one.get("choices") or [])
    return own + sum(_letters(part) for part in one.get("options") or [])


@dataclass(frozen=True)
class Check:
    """What looks at the bodies of a route."""

    method: str
    route: re.Pattern[str]
    check: Callable[[Any, int], Iterator[Error]]


MESSAGE_ROUTE = re.compile(r"/(channels/{c}/messages|webhooks/{app}/{token}(/messages)?)(/{m})?")
CHECKS = (
    Check("POST", MESSAGE_ROUTE, message),
    Check("PATCH", MESSAGE_ROUTE, message),
    Check("POST", re.compile(r"/interactions/{id}/{token}/callback"), callback),
    Check("PUT", re.compile(r"/applications/{app}(/guilds/{g})?/commands"), commands),
)
