"""Tasks and their tags."""

import uuid
from datetime import datetime

from sqlalchemy import (
    Dialect,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    TypeDecorator,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enumerations import Priority
from models.base import Base, UtcDateTime


class PriorityRank(TypeDecorator[Priority]):
    """Store a priority as its rank, so that the database can sort by it."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Priority | None, dialect: Dialect) -> int | None:
        return None if value is None else list(Priority).index(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Priority | None:
        return None if value is None else list(Priority)[value]


# Of all tasks only these are looked through for what is due.
PENDING_REMINDER = "remind_at IS NOT NULL AND reminded_at IS NULL AND completed_at IS NULL"


class Tag(Base):
    """A tag as its user first wrote it, by the form in which all its spellings are one."""

    __tablename__ = "tags"

    user_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))


class TaskTag(Base):
    """One tag of a task; a table, not a JSON list, so that both databases can filter by it."""

    __tablename__ = "task_tags"

    task_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger)


class Task(Base):
    """A task of one user; `version` grows with every change and guards against lost updates.

    `reminded_at` is when the notice for `remind_at` was given. That is no change: somebody may be
    in the middle of one, and has seen all there is to lose.

    `search` is the folded text that is looked through, as of `search_version`. Where that is not
    the version, a release that knows neither has changed the task since.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_user_id_created_at_id", "user_id", "created_at", "id"),
        Index(
            "ix_tasks_reminders",
            "remind_at",
            postgresql_where=text(PENDING_REMINDER),
            sqlite_where=text(PENDING_REMINDER),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    user_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    priority: Mapped[Priority] = mapped_column(PriorityRank, default=Priority.NORMAL)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Half of what a task is; nobody but the database reads it.
    search: Mapped[str | None] = mapped_column(Text, deferred=True)
    search_version: Mapped[int | None] = mapped_column(deferred=True)
    tag_rows: Mapped[list[TaskTag]] = relationship(
        order_by=TaskTag.position, cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def completed(self) -> bool:
        return self.completed_at is not None

    @property
    def tags(self) -> list[str]:
        return [row.tag for row in self.tag_rows]
