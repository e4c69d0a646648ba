"""Rate limits: buckets per route and major id, and the headers that tell of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from tests.discord_server.calls import Answer, Call
from tests.discord_server.faults import TooMany, fits

MAJOR = ("c", "g", "app", "id", "token")


@dataclass(frozen=True)
class Limit:
    """So many requests in so many seconds."""

    method: str
    route: str
    limit: int
    per: float


@dataclass
class Bucket:
    """What is left of a limit until when."""

    left: int
    until: float


class Buckets:
    """The limits in force, and how far each is used."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._limits: list[Limit] = []
        self._buckets: dict[tuple[Limit, tuple[str, ...]], Bucket] = {}
        self.closed_until = 0.0
        """The end of a global limit."""

    def limit(self, limit: Limit) -> None:
        self._limits.append(limit)

    def take(self, call: Call, path: str, now: float, *, open_: bool) -> tuple[dict[str, str], Answer | None]:
        """Use one request up; return the headers and, where there was none left, the 429."""
        if now < self.closed_until and not open_:  # interactions are not bound to the global limit
            return {}, too_many(TooMany("global", self.closed_until - now))
        for limit in self._limits:
            if limit.method in ("*", call.method) and fits(limit.route, call.route, path):
                return self._take(limit, tuple(call.params[name] for name in MAJOR if name in call.params), now)
        return {}, None

    def _take(self, limit: Limit, major: tuple[str, ...], now: float) -> tuple[dict[str, str], Answer | None]:
        bucket = self._buckets.get((limit, major))
        if bucket is None or bucket.until <= now:
            bucket = self._buckets[limit, major] = Bucket(limit.limit, now + limit.per)
        over = bucket.left <= 0
        bucket.left = max(0, bucket.left - 1)
        wait = bucket.until - now
        headers = {
            "X-RateLimit-Limit": str(limit.limit),
            "X-RateLimit-Remaining": str(bucket.left),
            "X-RateLimit-Reset": f"{self._clock() + wait:.3f}",
            "X-RateLimit-Reset-After": f"{wait:.3f}",
            "X-RateLimit-Bucket": f"bucket{self._limits.index(limit)}",
        }
        return headers, too_many(TooMany("user", wait)) if over else None


def too_many(fault: TooMany) -> Answer:
    """Return the 429 that a limit, or a fault, answers with."""
    everywhere = fault.scope == "global"
    body = {"message": "You are being rate limited.", "retry_after": round(fault.retry_after, 3), "global": everywhere}
    headers = {"Retry-After": str(math.ceil(fault.retry_after))}
    if not fault.via:
        return Answer(429, "<html>Access denied: you are being rate limited (1015)</html>", headers)
    headers |= {"Via": "1.1 google", "X-RateLimit-Scope": fault.scope}
    return Answer(429, body, headers | ({"X-RateLimit-Global": "true"} if everywhere else {}))
