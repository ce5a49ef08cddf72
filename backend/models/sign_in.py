"""Tables of Better Auth, which the frontend runs (frontend/lib/auth): not used here.

They are declared so that one tool knows every table.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from models.base import Base

# Better Auth writes moments as text into SQLite, and knows the type there by this name.
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
