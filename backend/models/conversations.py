"""Conversations with the assistant."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Double,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from enumerations import Role
from models.base import Base, UtcDateTime


class Conversation(Base):
    """The messages of a user and the assistant.

    `replying` names the reply that is being given, whoever gives it, and `replying_until` when its
    claim ends unless it is renewed, in seconds of the database's own clock: of a process that died
    nothing stays locked.

    `stored_bytes` counts what its messages hold, under the lock of its row.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_user_id_updated_at_id", "user_id", "updated_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    user_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(200))
    message_count: Mapped[int]
    stored_bytes: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replying: Mapped[str | None] = mapped_column(String(64))
    replying_until: Mapped[float | None] = mapped_column(Double)


class Message(Base):
    """One message; `position` counts those of a conversation, under the lock of its row.

    Of the assistant's it also holds the tools that were called, the problem that ended it, and the
    answers that can be pressed.
    """

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("conversation_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE")
    )
    position: Mapped[int]
    role: Mapped[Role] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    tools: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    choices: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
