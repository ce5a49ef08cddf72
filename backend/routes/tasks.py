"""Tasks of one user."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from enumerations import Priority
from errors import VersionRequired
from models import Task
from routes.dependencies import Owner, ReadSession, WriteSession
from routes.idempotency import RUNNING, IdempotencyHeader
from routes.preconditions import ChangeCondition, NoneOf
from routes.problems import problem_responses
from schemas.idempotency import RequestKey
from schemas.tasks import (
    MAX_LIMIT,
    Moment,
    Sort,
    Status,
    TaskCreate,
    TaskFilter,
    TaskPage,
    TaskPatch,
    TaskRead,
    TaskReplace,
)
from schemas.text import LINE, TEXT
from schemas.versions import entity_tag
from services import created_once, tasks
from services.logger import get_logger

_log = get_logger("tasks")

router = APIRouter(
    prefix="/api/{user_id}/tasks",
    tags=["tasks"],
    responses=problem_responses(401, 403, 422, 429, 503),
)

TaskId = Annotated[uuid.UUID, Path(description="Id of the task.")]


async def task_filter(
    status: Annotated[Status, Query(description="Open tasks, done ones, or all.")] = Status.ALL,
    q: Annotated[
        str | None,
        Query(max_length=200, pattern=TEXT, description="Text in title or description."),
    ] = None,
    tag: Annotated[str | None, Query(max_length=40, pattern=LINE, description="One tag.")] = None,
    due_before: Annotated[Moment | None, Query(description="Due before this moment.")] = None,
    due_after: Annotated[Moment | None, Query(description="Due after this moment.")] = None,
    priority: Annotated[Priority | None, Query(description="Exactly this priority.")] = None,
) -> TaskFilter:
    """Collect the conditions of a list request."""
    return TaskFilter(
        status=status,
        q=q,
        tag=tag,
        due_before=due_before,
        due_after=due_after,
        priority=priority,
    )


@router.get("", summary="List your tasks, page by page")
async def list_tasks(
    user_id: Owner,
    session: ReadSession,
    conditions: Annotated[TaskFilter, Depends(task_filter)],
    sort: Annotated[Sort, Query(description="Order of the list.")] = Sort.CREATED_DESC,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Tasks a page.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=400, description="next_cursor of the page before.")
    ] = None,
) -> TaskPage:
    rows, next_cursor = await tasks.list_tasks(session, user_id, conditions, sort, limit, cursor)
    items = [TaskRead.model_validate(row) for row in rows]
    return TaskPage(items=items, next_cursor=next_cursor)


@router.post(
    "",
    summary="Create a task",
    status_code=201,
    responses=problem_responses(400, 413, 415) | RUNNING,
)
async def create_task(
    user_id: Owner,
    session: WriteSession,
    data: TaskCreate,
    response: Response,
    key: IdempotencyHeader = None,
) -> TaskRead:
    request = RequestKey.of(key, "create_task", data)
    created = await created_once.create_task(session, user_id, data, request)
    response.headers["Location"] = f"/api/{user_id}/tasks/{created.task.id}"
    _tell("task made before" if created.repeated else "task created", user_id, created.task)
    return _answer(created.task, response)


@router.get(
    "/{task_id}",
    summary="Get a task",
    response_model=TaskRead,
    responses=problem_responses(404) | {304: {"description": "It is as If-None-Match names it"}},
)
async def get_task(
    user_id: Owner, session: ReadSession, task_id: TaskId, seen: NoneOf, response: Response
) -> TaskRead | Response:
    task = await tasks.get_task(session, user_id, task_id)
    # The reader's own cache may keep it, as long as it asks each time: that is what a 304 is for.
    response.headers["Cache-Control"] = "private, no-cache"
    if seen and seen.name(entity_tag(task)):
        headers = {"ETag": entity_tag(task), "Cache-Control": "private, no-cache"}
        return Response(status_code=304, headers=headers)
    return _answer(task, response)


@router.put(
    "/{task_id}",
    summary="Replace a task",
    description="Needs If-Match: a replacement written blindly would lose somebody's change.",
    responses=problem_responses(400, 404, 413, 415, 412, 428),
)
async def replace_task(
    user_id: Owner,
    session: WriteSession,
    task_id: TaskId,
    condition: ChangeCondition,
    data: TaskReplace,
    response: Response,
) -> TaskRead:
    if condition.match is None:
        raise VersionRequired(
            'Send the ETag of the task you have seen, such as If-Match: "1". '
            f"Next: GET /api/{user_id}/tasks/{task_id}"
        )
    task = await tasks.change_task(session, user_id, task_id, data, condition)
    _tell("task replaced", user_id, task)
    return _answer(task, response)


@router.patch(
    "/{task_id}",
    summary="Change some fields of a task",
    description='Complete a task with {"completed": true}.',
    responses=problem_responses(400, 404, 413, 415, 412),
)
async def update_task(
    user_id: Owner,
    session: WriteSession,
    task_id: TaskId,
    condition: ChangeCondition,
    data: TaskPatch,
    response: Response,
) -> TaskRead:
    task = await tasks.change_task(session, user_id, task_id, data, condition)
    _tell("task updated", user_id, task)
    return _answer(task, response)


@router.delete(
    "/{task_id}",
    summary="Delete a task",
    status_code=204,
    responses=problem_responses(404, 412),
)
async def delete_task(
    user_id: Owner, session: WriteSession, task_id: TaskId, condition: ChangeCondition
) -> None:
    await tasks.delete_task(session, user_id, task_id, condition)
    _log.info("task deleted", extra={"user_id": user_id, "task_id": task_id})


def _tell(message: str, user_id: str, task: Task | TaskRead) -> None:
    # Ids only: what people write into their tasks is nobody's business in a log.
    _log.info(message, extra={"user_id": user_id, "task_id": task.id, "version": task.version})


def _answer(task: Task | TaskRead, response: Response) -> TaskRead:
    response.headers["ETag"] = entity_tag(task)
    return TaskRead.model_validate(task)
