"""A REST request as the endpoints see it, and how they answer or refuse it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

MISSING_ACCESS, MISSING_PERMISSIONS, NO_DMS, EMPTY = 50001, 50013, 50007, 50006
UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MEMBER, UNKNOWN_MESSAGE, UNKNOWN_USER = 10003, 10004, 10007, 10008, 10013
UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, ACKNOWLEDGED, INVALID_TOKEN = 10015, 10062, 40060, 50027
INVALID_FORM, NO_HISTORY, NOT_OURS, TOO_MANY_FOLLOW_UPS = 50035, 160002, 50005, 40094


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    filename: str
    data: bytes


@dataclass(frozen=True)
class Call:
    """One request: its route's template and what stood in its places."""

    method: str
    route: str
    params: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    files: Mapping[int, Upload] = field(default_factory=dict)
    authorized: bool = True

    def id(self, name: str) -> int:
        """Return the number in a place of the route; 0 for what is no number."""
        value = self.params[name]
        return int(value) if value.isdecimal() else 0


@dataclass(frozen=True)
class Answer:
    """What is answered; no `data`: no body."""

    status: int = 204
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):  # noqa: N818 - an answer, not a failure of the server
    """An error as Discord answers it."""

    def __init__(self, status: int, code: int, message: str, errors: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        body = {"code": code, "message": message}
        self.answer = Answer(status, {**body, "errors": errors} if errors else body)


D = TypeVar("D")


@dataclass(frozen=True)
class Endpoint(Generic[D]):
    """A route and what serves it, given the desk that holds what it needs; `open`: without a token in the header."""

    method: str
    route: str
    serve: Callable[[D, Call], Answer]
    open: bool = False
