"""How long the records wait for what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Times in seconds."""

    patience: float = 3.0  # at most, before a caller hears that the records are away
    much: float = 20.0  # for what reads or deletes much and no caller waits for
    upgrading: float = 120.0  # for changing the tables of a large database
    closing: float = 1.0  # for what waits to be written at the end
    retry: float = 1.0  # after a first failure; doubled with each further one
    retry_most: float = 30.0
    quiet: float = 60.0  # between two lines of trouble in the log
    gather: float = 2.0  # misses are written together
    refresh: float = 60.0  # settings are read again: another process may have changed them
    clean: float = 86_400.0
