"""Every query about keys of requests."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from errors import KeyReused
from models import IdempotencyKey
from repositories.upserts import insert_into
from schemas.idempotency import RequestKey

KEPT = timedelta(hours=24)
# Of one user, the oldest go first. A client that repeats requests does so within minutes.
MOST = 1000
# So many at a time are cleared away: by the next requests, so that none of them waits for all.
_CLEARED = 100


class IdempotencyRepository:
    """Read and write the keys of one user: those of others do not exist here."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        self._session = session
        self._user_id = user_id

    async def get(self, key: RequestKey, moment: datetime) -> IdempotencyKey | None:
        """Return the request that was made under a key, or None.

        Raises:
            KeyReused: it was another one.
        """
        held = await self._session.get(IdempotencyKey, (self._user_id, key.key))
        if held is None or held.created_at < moment - KEPT:
            return None
        if held.fingerprint != key.fingerprint:
            raise KeyReused
        return held

    async def take(
        self,
        key: RequestKey,
        moment: datetime,
        answer_id: uuid.UUID,
        conversation_id: uuid.UUID | None = None,
    ) -> bool:
        """Note a request; return False when one was made under its key.

        Where one is just being noted, its transaction is waited for.
        """
        mine = IdempotencyKey.user_id == self._user_id
        old = IdempotencyKey.created_at < moment - KEPT
        await self._session.execute(
            delete(IdempotencyKey).where(mine, IdempotencyKey.key == key.key, old)
        )
        added = await self._session.scalar(
            insert_into(self._session, IdempotencyKey)
            .values(
                user_id=self._user_id,
                key=key.key,
                fingerprint=key.fingerprint,
                answer_id=answer_id,
                conversation_id=conversation_id,
                created_at=moment,
            )
            .on_conflict_do_nothing(index_elements=[IdempotencyKey.user_id, IdempotencyKey.key])
            .returning(IdempotencyKey.key)
        )
        if added is not None:
            await self._clear(_keys().where(old).order_by(IdempotencyKey.created_at))
            surplus = _keys().where(mine).order_by(IdempotencyKey.created_at.desc()).offset(MOST)
            await self._clear(surplus)
        return added is not None

    async def answer(self, key: RequestKey, answer: dict[str, Any]) -> None:
        """Keep what answers a request that was noted in this transaction."""
        await self._session.execute(
            update(IdempotencyKey)
            .where(IdempotencyKey.user_id == self._user_id, IdempotencyKey.key == key.key)
            .values(answer=answer)
        )

    async def _clear(self, keys: Select[str, str]) -> None:
        # Two that clear at once must not wait for each other.
        some = keys.limit(_CLEARED).with_for_update(skip_locked=True)
        place = tuple_(IdempotencyKey.user_id, IdempotencyKey.key)
        await self._session.execute(
            delete(IdempotencyKey)
            .where(place.in_(some))
            .execution_options(synchronize_session=False)
        )


def _keys() -> Select[str, str]:
    return select(IdempotencyKey.user_id, IdempotencyKey.key)
