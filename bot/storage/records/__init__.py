"""Remembers what belongs to a server, and what people thought of answers, in a database; its door is `Records`."""

from __future__ import annotations

from bot.storage.records.engine.timeouts import Pace
from bot.storage.records.service import Records
from bot.storage.records.values import Missed, RecordsAway, ServerSettings, Votes

__all__ = ["Missed", "Pace", "Records", "RecordsAway", "ServerSettings", "Votes"]
