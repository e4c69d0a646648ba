"""Every metric of the bot, for Prometheus. Until `collect` is called nothing is counted, and its client not imported.

Durations are seconds by the event loop's clock. No label holds a server, a channel, a person, or anything they typed.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any

PREFIX = "salarybot_"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds
UNKNOWN = math.nan  # of a gauge that nobody has set yet


class Metric:
    """One metric; its updates give the values of its labels in their order."""

    def __init__(self, name: str, meaning: str, *labels: str) -> None:
        self.name = f"{PREFIX}{name}"
        self.meaning = meaning
        self.labels = labels
        self.collected: Any = None

    def labeled(self, values: tuple[object, ...]) -> Any:
        """Return prometheus-client's object for these values of the labels."""
        return self.collected.labels(*values) if values else self.collected


class Counter(Metric):
    """Counts what happened."""

    def add(self, *labels: object) -> None:
        """Count one more with these values of the labels."""
        if self.collected is not None:
            self.labeled(labels).inc()


class Gauge(Metric):
    """Says how something is now."""

    def set(self, value: float, *labels: object) -> None:
        """Set the value for these values of the labels."""
        if self.collected is not None:
            self.labeled(labels).set(value)

    def clear(self) -> None:
        """Drop all values: what they were of may be gone."""
        if self.collected is not None:
            self.collected.clear()


class Histogram(Metric):
    """Measures durations."""

    def observe(self, seconds: float, *labels: object) -> None:
        """Record a duration in seconds for these values of the labels."""
        if self.collected is not None:
            self.labeled(labels).observe(seconds)

    @contextlib.contextmanager
    def timed(self) -> Iterator[None]:
        """Measure a block, where the one label is the outcome: ok, or failed if it raises."""
        clock = asyncio.get_running_loop().time
        began, outcome = clock(), "failed"
        try:
            yield
            outcome = "ok"
        finally:
            self.observe(clock() - began, outcome)


ANSWERS = Counter("answers_total", "Answers, by how they were asked for and what came of them.", "way", "outcome")
ANSWER_TIME = Histogram("answer_seconds", "From an event to Discord's confirmation of the answer.", "way")
DATABASE_TIME = Histogram("database_seconds", "Pieces of work in the database.", "outcome")
DATABASE_UP = Gauge("database_up", "Whether the database took the last piece of work.")
EVENTS = Counter("events_total", "Events from Discord, by type; READY and RESUMED are connections.", "event")
HANDSHAKES = Counter("handshakes_total", "IDENTIFYs and RESUMEs, sent or failed on the way.", "kind", "outcome")
KNOWLEDGE = Gauge("knowledge_info", "Always 1; its label says which knowledge base the bot answers from.", "revision")
LOSSES = Counter("connections_lost_total", "Gateway connections that ended, but for those closed here.", "cause")
PACED = Counter("paced_total", "Requests held back, as somebody asked too fast.")
PICTURE_TIME = Histogram("picture_seconds", "Drawing of pictures, the wait for its thread included.", "outcome")
REPLAYED = Counter("replayed_total", "Messages written while the bot was away, heard or too old then.", "outcome")
REST_TIME = Histogram("rest_seconds", "Requests to Discord; status 0 is no answer.", "method", "route", "status")
REST_WAITING = Histogram("rest_waiting_seconds", "Waits of requests for rate limits.")
SHARDS_MOVED = Counter("shards_moved_total", "Shards that this process took or gave up, by why.", "why")
SHARD_LATENCY = Gauge("shard_latency_seconds", "From a heartbeat to its acknowledgement.", "shard")
SHARD_SERVERS = Gauge("shard_servers", "Servers of a shard.", "shard")
SHARD_UP = Gauge("shard_up", "Whether a shard is connected and its servers are known.", "shard")
STARTS_LEFT = Gauge("identifies_remaining", "Session starts that Discord still allows until it renews them.")
VOTES = Counter("votes_total", "Votes that were stored, by button or by reaction.", "way", "thumb")
METRICS = tuple(value for value in globals().values() if isinstance(value, Metric))


def collect() -> Callable[[str], tuple[bytes, str]]:
    """Begin to count, from zero; return what renders all metrics: Accept header -> body, Content-Type."""
    import prometheus_client as prometheus  # noqa: PLC0415 - who looks at no metrics shall not pay for them
    from prometheus_client import exposition  # noqa: PLC0415

    prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]
    registry = prometheus.CollectorRegistry()
    prometheus.ProcessCollector(registry=registry)
    for metric in METRICS:
        options = {"buckets": BUCKETS} if isinstance(metric, Histogram) else {}
        kind = getattr(prometheus, type(metric).__name__)
        metric.collected = kind(metric.name, metric.meaning, metric.labels, registry=registry, **options)
        if isinstance(metric, Gauge) and not metric.labels:
            metric.set(UNKNOWN)

    def rendered(accept: str) -> tuple[bytes, str]:
        encode, kind = exposition.choose_encoder(accept)
        return encode(registry), kind

    return rendered
