"""Personal tokens, with which programs of a person call the assistant's tools."""

import uuid
from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from enumerations import TokenScope
from models.base import Base, UtcDateTime


class PersonalToken(Base):
    """What is known of a token: never the token itself, so that a copied database opens nothing.

    Its hash finds it, and its first characters let its owner recognise it. A revoked one is gone.
    """

    __tablename__ = "personal_tokens"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_personal_tokens_user_id", "user_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    user_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64))
    prefix: Mapped[str] = mapped_column(String(16))
    scope: Mapped[TokenScope] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
