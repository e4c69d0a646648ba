"""The tables of the records as they are now; `revisions` leads older databases here, and a test compares the two."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Double, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, true
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.storage.records.values import LONGEST_FORM, LONGEST_KIND, LONGEST_LANGUAGE, LONGEST_PREFIX

PERSON = 16  # bytes of a keyed hash: two in 2^64 people would share one
DIRECT = 0  # stands for the server of a direct message: in a unique key NULL would differ from NULL


class Table(DeclarativeBase):
    """What the tables have in common: all their columns are known together."""


class Server(Table):
    """What a server has set; without a row it has set nothing."""

    __tablename__ = "servers"
    server: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    prefix: Mapped[str | None] = mapped_column(String(LONGEST_PREFIX))
    charts: Mapped[bool] = mapped_column(server_default=true())
    cooldown: Mapped[float | None] = mapped_column(Double)
    language: Mapped[str | None] = mapped_column(String(LONGEST_LANGUAGE))


class Channel(Table):
    """A channel in which a server wants the bot to listen."""

    __tablename__ = "channels"
    server: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("servers.server", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    channel: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class Vote(Table):
    """One person's vote on one answer."""

    __tablename__ = "votes"
    answer: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person: Mapped[bytes] = mapped_column(LargeBinary(PERSON), primary_key=True)
    kind: Mapped[str] = mapped_column(String(LONGEST_KIND))
    up: Mapped[bool]
    day: Mapped[date]
    server: Mapped[int] = mapped_column(BigInteger, server_default=str(DIRECT))
    __table_args__ = (
        Index("votes_person", "person"),
        Index("votes_day", "day"),
        Index("votes_server", "server"),
    )


class Miss(Table):
    """How often one person asked one thing, that could not be answered, on one day in one server."""

    __tablename__ = "misses"
    # SQLite counts up by itself in a column of exactly this type.
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
