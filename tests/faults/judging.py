"""Says what of a run was not as it must be: each question answered once and right, or given up with a line in the log.

What becomes of a question has to be followed in the same way: a pressed button changes the answer, or gives others a
copy of their own; an edited question changes its answer; the answer to a deleted question is gone; or the log says
why not.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.charts.renderer import ChartRenderer
from bot.chat.app.lifecycle import OK
from bot.chat.presentation.custom_id import state_of
from bot.chat.presentation.message import message_of
from bot.core.advisor import Advisor
from bot.core.model.dialogue import Answer
from bot.core.query_codec import QueryCodec
from bot.core.query_edits import by
from bot.storage.knowledge.library import Library
from tests.discord_server import faults as f
from tests.discord_server.interactions import Interaction
from tests.discord_server.messages import Message
from tests.discord_server.server import DiscordServer
from tests.discord_server.users import User
from tests.faults.plan import (
    ANSWERING,
    LONG,
    After,
    Change,
    ComponentState,
    Denied,
    Frame,
    Handshake,
    Plan,
    Question,
    Rest,
    Strike,
    Take,
    Upload,
)

# The content, whether a picture is attached to it, and the embeds, of which there are to be none.
Shown = tuple[str, bool, tuple[Any, ...]]


@dataclass(frozen=True)
class Books:
    """The knowledge for a process's runs: the bot's own, a second one with other figures, and a broken folder."""

    library: Library
    own: Advisor
    folders: tuple[Path, Path]
    other: Advisor
    broken: Path
    renderer: ChartRenderer


@dataclass
class Outcome:
    """What came of a run."""

    plan: Plan
    answered: int = 0
    given_up: int = 0
    unheard: int = 0
    followed: int = 0
    """What became of a question was followed: a pressed button, an edit, a deletion."""
    faults: list[str] = field(default_factory=list)
    """What was not as it must be; empty where all was well."""


class Ear(logging.Handler):
    """Keeps the log of a run."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def lines(self) -> Iterator[str]:
        for record in self.records:
            yield f"{record.levelname} {record.name}: {record.getMessage()}"


@dataclass
class Asked:
    """A question, who asked it, and what became of it."""

    question: Question
    asked: Message | Interaction
    person: User
    action: After | None = None
    pressed: Interaction | None = None
    custom_id: str = ""


