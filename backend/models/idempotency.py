"""Requests that were made under a key, so that repeating one does nothing twice."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class IdempotencyKey(Base):
    """A key that a user gave to a request, and what answers it.

    `fingerprint` tells the request from another one under the same key. `answer_id` is the id of
    what was made; `answer` is what was said of it, where it cannot be read again later.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        Index("ix_idempotency_keys_user_id_created_at", "user_id", "created_at"),
        Index("ix_idempotency_keys_created_at", "created_at"),
    )

    user_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
