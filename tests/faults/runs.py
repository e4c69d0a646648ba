"""Plays one run against the real bot, in simulated time over real sockets, and says what was not as it must be."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.chat.embeds import message_of
from bot.chat.running import OK, serve
from bot.core.advisor import Advisor
from bot.settings import Settings
from bot.storage.library import Library
from tests.discord_server import faults as f
from tests.discord_server.clients import addresses
from tests.discord_server.interactions import Interaction
from tests.discord_server.messages import Message
from tests.discord_server.server import DiscordServer
from tests.faults.clock import simulate
from tests.faults.plan import LONG, Frame, Handshake, Plan, Question, Reload, Rest, Strike

QUIET = 400.0  # seconds in which all that was begun must come to its end
PATIENCE = 3_600.0

Said = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Books:
    """The knowledge for a process's runs: the bot's own, a second one with other figures, and a broken folder."""

    library: Library
    own: Advisor
    folders: tuple[Path, Path]
    other: Advisor
    broken: Path


@dataclass
class Outcome:
    """What came of a run."""

    plan: Plan
    answered: int = 0
    given_up: int = 0
    unheard: int = 0
    faults: list[str] = field(default_factory=list)
    """What was not as it must be; empty where all was well."""


class Ear(logging.Handler):
    """Keeps the log of a run."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def told(self) -> Iterator[str]:
        for record in self.records:
            yield f"{record.levelname} {record.name}: {record.getMessage()}"


def play(plan: Plan, books: Books) -> Outcome:
    """Play one run and return its outcome."""
    outcome = Outcome(plan)
    ear = Ear()
    with _listening(ear), _caught(outcome):
        simulate(_Run(plan, books, outcome, ear).played())
    if any(isinstance(deed, Reload) for _, deed in plan.deeds):
        # A reload hides what there is from the collector; here that is a whole Discord, which is of no more use.
        gc.unfreeze()
        gc.collect()
        gc.freeze()
    return outcome


