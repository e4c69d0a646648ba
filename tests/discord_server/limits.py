"""What Discord takes: the documented limits of the bodies of requests, and the errors it names where one is broken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.discord_server.calls import INVALID_FORM, Answer, Call, Refusal

Error = tuple[str, str]  # where, such as "embeds.0.title", and what


def errors(call: Call) -> list[Error]:
    """Return what breaks a limit in a request."""
    return []


def refused(found: Sequence[Error]) -> Answer | None:
    """Return what a request with errors is answered, the way Discord writes them."""
    tree: dict[str, Any] = {}
    for where, what in found:
        branch = tree
        for part in where.split("."):
            branch = branch.setdefault(part, {})
        branch.setdefault("_errors", []).append({"code": "BASE_TYPE_BAD", "message": what})
    return Refusal(400, INVALID_FORM, "Invalid Form Body", tree).answer if found else None
