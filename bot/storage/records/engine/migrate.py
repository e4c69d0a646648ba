"""Brings a database to the tables of now, in the one transaction and under the lock that it is called in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

_FOLDER = Path(__file__).parent.parent / "migrations"
# Any two numbers that nobody else locks in this database.
_LOCK = sa.text("SELECT pg_advisory_xact_lock(1935764850, 1)")


class NewerSchema(Exception):  # noqa: N818 - it says what it is
    """The database was written by a newer bot, which this one can't read."""


@cache
def revisions() -> ScriptDirectory:
    """Read the changes of the tables. Meant to run first in a worker thread: it reads files."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells each of its steps
    scripts = ScriptDirectory(str(_FOLDER), version_locations=[str(_FOLDER)])
    scripts.get_heads()
    return scripts


def upgrade(connection: sa.Connection, to: str = "head", *, due: Callable[[], None] = lambda: None) -> bool:
    """Make or change the tables where that is due; return whether there were none. Raises NewerSchema.

    `due` is called before anything is changed: that may take long. The revisions are handed their operations instead of
    taking them from Alembic's globals, so that two databases can be upgraded in one process at once.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)
    context = MigrationContext.configure(connection, opts={"fn": _steps(to)})
    before = context.get_current_heads()
    if set(before) != set(revisions().get_heads()):
        due()
    try:
        context.run_migrations(op=Operations(context))
    except CommandError as error:
        raise NewerSchema(f"it was written by a newer bot ({error})") from None
    return not before


def _steps(to: str) -> Callable[..., object]:
    # As Alembic's own `upgrade` command does it.
    return lambda current, _context: revisions()._upgrade_revs(to, current)  # noqa: SLF001
