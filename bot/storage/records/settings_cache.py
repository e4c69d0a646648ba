"""Cache the settings of all servers: read from memory, written through to the database.

A file beside holds them as last read, for a start while the database is away.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import queries
from bot.storage.records.engine.engine import Database
from bot.storage.records.values import DEFAULTS, ServerSettings, stored_settings, validated_id

FILE = "settings.json"
_log = logging.getLogger(__name__)


class SettingsCache:
    """The settings as of the last read of the database, and all changes since; kept in a `folder` if there is one."""

    def __init__(self, folder: Path | None = None) -> None:
        self._settings: dict[int, ServerSettings] = {}
        self._file = None if folder is None else folder / FILE
        self._kept: dict[int, ServerSettings] = {}
        self.left: set[int] = set()  # still to be deleted in the database
        self._changed: set[int] = set()  # since the refresh under way began
        self._logged: set[tuple[object, str]] = set()  # invalid values

    def load(self) -> None:
        """Read the settings as they were last kept. Blocks."""
        if self._file is None:
            return
        try:
            stored = json.loads(self._file.read_text(encoding="utf-8"))
            self._settings = {validated_id(int(key)): self._validated(key, raw) for key, raw in stored.items()}
        except FileNotFoundError:
            pass
        except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
            _log.warning("%s can't be read (%r): until the database answers the defaults count", self._file, error)
        self._kept = dict(self._settings)

    async def keep(self) -> None:
        """Keep the settings for the next start where they have changed."""
        if self._file is not None and self._kept != self._settings:
            self._kept = dict(self._settings)
            await asyncio.to_thread(_write, self._file, self._kept)

    def of(self, server: int) -> ServerSettings:
        """Return the settings of a server, the defaults where it has none of its own."""
        return self._settings.get(server, DEFAULTS)

    def servers(self) -> frozenset[int]:
        """Return the ids of the servers with settings of their own."""
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

    async def reread(self, database: Database, server: int | None) -> None:
        """Read the settings of a server, or all, which another process may have changed. Raises RecordsAway."""
        if server is None:
            return await self.refresh(database)
        raw = await database.run(partial(queries.settings_of, server=server))
        if server in self.left:
            return None
        self._changed.add(server)
        if raw is None:
            self._settings.pop(server, None)
        else:
            self._settings[server] = self._validated(server, raw)
        return None

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


def _write(file: Path, settings: Mapping[int, ServerSettings]) -> None:
    """Write the file whole or not at all, for nobody else to read."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps({key: asdict(own) for key, own in settings.items()}, default=sorted), "utf-8")
        fresh.replace(file)
    except OSError as error:
        _log.warning("%s can't be written (%s): a start without the database knows older settings", file, error)
