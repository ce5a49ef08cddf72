"""Activity of one user."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from routes.dependencies import Owner, ReadSession
from routes.problems import problem_responses
from schemas.activity import MAX_LIMIT, ActivityPage, ActivityRead
from services.activity import feed

router = APIRouter(tags=["activity"], responses=problem_responses(401, 403, 422, 429, 503))


@router.get(
    "/api/{user_id}/activity",
    summary="List what happened to your tasks, newest first",
    description=(
        "Entries are in the order in which things happened; those of one task are always in the "
        "order of `sequence`, whatever the clocks of two servers said. An entry that arrives late "
        "appears where it belongs, not at the top."
    ),
)
async def list_activity(
    user_id: Owner,
    session: ReadSession,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Entries a page.")] = 50,
    cursor: Annotated[
        str | None,
        Query(pattern=r"^[0-9]{1,18}$", description="next_cursor of the page before."),
    ] = None,
    task_id: Annotated[uuid.UUID | None, Query(description="Only of this task.")] = None,
) -> ActivityPage:
    rows, next_cursor = await feed.list_activity(session, user_id, limit, cursor, task_id)
    items = [ActivityRead.model_validate(row) for row in rows]
    return ActivityPage(items=items, next_cursor=next_cursor)
