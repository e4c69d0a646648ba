"""Says in the log that the database is away, at most once in a while, and that it is back."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)


class OutageLog:
    """Whether all is well; what is said of it is said once in `quiet` seconds."""

    def __init__(self, quiet: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._quiet = quiet
        self._clock = clock
        self._said = -math.inf
        self._told = False

    def tell(self, line: str) -> None:
        """Log a line, or nothing where one was logged just before."""
        if self._clock() - self._said >= self._quiet:
            self._said = self._clock()
            self._told = True
            _log.warning("%s", line)

    def over(self, line: str) -> None:
        """Log that it is over, where it was told that there was any."""
        if self._told:
            self._told = False
            _log.info("%s", line)
