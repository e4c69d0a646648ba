"""Channels note whether every message there is answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "3"
down_revision = "2"


def upgrade(op: Operations) -> None:
    """Bring the tables from the revision before to this one."""
    with op.batch_alter_table("channels") as channels:
        channels.add_column(sa.Column("everything", sa.Boolean, nullable=False, server_default=sa.false()))
