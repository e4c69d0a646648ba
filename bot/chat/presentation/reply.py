"""Asks the Advisor and lays the answer out for Discord; what was asked a moment ago is not laid out again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from time import monotonic

import discord
from cachetools import TTLCache

from bot.chat.conversation.history import CONTINUED
from bot.chat.presentation.custom_id import turnable
from bot.chat.presentation.embeds import message_of
from bot.core.advisor import Advisor
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Answer, Decision, Query, Refusal
from bot.core.model.language import Language
from bot.core.query_codec import written
from bot.core.query_edits import by
from bot.core.render.chart import Chart, chart_of
from bot.core.render.pagination import Page, page
from bot.storage.knowledge.library import Library

REMEMBERED = 512


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer, what it answers, what is sent for it, and which page of how many that is, counted from 0.

    `goes_on` says whether it hangs on the question before. The rest is worked out when it is first wanted.
    """

    answer: Answer
    query: Decision
    content: str
    embed: discord.Embed | None
    page: int
    pages: int
    language: Language
    advisor: Advisor
    goes_on: bool = False

    @property
    def whole(self) -> tuple[Hashable, ...]:
        """All that is said, by which the same is told from what only begins with the same sentence."""
        answer = self.answer
        return answer.headline, answer.blocks, answer.gaps, answer.suggestions, self.page

    @cached_property
    def line(self) -> str | None:
        """The question as a line for controls; None where no line can say it."""
        return written(self.query, self.advisor.knowledge) if isinstance(self.query, Query) else None

    @cached_property
    def periodic(self) -> bool:
        """Whether the answer can be told by the month: it then has other figures and lacks nothing more."""
        query = self.query
        if isinstance(query, Refusal) or not SPECS[query.answer].by_period:
            return False
        other = self.advisor.answer(by(query, "month" if query.period in (None, "year") else "year"), self.language)
        return other.gaps == self.answer.gaps and other.headline != self.answer.headline

    @cached_property
    def chart(self) -> Chart | None:
        """What a picture of the answer shows."""
        if isinstance(self.query, Refusal):
            return None
        return chart_of(self.query, self.advisor.knowledge, self.language)


class ReplyFactory:
    """Replies from the library's current knowledge; the last ones are remembered, as people ask the same.

    They hold what people typed, and so are remembered no longer than questions are. `clock` returns seconds that only
    grow.
    """

    def __init__(self, library: Library, clock: Callable[[], float] = monotonic) -> None:
        self._library = library
        self._advisor: Advisor | None = None
        self._replies: TTLCache[tuple[str, str], Reply] = TTLCache(REMEMBERED, ttl=CONTINUED, timer=clock)

    @property
    def advisor(self) -> Advisor:
        """The advisor over the current knowledge."""
        return self._library.advisor

    def to(self, text: str, language: Language, *, remember: bool = True) -> Reply:
        """Return the reply to a text, remembered or new; after a reload nothing of before is remembered.

        What was not said to the bot is not for it to `remember`.
        """
        if self._advisor is not self._library.advisor:
            self._advisor = self._library.advisor
            self._replies.clear()
        key = (text, language.locale)
        reply = self._replies.get(key)
        if reply is None:
            reply = self.of(self._advisor.understand(text), language)
            if remember:
                self._replies[key] = reply
        return reply

    def forget(self) -> None:
        """Forget the texts and their replies; whose they were isn't known."""
        self._replies.clear()

    def expire(self) -> None:
        """Let go of what is too old to count."""
        self._replies.expire()

    def of(self, query: Decision, language: Language, number: int = 0) -> Reply:
        """Return the reply to a question as understood, or a further page of it."""
        advisor = self.advisor
        whole = advisor.answer(query, language)
        part = page(whole, number)
        if part.of > 1 and not _turnable(query, advisor):
            part = Page(whole, 0, 1)
        content, embed = message_of(part.answer, language)
        return Reply(
            answer=part.answer,
            query=query,
            content=content,
            embed=embed,
            page=part.number,
            pages=part.of,
            language=language,
            advisor=advisor,
        )


def _turnable(query: Decision, advisor: Advisor) -> bool:
    """Whether controls could say what the pages to turn are of; only then is an answer cut into pages."""
    line = written(query, advisor.knowledge) if isinstance(query, Query) else None
    return line is not None and turnable(line)
