"""Writes the log to standard error: the token masked in every line, each message one line, no flood of one cause."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from copy import copy

MASK = "[token]"
LONGEST = 500  # characters of a message
MOST_ALIKE, WINDOW = 10, 60.0  # lines of one cause, in seconds
MOST_CAUSES = 1_000


class Condensed(logging.Filter):
    """Lets MOST_ALIKE lines of one cause through in a WINDOW; the first one after it says how many were left out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._causes: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        key, now = (record.name, str(record.msg)), self._clock()
        began, count = self._causes.get(key, (now, 0))
        left_out = max(0, count - MOST_ALIKE) if now - began >= WINDOW else 0
        if now - began >= WINDOW:
            began, count = now, 0
        if key not in self._causes and len(self._causes) >= MOST_CAUSES:
            self._causes.clear()
        self._causes[key] = began, count + 1
        if count >= MOST_ALIKE:
            return False
        if left_out:
            record.msg, record.args = f"{record.getMessage()} (and {left_out} more like it before)", None
        return True


class Masked(logging.Formatter):
    """Formats a record and then masks the secret in the whole line, wherever in the record it came from."""

    def __init__(self, secret: str) -> None:
        super().__init__("{asctime} {levelname:<7} {name}: {message}", "%Y-%m-%d %H:%M:%S", style="{")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        short = copy(record)
        # An error of Discord's brings the whole page that it came with.
        short.msg, short.args = " ".join(record.getMessage().split()), None
        if len(short.msg) > LONGEST:
            short.msg = f"{short.msg[:LONGEST]} ..."
        line = super().format(short)
        return line.replace(self._secret, MASK) if self._secret else line


def start(level: str, secret: str) -> None:
    """Send all logging to standard error from `level` up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Masked(secret))
    handler.addFilter(Condensed())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Below INFO discord.py writes out all that people say.
    logging.getLogger("discord").setLevel(max(logging.INFO, logging.getLogger().level))
