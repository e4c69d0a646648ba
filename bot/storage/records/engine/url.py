"""Reads the address of a database, and says it without its password."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_SQLITE = ("sqlite", "sqlite+aiosqlite")
_POSTGRESQL = ("postgresql", "postgres", "postgresql+asyncpg")


@dataclass(frozen=True)
class DatabaseUrl:
    """Where a database is: a file of SQLite's, or a PostgreSQL."""

    url: sa.URL = field(repr=False)
    file: Path | None = None
    connecting: dict[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        if self.file is not None:
            return str(self.file)
        return f"PostgreSQL at {self.url.host or 'its socket'}{f':{self.url.port}' if self.url.port else ''}"

    def hidden(self, text: str) -> str:
        """Return a text without the password."""
        password = self.url.password
        return text.replace(str(password), "***") if password else text


def address_of(said: str) -> DatabaseUrl:
    """Read `sqlite:////path` or `postgresql://user:password@host/name`.

    Raises ValueError, which does not repeat what was said: there may be a password in it.

    >>> str(address_of("sqlite:////var/lib/records.sqlite3"))
    '/var/lib/records.sqlite3'
    """
    scheme, _, rest = said.partition("://")
    if scheme in _SQLITE:
        return _of_file(rest)
    if scheme not in _POSTGRESQL:
        raise ValueError("a database's address starts with sqlite:/// or postgresql://")
    try:
        url = sa.make_url(f"postgresql+asyncpg://{rest}")
    except (sa.exc.ArgumentError, ValueError):
        raise ValueError("this is no address of a PostgreSQL") from None
    return _of_server(url)


def _of_file(rest: str) -> DatabaseUrl:
    # Taken as it stands: a path may hold any of the marks that mean something in other addresses.
    file = rest.removeprefix("/")
    if not rest.startswith("/") or file in ("", ":memory:"):
        raise ValueError("SQLite needs a file, such as sqlite:////var/lib/salarybot/records.sqlite3")
    return DatabaseUrl(sa.URL.create("sqlite+aiosqlite", database=file), Path(file))


def _of_server(url: sa.URL) -> DatabaseUrl:
    """Say in asyncpg's words what libpq's addresses say; what neither SQLAlchemy nor asyncpg knows is left out."""
    query = dict(url.query)
    connecting: dict[str, Any] = {"server_settings": {"application_name": query.get("application_name", "salarybot")}}
    if mode := query.get("sslmode", query.get("ssl")):
        connecting["ssl"] = mode
    return DatabaseUrl(url.set(query={key: query[key] for key in ("host", "port") if key in query}), None, connecting)
