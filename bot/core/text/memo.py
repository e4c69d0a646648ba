"""Results of functions of texts, remembered for speed. The texts are people's, so all can be forgotten at once.

Nothing here says whose a text was; `forget` is called when somebody asks to be forgotten, and periodically.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakSet

F = TypeVar("F", bound=Callable[..., Any])
K = TypeVar("K")
V = TypeVar("V")

_functions: WeakSet[Any] = WeakSet()
_memos: WeakSet[Memo[Any, Any]] = WeakSet()


def memoized(most: int) -> Callable[[F], F]:
    """Remember the last `most` results of a function.

    >>> @memoized(10)
    ... def length(text: str) -> int:
    ...     return len(text)
    >>> length("google"), length.cache_info().currsize, forget(), length.cache_info().currsize
    (6, 1, None, 0)
    """

    def remembering(function: F) -> F:
        made: Any = lru_cache(most)(function)
        _functions.add(made)
        return made  # type: ignore[no-any-return]

    return remembering


class Memo(dict[K, V]):
    """At most `most` results of a method; when it is full it begins anew. It dies with its object, unlike lru_cache.

    >>> memo = Memo[str, int](2)
    >>> for word in ("pay", "of", "google"):
    ...     _ = memo.add(word, len(word))
    >>> memo
    {'google': 6}
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        _memos.add(self)

    def add(self, key: K, value: V) -> V:
        """Remember a result and return it."""
        if len(self) >= self._most:
            self.clear()
        self[key] = value
        return value

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return self is other


def forget() -> None:
    """Forget all results."""
    for function in tuple(_functions):
        function.cache_clear()
    for memo in tuple(_memos):
        memo.clear()
