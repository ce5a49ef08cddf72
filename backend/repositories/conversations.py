"""Every query about conversations."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, Text, cast, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Conversation, Message
from repositories import cursors
from repositories.clock import DatabaseTime

# Of the results of tools that a page of messages holds; at least one message is read.
PAGE_CHARACTERS = 500_000


@dataclass(frozen=True)
class Claim:
    """Name the reply that is being given in a conversation, and how long nobody else may.

    Args:
        holder: a name of its own for every reply.
        seconds: after which the claim ends unless it is renewed.
    """

    holder: str
    seconds: float


class ConversationRepository:
    """Read and write the conversations of one user: one of someone else does not exist here."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        self._session = session
        self._user_id = user_id

    async def add(self, conversation: Conversation) -> None:
        """Add a conversation at once: its messages refer to it."""
        self._session.add(conversation)
        await self._session.flush()

    def add_message(self, conversation: Conversation, message: Message) -> None:
        """Add a message at the end; the conversation's row is locked, or new."""
        conversation.message_count += 1
        conversation.stored_bytes += len(message.text.encode()) + len(json.dumps(message.tools))
        message.conversation_id = conversation.id
        message.position = conversation.message_count
        self._session.add(message)

    async def get(self, conversation_id: uuid.UUID) -> Conversation | None:
        """Return the conversation, or None."""
        return await self._session.scalar(self._mine().where(Conversation.id == conversation_id))

    async def get_for_update(self, conversation_id: uuid.UUID) -> Conversation | None:
        """Return the conversation and keep its row locked until the transaction ends, or None."""
        query = self._mine().where(Conversation.id == conversation_id)
        return await self._session.scalar(query.with_for_update())

    async def delete(self, conversation: Conversation) -> None:
        await self._session.delete(conversation)

    async def page(self, limit: int, cursor: str | None) -> tuple[list[Conversation], str | None]:
        """Return up to `limit` conversations, those used last first, and the next cursor."""
        here = tuple_(Conversation.updated_at, Conversation.id)
        query = self._mine()
        if cursor is not None:
            there = _decode(cursor)
            types = [Conversation.updated_at.type, Conversation.id.type]
            query = query.where(here < tuple_(*there, types=types))
        order = (Conversation.updated_at.desc(), Conversation.id.desc())
        rows = list(await self._session.scalars(query.order_by(*order).limit(limit + 1)))
        if len(rows) <= limit:
            return rows, None
        last = rows[limit - 1]
        return rows[:limit], cursors.pack([last.updated_at.isoformat(), last.id.hex])

    async def messages(
        self, conversation_id: uuid.UUID, limit: int, before: int | None = None
    ) -> Sequence[Message]:
        """Return the last messages before a position, oldest first.

        Fewer than `limit` where they are large: what is read is measured first.
        """
        mine = Message.conversation_id == conversation_id
        if before is not None:
            mine &= Message.position < before
        sizes = select(Message.position, func.length(cast(Message.tools, Text))).where(mine)
        left, oldest = PAGE_CHARACTERS, None
        for position, size in await self._session.execute(
            sizes.order_by(Message.position.desc()).limit(limit)
        ):
            left -= size
            if left < 0 and oldest is not None:
                break
            oldest = position
        if oldest is None:
            return []
        query = select(Message).where(mine, Message.position >= oldest)
        return (await self._session.scalars(query.order_by(Message.position))).all()

    async def message(self, conversation_id: uuid.UUID, message_id: uuid.UUID) -> Message | None:
        """Return a message of a conversation of the user, or None."""
        query = select(Message).where(
            Message.conversation_id == conversation_id, Message.id == message_id
        )
        return await self._session.scalar(query)

    async def claim(self, conversation: Conversation, claim: Claim) -> bool:
        """Let one reply be given; return False while another is. The row is locked, or new."""
        now = await self._now()
        if _is_claimed(conversation, now):
            return False
        conversation.replying = claim.holder
        conversation.replying_until = now + claim.seconds
        return True

    async def renew(self, conversation_id: uuid.UUID, claim: Claim) -> bool:
        """Prolong a claim; return False when it is no longer held."""
        renewed = await self._session.scalar(
            update(Conversation)
            .where(Conversation.id == conversation_id, Conversation.replying == claim.holder)
            .values(replying_until=DatabaseTime() + claim.seconds)
            .returning(Conversation.id)
            .execution_options(synchronize_session=False)
        )
        return renewed is not None

    async def is_claimed(self, conversation: Conversation) -> bool:
        """Tell whether a reply is being given."""
        return _is_claimed(conversation, await self._now())

    async def _now(self) -> float:
        return await self._session.scalar(select(DatabaseTime())) or 0.0

    def _mine(self) -> Select[Conversation]:
        return select(Conversation).where(Conversation.user_id == self._user_id)


def _is_claimed(conversation: Conversation, now: float) -> bool:
    return conversation.replying is not None and (conversation.replying_until or 0) > now


def _decode(cursor: str) -> tuple[datetime, uuid.UUID]:
    try:
        updated_at, key = cursors.unpack(cursor)
        return cursors.moment(updated_at), uuid.UUID(hex=key)
    except (TypeError, ValueError, AttributeError):
        raise cursors.unknown() from None
