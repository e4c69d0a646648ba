"""Holds misses until they are written: in memory, bounded, with the people in them still by their ids."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

MOST = 5_000


class Entry(NamedTuple):
    """Who missed what, on which day, in which server."""

    form: str
    day: date
    person: int
    server: int


class PendingMisses:
    """Counts of entries; a new one finds no room where there are too many."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._times: dict[Entry, int] = {}

    def __len__(self) -> int:
        return len(self._times)

    def add(self, entry: Entry, times: int = 1) -> None:
        if entry in self._times or len(self._times) < self._most:
            self._times[entry] = self._times.get(entry, 0) + times

    def take(self, most: int) -> dict[Entry, int]:
        """Take out the first of them."""
        first = list(self._times)[:most]
        return {entry: self._times.pop(entry) for entry in first}

    def give_back(self, taken: dict[Entry, int]) -> None:
        """Put back what could not be written."""
        for entry, times in taken.items():
            self.add(entry, times)

    def forget(self, person: int) -> int:
        """Drop what is held of a person; return how many entries that were."""
        return self._drop([entry for entry in self._times if entry.person == person])

    def leave(self, server: int) -> None:
        """Drop what belongs to a server."""
        self._drop([entry for entry in self._times if entry.server == server])

    def _drop(self, entries: list[Entry]) -> int:
        for entry in entries:
            del self._times[entry]
        return len(entries)