class _Run:
    """One run: the server, the bot, and who was asked what."""

    def __init__(self, plan: Plan, books: Books, outcome: Outcome, ear: Ear) -> None:
        self.plan = plan
        self.books = books
        self.outcome = outcome
        self.ear = ear
        self.server = DiscordServer(seed=plan.seed)
        self.questions: list[tuple[Question, Message | Interaction]] = []
        self.reloads: list[Message] = []
        guild = self.server.add_guild("Home")
        self.general, self.listed = guild.add_channel("general"), guild.add_channel("ask-pay")
        self.person = self.server.add_user("ada")
        guild.add_member(self.person)

    async def played(self) -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: self.outcome.faults.append(f"loop: {context}")
        )
        self.books.library.advisor, self.books.library.folder = self.books.own, self.books.folders[0]
        with tempfile.TemporaryDirectory() as state:
            await self.server.start()
            settings = Settings(channels=frozenset({self.listed.id}), cooldown=0, state=Path(state))
            for fault in self.plan.start:
                self._lay(fault)
            stop = asyncio.Event()
            # Half of the runs go by a gateway proxy, half by Discord's own addresses.
            proxy = self.server.gateway if self.plan.seed % 2 else None
            settings = settings.model_copy(update={"discord_api": self.server.api, "discord_gateway": proxy})
            with addresses(self.server):
                life = asyncio.create_task(serve(settings, self.books.library, SecretStr(self.server.token), stop))
                try:
                    await self._deeds()
                    await asyncio.sleep(self.plan.quiet)
                finally:
                    stop.set()
                    code = await asyncio.wait_for(life, PATIENCE)
            await self.server.close()
        await asyncio.sleep(QUIET)
        self._judge(code)

    async def _deeds(self) -> None:
        await asyncio.wait_for(self.server.until(self._ready, timeout=PATIENCE), PATIENCE)
        began = asyncio.get_running_loop().time()
        for at, deed in self.plan.deeds:
            await asyncio.sleep(max(0.0, began + at - asyncio.get_running_loop().time()))
            match deed:
                case Question():
                    self._ask(deed)
                case Reload(good):
                    self._reload(good=good)
                case Strike(what):
                    self._strike(what)
                case _:
                    self._lay(deed)
        self.server.faults.calm()

    def _ready(self) -> bool:
        return any(session.line is not None for session in self.server.sessions.values()) and bool(self.server.commands)

    def _ask(self, question: Question) -> None:
        server, person, text = self.server, self.person, question.text
        asked: Message | Interaction
        match question.way:
            case "mention":
                asked = server.say(person, self.general, text, mention_bot=True)
            case "prefix":
                asked = server.say(person, self.general, f"!salary {text}")
            case "listed":
                asked = server.say(person, self.listed, text, mention_bot=True)
            case "dm":
                asked = server.say(person, server.dm(person), text)
            case _:
                asked = server.slash(person, self.general, "salary", question=text)
        self.questions.append((question, asked))

    def _reload(self, *, good: bool) -> None:
        library = self.books.library
        now = library.folder if library.folder in self.books.folders else self.books.folders[0]
        other = self.books.folders[1 - self.books.folders.index(now)]
        library.folder = other if good else self.books.broken
        self.reloads.append(self.server.say(self.server.owner, self.server.dm(self.server.owner), "!kb reload"))

    def _strike(self, what: str | int) -> None:
        match what:
            case int():
                self.server.disconnect(what)
            case "abort":
                self.server.disconnect()
            case "reconnect":
                self.server.reconnect_request()
            case "zombie":
                self.server.zombie()
            case "forget":
                self.server.forget()
                self.server.disconnect()
            case _:
                self.server.invalidate(resumable=what == "resumable")

    def _lay(self, fault: Rest | Frame | Handshake) -> None:
        match fault:
            case Rest(route, what, times):
                self.server.faults.on_rest(*route, what, times)
            case Frame(what, event):
                self.server.faults.on_frame(what, event=event)
            case Handshake(what, times):
                self.server.faults.on_handshake(what, times)

    # ------------------------------------------------------------------ what must hold

    def _judge(self, code: int) -> None:
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
        given_up = " ".join(told for told in self.ear.told() if "gave up answering" in told or "can't answer" in told)
        for question, asked in self.questions:
            self._judge_answer(question, asked, given_up=str(asked.id) in given_up)
        for asked in self.reloads:
            told = [message for message in asked.channel.messages if message.nonce == str(asked.id)]
            if len(told) > 1 or (not told and self._heard(asked) and str(asked.id) not in given_up):
                wrong.append(f"a reload was answered {len(told)} times")
        wrong += [f"unexpected: {told}" for told in self._unexpected()]

    def _unexpected(self) -> Iterator[str]:
        """Yield what the log says beyond what the plan made it say."""
        broken = any(isinstance(deed, Frame) and isinstance(deed.fault, f.WrongShape) for _, deed in self.plan.deeds)
        for told in self.ear.told():
            if told.startswith(("ERROR", "CRITICAL")) and not (broken and "a dispatch can't be read" in told):
                yield told

    def _judge_answer(self, question: Question, asked: Message | Interaction, *, given_up: bool) -> None:
        told = _told(asked)
        if len(told) == 1 and told[0] in self._right(question):
            self.outcome.answered += 1
        elif not told and given_up:
            self.outcome.given_up += 1
        elif not told and not self._heard(asked):
            # Discord doesn't tell what happened while there was no session, nor of a session that it has ended.
            self.outcome.unheard += 1
        else:
            self.outcome.faults.append(f"{question}: {len(told)} answers, given up: {given_up}: {told}")

    def _heard(self, asked: Message | Interaction) -> bool:
        """Whether the bot was told, by what it said itself of how far it had come, or had to ask for what it missed."""
        found = [session for session in self.server.sessions.values() if str(asked.id) in session.numbers]
        stayed = self.plan.quiet == LONG  # long enough to come back to a session that is kept for it
        return any(session.heard >= session.numbers[str(asked.id)] or (session.alive and stayed) for session in found)

    def _right(self, question: Question) -> set[Said]:
        text = f"!salary {question.text}" if question.way in ("prefix", "slash") else question.text
        return {_answer(advisor, text) for advisor in (self.books.own, self.books.other)}


def _answer(advisor: Advisor, text: str) -> Said:
    content, embed = message_of(advisor.ask(text))
    return content, (_plain(embed.to_dict()),) if embed is not None else ()


def _told(asked: Message | Interaction) -> list[Said]:
    if isinstance(asked, Interaction):
        told = [message for message in asked.messages if not message.loading]
    else:
        told = [message for message in asked.channel.messages if message.nonce == str(asked.id)]
    return [(message.content, tuple(_plain(embed) for embed in message.embeds)) for message in told]


def _plain(data: Any) -> Any:
    """Return an embed as something that can be compared, without what Discord or discord.py adds."""
    if isinstance(data, dict):
        return tuple(sorted((key, _plain(value)) for key, value in data.items() if key not in ("type", "flags")))
    return tuple(_plain(one) for one in data) if isinstance(data, list) else data


@contextmanager
def _listening(ear: Ear) -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    root.setLevel(logging.INFO)
    root.handlers[:] = [ear]
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers


@contextmanager
def _caught(outcome: Outcome) -> Iterator[None]:
    """Collect warnings (unclosed sockets among them) and errors that nobody awaits."""
    hook = sys.unraisablehook
    sys.unraisablehook = lambda said: outcome.faults.append(f"unraisable: {said.exc_value!r} {said.object!r}")
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            yield
            gc.collect(0)
        outcome.faults += [f"warning: {one.message}" for one in said]
    finally:
        sys.unraisablehook = hook
