"""Operations on conversations, beside talking."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from errors import ConversationNotFound
from models import Conversation, Message
from repositories.conversations import ConversationRepository
from services.chat.memory import MemoryStore, MemoryUnavailable
from services.logger import get_logger

_log = get_logger("conversations")


@dataclass(frozen=True)
class Transcript:
    """A conversation with some of its messages, oldest first.

    Args:
        next_cursor: where the messages before them are; None when there are none.
    """

    conversation: Conversation
    messages: Sequence[Message]
    replying: bool
    next_cursor: str | None


async def list_conversations(
    session: AsyncSession, user_id: str, limit: int, cursor: str | None
) -> tuple[list[Conversation], str | None]:
    """Return one page of the user's conversations and the cursor of the next."""
    return await ConversationRepository(session, user_id).page(limit, cursor)


async def read_conversation(
    session: AsyncSession, user_id: str, conversation_id: uuid.UUID, limit: int, cursor: str | None
) -> Transcript:
    """Return the last messages before a cursor, or raise ConversationNotFound."""
    repository = ConversationRepository(session, user_id)
    conversation = found(await repository.get(conversation_id), conversation_id)
    before = int(cursor) if cursor is not None else None
    messages = await repository.messages(conversation_id, limit, before)
    # Positions count from 1 without a gap.
    more = bool(messages) and messages[0].position > 1
    return Transcript(
        conversation,
        messages,
        await repository.is_claimed(conversation),
        str(messages[0].position) if more else None,
    )


async def rename_conversation(
    session: AsyncSession, user_id: str, conversation_id: uuid.UUID, title: str
) -> Conversation:
    """Give a conversation another title, or raise ConversationNotFound."""
    repository = ConversationRepository(session, user_id)
    conversation = found(await repository.get_for_update(conversation_id), conversation_id)
    conversation.title = title
    await session.commit()
    return conversation


async def delete_conversation(
    session: AsyncSession, user_id: str, conversation_id: uuid.UUID, memory: MemoryStore
) -> None:
    """Delete a conversation with all that was said and is remembered; the tasks stay."""
    repository = ConversationRepository(session, user_id)
    conversation = found(await repository.get_for_update(conversation_id), conversation_id)
    await repository.delete(conversation)
    await session.commit()
    try:
        await memory.forget(conversation_id)
    except MemoryUnavailable:
        _log.info("left to expire", extra={"conversation_id": conversation_id})


def found(conversation: Conversation | None, conversation_id: uuid.UUID) -> Conversation:
    """Return the conversation there is, or raise ConversationNotFound."""
    if conversation is None:
        raise ConversationNotFound(
            f"You have no conversation {conversation_id}. List your conversations to see which ids "
            "exist, or leave the id out to begin one."
        )
    return conversation
