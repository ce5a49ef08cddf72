"""Notices of one user."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Path, Query

from routes.dependencies import Owner, ReadSession, WriteSession
from routes.problems import problem_responses
from schemas.notices import MAX_LIMIT, NoticePage, NoticePatch, NoticeRead
from services.activity import notices

router = APIRouter(
    prefix="/api/{user_id}/notices",
    tags=["notices"],
    responses=problem_responses(401, 403, 422, 429, 503),
)


@router.get(
    "",
    summary="List your notices, newest first",
    description=(
        "A reminder that is due becomes a notice. The stream of your activity tells of a new one: "
        "an entry of type `com.todo.reminder.due` with the same id."
    ),
)
async def list_notices(
    user_id: Owner,
    session: ReadSession,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Notices a page.")] = 50,
    cursor: Annotated[
        str | None,
        Query(pattern=r"^[0-9]{1,18}$", description="next_cursor of the page before."),
    ] = None,
    unread: Annotated[bool, Query(description="Only those not read yet.")] = False,
) -> NoticePage:
    rows, count, next_cursor = await notices.list_notices(session, user_id, limit, cursor, unread)
    items = [NoticeRead.model_validate(row) for row in rows]
    return NoticePage(items=items, unread=count, next_cursor=next_cursor)


@router.patch(
    # Only what can be an id: else /read would be taken for one.
    "/{notice_id:uuid}",
    summary="Mark a notice as read or unread",
    responses=problem_responses(400, 404, 413, 415),
)
async def update_notice(
    user_id: Owner,
    session: WriteSession,
    notice_id: Annotated[uuid.UUID, Path(description="Id of the notice.")],
    data: NoticePatch,
) -> NoticeRead:
    notice = await notices.mark_notice(session, user_id, notice_id, data.read)
    return NoticeRead.model_validate(notice)


@router.post("/read", summary="Mark all your notices as read", status_code=204)
async def read_notices(user_id: Owner, session: WriteSession) -> None:
    await notices.mark_all_read(session, user_id)
