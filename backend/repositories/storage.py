"""What a user has stored: how many of each kind, and how many bytes."""

from typing import Any, NamedTuple

from sqlalchemy import LargeBinary, cast, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from models import Conversation, Task
from repositories.upserts import on_postgresql
from schemas.text import WRITTEN


class Storage(NamedTuple):
    """Amounts of what a user stores, or may store.

    Args:
        tasks: open and done together.
        conversations: with the assistant.
        bytes: of titles, descriptions and messages, as UTF-8.
    """

    tasks: int = 0
    conversations: int = 0
    bytes: int = 0

    def minus(self, other: "Storage") -> "Storage":
        """Return the difference, amount by amount."""
        return Storage(*(mine - its for mine, its in zip(self, other, strict=True)))


class StorageRepository:
    """Measure what one user has stored."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        self._session = session
        self._user_id = user_id

    async def lock(self) -> None:
        """Let nobody else measure for this user until the transaction ends.

        A transaction of SQLite that writes has the whole file to itself.
        """
        if on_postgresql(self._session):
            await self._session.execute(
                select(func.pg_advisory_xact_lock(func.hashtextextended(self._user_id, 0)))
            )

    async def used(self) -> Storage:
        """Return what is stored, in one statement.

        No message is read: each conversation counts the bytes of its own. Nor is a description,
        whose length PostgreSQL keeps beside it.
        """
        tasks = (
            select(func.count(), *(self._sum(getattr(Task, name)) for name in WRITTEN))
            .where(Task.user_id == self._user_id)
            .subquery()
        )
        conversations = (
            select(func.count(), self._sum(Conversation.title), func.sum(Conversation.stored_bytes))
            .where(Conversation.user_id == self._user_id)
            .subquery()
        )
        both = select(tasks, conversations).select_from(tasks.join(conversations, true()))
        row = (await self._session.execute(both)).one()
        task_count, *written, conversation_count, names, said = row
        sizes = (*written, names, said)
        return Storage(task_count, conversation_count, sum(int(size or 0) for size in sizes))

    def _sum(self, column: Any) -> Any:
        return func.sum(self._size(column))

    def _size(self, column: Any) -> Any:
        if on_postgresql(self._session):
            return func.octet_length(column)
        return func.length(cast(column, LargeBinary))
