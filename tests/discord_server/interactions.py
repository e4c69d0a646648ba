"""An interaction: what a person did with a command, a component or a modal, and what the bot made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.discord_server.messages import Channel, Message
from tests.discord_server.users import User

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
REPLIED, DEFERRED, DEFERRED_UPDATE, UPDATED, CHOICES, ASKED = 4, 5, 6, 7, 8, 9  # types of callbacks
POSSIBLE = {
    COMMAND: {REPLIED, DEFERRED, ASKED},
    COMPONENT: {REPLIED, DEFERRED, DEFERRED_UPDATE, UPDATED, ASKED},
    AUTOCOMPLETE: {CHOICES},
    MODAL: {REPLIED, DEFERRED, DEFERRED_UPDATE, UPDATED},
}
TO_ACKNOWLEDGE, TOKEN_LASTS = 3.0, 900.0  # seconds


@dataclass(eq=False)
class Interaction:
    """One interaction, with its callbacks and messages."""

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    data: dict[str, Any]
    at: float
    clock: Callable[[], float]
    source: Message | None = None
    """The message whose component was used."""
    callbacks: list[dict[str, Any]] = field(default_factory=list)
    original: Message | None = None
    follow_ups: int = 0
    sent: list[Message] = field(default_factory=list)
    """All messages of the interaction, deleted and announced ones too."""

    @property
    def messages(self) -> list[Message]:
        """What can be read: the original once it is there, and follow-ups."""
        return [message for message in self.sent if not (message.deleted or message.loading)]

    @property
    def acknowledged_after(self) -> float | None:
        """Seconds until the first callback, none if there was none."""
        return self.callbacks[0]["at"] - self.at if self.callbacks else None

    @property
    def owners(self) -> dict[str, str]:
        """Say by whose installation the bot is there: the guild's ("0") or the person's ("1")."""
        if self.channel.away:
            return {"1": str(self.user.id)}
        return {"0": str(self.channel.guild_id or 0)}

    @property
    def form(self) -> dict[str, Any]:
        """The form that was asked for."""
        return next(one["data"] for one in self.callbacks if one["type"] == ASKED)

    @property
    def choices(self) -> list[dict[str, Any]]:
        """What was offered to complete with."""
        return [choice for one in self.callbacks if one["type"] == CHOICES for choice in one["data"]["choices"]]

    @property
    def late(self) -> bool:
        """Whether it was not acknowledged in time."""
        return not self.callbacks and self.clock() - self.at > TO_ACKNOWLEDGE

    @property
    def expired(self) -> bool:
        return self.clock() - self.at > TOKEN_LASTS

    @property
    def name(self) -> str:
        """The command's name as typed, with its subcommands."""
        words, level = [self.data.get("name", "")], self.data
        while (inner := next((o for o in level.get("options", []) if o["type"] in (1, 2)), None)) is not None:
            words.append(inner["name"])
            level = inner
        return " ".join(words)
