"""Servers name the bot whose webhooks speak for their people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "5"
down_revision = "4"


def upgrade(op: Operations) -> None:
    """Bring the tables from the revision before to this one."""
    with op.batch_alter_table("servers") as servers:
        servers.add_column(sa.Column("proxy", sa.BigInteger))
