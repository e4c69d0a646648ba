"""A message to send: its content, components and picture, in the form that discord.py takes."""

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
    """A message to send; sending the same again makes the same message.

    `listed` is the content where the picture has to be left out. Only panels of settings have an embed.
    """

    content: str
    listed: str | None = None
    embed: discord.Embed | None = None
    view: discord.ui.View | None = None
    picture: Picture | None = None

    def as_new(self) -> dict[str, Any]:
        """Return discord.py's arguments for a new message. Files can be read only once: ask again for each attempt."""
        parts: dict[str, Any] = {}
        if self.embed is not None:
            parts["embed"] = self.embed
        if self.view is not None:
            parts["view"] = self.view
        if self.picture is not None:
            parts["file"] = self._file(self.picture)
        return parts

    def as_edit(self) -> dict[str, Any]:
        """Return discord.py's arguments for editing a message into this one."""
        files = [self._file(self.picture)] if self.picture is not None else []
        return {"content": self.content, "embed": self.embed, "view": self.view, "attachments": files}

    def reduced(self) -> Outgoing | None:
        """Return a message that needs fewer permissions: its figures as a list instead of a picture, or no embed.

        None where nothing is left to leave out.
        """
        if self.picture is not None:
            return replace(self, content=self.listed or self.content, listed=None, picture=None)
        return Outgoing(content=self.content) if self.embed is not None else None

    @staticmethod
    def _file(picture: Picture) -> discord.File:
        return discord.File(io.BytesIO(picture.png), filename=PICTURE_FILE, description=picture.alt)


class Sent(NamedTuple):
    """A message that the bot sent: its id where that is known, and how to edit it."""

    id: int | None
    edit: Callable[[Outgoing], Awaitable[Any]]
