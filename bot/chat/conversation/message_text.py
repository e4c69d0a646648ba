"""Reads a message whole: what its author wrote, what was forwarded, and what embeds and components say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

import discord

from bot.core.text.normalization import LONGEST

# Discord takes 40 components in a message and ten embeds with 25 fields each; of more than these nothing is read.
MOST_PARTS = 300


def text_of(message: discord.Message) -> str:
    """Return all that people read in a message, at most as much as the longest one that they can write."""
    return _joined(chain(_lines(message), *map(_lines, message.message_snapshots)))


def written_in(message: discord.Message) -> str:
    """Return what somebody wrote, or else what they forwarded; the preview of a link is nobody's words."""
    return message.content or _joined(chain(*map(_lines, message.message_snapshots)))


def _joined(lines: Iterator[str]) -> str:
    """Join lines until there are enough of them, so that no message is read longer than another."""
    kept, room = [], LONGEST
    for line in islice(filter(None, lines), MOST_PARTS):
        kept.append(line[:room])
        room -= len(kept[-1]) + 1
        if room <= 0:
            break
    return "\n".join(kept)


def _lines(part: discord.Message | discord.MessageSnapshot) -> Iterator[str]:
    yield part.content
    for embed in part.embeds:
        yield embed.title or ""
        yield embed.description or ""
        yield from (f"{field.name}: {field.value}" for field in embed.fields)
        yield embed.footer.text or ""
    yield from _words_in([component.to_dict() for component in part.components])


def _words_in(components: Iterable[Any]) -> Iterator[str]:
    """Yield the texts among components, the outer ones first; labels of buttons are nobody's words."""
    left = list(components)
    while left:
        one = left.pop(0)
        yield str(one.get("content") or "")
        left[:0] = one.get("components", ())
