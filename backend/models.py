"""Tables of the app, as SQLAlchemy sees them."""

import enum
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Priority(enum.StrEnum):
    """Order tasks by importance, lowest first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class UtcDateTime(TypeDecorator[datetime]):
    """Store moments as UTC and return them aware: SQLite keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class PriorityRank(TypeDecorator[Priority]):
    """Store a priority as its rank, so that the database can sort by it."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Priority | None, dialect: Dialect) -> int | None:
        return None if value is None else list(Priority).index(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Priority | None:
        return None if value is None else list(Priority)[value]


class Base(DeclarativeBase):
    """Collect the tables; fixed constraint names let later migrations refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# Of all tasks only these are looked through for what is due.
PENDING_REMINDER = "remind_at IS NOT NULL AND reminded_at IS NULL AND completed_at IS NULL"


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
    tag_rows: Mapped[list[TaskTag]] = relationship(
        order_by=TaskTag.position, cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def completed(self) -> bool:
        return self.completed_at is not None

    @property
    def tags(self) -> list[str]:
        return [row.tag for row in self.tag_rows]


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


class UserPosition(Base):
    """How many activity entries a user has; its row is locked while one more is added."""

    __tablename__ = "user_positions"

    user_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)


class ActivityEntry(Base):
    """What happened to a user, one row an event.

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


class SchemaSupport(Base):
    """The oldest revision whose build works on this schema, in one row that migrations write.

    A build that is older than the schema does not know the newest migrations: it reads here whether
    it may start.
    """

    __tablename__ = "schema_support"

    compatible_from: Mapped[str] = mapped_column(String(32), primary_key=True)


# What follows belongs to Better Auth, which the frontend runs (frontend/lib/auth): nothing here
# reads or writes it. It is declared so that one tool knows every table. Better Auth writes moments
# as text into SQLite, and knows the type there by this name.
_MOMENT = DateTime(timezone=True).with_variant(Date(), "sqlite")


def _auth_table(name: str, *parts: Column[Any] | UniqueConstraint, stamped: bool = True) -> None:
    stamps = ("created_at", "updated_at") if stamped else ()
    Table(
        name,
        Base.metadata,
        Column("id", Text, primary_key=True),
        *parts,
        *(Column(stamp, _MOMENT, nullable=False) for stamp in stamps),
    )


def _user_id() -> Column[str]:
    owner = ForeignKey("auth_users.id", ondelete="CASCADE")
    return Column("user_id", Text, owner, nullable=False, index=True)


_auth_table(
    "auth_users",
    *(Column(name, Text, nullable=False) for name in ("name", "email")),
    Column("email_verified", Boolean, nullable=False),
    Column("image", Text),
    UniqueConstraint("email"),
)
_auth_table(
    "auth_sessions",
    _user_id(),
    Column("token", Text, nullable=False),
    Column("expires_at", _MOMENT, nullable=False),
    Column("ip_address", Text),
    Column("user_agent", Text),
    UniqueConstraint("token"),
)
_auth_table(
    "auth_accounts",
    _user_id(),
    *(Column(name, Text, nullable=False) for name in ("account_id", "provider_id")),
    *(Column(f"{name}_token", Text) for name in ("access", "refresh", "id")),
    *(Column(f"{name}_token_expires_at", _MOMENT) for name in ("access", "refresh")),
    *(Column(name, Text) for name in ("password", "scope")),
)
_auth_table(
    "auth_verifications",
    Column("identifier", Text, nullable=False, index=True),
    Column("value", Text, nullable=False),
    Column("expires_at", _MOMENT, nullable=False),
)
_auth_table(
    "auth_jwks",
    *(Column(f"{name}_key", Text, nullable=False) for name in ("public", "private")),
    *(Column(name, Text) for name in ("alg", "crv")),
    Column("created_at", _MOMENT, nullable=False),
    Column("expires_at", _MOMENT),
    stamped=False,
)
_auth_table(
    "auth_rate_limits",
    Column("key", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("last_request", BigInteger, nullable=False),
    UniqueConstraint("key"),
    stamped=False,
)
