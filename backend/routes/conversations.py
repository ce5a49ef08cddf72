"""Conversations of one user with the assistant."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Path, Query

from errors import ConversationNotFound
from routes.dependencies import AppReplies, Owner, ReadSession, WriteSession
from routes.problems import described, problem_responses
from schemas.conversations import (
    MAX_LIMIT,
    ConversationDetail,
    ConversationPage,
    ConversationPatch,
    ConversationRead,
    MessageRead,
)
from services.chat import conversations
from services.logger import get_logger

_log = get_logger("conversations")

router = APIRouter(
    prefix="/api/{user_id}/conversations",
    tags=["assistant"],
    responses=problem_responses(401, 403, 422, 429, 503),
)

ConversationId = Annotated[uuid.UUID, Path(description="Id of the conversation.")]
NOT_FOUND = described(ConversationNotFound("You have no conversation 4b7a6f0e."))


@router.get("", summary="List your conversations, those used last first")
async def list_conversations(
    user_id: Owner,
    session: ReadSession,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Conversations a page.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=400, description="next_cursor of the page before.")
    ] = None,
) -> ConversationPage:
    rows, next_cursor = await conversations.list_conversations(session, user_id, limit, cursor)
    items = [ConversationRead.model_validate(row) for row in rows]
    return ConversationPage(items=items, next_cursor=next_cursor)


@router.get("/{conversation_id}", summary="Read a conversation", responses=NOT_FOUND)
async def get_conversation(
    user_id: Owner,
    session: ReadSession,
    conversation_id: ConversationId,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Messages a page.")] = MAX_LIMIT,
    cursor: Annotated[
        str | None,
        Query(pattern=r"^[0-9]{1,9}$", description="next_cursor of the page before."),
    ] = None,
) -> ConversationDetail:
    found = await conversations.read_conversation(session, user_id, conversation_id, limit, cursor)
    head = ConversationRead.model_validate(found.conversation)
    return ConversationDetail(
        **head.model_dump(),
        messages=[MessageRead.model_validate(message) for message in found.messages],
        replying=found.replying,
        next_cursor=found.next_cursor,
    )


@router.patch(
    "/{conversation_id}",
    summary="Give a conversation another title",
    responses=NOT_FOUND | problem_responses(400, 413, 415),
)
async def update_conversation(
    user_id: Owner, session: WriteSession, conversation_id: ConversationId, data: ConversationPatch
) -> ConversationRead:
    changed = await conversations.rename_conversation(session, user_id, conversation_id, data.title)
    _log.info("conversation renamed", extra=_ids(user_id, conversation_id))
    return ConversationRead.model_validate(changed)


@router.delete(
    "/{conversation_id}",
    summary="Delete a conversation",
    description="What was said is gone for good; the tasks it was about stay.",
    status_code=204,
    responses=NOT_FOUND,
)
async def delete_conversation(
    user_id: Owner, session: WriteSession, replies: AppReplies, conversation_id: ConversationId
) -> None:
    await conversations.delete_conversation(session, user_id, conversation_id, replies.memory)
    _log.info("conversation deleted", extra=_ids(user_id, conversation_id))


def _ids(user_id: str, conversation_id: uuid.UUID) -> dict[str, object]:
    return {"user_id": user_id, "conversation_id": conversation_id}
