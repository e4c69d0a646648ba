"""Writes the log to standard error, as text or JSON: the token masked, each message one line, no flood of one cause."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from typing import Any

from bot.chat.transport.event_context import SHARD
from bot.storage.state import PROCESS

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
        """Let a record pass unless many like it came within WINDOW seconds; the next tells how many were left out."""
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


class Located(logging.Filter):
    """Notes in a record the shard in whose work it was made, None elsewhere."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Note the shard, and let the record pass."""
        record.shard = SHARD.get()
        return True


class Masked(logging.Formatter):
    """Formats a record and then masks the secret in the whole line, wherever in the record it came from."""

    def __init__(self, secret: str) -> None:
        super().__init__("{asctime} {levelname:<7} [{place}] {name}: {message}", "%Y-%m-%d %H:%M:%S", style="{")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line with the process and the shard, masked."""
        short = copy(record)
        shard = getattr(record, "shard", None)
        short.place = PROCESS if shard is None else f"{PROCESS}:{shard}"
        short.msg, short.args = shortened(record), None
        return self._masked(super().format(short))

    def _masked(self, text: str) -> str:
        return text.replace(self._secret, MASK) if self._secret else text


class AsJson(Masked):
    """Formats a record as one JSON object a line; each text in it is masked before it is written as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one JSON object: time (UTC, ISO 8601), level, logger, process, shard, message, error."""
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": PROCESS,
            "shard": getattr(record, "shard", None),
            "message": self._masked(shortened(record)),
        }
        if record.exc_info:
            fields["error"] = self._masked(self.formatException(record.exc_info))
        return json.dumps(fields)


def shortened(record: logging.LogRecord) -> str:
    """Return a message in one line; an error of Discord's brings the whole page that it came with."""
    text = " ".join(record.getMessage().split())
    return f"{text[:LONGEST]} ..." if len(text) > LONGEST else text


def start(level: str, secret: str, style: str = "text") -> None:
    """Send all logging to standard error from `level` up, in the style "text" or "json"."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson(secret) if style == "json" else Masked(secret))
    handler.addFilter(Condensed())
    handler.addFilter(Located())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Below INFO discord.py writes out all that people say.
    logging.getLogger("discord").setLevel(max(logging.INFO, logging.getLogger().level))
