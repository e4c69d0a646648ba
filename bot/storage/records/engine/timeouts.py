"""The timeouts and intervals of the records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """Times in seconds."""

    patience: float = 3.0  # of a caller, until RecordsAway
    heavy: float = 20.0  # for large reads and deletions that no caller waits for
    upgrading: float = 120.0  # for migrating a large database
    closing: float = 1.0  # for the last pending writes
    retry: float = 1.0  # after a first failure; doubled with each further one
    retry_most: float = 30.0
    quiet: float = 60.0  # between two log lines about an outage
    gather: float = 2.0  # between two writes of pending misses
    refresh: float = 60.0  # of settings, which another process may have changed
    clean: float = 86_400.0
