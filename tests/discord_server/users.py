"""One user: a person, a bot or a webhook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(eq=False)
class User:
    """A person, a bot, or a webhook's name."""

    id: int
    name: str
    bot: bool = False
    refuses_dms: bool = False
    locale: str = "en-US"
    """The language of their Discord."""

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "username": self.name,
            "discriminator": "0000" if self.bot else "0",
            "global_name": None if self.bot else self.name.title(),
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }
