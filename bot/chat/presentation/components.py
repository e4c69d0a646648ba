"""The buttons and menus below an answer. What each does is in its `custom_id`; `cogs/components.py` carries it out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import discord
from discord import ui

from bot.chat.presentation.custom_id import CORRECT, LARGEST_ID, ComponentState, custom_id
from bot.chat.presentation.limits import BUTTON_LABEL, OPTION, OPTIONS, clip
from bot.chat.presentation.reply import Reply
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Period, Query
from bot.core.model.language import later
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.query_codec import QueryCodec
from bot.core.query_edits import QueryEdits

# The labels of the buttons; a day's pay can be asked for in words.
PERIODS: dict[Period, str] = {
    "year": later("Per year"),
    "month": later("Per month"),
    "week": later("Per week"),
    "hour": later("Per hour"),
}
DETAILS, NOT_MEANT, DELETE = later("Details"), later("Not what I meant"), later("Delete")
UP, DOWN = "\N{THUMBS UP SIGN}", "\N{THUMBS DOWN SIGN}"
COMPARE, ADD = later("Compare"), later("Add one")
# More buttons than these wrap on a phone.
IN_A_ROW, OF_SUGGESTIONS = 3, 2


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
    """Builds the components of one reply for one asker; `message` is the answer that they are about, if another."""

    def __init__(self, reply: Reply, asker: int, message: int = 0) -> None:
        self._reply = reply
        self._asker = asker
        self._message = message
        self._language = reply.language

    def below_answer(self) -> Iterator[ui.Item[AnswerControls]]:
        """Yield the likeliest first: what is behind the answer, a correction, another period, what is next to it."""
        query, line = self._reply.query, self._reply.line
        if self._reply.has_details and (about := self._reply.details_line) is not None:
            yield from self._button("details", about, DETAILS)
        if isinstance(query, Query) and line is not None:
            if not self._reply.answer.obvious and not self._reply.follow_up:
                yield from self._correction(query, line)
            if self._reply.periodic:
                period: Period = "month" if query.period in (None, "year") else "year"
                yield from self._button(f"per_{period}", line, PERIODS[period])
            yield from self._comparison(query, line)
        yield from self._steps()
        for suggestion in dict.fromkeys(self._reply.answer.suggestions):
            yield from self._button("ask", suggestion.text, suggestion.label or suggestion.text, literal=True)

    def below_details(self) -> Iterator[ui.Item[AnswerControls]]:
        """Yield what is wanted less often, in two rows."""
        query, line = self._reply.query, self._reply.line
        if isinstance(query, Query) and line is not None:
            if self._reply.periodic:
                for period in ("week", "hour"):
                    yield from self._button(f"per_{period}", line, PERIODS[period])
            yield from self._correction(query, line, row=1)
        if not self._message:
            return  # what only its asker sees is nobody else's to judge, and gone by itself
        kind = query.answer if isinstance(query, Query) else self._reply.answer.status
        for action, emoji in (("up", UP), ("down", DOWN)):
            if (made := self._id(action, kind)) is not None:
                yield ui.Button(custom_id=made, emoji=emoji, row=1)
        yield from self._button("delete", "", DELETE)

    def choice(self) -> Iterator[ui.Item[AnswerControls]]:
        """Yield the menu of what the answer could be compared with."""
        query, line, edits = self._reply.query, self._reply.line, QueryEdits(self._reply.knowledge)
        if not isinstance(query, Query) or line is None or (made := self._id("compare", line)) is None:
            return
        kind, phrases = edits.compared_kind(query) or "", Phrasebook(self._language, self._reply.knowledge)
        options = [
            discord.SelectOption(label=clip(name_of(kind, key, phrases), OPTION), value=key)
            for key in edits.others(query)
            if len(key) <= OPTION
        ]
        if options:  # the message above it says what for
            yield ui.Select(custom_id=made, options=options[:OPTIONS])

    def _comparison(self, query: Query, line: str) -> Iterator[ui.Item[AnswerControls]]:
        """Offer a comparison; where that is more than a menu holds, people type it."""
        menu = custom_id(ComponentState(action="compare", asker=self._asker, about=line, message=LARGEST_ID - 1))
        if menu is not None and 0 < len(QueryEdits(self._reply.knowledge).others(query)) <= OPTIONS:
            yield from self._button("choose", line, ADD if query.answer == "compare" else COMPARE)

    def _steps(self) -> Iterator[ui.Item[AnswerControls]]:
        for label, step in QueryEdits(self._reply.knowledge).neighbors(self._reply.query):
            if (line := QueryCodec(self._reply.knowledge).written(step)) is not None:
                yield from self._button("go", line, label)

    def _correction(self, query: Query, line: str, row: int = 0) -> Iterator[ui.Item[AnswerControls]]:
        if SPECS[query.answer].uses and query.then is None and fits_menus(query):
            yield from self._button(CORRECT, line, NOT_MEANT, row=row)

    def _button(
        self, action: str, about: str, label: str, *, row: int = 0, literal: bool = False
    ) -> Iterator[ui.Item[AnswerControls]]:
        """Yield the button, or nothing where what it is about doesn't fit a custom_id."""
        made = self._id(action, about)
        if made is not None:
            shown = clip(label if literal else self._language.say(label), BUTTON_LABEL)
            yield ui.Button(custom_id=made, label=shown, row=row)

    def _id(self, action: str, about: str) -> str | None:
        return custom_id(ComponentState(action=action, asker=self._asker, about=about, message=self._message))


def controls(reply: Reply, asker: int) -> AnswerControls | None:
    """Return the components below a reply for `asker`, None where there is nothing to do.

    Greeting and help, which are there to be pressed, have two rows of two: their labels are wider.
    """
    below = _Builder(reply, asker).below_answer()
    if not (isinstance(reply.query, Query) and SPECS[reply.query.answer].family == "social"):
        return _view(islice(below, IN_A_ROW))
    items = [*islice(below, 2 * OF_SUGGESTIONS)]
    for number, item in enumerate(items):
        item.row = number // OF_SUGGESTIONS
    return _view(iter(items))


def detail_controls(reply: Reply, asker: int, message: int) -> AnswerControls | None:
    """Return the components below the details of the answer `message`, which somebody (`asker`) looks at."""
    return _view(_Builder(reply, asker, message).below_details())


def choices(reply: Reply, asker: int, message: int) -> AnswerControls | None:
    """Return the menu of what the answer `message` could be compared with."""
    return _view(_Builder(reply, asker, message).choice())


def _view(items: Iterator[ui.Item[AnswerControls]]) -> AnswerControls | None:
    made = AnswerControls()
    for item in items:
        made.add_item(item)
    return made if made.children else None


def fits_menus(query: Query) -> bool:
    """Whether menus can show everything that a query names."""
    return all(len(part) <= OPTIONS for part in (query.companies, query.roles, query.levels, query.sources))


def name_of(kind: str, key: str, phrases: Phrasebook) -> str:
    """Return the name of something with figures: `kind` is a field of Query, such as "companies"."""
    match kind:
        case "companies":
            return phrases.knowledge.company(key).name
        case "levels":
            return phrases.say(phrases.knowledge.level(key).name)
        case "roles":
            return phrases.say(phrases.knowledge.role(key).name)
        case _:
            return phrases.knowledge.source(key).name
