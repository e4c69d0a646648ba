"""A message to send: its content, embed, components and chart, in the form that discord.py takes."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import discord

PICTURE_FILE = "pay.png"


class Picture(NamedTuple):
    """A PNG and its alt text: the figures that it shows (at most 1,024 characters)."""

    png: bytes
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message to send; sending the same again makes the same message."""

    content: str
    embed: discord.Embed | None = None
    view: discord.ui.View | None = None
    picture: Picture | None = None

    def as_new(self) -> dict[str, Any]:
        """Return discord.py's arguments for a new message. Files can be read only once: ask again for each attempt."""
        parts: dict[str, Any] = {}
        if (embed := self._illustrated()) is not None:
            parts["embed"] = embed
        if self.view is not None:
            parts["view"] = self.view
        if self.picture is not None:
            parts["file"] = self._file(self.picture)
        return parts

    def as_edit(self) -> dict[str, Any]:
        """Return discord.py's arguments for editing a message into this one."""
        files = [self._file(self.picture)] if self.picture is not None else []
        return {"content": self.content, "embed": self._illustrated(), "view": self.view, "attachments": files}

    def reduced(self) -> Outgoing | None:
        """Return a message that needs fewer permissions: first without its picture, then its content alone.

        None where nothing is left to leave out.
        """
        if self.picture is not None:
            return replace(self, picture=None)
        if self.embed is None:
            return None
        # The source goes with the headline.
        source = self.embed.footer.text
        return Outgoing(content=f"{self.content}\n{source}" if source else self.content)

    def _illustrated(self) -> discord.Embed | None:
        if self.picture is None or self.embed is None:
            return self.embed
        return self.embed.copy().set_image(url=f"attachment://{PICTURE_FILE}")

    @staticmethod
    def _file(picture: Picture) -> discord.File:
        return discord.File(io.BytesIO(picture.png), filename=PICTURE_FILE, description=picture.alt)


class Sent(NamedTuple):
    """A message that the bot sent: its id where that is known, and how to edit it."""

    id: int | None
    edit: Callable[[Outgoing], Awaitable[Any]]
