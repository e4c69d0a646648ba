"""What a check finds wrong, and where."""

from __future__ import annotations

from typing import NamedTuple

from bot.core.model.knowledge import Place


class Problem(NamedTuple):
    """What is wrong with a knowledge base whose parts are each well-formed.

    `absence` marks what may only be the consequence of a file that could not be read.
    """

    place: Place
    message: str
    absence: bool = False
