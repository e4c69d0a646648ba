"""Answer -> Discord message: plain content with an attached picture or a list, and its details; never an embed.

Every text that may come from a user or from a file is escaped here; markup comes from `bot.core.render.markdown` alone.
"""

from __future__ import annotations

import re

import discord

from bot.chat.presentation.limits import CONTENT, clip
from bot.core.model.dialogue import Answer
from bot.core.render import markdown

_LINK = re.compile(r"(?<=[a-z]):(?=//)|(?<=discord)\.(?=gg/|com/)|(?<=discordapp)\.(?=com/)", re.IGNORECASE)
# What begins a heading, small print, a quote or a list where a line begins.
_BLOCK = re.compile(r"^(?=#|-|>|\+|\d+\.)")


def message_of(answer: Answer, *, pictured: bool = False) -> str:
    """Return the content for an answer; without a picture its figures are a list in it."""
    content = markdown.message(answer, pictured=pictured, escape=escape)
    return clip(content, CONTENT) or "\N{HORIZONTAL ELLIPSIS}"


def details_of(answer: Answer) -> str:
    """Return what is behind an answer as content; "" where nothing is."""
    return markdown.details(answer, escape)


def escape(text: str) -> str:
    r"""Return a text that Discord shows as it is: no markup, no mention, no link, no line of its own.

    >>> print(escape("*hi* a_b <#80351110224678912>"))
    \*hi\* a\_b \<#80351110224678912>
    >>> print(escape("-# small"))
    \-# small
    """
    # A lone half of a surrogate pair can't be sent at all.
    whole = " ".join(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").split())
    marked = discord.utils.escape_markdown(whole, ignore_links=False).replace("<", "\\<")
    plain = _LINK.sub(lambda found: f"{found[0]}\u200b", discord.utils.escape_mentions(marked))
    return _BLOCK.sub(r"\\", plain)
