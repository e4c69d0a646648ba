"""The current tables; `migrations` brings older databases to them, and a test compares the two."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.storage.records.values import LONGEST_FORM, LONGEST_KIND, LONGEST_LANGUAGE, LONGEST_PREFIX

PERSON = 16  # bytes of a keyed hash: collisions are to be expected among 2^64 people
LONGEST_NAME, LONGEST_VERSION = 100, 40
DIRECT = 0  # the server of a direct message: in a unique key NULL would differ from NULL


class Table(DeclarativeBase):
    """The base of the tables, with their common metadata."""


class Server(Table):
    """The settings of a server; one without a row has the defaults."""

    __tablename__ = "servers"
    server: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    prefix: Mapped[str | None] = mapped_column(String(LONGEST_PREFIX))
    charts: Mapped[bool] = mapped_column(server_default=true())
    cooldown: Mapped[float | None] = mapped_column(Double)
    language: Mapped[str | None] = mapped_column(String(LONGEST_LANGUAGE))
    proxy: Mapped[int | None] = mapped_column(BigInteger)


class Channel(Table):
    """A channel of a server in which the bot listens; `everything` says whether every message there is answered."""

    __tablename__ = "channels"
    server: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("servers.server", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    channel: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    everything: Mapped[bool] = mapped_column(server_default=false())


class Vote(Table):
    """One person's vote on one answer, None where it was taken back, and the id of the press that said so last."""

    __tablename__ = "votes"
    answer: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person: Mapped[bytes] = mapped_column(LargeBinary(PERSON), primary_key=True)
    kind: Mapped[str] = mapped_column(String(LONGEST_KIND))
    up: Mapped[bool | None]
    press: Mapped[int] = mapped_column(BigInteger, server_default="0")
    day: Mapped[date]
    server: Mapped[int] = mapped_column(BigInteger, server_default=str(DIRECT))
    __table_args__ = (
        Index("votes_person", "person"),
        Index("votes_day", "day"),
        Index("votes_server", "server"),
    )


class Miss(Table):
    """How often one person asked one unanswered question on one day in one server."""

    __tablename__ = "misses"
    # SQLite autoincrements a column of exactly this type only.
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    form: Mapped[str] = mapped_column(String(LONGEST_FORM))
    day: Mapped[date]
    person: Mapped[bytes] = mapped_column(LargeBinary(PERSON))
    server: Mapped[int] = mapped_column(BigInteger)
    times: Mapped[int]
    __table_args__ = (
        UniqueConstraint("form", "day", "person", "server", name="misses_once"),
        Index("misses_person", "person"),
        Index("misses_day", "day"),
        Index("misses_server", "server"),
    )


class Process(Table):
    """A process that serves shards of a bot: its host, version and knowledge, and when it last said that it lives.

    `backend`: the process of PostgreSQL that it said so to.
    """

    __tablename__ = "processes"
    application: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    process: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    version: Mapped[str] = mapped_column(String(LONGEST_VERSION))
    revision: Mapped[str] = mapped_column(String(LONGEST_VERSION))
    leaving: Mapped[bool] = mapped_column(server_default=false())
    seen: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    backend: Mapped[int | None]


class Shard(Table):
    """A shard of so many: who serves it since when, who is about to, and the session that it is served by."""

    __tablename__ = "shards"
    application: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    total: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    shard: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    holder: Mapped[UUID | None] = mapped_column(Uuid)
    incoming: Mapped[UUID | None] = mapped_column(Uuid)
    since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    session: Mapped[str | None] = mapped_column(Text)
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    url: Mapped[str | None] = mapped_column(Text)


class IdentifySlot(Table):
    """When a bucket of shards may IDENTIFY next."""

    __tablename__ = "identify_slots"
    application: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    bucket: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    free_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Shared(Table):
    """A value that all processes of a bot share; those of application 0 are of the database itself."""

    __tablename__ = "shared"
    application: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(LONGEST_VERSION), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
