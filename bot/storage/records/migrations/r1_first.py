"""The first tables: settings of servers, votes on answers, questions that could not be answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "1"
down_revision = None


def upgrade(op: Operations) -> None:
    """Bring the tables from the revision before to this one."""
    op.create_table(
        "servers",
        sa.Column("server", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("channels", sa.Text, nullable=False, server_default=""),
        sa.Column("prefix", sa.String(10)),
        sa.Column("charts", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("cooldown", sa.Double),
    )
    op.create_table(
        "votes",
        sa.Column("answer", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("person", sa.LargeBinary(16), primary_key=True),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("up", sa.Boolean, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
    )
    op.create_index("votes_person", "votes", ["person"])
    op.create_index("votes_day", "votes", ["day"])
    op.create_table(
        "misses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("form", sa.String(200), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("person", sa.LargeBinary(16), nullable=False),
        sa.Column("server", sa.BigInteger, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.UniqueConstraint("form", "day", "person", "server", name="misses_once"),
    )
    for column in ("person", "day", "server"):
        op.create_index(f"misses_{column}", "misses", [column])
