"""Puts the parts of the bot together that know each other and not Discord's events."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.charts.renderer import ChartRenderer
from bot.chat.cogs.components import ComponentCallbacks, ComponentDispatcher
from bot.chat.conversation.conversations import Conversations
from bot.chat.conversation.duplicates import DuplicateSuppressor, RecentAnswers
from bot.chat.conversation.feedback import Feedback
from bot.chat.conversation.history import History
from bot.chat.guilds.preferences import Preferences
from bot.chat.guilds.rate_limit import Pace
from bot.chat.presentation.presenter import Presenter
from bot.chat.presentation.reply import ReplyFactory
from bot.settings import Settings
from bot.storage.i18n.catalogs import Languages
from bot.storage.knowledge.library import Library
from bot.storage.records import Records

# A database that nobody opens: Records answers from its defaults then, and says that it is away.
_UNOPENED = "sqlite:////dev/null/none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Shared by all the bots that a process has one after the other. By themselves: nothing kept, nothing drawn."""

    records: Records = field(default_factory=lambda: Records(_UNOPENED))
    studio: ChartRenderer | None = None
    languages: Languages = field(default_factory=Languages)


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """Open what the settings name, and close it at the end. A database that is away is tried again by itself.

    Raises LanguageError where a catalogue is faulty.
    """
    url = settings.database_url().get_secret_value()
    languages = Languages()
    async with contextlib.AsyncExitStack() as opened:
        records = Records(url, state=settings.state, keep_days=settings.keep_days)
        opened.push_async_callback(records.close)
        studio = ChartRenderer() if settings.charts else None
        if studio is not None:
            opened.push_async_callback(studio.close)
            opened.callback(asyncio.create_task(studio.warm()).cancel)
        await records.start()
        yield Resources(records=records, studio=studio, languages=languages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What commands and listeners work with."""

    preferences: Preferences
    pace: Pace
    answers: ReplyFactory
    presenter: Presenter
    feedback: Feedback
    conversations: Conversations
    pressing: ComponentDispatcher
    exchanges: History
    echoes: RecentAnswers

    def expire(self) -> None:
        """Let go of all that is remembered for a while, where the while is over: else a quiet bot would keep it."""
        for part in (self.exchanges, self.echoes, self.answers, self.presenter):
            part.expire()
        self.pace.expire(_now())


def put_together(settings: Settings, library: Library, means: Resources) -> Parts:
    """Return the parts of one bot."""
    preferences = Preferences(settings, means.records, means.languages)
    pace, answers = Pace(), ReplyFactory(library, _now)
    exchanges = History(_now)
    presenter = Presenter(preferences, means.studio, _now)
    echoes = RecentAnswers(_now)
    telling = DuplicateSuppressor(presenter, preferences, echoes)
    feedback = Feedback(means.records, exchanges, echoes, answers)
    return Parts(
        preferences=preferences,
        pace=pace,
        answers=answers,
        presenter=presenter,
        feedback=feedback,
        conversations=Conversations(answers, presenter, preferences, feedback, exchanges, telling),
        exchanges=exchanges,
        echoes=echoes,
        pressing=ComponentDispatcher(ComponentCallbacks(answers, presenter, preferences, feedback), preferences, pace),
    )


def _now() -> float:
    return asyncio.get_running_loop().time()
