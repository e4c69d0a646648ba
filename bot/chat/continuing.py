"""Finds the reply to what somebody says: as going on from what they asked before where it does, else by itself."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.answering import Answers, Reply
from bot.chat.hearing import Heard, goes_on, speaks_up
from bot.core.advisor import Advisor
from bot.core.coding import read, written
from bot.core.dialogue import Query
from bot.core.knowledge import Knowledge
from bot.core.language import Language


class Continuing:
    """Replies, hung on the question before where they can be; what nobody said to the bot only where that is clear."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    @property
    def advisor(self) -> Advisor:
        """The advisor over the current knowledge."""
        return self._answers.advisor

    def reply(self, heard: Heard, before: Query | None, language: Language) -> Reply:
        """Return the reply to what somebody says who asked `before`."""
        further = self._further(heard.fragment, before, language) if before is not None and heard.fragment else None
        if further is not None and (heard.addressed or goes_on(heard.fragment, further)):
            return further
        return self._answers.to(heard.text, language, remember=heard.addressed)

    def _further(self, fragment: str, before: Query, language: Language) -> Reply | None:
        if not _is_known(before, self.advisor.knowledge):
            return None  # a reload has taken away what was asked about
        query = self.advisor.follow(fragment, before)
        return replace(self._answers.of(query, language), goes_on=True) if query is not None else None


def speaks(heard: Heard, reply: Reply) -> bool:
    """Whether a reply is given: always to who called the bot, else where it is worth it."""
    return heard.addressed or reply.goes_on or speaks_up(reply)


def _is_known(query: Query, known: Knowledge) -> bool:
    """Whether all that a question names is on file still."""
    line = written(query, known)
    if line is not None and read(line, known) is not None:
        return True
    named = (
        ("intent", (query.intent,) if query.intent else ()),
        ("company", (*query.companies, *query.excluded)),
        ("role", query.roles),
        ("level", query.levels),
        ("source", query.sources),
    )
    return all(known.has(kind, key) for kind, keys in named for key in keys)
