"""A gateway session: what it may see, what was dispatched to it, and from where a resume goes on."""

from __future__ import annotations

import itertools
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.discord_server.faults import Faults, FrameFault, UnknownEvent, WrongShape
from tests.discord_server.messages import Message
from tests.discord_server.permissions import CONTENT
from tests.discord_server.users import User

KEPT = 100


@dataclass(frozen=True)
class Frame:
    """One dispatch, with its number."""

    number: int
    event: str
    data: Any

    def payload(self) -> dict[str, Any]:
        return {"op": 0, "t": self.event, "s": self.number, "d": self.data}


class Line(Protocol):
    """A connection as a session sees it."""

    def push(self, frame: Frame, fault: FrameFault | None) -> None: ...


@dataclass(eq=False)
class Session:
    """One session of a bot, or of one shard of it."""

    id: str
    intents: int
    shard: tuple[int, int]
    faults: Faults
    number: int = 0
    unheard: deque[Frame] = field(default_factory=deque)
    """Dispatches to be replayed; those a heartbeat has acknowledged are gone."""
    forgotten: int = 0
    """The last dispatch that can't be replayed."""
    line: Line | None = None
    alive: bool = True
    started: int = field(default_factory=itertools.count(10**6, 10**6).__next__)
    """Numbers for ids of what never was, other ones for each session."""
    heard: int = 0
    """The last dispatch that the client says it has taken."""
    numbers: dict[str, int] = field(default_factory=dict)
    """Under which number it was told of a message or an interaction, by id; of a change by "MESSAGE_UPDATE <id>"."""

    def has(self, guild_id: int | None) -> bool:
        """Say whether events of a guild, or of DMs, come to this shard."""
        return (0 if guild_id is None else (guild_id >> 22) % self.shard[1]) == self.shard[0]

    def sees(self, message: Message, bot: User) -> bool:
        """Say whether the content of a message is shown."""
        own = message.author is bot or bot in message.mentions
        return bool(self.intents & CONTENT) or message.channel.guild_id is None or own

    def dispatch(self, event: str, data: Any) -> None:
        """Number a dispatch, remember it, and send it where there is a connection."""
        fault = self.faults.at_frame(event) if self.line is not None else None
        if isinstance(fault, WrongShape | UnknownEvent):
            self._extra(fault, self._next())
        frame = Frame(self._next(), event, data)
        self.unheard.append(frame)
        if event in ("MESSAGE_CREATE", "INTERACTION_CREATE"):
            self.numbers[data["id"]] = frame.number
        elif event in ("MESSAGE_UPDATE", "MESSAGE_DELETE"):
            self.numbers[f"{event} {data['id']}"] = frame.number
        if self.line is not None:
            self.line.push(frame, fault)

    def replay(self, heard: int) -> None:
        """Send once more, in order, what came after the last dispatch that was heard."""
        for frame in [frame for frame in self.unheard if frame.number > heard]:
            fault = self.faults.at_frame(frame.event)
            if isinstance(fault, WrongShape | UnknownEvent):
                self._extra(fault, frame.number - 1)
            if self.line is not None:
                self.line.push(frame, fault)
        self.dispatch("RESUMED", {"_trace": []})

    def acknowledge(self, heard: int) -> None:
        """Forget what the client has heard, but for the last, which a disorder of frames may make it ask for again."""
        self.heard = max(self.heard, heard)
        while len(self.unheard) > KEPT and self.unheard[0].number <= heard:
            self.forgotten = self.unheard.popleft().number

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _extra(self, fault: WrongShape | UnknownEvent, number: int) -> None:
        assert self.line is not None
        # Each of an id of its own: a client may take the same one but once.
        body = fault.body.replace('"id": "1"', f'"id": "{self.started + number}"')
        self.line.push(Frame(number, fault.event, json.loads(body)), fault)
