"""Where the work under way comes from: its shard, and when its event came. The tasks of handlers inherit both."""

from __future__ import annotations

from contextvars import ContextVar

SHARD: ContextVar[int | None] = ContextVar("shard", default=None)
CAME: ContextVar[float | None] = ContextVar("came", default=None)  # by the event loop's clock
