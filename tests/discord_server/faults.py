"""What can go wrong on the way between a bot and Discord, and the plan of where it does."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

# ------------------------------------------------------------------ REST and handshake


@dataclass(frozen=True)
class Status:
    """An error answer; `applied`: what was asked for happens all the same."""

    status: int
    applied: bool = False
    code: int = 0
    message: str = ""


@dataclass(frozen=True)
class Reset:
    """A connection reset (TCP RST) in place of an answer."""

    applied: bool = False


@dataclass(frozen=True)
class Hang:
    """No answer until the client leaves."""

    applied: bool = False


@dataclass(frozen=True)
class TooMany:
    """A 429; without `via` it looks like a ban by the proxy in front of Discord."""

    scope: Literal["user", "global", "shared"] = "user"
    retry_after: float = 0.5
    via: bool = True


@dataclass(frozen=True)
class Slow:
    """A late answer; not `applied`: the effect is as late as the answer."""

    seconds: float
    applied: bool = True


@dataclass(frozen=True)
class Truncated:
    """Half of the body, then the end of the connection; the effect stands."""


@dataclass(frozen=True)
class Garbage:
    """A 200 with a page of HTML for a body."""

    applied: bool = False


@dataclass(frozen=True)
class CloseAt:
    """A gateway connection closed right after the upgrade."""

    code: int


@dataclass(frozen=True)
class NoHello:
    """A gateway connection on which nothing is ever said."""


# ------------------------------------------------------------------ frames from the server


@dataclass(frozen=True)
class Abort:
    """The connection is reset before the frame, which a resume brings."""


@dataclass(frozen=True)
class Malformed:
    """Text that is no JSON in place of the frame."""


@dataclass(frozen=True)
class TruncatedFrame:
    """Half of the frame, then the end of the connection; without `cut` a whole websocket message with half a text."""

    cut: bool = True


@dataclass(frozen=True)
class WrongShape:
    """A further dispatch, of its own number, whose body is not what its event says."""

    event: str = "MESSAGE_CREATE"
    body: str = '{"id": "1", "channel_id": "1", "embeds": null, "mentions": null, "attachments": null}'


@dataclass(frozen=True)
class UnknownEvent:
    """A further dispatch, of its own number, of an event nobody knows."""

    event: str = "SOMETHING_NEW"
    body: str = '{"id": "1", "news": []}'


@dataclass(frozen=True)
class Duplicate:
    """The frame twice."""


@dataclass(frozen=True)
class Reorder:
    """The frame after the one that follows it, if one does within `patience` seconds."""

    patience: float = 0.2


@dataclass(frozen=True)
class Close:
    """A close frame before the frame."""

    code: int = 4000


@dataclass(frozen=True)
class Reconnect:
    """Op 7 before the frame."""


@dataclass(frozen=True)
class InvalidSession:
    """Op 9 before the frame; not `resumable`: the session is forgotten."""

    resumable: bool = True


@dataclass(frozen=True)
class Zombie:
    """No frame any more and no heartbeat acknowledged, while the connection stays open."""


RestFault = Status | Reset | Hang | TooMany | Slow | Truncated | Garbage
HandshakeFault = Status | Reset | Hang | Slow | CloseAt | NoHello
FrameFault = (
    Abort
    | Malformed
    | TruncatedFrame
    | WrongShape
    | UnknownEvent
    | Duplicate
    | Reorder
    | Close
    | Reconnect
    | InvalidSession
    | Zombie
)
Fault = RestFault | HandshakeFault | FrameFault


@dataclass
class _Planned:
    """A fault that waits for its place."""

    fault: Fault
    times: int
    after: int
    method: str = "*"
    route: str = "*"
    event: str | None = None
    uploads: bool = False

    def due(self) -> bool:
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return self.times >= 0


class Faults:
    """The plan: faults for certain places, and faults drawn by chance."""

    def __init__(self) -> None:
        self._rest: list[_Planned] = []
        self._handshake: list[_Planned] = []
        self._frames: list[_Planned] = []
        self._chance = random.Random(0)  # noqa: S311 - a dice, not a secret
        self._rates: Mapping[Fault, float] = {}

    def on_rest(self, method: str, route: str, fault: RestFault, times: int = 1, after: int = 0) -> None:
        """Plan a fault for requests of a route such as "/channels/{c}/messages", or "*"; the first `after` go well."""
        self._rest.append(_Planned(fault, times, after, method, route))

    def on_upload(self, fault: RestFault, times: int = 1, after: int = 0) -> None:
        """Plan a fault for requests that bring a file."""
        self._rest.append(_Planned(fault, times, after, uploads=True))

    def on_handshake(self, fault: HandshakeFault, times: int = 1, after: int = 0) -> None:
        """Plan a fault for connections to the gateway."""
        self._handshake.append(_Planned(fault, times, after))

    def on_frame(self, fault: FrameFault, times: int = 1, event: str | None = None, after: int = 0) -> None:
        """Plan a fault for dispatches of an event, or of any."""
        self._frames.append(_Planned(fault, times, after, event=event))

    def random(self, seed: int, rates: Mapping[Fault, float]) -> None:
        """Draw each fault wherever it can happen, with its rate, from now on."""
        self._chance = random.Random(seed)  # noqa: S311 - a dice, not a secret
        self._rates = dict(rates)

    def calm(self) -> None:
        """Plan nothing any more."""
        self._rest, self._handshake, self._frames, self._rates = [], [], [], {}

    def at_rest(self, method: str, template: str, path: str, *, upload: bool = False) -> RestFault | None:
        """Return what happens to a request."""
        for planned in self._rest:
            there = planned.method in ("*", method) and (upload or not planned.uploads)
            if there and fits(planned.route, template, path) and planned.due():
                return cast("RestFault", _one(planned.fault, RestFault))
        return cast("RestFault | None", self._drawn(RestFault))

    def at_handshake(self) -> HandshakeFault | None:
        """Return what happens to a connection to the gateway."""
        for planned in self._handshake:
            if planned.due():
                return cast("HandshakeFault", _one(planned.fault, HandshakeFault))
        return cast("HandshakeFault | None", self._drawn(HandshakeFault))

    def at_frame(self, event: str) -> FrameFault | None:
        """Return what happens to a dispatch."""
        for planned in self._frames:
            if planned.event in (None, event) and planned.due():
                return cast("FrameFault", _one(planned.fault, FrameFault))
        return cast("FrameFault | None", self._drawn(FrameFault))

    def _drawn(self, kind: Any) -> Any:
        kinds = get_args(kind)
        for fault, rate in self._rates.items():
            if isinstance(fault, kinds) and self._chance.random() < rate:
                return fault
        return None


def _one(fault: Any, kind: Any) -> Any:
    assert isinstance(fault, get_args(kind)), f"{fault} can't happen there"
    return fault


def fits(wanted: str, template: str, path: str) -> bool:
    """Say whether a route as planned is that of a request; `@original` fits `{m}` where it stands in the path."""
    if wanted in ("*", template):
        return True
    parts = wanted.strip("/").split("/"), template.strip("/").split("/"), path.strip("/").split("/")
    if len({len(part) for part in parts}) > 1:
        return False
    return all(
        (of.startswith("{") and want.startswith("{")) or want == real for want, of, real in zip(*parts, strict=True)
    )
