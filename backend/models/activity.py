"""Events that arrived: what they tell, and those that could not be handled."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, BigInteger, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class UserPosition(Base):
    """The number of a user's activity entries; its row is locked while one more is added."""

    __tablename__ = "user_positions"

    user_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)


class ActivityEntry(Base):
    """A user's history, one row an event.

    `position` counts a user's entries as they arrived, without a gap, and never changes: a stream
    resumes from it. `listed_at` is where the feed shows the entry: when it happened, but never
    before an entry of the same task with a lower sequence.
    """

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_feed", "user_id", "listed_at", "sequence", "position"),
        Index("ix_activity_task", "user_id", "task_id", "sequence"),
        UniqueConstraint("user_id", "position"),
    )

    event_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(255))
    position: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(64))
    task_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    sequence: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(200))
    changed: Mapped[list[str]] = mapped_column(JSON)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    listed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeadLetter(Base):
    """An event that could not be handled, as it was received, until a replay succeeds.

    Its id is made from topic and event, so that a letter delivered twice is stored once.
    """

    __tablename__ = "dead_letters"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    topic: Mapped[str] = mapped_column(String(64))
    event: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replayed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
