"""Every query about the spellings of tags."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from errors import TooManyTags
from models import Tag, Task, TaskTag
from repositories.upserts import insert_into
from schemas.text import tag_key


class TagRepository:
    """Read and write the tags of one user: the same tag is spelled as it was written first."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        self._session = session
        self._user_id = user_id

    async def spelled(self, tags: Sequence[str], most: int | None = None) -> list[str]:
        """Return the tags as their user first wrote them; new ones are kept as they are now.

        Args:
            tags: each once, however spelled.
            most: different ones a user may use; None is any number. Two requests that make some at
                the same time may pass it by those of one of them.

        Raises:
            TooManyTags: there would be more, without those that no task has any more.
        """
        written = {tag_key(tag): tag for tag in tags}
        if not written:
            return []
        names = dict(await self._names(written))
        # In one order: of two requests that make the same tags one waits, and none for the other.
        new = sorted(written.keys() - names.keys())
        if new:
            if most is not None:
                await self._make_room(written.keys(), len(new), most)
            await self._session.execute(
                insert_into(self._session, Tag)
                .values([{"user_id": self._user_id, "key": k, "name": written[k]} for k in new])
                .on_conflict_do_nothing(index_elements=[Tag.user_id, Tag.key])
            )
            names |= await self._names({key: written[key] for key in new})
        return [names[key] for key in written]

    async def _names(self, keys: Mapping[str, str]) -> dict[str, str]:
        query = select(Tag.key, Tag.name).where(Tag.user_id == self._user_id, Tag.key.in_(keys))
        # Locked, lest one is forgotten before the task that is to have it is there.
        rows = await self._session.execute(query.with_for_update(read=True, key_share=True))
        return {key: name for key, name in rows}

    async def _make_room(self, asked: Collection[str], more: int, most: int) -> None:
        if await self._count() + more <= most:
            return
        await self._forget_unused(asked)
        if await self._count() + more > most:
            raise TooManyTags(most)

    async def _count(self) -> int:
        query = select(func.count()).where(Tag.user_id == self._user_id)
        return await self._session.scalar(query) or 0

    async def _forget_unused(self, kept: Collection[str]) -> None:
        mine = select(Tag.key).where(Tag.user_id == self._user_id, Tag.key.not_in(kept))
        # Locked by one statement, looked at by the next: it sees the tasks of whoever held them.
        held = (await self._session.scalars(mine.with_for_update(skip_locked=True))).all()
        used = (
            select(TaskTag.tag)
            .join(Task, Task.id == TaskTag.task_id)
            .where(Task.user_id == self._user_id)
        )
        await self._session.execute(
            delete(Tag)
            .where(Tag.user_id == self._user_id, Tag.key.in_(held), Tag.name.not_in(used))
            .execution_options(synchronize_session=False)
        )
