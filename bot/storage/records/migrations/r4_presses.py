"""Votes keep the press that they come from, so that one told twice counts once; one taken back stays as none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "4"
down_revision = "3"


def upgrade(op: Operations) -> None:
    """Bring the tables from the revision before to this one."""
    with op.batch_alter_table("votes") as votes:
        votes.alter_column("up", existing_type=sa.Boolean, nullable=True)
        votes.add_column(sa.Column("press", sa.BigInteger, nullable=False, server_default="0"))
