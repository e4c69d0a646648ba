"""Processes share the shards of a bot; an older bot may go on beside a newer one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "6"
down_revision = "5"

# Rewritten every moment: with room left in a page PostgreSQL changes a row in place.
_WITH_ROOM = {"fillfactor": 50}


def _application() -> sa.Column[int]:
    return sa.Column("application", sa.BigInteger, primary_key=True, autoincrement=False)


def upgrade(op: Operations) -> None:
    """Bring the tables from the revision before to this one."""
    op.create_table(
        "processes",
        _application(),
        sa.Column("process", sa.Uuid, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("revision", sa.String(40), nullable=False),
        sa.Column("leaving", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("backend", sa.Integer),
        postgresql_with=_WITH_ROOM,
    )
    op.create_table(
        "shards",
        _application(),
        sa.Column("total", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("shard", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("holder", sa.Uuid),
        sa.Column("incoming", sa.Uuid),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("session", sa.Text),
        sa.Column("sequence", sa.BigInteger),
        sa.Column("url", sa.Text),
        postgresql_with=_WITH_ROOM,
    )
    op.create_table(
        "identify_slots",
        _application(),
        sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
    )
    shared = op.create_table(
        "shared",
        _application(),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.bulk_insert(shared, [{"application": 0, "name": "oldest revision", "value": revision}])
