"""Short-term memory: the caches of what the bot remembers for a while, expired and forgotten together."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeVar

from cachetools import TLRUCache, TTLCache

from bot.core.text import memo

# Nothing of what people say is remembered for longer: "and amazon?" continues a question of the last ten minutes.
REMEMBERED = 600.0  # seconds
MOST = 5_000

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Personal(NamedTuple):
    """A cache with entries about people: whose an entry is (None: it may be anybody's), and whether it is a note."""

    cache: TTLCache[Any, Any]
    owner: Callable[[Any, Any], int | None]
    noted: bool


class Memory:
    """All the caches of one bot. `clock` returns seconds that only grow.

    >>> memory = Memory(lambda: 0.0)
    >>> queries = memory.cache(600.0, owner=lambda place, query: place[0], noted=True)
    >>> queries[7, 1], queries[8, 1] = "google", "amazon"
    >>> memory.forget(7), dict(queries)
    (1, {(8, 1): 'amazon'})
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._caches: list[TTLCache[Any, Any] | TLRUCache[Any, Any]] = []
        self._personal: list[_Personal] = []
        self._others: list[Callable[[], object]] = [memo.forget]
        self._emptied = 0.0

    def cache(
        self,
        seconds: float,
        *,
        most: int = MOST,
        owner: Callable[[K, V], int | None] | None = None,
        noted: bool = False,
    ) -> TTLCache[K, V]:
        """Return a new cache whose entries last so many seconds.

        `owner` says whose an entry is, where it is about people; `noted` whether it counts as a note on them.
        """
        made: TTLCache[K, V] = TTLCache(most, ttl=seconds, timer=self.clock)
        self._caches.append(made)
        if owner is not None:
            self._personal.append(_Personal(made, owner, noted))
        return made

    def cache_until(self, end: Callable[[V], float], most: int) -> TLRUCache[K, V]:
        """Return a new cache whose entries each last until their own `end`, by the clock."""
        made: TLRUCache[K, V] = TLRUCache(most, ttu=lambda _, value, __: end(value), timer=self.clock)
        self._caches.append(made)
        return made

    def expire(self) -> None:
        """Drop what is too old to count: a cache that nobody uses would keep it."""
        for cache in self._caches:
            cache.expire()
        if self.clock() - self._emptied >= REMEMBERED:
            self._empty()

    def also(self, forget: Callable[[], object]) -> None:
        """Call `forget` as often as people's words have to go that nobody knows the owner of."""
        self._others.append(forget)

    def _empty(self) -> None:
        self._emptied = self.clock()
        for forget in self._others:
            forget()

    def forget(self, person: int) -> int:
        """Drop everything about a person; return how many notes on them that were."""
        return self.forget_where(lambda owner: owner == person)

    def forget_where(self, theirs: Callable[[int], bool]) -> int:
        """Drop everything about whom it says `theirs` of; return how many notes that were."""
        self._empty()
        count = 0
        for cache, owner, noted in self._personal:
            entries = [(key, cache.get(key)) for key in list(cache)]
            owners = [(key, owner(key, value)) for key, value in entries if value is not None]
            dropped = [key for key, whose in owners if whose is None or theirs(whose)]
            for key in dropped:
                cache.pop(key, None)
            count += noted * len(dropped)
        return count
