"""Feedback: votes on answers, and questions that could not be answered; and what /forget deletes."""

from __future__ import annotations

import contextlib
from typing import NamedTuple

from bot import metrics
from bot.chat.guilds.caller import Caller
from bot.chat.guilds.memory import Memory
from bot.core.advisor import Advisor
from bot.core.model.dialogue import Answer
from bot.core.model.language import Language, later
from bot.storage.records import Records, RecordsAway, Votes

AWAY = later("I can't reach my notes just now. Please try again in a few minutes.")
UNANSWERED = frozenset({"not_covered", "clarify"})


class Ballot(NamedTuple):
    """A vote on an answer: the ids of its message and of the press, its kind, the guild (0: in a direct message).

    A reaction has no press.
    """

    person: int
    answer: int
    kind: str
    up: bool
    press: int | None
    server: int


class Feedback:
    """Records votes and questions without an answer; a lost record never costs an answer."""

    def __init__(self, records: Records, memory: Memory) -> None:
        self._records = records
        self._memory = memory

    async def vote(self, ballot: Ballot, language: Language) -> str:
        """Record a vote and return what to say to the voter."""
        try:
            votes = await self._count("button", ballot)
        except RecordsAway:
            return language.say(AWAY)
        return language.say(
            "Thanks, noted. So far: {up} \N{THUMBS UP SIGN}, {down} \N{THUMBS DOWN SIGN}. Press again to take it back.",
            up=votes.up,
            down=votes.down,
        )

    async def react(self, ballot: Ballot) -> None:
        """Record a vote that was given as a reaction; nobody waits for a word on it."""
        with contextlib.suppress(RecordsAway):
            await self._count("reaction", ballot)

    async def _count(self, way: str, ballot: Ballot) -> Votes:
        votes = await self._records.vote(**ballot._asdict())
        metrics.VOTES.add(way, "up" if ballot.up else "down")
        return votes

    async def take_back(self, person: int, answer: int, *, up: bool) -> None:
        """Take back the vote of a reaction that was removed."""
        with contextlib.suppress(RecordsAway):
            await self._records.take_back(person=person, answer=answer, up=up)

    async def answer_changed(self, answer: int) -> None:
        """Take back the votes on an answer that says something else now: they were on what was said."""
        with contextlib.suppress(RecordsAway):
            await self._records.take_back(answer=answer)

    async def count_unanswered(self, text: str, answer: Answer, advisor: Advisor, caller: Caller) -> None:
        """Count a question that got no figures, by its normalized form alone."""
        if answer.status in UNANSWERED:
            await self._records.missed(advisor.form(text), person=caller.person, server=caller.guild)

    async def forget(self, caller: Caller) -> str:
        """Delete everything that is held on a person and return what to say to them."""
        language = caller.language
        count = self._memory.forget(caller.person)
        try:
            count += await self._records.forget(caller.person)
        except RecordsAway:
            return language.say(AWAY)
        if not count:
            return language.say("I held nothing.")
        return language.count("Done: I deleted {count} note.", "Done: I deleted {count} notes.", count)
