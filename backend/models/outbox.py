"""Events on their way out, and who sends them."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, Double, Integer, SmallInteger, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class OutboxEvent(Base):
    """An event that waits to be published; it was committed with the change it tells of.

    Its position orders the events of one task, because the task's row is locked when it is taken.
    Between tasks positions may be committed out of order.
    """

    __tablename__ = "outbox"
    # SQLite would otherwise give the position of a deleted row to a new one.
    __table_args__ = ({"sqlite_autoincrement": True},)

    position: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True
    )
    id: Mapped[uuid.UUID] = mapped_column(Uuid)
    slot: Mapped[int] = mapped_column(SmallInteger)
    key: Mapped[str] = mapped_column(String(255))
    topic: Mapped[str] = mapped_column(String(64))
    event: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    reason: Mapped[str | None] = mapped_column(Text)
    quarantined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Relay(Base):
    """A process that publishes events; times are seconds of the database's own clock."""

    __tablename__ = "relays"

    holder: Mapped[str] = mapped_column(String(64), primary_key=True)
    joined: Mapped[float] = mapped_column(Double)
    seen: Mapped[float] = mapped_column(Double)


class RelaySlot(Base):
    """A share of the events, leased to one relay until it expires."""

    __tablename__ = "relay_slots"

    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    holder: Mapped[str] = mapped_column(String(64))
    expires: Mapped[float] = mapped_column(Double)
