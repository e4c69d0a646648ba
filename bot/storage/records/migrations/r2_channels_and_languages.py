"""Channels get a table of their own, servers a language, votes the server they were cast in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "2"
down_revision = "1"

_MOST_ID = 2**63 - 1


def upgrade(op: Operations) -> None:
    """Bring the tables from the revision before to this one."""
    op.create_table(
        "channels",
        sa.Column(
            "server",
            sa.BigInteger,
            sa.ForeignKey("servers.server", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("channel", sa.BigInteger, primary_key=True, autoincrement=False),
    )
    _move_channels(op.get_bind())
    with op.batch_alter_table("servers") as servers:
        servers.drop_column("channels")
        servers.add_column(sa.Column("language", sa.String(35)))
    with op.batch_alter_table("votes") as votes:
        votes.add_column(sa.Column("server", sa.BigInteger, nullable=False, server_default="0"))
        votes.create_index("votes_server", ["server"])


def _move_channels(connection: sa.Connection) -> None:
    """Write a line of ids as rows; what is no id, written by hand, is left behind."""
    servers = sa.table("servers", sa.column("server"), sa.column("channels"))
    rows = [
        {"server": server, "channel": channel}
        for server, line in connection.execute(sa.select(servers.c.server, servers.c.channels))
        for channel in sorted(set(_ids(line)))
    ]
    if rows:
        channels = sa.table("channels", sa.column("server"), sa.column("channel"))
        connection.execute(sa.insert(channels), rows)


def _ids(line: str) -> list[int]:
    parts = (part.strip() for part in str(line).split(","))
    return [int(part) for part in parts if part.isascii() and part.isdigit() and 0 < int(part) <= _MOST_ID]
