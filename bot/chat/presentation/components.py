"""The buttons and menus below an answer. What each does is in its `custom_id`; `cogs/components.py` carries it out."""

from __future__ import annotations

from collections.abc import Iterator

import discord
from discord import ui

from bot.chat.presentation.custom_id import CORRECT, ComponentState, custom_id
from bot.chat.presentation.limits import BUTTON_LABEL, OPTION, OPTIONS, clip
from bot.chat.presentation.reply import Reply
from bot.core import query_edits
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Period, Query
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import Language, later

# The labels of the buttons; a day's pay can be asked for in words.
PERIODS: dict[Period, str] = {
    "year": later("Per year"),
    "month": later("Per month"),
    "week": later("Per week"),
    "hour": later("Per hour"),
}
SOURCES, NOT_MEANT = later("Sources"), later("Not what I meant")
UP, DOWN, DELETE = "\N{THUMBS UP SIGN}", "\N{THUMBS DOWN SIGN}", "\N{WASTEBASKET}"
BACK, ON = "\N{BLACK LEFT-POINTING TRIANGLE}", "\N{BLACK RIGHT-POINTING TRIANGLE}"
PERIOD_ROW, COMPARE_ROW, PAGE_ROW, LAST_ROW = range(4)


class AnswerControls(ui.View):
    """Components whose state Discord keeps: nothing of it is remembered here, so a restart changes nothing."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    def is_dispatchable(self) -> bool:
        """Say no, or discord.py would keep every view that was ever sent."""
        return False

    def is_finished(self) -> bool:
        """Say yes, for the same reason: replies to interactions ask this way."""
        return True


class _Builder:
    """Builds the components of one reply for one asker."""

    def __init__(self, reply: Reply, asker: int) -> None:
        self._reply = reply
        self._asker = asker
        self._language = reply.language

    def items(self, *, rated: bool) -> Iterator[ui.Item[AnswerControls]]:
        query, line = self._reply.query, self._reply.line
        if isinstance(query, Query) and line is not None:
            yield from self._for_figures(query, line)
            yield from self._votes(query.answer)
            return
        for number, suggestion in enumerate(dict.fromkeys(self._reply.answer.suggestions)):
            yield from self._button("ask", suggestion, suggestion, row=PERIOD_ROW + number // 5, literal=True)
        if rated:
            yield from self._votes(self._reply.answer.status)

    def _for_figures(self, query: Query, line: str) -> Iterator[ui.Item[AnswerControls]]:
        if self._reply.periodic and all(self._id(f"per_{period}", line) for period in PERIODS):
            now = query.period or "year"
            for period, label in PERIODS.items():
                yield from self._button(f"per_{period}", line, label, row=PERIOD_ROW, disabled=period == now)
        yield from self._comparison(query, line)
        if self._reply.pages > 1:
            yield from self._pages(line)
        if self._reply.answer.sources:
            # Those of the figures on this page: those of all might not fit into one message.
            yield from self._button("sources", line, SOURCES, row=LAST_ROW, page=self._reply.page)
        if SPECS[query.answer].uses and fits_menus(query):
            yield from self._button(CORRECT, line, NOT_MEANT, row=LAST_ROW)

    def _votes(self, kind: str) -> Iterator[ui.Item[AnswerControls]]:
        yield from self._button("up", kind, emoji=UP, row=LAST_ROW)
        yield from self._button("down", kind, emoji=DOWN, row=LAST_ROW)
        yield from self._button("delete", "", emoji=DELETE, row=LAST_ROW)

    def _comparison(self, query: Query, line: str) -> Iterator[ui.Item[AnswerControls]]:
        """Offer what the answer could be compared with; where that is more than a menu holds, people type it."""
        knowledge = self._reply.knowledge
        others = query_edits.others(query, knowledge)
        if not 0 < len(others) <= OPTIONS or (made := self._id("compare", line)) is None:
            return
        kind = query_edits.compared_kind(query, knowledge) or ""
        options = [
            discord.SelectOption(label=clip(name_of(knowledge, kind, key, self._language), OPTION), value=key)
            for key in others
            if len(key) <= OPTION
        ]
        placeholder = self._language.say("Compare with ...")
        yield ui.Select(custom_id=made, placeholder=placeholder, options=options, row=COMPARE_ROW)

    def _pages(self, line: str) -> Iterator[ui.Item[AnswerControls]]:
        number, of = self._reply.page, self._reply.pages
        yield from self._button("page", line, emoji=BACK, row=PAGE_ROW, disabled=number == 0, page=number - 1)
        shown = self._language.say("Page {number} of {of}", number=number + 1, of=of)
        yield from self._button("pages", "", shown, row=PAGE_ROW, disabled=True)
        last = number == of - 1
        yield from self._button("page", line, emoji=ON, row=PAGE_ROW, disabled=last, page=number + 1)

    def _button(  # noqa: PLR0913 - each is shown on the button or says what it does
        self,
        action: str,
        about: str,
        label: str | None = None,
        *,
        row: int,
        emoji: str | None = None,
        disabled: bool = False,
        literal: bool = False,
        page: int = 0,
    ) -> Iterator[ui.Item[AnswerControls]]:
        """Yield the button, or nothing where what it is about doesn't fit a custom_id."""
        made = self._id(action, about, max(page, 0), disabled=disabled)
        if made is not None:
            shown = label if label is None or literal else self._language.say(label)
            shown = None if shown is None else clip(shown, BUTTON_LABEL)
            yield ui.Button(custom_id=made, label=shown, emoji=emoji, disabled=disabled, row=row)

    def _id(self, action: str, about: str, page: int = 0, *, disabled: bool = False) -> str | None:
        # Two components of one message may not be the same; one that can't be used needs to be about nothing.
        return custom_id(ComponentState(action=action, asker=self._asker, about="" if disabled else about, page=page))


def controls(reply: Reply, asker: int, *, rated: bool) -> AnswerControls | None:
    """Return the components below a reply for `asker`, None where there is nothing to do.

    `rated` says whether a reply without figures can be voted on.
    """
    made = AnswerControls()
    for item in _Builder(reply, asker).items(rated=rated):
        made.add_item(item)
    return made if made.children else None


def fits_menus(query: Query) -> bool:
    """Whether menus can show everything that a query names."""
    return all(len(part) <= OPTIONS for part in (query.companies, query.roles, query.levels, query.sources))


def name_of(knowledge: Knowledge, kind: str, key: str, language: Language) -> str:
    """Return the name of something with figures: `kind` is a field of Query, such as "companies"."""
    match kind:
        case "companies":
            return knowledge.company(key).name
        case "levels":
            return language.say(knowledge.level(key).name)
        case "roles":
            return language.say(knowledge.role(key).name)
        case _:
            return knowledge.source(key).name
