"""Every query about the spellings of tags."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Tag
from repositories.upserts import insert_into
from schemas.text import tag_key


class TagRepository:
    """Read and write the tags of one user: the same tag is spelled as it was written first."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        self._session = session
        self._user_id = user_id

    async def spelled(self, tags: Sequence[str]) -> list[str]:
        """Return the tags as their user first wrote them; new ones are kept as they are now.

        Args:
            tags: each once, however spelled.
        """
        written = {tag_key(tag): tag for tag in tags}
        if not written:
            return []
        names = dict(await self._names(written))
        # In one order: of two requests that make the same tags one waits, and none for the other.
        new = sorted(written.keys() - names.keys())
        if new:
            await self._session.execute(
                insert_into(self._session, Tag)
                .values([{"user_id": self._user_id, "key": k, "name": written[k]} for k in new])
                .on_conflict_do_nothing(index_elements=[Tag.user_id, Tag.key])
            )
            names |= await self._names({key: written[key] for key in new})
        return [names[key] for key in written]

    async def _names(self, keys: Mapping[str, str]) -> dict[str, str]:
        query = select(Tag.key, Tag.name).where(Tag.user_id == self._user_id, Tag.key.in_(keys))
        return {key: name for key, name in await self._session.execute(query)}
