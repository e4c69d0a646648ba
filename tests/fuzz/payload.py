"""What Discord would be sent for a text, and whether anything in it could do harm."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import discord
from discord.http import handle_message_parameters

from bot.chat.presentation.message import message_of
from bot.core.advisor import Advisor

Payload = dict[str, Any]
_ESCAPED = re.compile(r"\\[^\w\s]")
_PING = re.compile(r"@(?:everyone|here)|<(?:@[!&]?|#|a?:\w+:|/\w+:)\d+")
_LINK = re.compile(r"[a-z]://|discord\.(?:gg|com)/|discordapp\.com/|\]\(", re.IGNORECASE)
_MARKUP = re.compile(r"__|~~|\|\||```|^\s*(?:#|>|-#)", re.MULTILINE)
# The zero-width space is the bot's own: it breaks mentions and links.
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Me", "Mn"})
_OWN = frozenset("\n\u200b")


def payload_of(advisor: Advisor, text: str) -> Payload:
    """Return the JSON that discord.py sends for the answer to a text."""
    content = message_of(advisor.ask(text))
    with handle_message_parameters(content=content, allowed_mentions=discord.AllowedMentions.none()) as parameters:
        assert parameters.payload is not None
        return dict(parameters.payload)


def faults(payload: Payload) -> list[str]:
    """Say what is wrong with a payload, whatever text it answers."""
    found = [f"{why} in {payload['content']!r}" for why in _wrong(payload["content"])]
    if payload.get("allowed_mentions") != {"parse": []}:
        found.append("somebody could be mentioned")
    try:
        json.dumps(payload, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        found.append(f"can't be sent: {error.reason}")
    if not 0 < len(payload["content"].encode("utf-16-le")) <= 2 * 2_000:
        found.append("the content has no length that Discord takes")
    return found


def _wrong(text: str) -> Iterator[str]:
    # Bold amounts, bullets and small print are the bot's own.
    text = re.sub(r"\*\*(?=\S)([^*\n]+?)\*\*|^-# ", r"\1", text, flags=re.MULTILINE)
    unescaped = _ESCAPED.sub("", text)
    if _PING.search(text):
        yield "a mention"
    if _LINK.search(unescaped):
        yield "a link"
    if _MARKUP.search(unescaped) or set(unescaped) & set("*_`"):
        yield "markup"
    if any(unicodedata.category(c) in _UNSEEN and c not in _OWN for c in text):
        yield "a character that can't be seen"
