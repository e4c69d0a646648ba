"""The services of a bot, put together: what its commands and listeners work with, and the resources behind them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.charts.renderer import ChartRenderer
from bot.chat.conversation.conversations import Conversations
from bot.chat.conversation.feedback import Feedback
from bot.chat.conversation.history import History
from bot.chat.guilds.caller import Callers
from bot.chat.guilds.memory import Memory
from bot.chat.guilds.preferences import Preferences
from bot.chat.presentation.presenter import Presenter
from bot.chat.presentation.reply import ReplyFactory
from bot.settings import Settings
from bot.storage.i18n.catalogs import Languages, bundled
from bot.storage.knowledge.library import Library
from bot.storage.records import Records
from bot.storage.records.pseudonyms import Pseudonyms
from bot.storage.sharing.slots import Slots

# A database that nobody opens: Records answers from its defaults then, and says that it is away.
_UNOPENED = "sqlite:////dev/null/none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What all the bots of a process share, one after the other. By default nothing is stored and nothing drawn."""

    records: Records = field(default_factory=lambda: Records(_UNOPENED))
    renderer: ChartRenderer | None = None
    languages: Languages = field(default_factory=bundled)
    slots: Slots = field(default_factory=Slots)


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """Open what the settings name, and close it at the end. A database that is away is retried in the background.

    Raises LanguageError where a catalog is faulty.
    """
    url = settings.database_url().get_secret_value()
    languages = Languages()
    async with contextlib.AsyncExitStack() as opened:
        records = Records(url, state=settings.state, keep_days=settings.keep_days)
        if settings.people_key is not None:
            records.pseudonyms = Pseudonyms(None, bytes.fromhex(settings.people_key.get_secret_value()))
        opened.push_async_callback(records.close)
        renderer = ChartRenderer() if settings.charts else None
        if renderer is not None:
            opened.push_async_callback(renderer.close)
        await records.start()
        yield Resources(records=records, renderer=renderer, languages=languages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the commands and listeners of one bot work with."""

    settings: Settings
    library: Library
    records: Records
    memory: Memory
    preferences: Preferences
    callers: Callers
    replies: ReplyFactory
    presenter: Presenter
    feedback: Feedback
    conversations: Conversations


def build_services(settings: Settings, library: Library, resources: Resources) -> Services:
    """Return the services of one bot."""
    memory = Memory(lambda: asyncio.get_running_loop().time())
    if resources.renderer is not None:
        memory.also(resources.renderer.forget)
    preferences = Preferences(settings, resources.records, resources.languages)
    replies = ReplyFactory(library, memory)
    presenter = Presenter(preferences, resources.renderer)
    feedback = Feedback(resources.records, memory)
    return Services(
        settings=settings,
        library=library,
        records=resources.records,
        memory=memory,
        preferences=preferences,
        callers=Callers(preferences, memory),
        replies=replies,
        presenter=presenter,
        feedback=feedback,
        conversations=Conversations(replies, presenter, preferences, feedback, History(memory)),
    )
