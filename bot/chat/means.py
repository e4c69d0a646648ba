"""What the bot works with beside its knowledge: what it remembers, who draws its pictures, the languages it speaks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.drawing.studio import Studio
from bot.settings import Settings
from bot.storage.languages import Languages
from bot.storage.records import Records

# A database that nobody opens: Records answers from its defaults then, and says that it is away.
_UNOPENED = "sqlite:////dev/null/none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Shared by all the bots that a process has one after the other. By themselves: nothing kept, nothing drawn."""

    records: Records = field(default_factory=lambda: Records(_UNOPENED))
    studio: Studio | None = None
    languages: Languages = field(default_factory=Languages)


@asynccontextmanager
async def open_means(settings: Settings) -> AsyncIterator[Means]:
    """Open what the settings name, and close it at the end. A database that is away is tried again by itself.

    Raises LanguageError where a catalogue is faulty.
    """
    url = settings.database_url().get_secret_value()
    languages = Languages()
    async with contextlib.AsyncExitStack() as opened:
        records = Records(url, state=settings.state, keep_days=settings.keep_days)
        opened.push_async_callback(records.close)
        studio = Studio() if settings.charts else None
        if studio is not None:
            opened.push_async_callback(studio.close)
            opened.callback(asyncio.create_task(studio.warm()).cancel)
        await records.start()
        yield Means(records=records, studio=studio, languages=languages)
