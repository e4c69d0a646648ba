"""What other processes have changed: servers' settings, whom they forgot, the knowledge base."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from bot.chat.services import Services
from bot.storage.background import Background
from bot.storage.knowledge.library import KnowledgeError
from bot.storage.records import RecordsAway
from bot.storage.records.queries import CHANNEL
from bot.storage.sharing.balance import BEAT

_log = logging.getLogger(__name__)


class Announcements:
    """Hears what is announced, and follows it; `look` is called where there is something to see in the leases."""

    def __init__(self, services: Services, background: Background, look: Callable[[], None]) -> None:
        self._services = services
        self._background = background
        self._look = look
        self._reload = ""

    @property
    def revision(self) -> str:
        """Which knowledge this process answers from."""
        return self._services.library.advisor.knowledge.revision

    async def listen(self) -> None:
        """Hear until canceled. What was told while PostgreSQL was away is read when it is back."""
        while True:
            with contextlib.suppress(RecordsAway):
                await self._services.records.database.listen(CHANNEL, self._hear)
            await asyncio.sleep(BEAT)

    def _hear(self, notice: str) -> None:
        what, _, whom = notice.partition(" ")
        match what:
            case "":
                self._background.start(self._services.records.reread())
            case "server":
                self._background.start(self._services.records.reread(int(whom)))
            case "forget":
                self._background.start(self._forget(whom))
            case _:
                self._look()

    async def _forget(self, pseudonym: str) -> None:
        records = self._services.records
        self._services.memory.forget_where(lambda person: records.pseudonyms.of(person).hex() == pseudonym)
        await records.forgotten(pseudonym)

    def follow_reload(self, announced: str) -> None:
        """Read the knowledge base again where a reload was announced that this process knows nothing of."""
        before, self._reload = self._reload, announced
        if announced != before and not announced.startswith(self.revision):
            self._background.start(self._read_again())

    async def _read_again(self) -> None:
        try:
            await asyncio.to_thread(self._services.library.reload)
        except KnowledgeError as error:
            _log.error("the knowledge base is not reloaded, the old one goes on answering: %s", error)
        else:
            _log.info("the knowledge base is reloaded, as another process did it: %s", self.revision)