class Judge:
    """Looks at a run that is over."""

    def __init__(self, plan: Plan, books: Books, server: DiscordServer, ear: Ear, outcome: Outcome) -> None:
        self.plan = plan
        self.books = books
        self.server = server
        self.outcome = outcome
        self.log = list(ear.lines())

    def judge(self, code: int, questions: Sequence[Asked], reloads: Sequence[Message]) -> None:
        wrong = self.outcome.faults
        wrong += [f"exit code {code}"] if code != OK else []
        # A session whose READY did not arrive is not known to the bot, and one that is called invalid is none to it.
        ended = any(
            event.what == "frame READY" or event.detail == f.InvalidSession(resumable=False)
            for event in self.server.log
        )
        left = [event for event in self.server.log if event.what == "session left" and not ended]
        wrong += [f"a session was left that could be resumed, at {event.at:.1f} s" for event in left]
        wrong += [f"server: {error}" for error in (*self.server.errors, *self.server.violations)]
        wrong += [f"task left: {task.get_name()}" for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for one in questions:
            self._judge_answer(one)
            self._judge_copy(one)
        for asked in reloads:
            answers = [message for message in asked.channel.messages if message.nonce == str(asked.id)]
            if len(answers) > 1 or (not answers and self._heard(str(asked.id)) and not self._given_up(asked)):
                wrong.append(f"a reload was answered {len(answers)} times")
        wrong += [f"unexpected: {answers}" for answers in self._unexpected()]

    def _unexpected(self) -> Iterator[str]:
        """Yield what the log says beyond what the plan made it say."""
        broken = any(
            isinstance(action, Frame) and isinstance(action.fault, f.WrongShape) for _, action in self.plan.actions
        )
        for line in self.log:
            if line.startswith(("ERROR", "CRITICAL")) and not (broken and "a dispatch can't be read" in line):
                yield line

    def _judge_answer(self, one: Asked) -> None:
        answers, given_up = _answers_to(one.asked), self._given_up(one.asked)
        if len(answers) == 1 and answers[0] in self._wanted(one):
            self.outcome.answered += 1
            self.outcome.followed += one.action is not None
        elif len(answers) == 1 and answers[0] in self._right(one.question) and (given_up or self._excused(one)):
            # The answer is there; what became of the question afterward did not reach it.
            self.outcome.answered += 1
        elif not answers and isinstance(one.action, Take):
            self.outcome.followed += 1
        elif not answers and given_up and self._may_give_up():
            self.outcome.given_up += 1
        elif not answers and not self._heard(str(one.asked.id)):
            # Discord doesn't tell what happened while there was no session, nor of a session that it has ended.
            self.outcome.unheard += 1
        else:
            self.outcome.faults.append(f"{one.question}, {one.action}: {len(answers)} answers, {given_up=}: {answers}")

    def _judge_copy(self, one: Asked) -> None:
        """Whether somebody else who pressed got a copy of their own; the answer itself has been looked at."""
        if one.pressed is None:
            return
        copies = [
            message for message in one.pressed.messages if not (message.loading or message in messages_of(one.asked))
        ]
        own = isinstance(one.action, ComponentState) and one.action.own
        right = [message for message in copies if message.ephemeral and shown_in(message) in self._monthly(one)]
        if len(copies) != len(right) or len(copies) > (0 if own else 1):
            self.outcome.faults.append(f"{one.question}: {one.action} made {[shown_in(message) for message in copies]}")
        elif not copies and not own and not self._excused(one):
            self.outcome.faults.append(f"{one.question}: {one.action} was not carried out")

    def _wanted(self, one: Asked) -> set[Shown]:
        """Return what the answer may be in the end, where all went well."""
        match one.action:
            case ComponentState(_, own=True):
                return self._monthly(one)
            case Change(_, text):
                return self._right(Question(one.question.way, text))
            case Take():
                return set()
            case _:
                return self._right(one.question)

    def _excused(self, one: Asked) -> bool:
        """Whether what became of a question did not come to the bot's ears, or the log says that it was given up."""
        asked = one.asked.id
        answers = [str(answer.id) for answer in messages_of(one.asked)]
        match one.action:
            case ComponentState():
                assert one.pressed is not None
                noted = any("carry" in line and str(one.pressed.id) in line for line in self.log)
                return noted or not self._heard(str(one.pressed.id))
            case Change():
                reordered = any(
                    isinstance(action, Frame) and isinstance(action.fault, f.Reorder) for _, action in self.plan.actions
                )
                noted = any("chang" in line and any(id_ in line for id_ in answers) for line in self.log)
                return noted or reordered or not self._heard(f"MESSAGE_UPDATE {asked}")
            case Take():
                noted = any("delet" in line and any(id_ in line for id_ in answers) for line in self.log)
                return noted or not self._heard(f"MESSAGE_DELETE {asked}")
            case None:
                return False

    def _may_give_up(self) -> bool:
        """Whether more failed on the way of an answer than uploads: words never wait for a picture."""
        actions = [action for _, action in self.plan.actions]
        denied = any(
            isinstance(action, Denied) and {"view_channel", "send_messages"} & {*action.rights} for action in actions
        )
        # What comes late over the gateway is too late for an interaction, and so may be what a limit holds back.
        late = any(isinstance(action, Frame | Strike | Handshake) for action in actions)
        limited = any(isinstance(action, Upload) and isinstance(action.fault, f.TooMany) for action in actions)
        failed = any(isinstance(action, Rest) and action.route in ANSWERING for action in actions)
        return failed or denied or late or limited or self.plan.quiet != LONG

    def _given_up(self, asked: Message | Interaction) -> bool:
        lines = (one for one in self.log if "gave up answering" in one or "can't answer" in one)
        return any(str(asked.id) in one for one in lines)

    def _heard(self, key: str) -> bool:
        """Whether the bot was told, by what it said itself of how far it had come, or had to ask for what it missed."""
        found = [session for session in self.server.sessions.values() if key in session.numbers]
        stayed = self.plan.quiet == LONG  # long enough to come back to a session that is kept for it
        return any(session.heard >= session.numbers[key] or (session.alive and stayed) for session in found)

    def _right(self, question: Question) -> set[Shown]:
        text = f"!salary {question.text}" if question.way in ("prefix", "slash") else question.text
        advisors = (self.books.own, self.books.other)
        answers = [advisor.answer(advisor.follow(text, None).decision) for advisor in advisors]
        return {one for answer in answers for one in _either(answer)}

    def _monthly(self, one: Asked) -> set[Shown]:
        """Return what the pressed control makes of the answer."""
        press = state_of(one.custom_id)
        assert press is not None
        queries = [
            (advisor, QueryCodec(advisor.knowledge).read(press.about)) for advisor in (self.books.own, self.books.other)
        ]
        answers = [advisor.answer(by(query, "month")) for advisor, query in queries if query is not None]
        return {one for answer in answers for one in _either(answer)}


def monthly_of(answer: Message) -> str | None:
    """Return the id of the control that tells an answer by the month, if there is one to press."""
    inner = [one for row in answer.components for one in row["components"] if not one.get("disabled")]
    return next((str(one["custom_id"]) for one in inner if ":per_month:" in one["custom_id"]), None)


def messages_of(asked: Message | Interaction) -> list[Message]:
    """Return the answers to a question that can be read."""
    if isinstance(asked, Interaction):
        return [message for message in asked.messages if not message.loading]
    return [message for message in asked.channel.messages if message.nonce == str(asked.id)]


def shown_in(message: Message) -> Shown:
    """Return what a message says, without what Discord or discord.py adds."""
    return message.content, bool(message.attachments), tuple(_plain(embed) for embed in message.embeds)


def _either(answer: Answer) -> set[Shown]:
    """Return an answer as it may be: with a picture, or with its figures as a list."""
    return {(message_of(answer, pictured=pictured), pictured, ()) for pictured in (True, False)}


def _answers_to(asked: Message | Interaction) -> list[Shown]:
    return [shown_in(message) for message in messages_of(asked)]


def _plain(data: Any) -> Any:
    """Return an embed as something that can be compared, without what Discord or discord.py adds."""
    if isinstance(data, dict):
        return tuple(sorted((key, _plain(value)) for key, value in data.items() if key not in ("type", "flags")))
    return tuple(_plain(one) for one in data) if isinstance(data, list) else data
