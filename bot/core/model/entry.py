"""Define the base of every type that is read from a knowledge file."""

from __future__ import annotations

from typing import ClassVar


class Entry:
    """A part of a YAML file. The storage layer's validator reads the attribute: unknown fields are refused."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}
