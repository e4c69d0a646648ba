"""Replies: a question as understood and its answer; recent ones are kept, as people ask the same."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property

from cachetools import TTLCache

from bot.chat.guilds.memory import REMEMBERED, Memory
from bot.core.advisor import Advisor
from bot.core.answers.capabilities import restrict
from bot.core.decide.follow_ups.antecedents import continuable, remembered
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Answer, Decision, DialogueState, NotCovered, Query, Refusal, Turn
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import Language
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.query_codec import QueryCodec
from bot.core.query_edits import by
from bot.core.render.chart import Chart, chart_of
from bot.storage.knowledge.library import Library

MOST = 512


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A question as understood and its answer.

    `follow_up` and `tied` are those of its turn, `context` is what the next text of the same person may
    refer to; `knowledge` is what the answer is from, which a reload may have replaced meanwhile.
    """

    query: Decision
    answer: Answer
    language: Language
    knowledge: Knowledge
    follow_up: bool = False
    tied: bool = False
    context: DialogueState | None = None

    @property
    def content(self) -> tuple[Hashable, ...]:
        """All that the answer says, by which the same is told from what only begins with the same sentence."""
        answer = self.answer
        return answer.headline, answer.also, answer.details, answer.gaps, answer.suggestions

    @cached_property
    def line(self) -> str | None:
        """The query as a line for components; None where no line can hold it."""
        return QueryCodec(self.knowledge).written(self.query) if isinstance(self.query, Query) else None

    @property
    def details_line(self) -> str | None:
        """The query whose details are shown: for a refusal that of the general answer beside it."""
        beside = self.query.beside if isinstance(self.query, NotCovered) else None
        return self.line if beside is None else QueryCodec(self.knowledge).written(beside)

    @property
    def has_details(self) -> bool:
        """Whether there is more behind the answer than its message says."""
        return bool(self.answer.details or self.answer.caveats)

    @property
    def periodic(self) -> bool:
        """Whether the answer can be given by the month too, with nothing more lacking."""
        if isinstance(self.query, Refusal) or self.query.then is not None or not self.answer.rows:
            return False
        monthly, _ = restrict(by(self.query, "month"), Phrasebook(self.language, self.knowledge))
        return SPECS[monthly.answer].by_period and monthly.period is not None

    @cached_property
    def chart(self) -> Chart | None:
        """The chart of the answer's figures; None where a picture would show no more than the words."""
        if isinstance(self.query, Refusal) or not self.answer.shown:
            return None
        return chart_of(self.query, self.knowledge, self.language)


class ReplyFactory:
    """Makes replies from the library's current knowledge."""

    def __init__(self, library: Library, memory: Memory) -> None:
        self._library = library
        self._advisor: Advisor | None = None
        # They hold what people typed, and whose words that were isn't known.
        self._replies: TTLCache[tuple[str, str], Reply] = memory.cache(REMEMBERED, most=MOST, owner=lambda *_: None)

    @property
    def advisor(self) -> Advisor:
        """The advisor on the current knowledge."""
        return self._library.advisor

    def to_text(self, text: str, language: Language, *, remember: bool = True) -> Reply:
        """Return the reply to a text, a recent one where there is one; a reload ends them all.

        What was not said to the bot is not for it to `remember`.
        """
        if self._advisor is not self._library.advisor:
            self._advisor = self._library.advisor
            self._replies.clear()
        key = (text, language.locale)
        reply = self._replies.get(key)
        if reply is None:
            reply = self.to_turn(self._advisor.follow(text, None), language)
            if remember:
                self._replies[key] = reply
        return reply

    def to_turn(self, turn: Turn, language: Language) -> Reply:
        """Return the reply to a text as read in its conversation."""
        reply = self.to_query(turn.decision, language)
        return replace(reply, follow_up=turn.follow_up, tied=turn.tied, context=turn.context)

    def to_query(self, query: Decision, language: Language) -> Reply:
        """Return the reply to a question as understood."""
        advisor = self.advisor
        return Reply(
            query=query,
            answer=advisor.answer(query, language),
            language=language,
            knowledge=advisor.knowledge,
            context=remembered(continuable(query), None),
        )
