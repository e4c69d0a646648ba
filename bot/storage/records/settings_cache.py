"""The settings of all servers, in memory for those who ask, and in the database for the next start."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import queries
from bot.storage.records.engine.engine import Database
from bot.storage.records.values import DEFAULTS, ServerSettings, id_checked, settings_believed

_log = logging.getLogger(__name__)


class SettingsCache:
    """What is known of servers: as it lay in the database when that was last read, and what was changed since."""

    def __init__(self) -> None:
        self._known: dict[int, ServerSettings] = {}
        self.left: set[int] = set()  # to be deleted in the database
        self._touched: set[int] = set()  # since the reading under way began
        self._odd: set[tuple[object, str]] = set()  # told of already

    def of(self, server: int) -> ServerSettings:
        return self._known.get(server, DEFAULTS)

    def servers(self) -> frozenset[int]:
        return frozenset(self._known)

    async def change(self, database: Database, server: int, changes: Mapping[str, Any]) -> ServerSettings:
        """Keep changes, then remember them. Raises RecordsAway, with nothing changed."""

        async def work(connection: AsyncConnection) -> ServerSettings:
            if server in self.left:
                await queries.leave(connection, server)
            await queries.change(connection, server, changes)
            return self._believed(server, await queries.settings_of(connection, server) or {})

        self._known[server] = await database.run(work)
        self._touched.add(server)
        self.left.discard(server)
        return self._known[server]

    def leave(self, server: int) -> None:
        """Forget a server; in the database that is still to be done."""
        self._known.pop(server, None)
        self._touched.add(server)
        self.left.add(server)

    async def refresh(self, database: Database) -> None:
        """Read all again: another process may have changed them. Raises RecordsAway."""
        self._touched.clear()
        found = await database.run(self._read, much=True)
        for server in self._touched | self.left:
            found.pop(server, None)
            if server in self._known:
                found[server] = self._known[server]
        self._known = found

    async def restore(self, connection: AsyncConnection) -> None:
        """Keep what is still known, in a database that was begun anew."""
        names = [field.name for field in fields(ServerSettings)]
        known = {server: {name: getattr(own, name) for name in names} for server, own in self._known.items()}
        await queries.restore(connection, known)

    async def _read(self, connection: AsyncConnection) -> dict[int, ServerSettings]:
        found = {}
        async for server, raw in queries.settings_of_all(connection):
            try:
                found[id_checked(server)] = self._believed(server, raw)
            except ValueError:
                self._tell(server, ("server",))
        return found

    def _believed(self, server: object, raw: Mapping[str, object]) -> ServerSettings:
        settings, odd = settings_believed(raw)
        self._tell(server, odd)
        return settings

    def _tell(self, server: object, odd: tuple[str, ...]) -> None:
        """Log what can't be believed, once each; who wrote it may be at it still."""
        fresh = {(server, name) for name in odd} - self._odd
        if fresh:
            self._odd |= fresh
            names = ", ".join(sorted(name for _, name in fresh))
            _log.warning("the settings of server %r hold what can't be (%s); the defaults count instead", server, names)
