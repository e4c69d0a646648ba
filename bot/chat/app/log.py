"""Writes the log to standard error, with the token masked in every line: messages, arguments and tracebacks alike."""

from __future__ import annotations

import logging
import sys

MASK = "[token]"


class Masked(logging.Formatter):
    """Formats a record and then masks the secret in the whole line, wherever in the record it came from."""

    def __init__(self, secret: str) -> None:
        super().__init__("{asctime} {levelname:<7} {name}: {message}", "%Y-%m-%d %H:%M:%S", style="{")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return line.replace(self._secret, MASK) if self._secret else line


def start(level: str, secret: str) -> None:
    """Send all logging to standard error from `level` up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Masked(secret))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Below INFO discord.py writes out all that people say.
    logging.getLogger("discord").setLevel(max(logging.INFO, logging.getLogger().level))
