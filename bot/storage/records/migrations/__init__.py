"""Migrate a database to the current tables; runs in the caller's transaction, under a lock.

While processes are replaced one by one, older bots go on beside a newer one. So a revision only adds tables, and
columns with a default; one that has to do more says so by setting `shared`'s "oldest revision" to itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

# Alembic takes a tenth of a second, and a start that finds the current tables needs none of it.
# ruff: noqa: PLC0415

_FOLDER = Path(__file__).parent
# Two arbitrary numbers that nobody else locks in this database.
_LOCK = sa.text("SELECT pg_advisory_xact_lock(1935764850, 1)")
_VERSIONS = sa.text("SELECT version_num FROM alembic_version")
_OLDEST = sa.text("SELECT value FROM shared WHERE application = 0 AND name = 'oldest revision'")


class NewerSchema(Exception):  # noqa: N818 - it says what it is
    """A newer bot wrote the database; this one can't read it."""


def is_current(connection: sa.Connection) -> bool:
    """Tell whether the tables are those of this code; takes the lock that `upgrade` takes."""
    _lock(connection)
    if not sa.inspect(connection).has_table("alembic_version"):
        return False
    return set(connection.scalars(_VERSIONS)) == {_newest()}


def _newest() -> str:
    """Return the revision that the last script leads to: that of `r6_sharing.py` is 6."""
    return str(max(int(path.stem[1:].partition("_")[0]) for path in _FOLDER.glob("r[0-9]*_*.py")))


@cache
def revisions() -> Any:
    """Load Alembic and its ScriptDirectory of the migrations. Slow: the first call belongs in a worker thread."""
    from alembic.script import ScriptDirectory

    logging.getLogger("alembic").setLevel(logging.WARNING)  # it logs each step
    scripts = ScriptDirectory(str(_FOLDER), version_locations=[str(_FOLDER)])
    scripts.get_heads()
    return scripts


def upgrade(connection: sa.Connection, to: str = "head", *, due: Callable[[], None] = lambda: None) -> bool:
    """Create or migrate the tables if needed; return whether there were none. Raises NewerSchema.

    `due` is called before anything is changed, as that may take long. The scripts are handed their operations instead
    of taking them from Alembic's globals, so that one process can migrate two databases at once.
    """
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.util import CommandError

    _lock(connection)
    context = MigrationContext.configure(connection, opts={"fn": _steps(to)})
    before = context.get_current_heads()
    if _is_compatible(connection, before):
        return False
    if set(before) != set(revisions().get_heads()):
        due()
    try:
        context.run_migrations(op=Operations(context))
    except CommandError as error:
        raise NewerSchema(f"it was written by a newer bot ({error})") from None
    return not before


def _lock(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)


def _is_compatible(connection: sa.Connection, heads: tuple[str, ...]) -> bool:
    """Tell whether a newer bot made these tables and says that this one can use them."""
    revision_ids = {script.revision for script in revisions().walk_revisions()}
    if set(heads) <= revision_ids or not sa.inspect(connection).has_table("shared"):
        return False
    oldest = connection.execute(_OLDEST).scalar()
    return oldest is not None and int(oldest) <= max(map(int, revision_ids))


def _steps(to: str) -> Callable[..., object]:
    # As in Alembic's own `upgrade` command.
    return lambda current, _context: revisions()._upgrade_revs(to, current)  # noqa: SLF001
