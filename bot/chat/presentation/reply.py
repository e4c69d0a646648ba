"""Replies: a question as understood, its answer, and the page of it; recent ones are kept, as people ask the same."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from cachetools import TTLCache

from bot.chat.guilds.memory import REMEMBERED, Memory
from bot.chat.presentation.custom_id import turnable
from bot.core.advisor import Advisor
from bot.core.answers.capabilities import restrict
from bot.core.answers.phrasebook import Phrasebook
from bot.core.decide.follow_ups import goes_on
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Answer, Block, Decision, Points, Query, Refusal, Table, Text, Turn
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import Language
from bot.core.query_codec import written
from bot.core.query_edits import by
from bot.core.render.chart import Chart, chart_of
from bot.storage.knowledge.library import Library

# As many lines as fit a phone's screen or two.
A_PAGE = 12


class Page(NamedTuple):
    """One page of an answer: `number` of `of`, counted from 0."""

    answer: Answer
    number: int
    of: int


def page(answer: Answer, number: int = 0) -> Page:
    """Return a page of an answer, the last one where `number` is beyond it.

    What is short stands on the first page; lists longer than a page go on over the next ones.
    """
    of = max(1, *(-(-len(_lines(block)) // A_PAGE) for block in answer.blocks)) if answer.blocks else 1
    number = max(0, min(number, of - 1))
    if of == 1:
        return Page(answer, 0, 1)
    blocks = tuple(cut for block in answer.blocks if (cut := _cut(block, number)) is not None)
    return Page(replace(answer, blocks=blocks), number, of)


def _lines(block: Block) -> Sequence[object]:
    match block:
        case Text():
            return ()
        case Points(items):
            return items
        case Table(_, rows):
            return rows


def _cut(block: Block, number: int) -> Block | None:
    """Return what of a block stands on a page, None where nothing does."""
    start = number * A_PAGE
    match block:
        case Text():
            return block if number == 0 else None
        case Points(items):
            return Points(items[start : start + A_PAGE]) if items[start:] else None
        case Table(title, rows):
            return Table(title, rows[start : start + A_PAGE]) if rows[start:] else None


MOST = 512


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A question as understood and a page of its answer, `page` of `pages` counted from 0.

    `follow_up` and `tied` are those of its turn, `context` is what the next text of the same person may
    hang on; `knowledge` is what the answer is from, which a reload may have replaced meanwhile.
    """

    query: Decision
    answer: Answer
    page: int
    pages: int
    language: Language
    knowledge: Knowledge
    follow_up: bool = False
    tied: bool = False
    context: Query | None = None

    @property
    def content(self) -> tuple[Hashable, ...]:
        """All that the answer says, by which the same is told from what only begins with the same sentence."""
        answer = self.answer
        return answer.headline, answer.blocks, answer.gaps, answer.suggestions, self.page

    @cached_property
    def line(self) -> str | None:
        """The query as a line for components; None where no line can hold it."""
        return _line(self.query, self.knowledge)

    @property
    def periodic(self) -> bool:
        """Whether the answer can be given by the month too, with nothing more lacking."""
        if isinstance(self.query, Refusal) or not self.answer.rows:
            return False
        monthly, _ = restrict(by(self.query, "month"), Phrasebook(self.language, self.knowledge))
        return SPECS[monthly.answer].by_period and monthly.period is not None and not _is_side_by_side(monthly)

    @cached_property
    def chart(self) -> Chart | None:
        """The chart of the answer; None where a chart would show no more than the words."""
        return None if isinstance(self.query, Refusal) else chart_of(self.query, self.knowledge, self.language)


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

    def to_query(self, query: Decision, language: Language, number: int = 0) -> Reply:
        """Return the reply to a question as understood, or a further page of it."""
        advisor = self.advisor
        whole = advisor.answer(query, language)
        part = page(whole, number)
        if part.of > 1 and not _has_pages(query, advisor.knowledge):
            part = Page(whole, 0, 1)
        return Reply(
            query=query,
            answer=part.answer,
            page=part.number,
            pages=part.of,
            language=language,
            knowledge=advisor.knowledge,
            context=goes_on(query),
        )


def _line(query: Decision, knowledge: Knowledge) -> str | None:
    return written(query, knowledge) if isinstance(query, Query) else None


def _is_side_by_side(query: Query) -> bool:
    """Whether a comparison names several things: its headline then tells how they differ by the year."""
    beside = not query.companies and any(len(names) > 1 for names in (query.roles, query.levels, query.sources))
    return query.answer == "compare" and (len(query.companies) > 1 or beside)


def _has_pages(query: Decision, knowledge: Knowledge) -> bool:
    """Whether buttons could turn the pages of the answer; only then is it cut into pages."""
    line = _line(query, knowledge)
    return line is not None and turnable(line)
