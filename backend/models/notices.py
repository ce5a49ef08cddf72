"""Notices: each is shown to its user once."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class Notice(Base):
    """Something a user is told once, until they have read it.

    It shares id and position with the activity entry that was stored with it, and it stays when its
    task goes: hence no foreign key, and a title of its own.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("user_id", "position"),
        Index(
            "ix_notices_unread",
            "user_id",
            "position",
            postgresql_where=text("read_at IS NULL"),
            sqlite_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    user_id: Mapped[str] = mapped_column(String(255))
    position: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(16))
    task_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    title: Mapped[str] = mapped_column(String(200))
    remind_at: Mapped[datetime] = mapped_column(UtcDateTime)
    woken_by: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
