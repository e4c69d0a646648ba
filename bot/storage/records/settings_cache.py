"""Cache the settings of all servers: read from memory, written through to the database."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import queries
from bot.storage.records.engine.engine import Database
from bot.storage.records.values import DEFAULTS, ServerSettings, stored_settings, validated_id

_log = logging.getLogger(__name__)


class SettingsCache:
    """The settings as of the last read of the database, and all changes since."""

    def __init__(self) -> None:
        self._settings: dict[int, ServerSettings] = {}
        self.left: set[int] = set()  # still to be deleted in the database
        self._changed: set[int] = set()  # since the refresh under way began
        self._logged: set[tuple[object, str]] = set()  # invalid values

    def of(self, server: int) -> ServerSettings:
        return self._settings.get(server, DEFAULTS)

    def servers(self) -> frozenset[int]:
        return frozenset(self._settings)

    async def change(self, database: Database, server: int, changes: Mapping[str, Any]) -> ServerSettings:
        """Write changes to the database, then to the cache. Raises RecordsAway, with nothing changed."""

        async def work(connection: AsyncConnection) -> ServerSettings:
            if server in self.left:
                await queries.leave(connection, server)
            await queries.change(connection, server, changes)
            return self._validated(server, await queries.settings_of(connection, server) or {})

        self._settings[server] = await database.run(work)
        self._changed.add(server)
        self.left.discard(server)
        return self._settings[server]

    def leave(self, server: int) -> None:
        """Drop a server from the cache, and mark it for deletion in the database."""
        self._settings.pop(server, None)
        self._changed.add(server)
        self.left.add(server)

    async def refresh(self, database: Database) -> None:
        """Read all settings again, as another process may have changed them. Raises RecordsAway."""
        self._changed.clear()
        found = await database.run(self._read, heavy=True)
        for server in self._changed | self.left:
            found.pop(server, None)
            if server in self._settings:
                found[server] = self._settings[server]
        self._settings = found

    async def restore(self, connection: AsyncConnection) -> None:
        """Write the cache to a database that was created anew."""
        names = [field.name for field in fields(ServerSettings)]
        settings = {server: {name: getattr(own, name) for name in names} for server, own in self._settings.items()}
        await queries.restore(connection, settings)

    async def _read(self, connection: AsyncConnection) -> dict[int, ServerSettings]:
        found = {}
        async for server, raw in queries.settings_of_all(connection):
            try:
                found[validated_id(server)] = self._validated(server, raw)
            except ValueError:
                self._log_invalid(server, ("server",))
        return found

    def _validated(self, server: object, raw: Mapping[str, object]) -> ServerSettings:
        settings, invalid = stored_settings(raw)
        self._log_invalid(server, invalid)
        return settings

    def _log_invalid(self, server: object, invalid: tuple[str, ...]) -> None:
        """Log each invalid value once."""
        fresh = {(server, name) for name in invalid} - self._logged
        if fresh:
            self._logged |= fresh
            names = ", ".join(sorted(name for _, name in fresh))
            _log.warning("the settings of server %r hold what can't be (%s); the defaults count instead", server, names)
