"""Parse a database URL; its text form has no password."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_SQLITE = ("sqlite", "sqlite+aiosqlite")
_POSTGRESQL = ("postgresql", "postgres", "postgresql+asyncpg")


@dataclass(frozen=True)
class DatabaseUrl:
    """Where a database is: a SQLite file or a PostgreSQL server."""

    url: sa.URL = field(repr=False)
    file: Path | None = None
    connecting: dict[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        if self.file is not None:
            return str(self.file)
        return f"PostgreSQL at {self.url.host or 'its socket'}{f':{self.url.port}' if self.url.port else ''}"

    def without_password(self, text: str) -> str:
        """Return a text without the password."""
        password = self.url.password
        return text.replace(str(password), "***") if password else text


def parse_url(text: str) -> DatabaseUrl:
    """Read `sqlite:////path` or `postgresql://user:password@host/name`.

    Raises ValueError, whose message does not repeat the URL: it may hold a password.

    >>> str(parse_url("sqlite:////var/lib/records.sqlite3"))
    '/var/lib/records.sqlite3'
    """
    scheme, _, rest = text.partition("://")
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
    # Not parsed further: a path may hold any character that has a meaning in other URLs.
    file = rest.removeprefix("/")
    if not rest.startswith("/") or file in ("", ":memory:"):
        raise ValueError("SQLite needs a file, such as sqlite:////var/lib/salarybot/records.sqlite3")
    return DatabaseUrl(sa.URL.create("sqlite+aiosqlite", database=file), Path(file))


def _of_server(url: sa.URL) -> DatabaseUrl:
    """Translate libpq's parameters to asyncpg's; those that neither SQLAlchemy nor asyncpg knows are left out."""
    query = dict(url.query)
    connecting: dict[str, Any] = {"server_settings": {"application_name": query.get("application_name", "salarybot")}}
    if mode := query.get("sslmode", query.get("ssl")):
        connecting["ssl"] = mode
    return DatabaseUrl(url.set(query={key: query[key] for key in ("host", "port") if key in query}), None, connecting)
