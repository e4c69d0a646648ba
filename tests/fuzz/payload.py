"""What Discord would be sent for a text, and whether anything in it could do harm."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import discord
from discord.http import handle_message_parameters

from bot.chat.presentation.embeds import message_of
from bot.core.advisor import Advisor

Payload = dict[str, Any]
_ESCAPED = re.compile(r"\\[^\w\s]")
_PING = re.compile(r"@(?:everyone|here)|<(?:@[!&]?|#|a?:\w+:|/\w+:)\d+")
_LINK = re.compile(r"[a-z]://|discord\.(?:gg|com)/|discordapp\.com/|\]\(", re.IGNORECASE)
_MARKUP = re.compile(r"__|~~|\|\||```|^\s*(?:#|>|-#)", re.MULTILINE)
# The zero-width space is the bot's own: it breaks mentions and links.
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Me", "Mn"})
_OWN = frozenset("\n\u200b")


def payload_of(advisor: Advisor, said: str) -> Payload:
    """Return the JSON that discord.py sends for the answer to a text."""
    content, embed = message_of(advisor.ask(said))
    with handle_message_parameters(
        content=content, embed=embed or discord.utils.MISSING, allowed_mentions=discord.AllowedMentions.none()
    ) as parameters:
        assert parameters.payload is not None
        return dict(parameters.payload)


def faults(payload: Payload) -> list[str]:
    """Say what is wrong with a payload, whatever text it answers."""
    found = [f"{name}: {why} in {text!r}" for name, text in _texts(payload) for why in _wrong(name, text)]
    if payload.get("allowed_mentions") != {"parse": []}:
        found.append("somebody could be mentioned")
    try:
        json.dumps(payload, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        found.append(f"can't be sent: {error.reason}")
    if not 0 < len(payload["content"].encode("utf-16-le")) <= 2 * 2_000:
        found.append("the content has no length that Discord takes")
    return found


def _texts(payload: Payload) -> Iterator[tuple[str, str]]:
    yield "content", payload["content"]
    for embed in payload.get("embeds", ()):
        yield "title", embed.get("title", "")
        yield "description", embed.get("description", "")
        yield "footer", embed.get("footer", {}).get("text", "")
        for field in embed.get("fields", ()):
            yield "field", field["value"]


def _wrong(name: str, text: str) -> Iterator[str]:
    unescaped = _ESCAPED.sub("", text)
    if _PING.search(text):
        yield "a mention"
    if _LINK.search(unescaped):
        yield "a link"
    # A footer shows no markup; a description and the suggestions have the bot's own.
    if name != "footer" and _MARKUP.search(unescaped):
        yield "markup"
    if name in ("content", "title") and set(unescaped) & set("*_`"):
        yield "markup"
    if unescaped.count("`") % 2 and name != "footer":
        yield "an open piece of code"
    if any(unicodedata.category(c) in _UNSEEN and c not in _OWN for c in text):
        yield "a character that can't be seen"
