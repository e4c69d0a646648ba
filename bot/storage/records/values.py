"""The values of the records, and their validation.

An invalid value that comes in is refused (ValueError); one that is stored in the database counts as not set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

MOST_ID = 2**63 - 1  # the largest integer of a database; Discord's ids reach it in 2084
LONGEST_FORM = 200
LONGEST_KIND = 60
# A Discord server has at most 500 channels and 1,000 active threads.
MOST_CHANNELS = 1_500
LONGEST_PREFIX, LONGEST_LANGUAGE = 10, 35
LONGEST_COOLDOWN = 3_600.0
_PREFIX = re.compile(r"[^\s/@<]\S*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class RecordsAway(Exception):  # noqa: N818 - a state rather than an error
    """The database is unavailable; nothing was saved. Answers go on without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """The settings of one server; None means the bot's own setting (for the language, that of the user).

    In `channels` clear questions are answered, in the `ask_channels` among them every message. `proxy` is the bot, such
    as PluralKit, whose webhooks post in place of people.
    """

    channels: frozenset[int] = frozenset()
    ask_channels: frozenset[int] = frozenset()
    prefix: str | None = None
    charts: bool = True
    cooldown: float | None = None
    language: str | None = None
    proxy: int | None = None


@dataclass(frozen=True, slots=True)
class Votes:
    """The votes on an answer."""

    up: int
    down: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An unanswered question: how often it was asked, by how many people, and when last."""

    form: str
    times: int
    people: int
    last_day: date


DEFAULTS = ServerSettings()


def validated_settings(values: Mapping[str, object]) -> dict[str, Any]:
    """Return the settings as they are stored. Raises ValueError for an invalid one.

    >>> validated_settings({"prefix": "?", "channels": [7]})
    {'prefix': '?', 'channels': frozenset({7})}
    """
    for name in values:
        if name not in _CHECKS:
            raise ValueError(f"servers have no setting {name!r}; they have {', '.join(_CHECKS)}")
    return {name: _CHECKS[name](value) for name, value in values.items()}


def stored_settings(values: Mapping[str, object]) -> tuple[ServerSettings, tuple[str, ...]]:
    """Return the settings stored in the database, and the names of the invalid ones, which count as not set."""
    valid: dict[str, Any] = {}
    invalid: list[str] = []
    for name, value in values.items():
        try:
            valid[name] = _CHECKS[name](value)
        except ValueError:
            invalid.append(name)
    return ServerSettings(**valid), tuple(invalid)


def validated_id(value: object) -> int:
    """Return a Discord id. Raises ValueError if it is none."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_ID:
        return value
    raise ValueError(f"{value!r} is no id")


def storable_text(text: str, longest: int) -> str:
    r"""Return text that any database stores: without zero bytes and lone surrogates, and not too long.

    >>> storable_text("two\x00 words", 6)
    'two wo'
    """
    whole = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return whole[:longest].strip()


def _channels(value: object) -> frozenset[int]:
    if not isinstance(value, Collection) or isinstance(value, str | bytes):
        raise ValueError(f"channels are a set of ids, not {value!r}")  # noqa: TRY004 - one kind of error for all
    if len(value) > MOST_CHANNELS:
        raise ValueError(f"at most {MOST_CHANNELS} channels")
    return frozenset(validated_id(channel) for channel in value)


def _prefix(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and len(value) <= LONGEST_PREFIX and value.isprintable() and _PREFIX.fullmatch(value):
        return value
    raise ValueError(f"a prefix has 1 to {LONGEST_PREFIX} characters without spaces and starts with none of / @ <")


def _charts(value: object) -> bool:
    if value in (True, False):  # SQLite has only 0 and 1
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
    "ask_channels": _channels,
    "prefix": _prefix,
    "charts": _charts,
    "cooldown": _cooldown,
    "language": _language,
    "proxy": lambda value: None if value is None else validated_id(value),
}
assert tuple(_CHECKS) == tuple(field.name for field in fields(ServerSettings))
