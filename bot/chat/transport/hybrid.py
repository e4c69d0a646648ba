"""discord.py's decorators of hybrid commands, in types that mypy can solve (its own need pyright)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from discord.ext import commands

Context: TypeAlias = commands.Context[Any]
Handler: TypeAlias = Callable[..., Coroutine[Any, Any, None]]
Command: TypeAlias = commands.HybridCommand[Any, ..., None]
Group: TypeAlias = commands.HybridGroup[Any, ..., None]


# A command's replies are for the caller alone.
PRIVATE: Final = MappingProxyType({"private": True})


def command(description: str, *, group: Group | None = None, private: bool = False) -> Callable[[Handler], Command]:
    """Make a hybrid command named as its handler, at the top or in a group."""
    make: Any = commands.hybrid_command if group is None else group.command
    made: Callable[[Handler], Command] = make(description=description, extras=dict(PRIVATE) if private else {})
    return made


def group(description: str) -> Callable[[Handler], Group]:
    """Make a hybrid group named as its handler."""
    make: Any = commands.hybrid_group
    made: Callable[[Handler], Group] = make(description=description)
    return made
