"""How much one user may store.

Measuring at each write would cost the more the more is stored. So a process measures once and then
spends a share of the room that it found: a tenth of it, and at most a hundredth of the limit. The
nearer the limit, the oftener is measured; within the last ten places each time, one transaction of
a user after the other. With N replicas a user may exceed a limit by N hundredths of it, and by the
reply to the last message.
"""

from collections.abc import Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from errors import Problem, TooManyConversations, TooManyTasks, TooMuchStored
from repositories.storage import Storage, StorageRepository

_LIMIT = "storage_limit"
_REMEMBERED_USERS = 10_000
# One for each amount of Storage.
_PROBLEMS: tuple[Callable[[int], Problem], ...] = (
    TooManyTasks,
    TooManyConversations,
    TooMuchStored,
)


class StorageLimit:
    """Hold what one user may store, and the room that this process has found for each."""

    def __init__(self, most: Storage, tags: int) -> None:
        self.tags = tags
        self._most = most
        self._spare: dict[str, Storage] = {}

    async def take(self, session: AsyncSession, user_id: str, more: Storage) -> None:
        """Take room for more, or raise the problem that names the limit."""
        left = self._spare.get(user_id, Storage()).minus(more)
        if min(left) < 0:
            left = self._share(await self._room(session, user_id, more))
        if len(self._spare) >= _REMEMBERED_USERS:
            self._spare.clear()
        self._spare[user_id] = left

    def charge(self, user_id: str, more: Storage) -> None:
        """Count what is stored without being refused; a debt is measured by who comes next."""
        self._spare[user_id] = self._spare.get(user_id, Storage()).minus(more)

    async def _room(self, session: AsyncSession, user_id: str, more: Storage) -> Storage:
        repository = StorageRepository(session, user_id)
        await repository.lock()
        room = self._most.minus(await repository.used()).minus(more)
        for amount, wanted, most, problem in zip(room, more, self._most, _PROBLEMS, strict=True):
            # Who is past one limit may still do what another one bounds.
            if wanted and amount < 0:
                raise problem(most)
        return room

    def _share(self, room: Storage) -> Storage:
        pairs = zip(room, self._most, strict=True)
        return Storage(*(max(0, min(amount // 10, most // 100)) for amount, most in pairs))


def storage_limit(most: Storage, tags: int) -> Mapping[str, object]:
    """Return what makes the sessions of a database keep the limits.

    Args:
        most: what one user may store.
        tags: how many different ones one user may use.
    """
    return {_LIMIT: StorageLimit(most, tags)}


async def make_room(session: AsyncSession, user_id: str, more: Storage) -> None:
    """See that a user may store more, before anything of it is added to the session.

    It comes last before that: it may wait for another transaction of this user, which must not
    wait for this one. A session that was given no limit has none.

    Raises:
        TooManyTasks, TooManyConversations, TooMuchStored: the limit that was met.
    """
    limit = session.info.get(_LIMIT)
    if isinstance(limit, StorageLimit) and any(more):
        await limit.take(session, user_id, more)


def charge(session: AsyncSession, user_id: str, more: Storage) -> None:
    """Count what a user stores by a reply that was already promised."""
    limit = session.info.get(_LIMIT)
    if isinstance(limit, StorageLimit):
        limit.charge(user_id, more)


def most_tags(session: AsyncSession) -> int | None:
    """Return how many different tags one user may use; None is any number."""
    limit = session.info.get(_LIMIT)
    return limit.tags if isinstance(limit, StorageLimit) else None


def size_of(*texts: str | None) -> int:
    """Return the bytes that texts take as UTF-8."""
    return sum(len(text.encode()) for text in texts if text)
