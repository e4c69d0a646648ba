"""Real processes that share a bot's shards, over real sockets and a real PostgreSQL: nothing is lost or doubled."""

from __future__ import annotations

import asyncio

import pytest

from tests.fleet import Outcome, play


@pytest.mark.long
@pytest.mark.usefixtures("postgresql")  # where none is installed this is left out
@pytest.mark.parametrize("event", ["kill", "roll", "database"])
def test_what_is_asked_of_a_fleet_is_answered_once(event: str) -> None:
    """Commands wait for three seconds, so those asked of a process that was killed may be lost."""
    outcome: Outcome = asyncio.run(play(event, processes=2, shards=2, max_concurrency=16, rate=5.0))
    assert outcome.asked > 50
    assert (outcome.doubled, outcome.lost) == (0, 0)
    if event != "kill":
        assert outcome.lost_commands == 0
