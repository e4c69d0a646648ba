"""The buttons and menus below an answer. What each does is in its `custom_id`; `pressing` carries it out."""

from __future__ import annotations

from collections.abc import Iterator

import discord
from discord import ui

from bot.chat.presentation.custom_id import MEND, ComponentState, custom_id
from bot.chat.presentation.reply import Reply
from bot.core import query_edits
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Period, Query
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import Language, later

MOST_OPTIONS = 25
LONGEST_LABEL = 80
LONGEST_OPTION = 100
# The words on the buttons; a day's pay can be asked for in words.
PERIODS: dict[Period, str] = {
    "year": later("Per year"),
    "month": later("Per month"),
    "week": later("Per week"),
    "hour": later("Per hour"),
}
SOURCES, NOT_MEANT = later("Sources"), later("Not what I meant")
UP, DOWN, DELETE = "\N{THUMBS UP SIGN}", "\N{THUMBS DOWN SIGN}", "\N{WASTEBASKET}"
BACK, ON = "\N{BLACK LEFT-POINTING TRIANGLE}", "\N{BLACK RIGHT-POINTING TRIANGLE}"
ROW_OF_PERIODS, ROW_OF_OTHERS, ROW_OF_PAGES, ROW_OF_REST = range(4)


class AnswerControls(ui.View):
    """Controls that Discord keeps for us: nothing of them is remembered here, so a restart changes nothing."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    def is_dispatchable(self) -> bool:
        """Say no, or discord.py would keep every view that was ever sent."""
        return False

    def is_finished(self) -> bool:
        """Say yes, for the same reason: replies to interactions ask this way."""
        return True


class _Maker:
    """Makes the controls of one reply for one asker."""

    def __init__(self, reply: Reply, asker: int) -> None:
        self._reply = reply
        self._asker = asker
        self._advisor = reply.advisor  # that of the answer, which a reload may have replaced meanwhile
        self._language = reply.language

    def made(self) -> AnswerControls:
        controls = AnswerControls()
        query, line = self._reply.query, self._reply.line
        items = self._of_figures(query, line) if isinstance(query, Query) and line is not None else self._suggested()
        for item in items:
            controls.add_item(item)
        return controls

    def _of_figures(self, query: Query, line: str) -> Iterator[ui.Item[AnswerControls]]:
        if self._reply.periodic and all(self._id(f"per_{period}", line) for period in PERIODS):
            now = query.period or "year"
            for period, label in PERIODS.items():
                yield from self._button(f"per_{period}", line, label, row=ROW_OF_PERIODS, disabled=period == now)
        yield from self._others(query, line)
        if self._reply.pages > 1:
            yield from self._pages(line)
        if self._reply.answer.sources:
            # Those of the figures on this page: those of all might not fit into one message.
            yield from self._button("sources", line, SOURCES, row=ROW_OF_REST, page=self._reply.page)
        if SPECS[query.answer].uses and choosable(query):
            yield from self._button(MEND, line, NOT_MEANT, row=ROW_OF_REST)
        yield from self._rest(query.answer)

    def _rest(self, kind: str) -> Iterator[ui.Item[AnswerControls]]:
        yield from self._button("up", kind, emoji=UP, row=ROW_OF_REST)
        yield from self._button("down", kind, emoji=DOWN, row=ROW_OF_REST)
        yield from self._button("delete", "", emoji=DELETE, row=ROW_OF_REST)

    def _suggested(self) -> Iterator[ui.Item[AnswerControls]]:
        for number, suggestion in enumerate(dict.fromkeys(self._reply.answer.suggestions)):
            yield from self._button("ask", suggestion, suggestion, row=ROW_OF_PERIODS + number // 5, literal=True)
        if self._reply.embed is not None:
            yield from self._rest(self._reply.answer.status)

    def _others(self, query: Query, line: str) -> Iterator[ui.Item[AnswerControls]]:
        """Offer what the answer could be compared with; with more than a menu holds, people type it."""
        known = self._advisor.knowledge
        others = query_edits.others(query, known)
        if not 0 < len(others) <= MOST_OPTIONS or (made := self._id("compare", line)) is None:
            return
        kind = query_edits.compared_kind(query, known) or ""
        options = [
            discord.SelectOption(label=clipped(named(known, kind, key, self._language), LONGEST_OPTION), value=key)
            for key in others
            if len(key) <= LONGEST_OPTION
        ]
        yield ui.Select(
            custom_id=made, placeholder=self._language.say("Compare with ..."), options=options, row=ROW_OF_OTHERS
        )

    def _pages(self, line: str) -> Iterator[ui.Item[AnswerControls]]:
        number, of = self._reply.page, self._reply.pages
        yield from self._button("page", line, emoji=BACK, row=ROW_OF_PAGES, disabled=number == 0, page=number - 1)
        shown = self._language.say("Page {number} of {of}", number=number + 1, of=of)
        yield from self._button("pages", "", shown, row=ROW_OF_PAGES, disabled=True)
        last = number == of - 1
        yield from self._button("page", line, emoji=ON, row=ROW_OF_PAGES, disabled=last, page=number + 1)

    def _button(  # noqa: PLR0913 - each is a word on the button or what it does
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
        """Yield the button, or nothing where Discord couldn't keep what it is about."""
        made = self._id(action, about, max(page, 0), disabled=disabled)
        if made is not None:
            shown = label if label is None or literal else self._language.say(label)
            shown = None if shown is None else clipped(shown, LONGEST_LABEL)
            yield ui.Button(custom_id=made, label=shown, emoji=emoji, disabled=disabled, row=row)

    def _id(self, action: str, about: str, page: int = 0, *, disabled: bool = False) -> str | None:
        # Two controls of one message may not be the same; what can't be pressed needs to be about nothing.
        return custom_id(ComponentState(action=action, asker=self._asker, about="" if disabled else about, page=page))


def controls(reply: Reply, asker: int) -> AnswerControls | None:
    """Return what is shown below a reply for `asker`, None where there is nothing to do."""
    made = _Maker(reply, asker).made()
    return made if made.children else None


def choosable(query: Query) -> bool:
    """Whether menus can show all that a query names."""
    return all(len(part) <= MOST_OPTIONS for part in (query.companies, query.roles, query.levels, query.sources))


def named(known: Knowledge, kind: str, key: str, language: Language) -> str:
    """Return how a thing with figures is called: `kind` is a field of Query, such as "companies"."""
    match kind:
        case "companies":
            return known.company(key).name
        case "levels":
            return language.say(known.level(key).name)
        case "roles":
            return language.say(known.role(key).name)
        case _:
            return known.source(key).name


def clipped(label: str, most: int) -> str:
    """Return a label within Discord's limit."""
    return label if len(label) <= most else f"{label[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
