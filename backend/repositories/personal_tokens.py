"""Every query about personal tokens."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import PersonalToken

_NEWEST_FIRST = (PersonalToken.created_at.desc(), PersonalToken.id)


class PersonalTokenRepository:
    """Read and write the tokens of one user: a token of someone else does not exist here."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        self._session = session
        self._user_id = user_id

    def add(self, token: PersonalToken) -> None:
        self._session.add(token)

    async def all(self) -> Sequence[PersonalToken]:
        """Return every token of the user, newest first."""
        return (await self._session.scalars(self._mine().order_by(*_NEWEST_FIRST))).all()

    async def count_alone(self) -> int:
        """Count the user's tokens; until the transaction ends nobody else adds one for them."""
        if self._session.get_bind().dialect.name == "postgresql":
            # SQLite has one writer at a time.
            key = func.hashtextextended(f"personal_tokens {self._user_id}", 0)
            await self._session.execute(select(func.pg_advisory_xact_lock(key)))
        mine = self._mine().with_only_columns(func.count())
        return await self._session.scalar(mine) or 0

    async def remove(self, token_id: uuid.UUID) -> bool:
        """Delete a token; return whether the user had it."""
        query = (
            delete(PersonalToken)
            .where(PersonalToken.user_id == self._user_id, PersonalToken.id == token_id)
            .returning(PersonalToken.id)
        )
        return await self._session.scalar(query) is not None

    def _mine(self) -> Select[PersonalToken]:
        return select(PersonalToken).where(PersonalToken.user_id == self._user_id)


async def find_personal_token(session: AsyncSession, token_hash: str) -> PersonalToken | None:
    """Return the token of this hash, whosever it is, or None."""
    return await session.scalar(select(PersonalToken).where(PersonalToken.token_hash == token_hash))


async def note_use(
    session: AsyncSession, token_id: uuid.UUID, moment: datetime, unless_since: datetime
) -> None:
    """Note that a token was used, unless a use since some moment is noted already."""
    await session.execute(
        update(PersonalToken)
        .where(
            PersonalToken.id == token_id,
            or_(PersonalToken.last_used_at.is_(None), PersonalToken.last_used_at <= unless_since),
        )
        .values(last_used_at=moment)
        .execution_options(synchronize_session=False)
    )
