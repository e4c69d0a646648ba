"""Limit how often the bot identifies itself to Discord, across restarts."""

from __future__ import annotations

import json
import logging
import math
import os
import time
from collections.abc import Callable
from pathlib import Path

DAY = 86_400.0  # seconds
# Discord ends all sessions and resets the token after 1,000 in a day. A bot that is well identifies once a start; one
# that starts again and again has a hundred quick tries, then one every four minutes: 100 + 86,400 / 240 = 460 a day.
QUICK, SOON, LATER = 100, 5.0, 240.0
# Where the file can't be kept, each start has to wait by itself: 86,400 / 100 = 864 a day.
UNKEPT = 100.0
_log = logging.getLogger(__name__)


class IdentifyBudget:
    """The times of the last day's IDENTIFYs, in a file; they say when the next may be sent.

    Without a file they are kept for the life of the process only.
    """

    def __init__(self, file: Path | None, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now
        self._sent: list[float] = []
        self._careful_until = 0.0
        if file is not None and not (self._read(file) and self._write(file)):
            self._careful_until = now() + UNKEPT

    def wait(self) -> float:
        """Return the seconds until the next IDENTIFY may be sent."""
        now = self._now()
        self._forget(now)
        due = self._careful_until
        if self._sent:
            due = max(due, self._sent[-1] + (SOON if len(self._sent) < QUICK else LATER))
        # A clock that was set back must not hold the bot up for longer than any rule asks.
        return min(max(0.0, due - now), LATER)

    def spend(self) -> None:
        """Note one IDENTIFY, before it is sent; what can't be written is noted in the log and kept in memory."""
        now = self._now()
        if self._file is not None:
            self._read(self._file)  # another process may have spent some
        self._forget(now)
        self._sent = sorted([*self._sent, now])
        if self._file is not None:
            self._write(self._file)

    def _forget(self, now: float) -> None:
        # Times to come are those of a clock since set back: they count as now, or they would stay for good.
        self._sent = [min(sent, now) for sent in self._sent if sent > now - DAY]

    def _read(self, file: Path) -> bool:
        try:
            stored = json.loads(file.read_text(encoding="utf-8"))
            kept = [float(sent) for sent in stored["identified"]]
            self._sent = sorted(sent for sent in {*self._sent, *kept} if math.isfinite(sent))
        except FileNotFoundError:
            return True
        except (OSError, ValueError, TypeError, KeyError) as error:
            _log.warning("%s can't be read and is begun anew (%s); connecting waits %.0f s", file, error, UNKEPT)
            self._write(file)
            return False
        return True

    def _write(self, file: Path) -> bool:
        """Replace the file whole, so that a crash leaves the old one or the new one."""
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps({"identified": self._sent}), encoding="utf-8")
            fresh.replace(file)
        except OSError as error:
            _log.warning("%s can't be written (%s); a crash loop could use up Discord's starts a day", file, error)
            return False
        return True
