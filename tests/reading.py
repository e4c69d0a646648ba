"""What a person reads of an answer, without markup: the message with its figures as a list, and the details."""

from __future__ import annotations

from bot.core.model.dialogue import Answer
from bot.core.render import markdown


def plain(text: str) -> str:
    """Return a text without bold marks."""
    return text.replace("**", "")


def message(answer: Answer) -> str:
    """The message, where no picture can be shown."""
    return plain(markdown.message(answer))


def everything(answer: Answer) -> str:
    """The message and what is behind it."""
    return "\n".join((message(answer), plain(markdown.details(answer))))
