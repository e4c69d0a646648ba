"""Remembers what belongs to a server, and what people thought of answers, in a database; its door is `Records`."""

from __future__ import annotations

from bot.storage.records.held import Missed, RecordsAway, ServerSettings, Votes
from bot.storage.records.pace import Pace
from bot.storage.records.records import Records

__all__ = ["Missed", "Pace", "Records", "RecordsAway", "ServerSettings", "Votes"]
