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
from pathlib import Path

from pydantic import SecretStr

from bot.chat.app.lifecycle import serve
from bot.chat.services import Resources
from bot.settings import Settings
from tests.discord_server.clients import addresses
from tests.discord_server.interactions import Interaction
from tests.discord_server.messages import Message
from tests.discord_server.server import DiscordServer
from tests.discord_server.users import User
from tests.faults.clock import simulate
from tests.faults.judging import Asked, Books, Ear, Judge, Outcome, messages_of, monthly_of
from tests.faults.plan import (
    After,
    Change,
    ComponentState,
    Denied,
    Frame,
    Handshake,
    Plan,
    Question,
    Reload,
    Rest,
    Strike,
    Take,
    Upload,
)

QUIET = 400.0  # seconds in which all that was begun must come to its end
PATIENCE = 3_600.0


def play(plan: Plan, books: Books) -> Outcome:
    """Play one run and return its outcome."""
    outcome = Outcome(plan)
    ear = Ear()
    with _listening(ear), _caught(outcome):
        try:
            simulate(_Run(plan, books, outcome, ear).played())
        except Exception as error:  # noqa: BLE001 - the other runs go on, and this one is told with its seed
            outcome.faults.append(f"the run ended with {error!r}")
    if any(isinstance(action, Reload) for _, action in plan.actions):
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
        self.questions: list[Asked] = []
        self.reloads: list[Message] = []
        guild = self.server.add_guild("Home")
        self.general, self.listed = guild.add_channel("general"), guild.add_channel("ask-pay")
        self.guild = guild
        self.other = self._member("somebody else")

    async def played(self) -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: self.outcome.faults.append(f"loop: {context}")
        )
        self.books.library.advisor, self.books.library.folder = self.books.own, self.books.folders[0]
        with tempfile.TemporaryDirectory() as state:
            await self.server.start()
            settings = Settings(
                channels=frozenset({self.listed.id}), cooldown=0, state=Path(state), charts=self.plan.charts
            )
            for fault in self.plan.start:
                self._lay(fault)
            stop = asyncio.Event()
            # Its own: the slots of IDENTIFYs are told by the run's clock, which begins anew.
            resources = Resources(renderer=self.books.renderer)
            # Half of the runs go by a gateway proxy, half by Discord's own addresses.
            proxy = self.server.gateway if self.plan.seed % 2 else None
            settings = settings.model_copy(update={"discord_api": self.server.api, "discord_gateway": proxy})
            with addresses(self.server):
                life = asyncio.create_task(
                    serve(settings, self.books.library, resources, SecretStr(self.server.token), stop)
                )
                try:
                    await self._play_actions()
                    await asyncio.sleep(self.plan.quiet)
                finally:
                    stop.set()
                    code = await asyncio.wait_for(life, PATIENCE)
            await self.server.close()
        await asyncio.sleep(QUIET)
        Judge(self.plan, self.books, self.server, self.ear, self.outcome).judge(code, self.questions, self.reloads)

    async def _play_actions(self) -> None:
        await asyncio.wait_for(self.server.until(self._ready, timeout=PATIENCE), PATIENCE)
        began = asyncio.get_running_loop().time()
        for at, action in self.plan.actions:
            await asyncio.sleep(max(0.0, began + at - asyncio.get_running_loop().time()))
            match action:
                case Question():
                    self._ask(action)
                case Reload(good):
                    self._reload(good=good)
                case Strike(what):
                    self._strike(what)
                case ComponentState() | Change() | Take():
                    self._afterward(action)
                case _:
                    self._lay(action)
        self.server.faults.calm()

    def _ready(self) -> bool:
        return any(session.line is not None for session in self.server.sessions.values()) and bool(self.server.commands)

    def _ask(self, question: Question) -> None:
        # Each by another person: what somebody asks may hang on what they asked before.
        server, person, text = self.server, self._member(f"person {len(self.questions)}"), question.text
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
        self.questions.append(Asked(question, asked, person))

    def _member(self, name: str) -> User:
        person = self.server.add_user(name)
        self.guild.add_member(person)
        return person

    def _afterward(self, action: After) -> None:
        """Let something become of a question or its answer, where that is possible yet."""
        one = self.questions[action.which]
        match action:
            case ComponentState(_, own):
                answer = next(iter(messages_of(one.asked)), None)
                if answer is not None and (month := monthly_of(answer)) is not None:
                    one.action, one.custom_id = action, month
                    one.pressed = self.server.press(one.person if own else self.other, answer, month)
            case Change(_, text) if isinstance(one.asked, Message):
                one.action = action
                self.server.edit(one.asked, one.asked.content.replace(one.question.text, text))
            case Take() if isinstance(one.asked, Message):
                one.action = action
                self.server.delete(one.asked)
            case _:
                pass  # a command can be neither edited nor deleted

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

    def _lay(self, fault: Rest | Upload | Denied | Frame | Handshake) -> None:
        match fault:
            case Upload(what, times):
                self.server.faults.on_upload(what, times)
            case Denied(rights):
                for channel in (self.general, self.listed):
                    channel.deny(self.server.bot, *rights)
            case Rest(route, what, times):
                self.server.faults.on_rest(*route, what, times)
            case Frame(what, event):
                self.server.faults.on_frame(what, event=event)
            case Handshake(what, times):
                self.server.faults.on_handshake(what, times)


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
    sys.unraisablehook = lambda caught: outcome.faults.append(f"unraisable: {caught.exc_value!r} {caught.object!r}")
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
            gc.collect(0)
        outcome.faults += [f"warning: {one.message}" for one in caught]
    finally:
        sys.unraisablehook = hook
