"""The database of servers' settings, votes and unanswered questions, behind the class `Records`."""

from __future__ import annotations

from bot.storage.records.engine.timeouts import Timeouts
from bot.storage.records.service import Records
from bot.storage.records.values import Missed, RecordsAway, ServerSettings, Votes

__all__ = ["Missed", "Records", "RecordsAway", "ServerSettings", "Timeouts", "Votes"]
