"""What people think of answers, and what they asked that could not be answered; and what is held on them."""

from __future__ import annotations

from typing import NamedTuple

from bot.chat.conversation.duplicates import RecentAnswers
from bot.chat.conversation.history import History
from bot.chat.presentation.reply import ReplyFactory
from bot.core.advisor import Advisor
from bot.core.model.dialogue import Answer
from bot.core.model.language import Language, later
from bot.storage.records import Records, RecordsAway

AWAY = later("I can't reach my notes just now. Please try again in a few minutes.")
UNANSWERED = frozenset({"not_covered", "clarify"})


class Ballot(NamedTuple):
    """What a person thinks of an answer: the id of its message, its kind, and the server where it was given."""

    person: int
    answer: int
    kind: str
    up: bool
    server: int | None


class Feedback:
    """Notes votes and questions without an answer; losing a note never costs an answer."""

    def __init__(self, records: Records, exchanges: History, echoes: RecentAnswers, answers: ReplyFactory) -> None:
        self._records = records
        self._exchanges = exchanges
        self._echoes = echoes
        self._answers = answers

    async def vote(self, vote: Ballot, language: Language) -> str:
        """Note a vote and return what to say to who voted."""
        try:
            votes = await self._records.vote(**vote._asdict())
        except RecordsAway:
            return language.say(AWAY)
        return language.say(
            "Thanks, noted. So far: {up} \N{THUMBS UP SIGN}, {down} \N{THUMBS DOWN SIGN}. Press again to take it back.",
            up=votes.up,
            down=votes.down,
        )

    async def missed(self, said: str, answer: Answer, advisor: Advisor, *, person: int, server: int | None) -> None:
        """Count a question that got no figures, by its normalised form alone."""
        if answer.status in UNANSWERED:
            await self._records.missed(advisor.form(said), person=person, server=server)

    async def forget(self, person: int, language: Language) -> str:
        """Delete what is held on a person and return what to say to them."""
        count = self._exchanges.forget(person)
        self._echoes.forget(person)
        self._answers.forget()
        try:
            count += await self._records.forget(person)
        except RecordsAway:
            return language.say(AWAY)
        if not count:
            return language.say("I held nothing on you.")
        return language.count(
            "Done: I deleted {count} note on you.",
            "Done: I deleted {count} notes on you.",
            count,
        )
