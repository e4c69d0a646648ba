"""The current tables; `migrations` brings older databases to them, and a test compares the two."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    BigInteger,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.storage.records.values import LONGEST_FORM, LONGEST_KIND, LONGEST_LANGUAGE, LONGEST_PREFIX

PERSON = 16  # bytes of a keyed hash: collisions are to be expected among 2^64 people
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
