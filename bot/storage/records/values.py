"""What the records hold, as frozen data, and which values may be held.

What comes in and may not is refused (ValueError); what lies in the database and may not counts as not set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

MOST_ID = 2**63 - 1  # what a database's integer holds; Discord's ids reach it in the year 2084
LONGEST_FORM = 200
LONGEST_KIND = 60
# Discord lets a server have 500 channels and 1,000 threads at once.
MOST_CHANNELS = 1_500
LONGEST_PREFIX, LONGEST_LANGUAGE = 10, 35
LONGEST_COOLDOWN = 3_600.0
_PREFIX = re.compile(r"[^\s/@<]\S*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class RecordsAway(Exception):  # noqa: N818 - a state of the world, as callers say it
    """The database can't be had now; nothing was kept. Answers go on without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """What one server has set; None leaves it to the bot's own settings (of a language: to what is heard)."""

    channels: frozenset[int] = frozenset()
    prefix: str | None = None
    charts: bool = True
    cooldown: float | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Votes:
    """How many found an answer right, and how many did not."""

    up: int
    down: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A question that could not be answered: how often, by how many people, when last."""

    form: str
    times: int
    people: int
    last_day: date


DEFAULTS = ServerSettings()


def settings_checked(values: Mapping[str, object]) -> dict[str, Any]:
    """Return the values as they are kept. Raises ValueError for one that may not be.

    >>> settings_checked({"prefix": "?", "channels": [7]})
    {'prefix': '?', 'channels': frozenset({7})}
    """
    for name in values:
        if name not in _CHECKS:
            raise ValueError(f"servers have no setting {name!r}; they have {', '.join(_CHECKS)}")
    return {name: _CHECKS[name](value) for name, value in values.items()}


def settings_believed(values: Mapping[str, object]) -> tuple[ServerSettings, tuple[str, ...]]:
    """Return settings from what lies in the database, and the names of those that can't be and count as not set."""
    sound: dict[str, Any] = {}
    odd: list[str] = []
    for name, value in values.items():
        try:
            sound[name] = _CHECKS[name](value)
        except ValueError:
            odd.append(name)
    return ServerSettings(**sound), tuple(odd)


def id_checked(value: object) -> int:
    """Return an id of Discord's. Raises ValueError for what is none."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_ID:
        return value
    raise ValueError(f"{value!r} is no id")


def line_of(text: str, longest: int) -> str:
    r"""Return text that any database takes: no zero bytes, no halves of a character, not too long.

    >>> line_of("two\x00 words", 6)
    'two wo'
    """
    whole = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return whole[:longest].strip()


def _channels(value: object) -> frozenset[int]:
    if not isinstance(value, Collection) or isinstance(value, str | bytes):
        raise ValueError(f"channels are a set of ids, not {value!r}")  # noqa: TRY004 - one kind of error for all
    if len(value) > MOST_CHANNELS:
        raise ValueError(f"at most {MOST_CHANNELS} channels")
    return frozenset(id_checked(channel) for channel in value)


def _prefix(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and len(value) <= LONGEST_PREFIX and value.isprintable() and _PREFIX.fullmatch(value):
        return value
    raise ValueError(f"a prefix has 1 to {LONGEST_PREFIX} characters without spaces and starts with none of / @ <")


def _charts(value: object) -> bool:
    if value in (True, False):  # SQLite knows 0 and 1 only
        return bool(value)
    raise ValueError("charts are on or off")


def _cooldown(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST_COOLDOWN:
        return float(value)  # not a number is not between two either
    raise ValueError(f"a cooldown has 0 to {LONGEST_COOLDOWN:.0f} seconds")


def _language(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and len(value) <= LONGEST_LANGUAGE and _LANGUAGE.fullmatch(value):
        return value
    raise ValueError("a language is told by its code, such as de or pt-BR")


_CHECKS: dict[str, Callable[[object], Any]] = {
    "channels": _channels,
    "prefix": _prefix,
    "charts": _charts,
    "cooldown": _cooldown,
    "language": _language,
}
assert tuple(_CHECKS) == tuple(field.name for field in fields(ServerSettings))
