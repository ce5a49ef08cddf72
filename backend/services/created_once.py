"""Tasks that are made once, however often the request arrives."""

import uuid
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from errors import RequestRunning
from repositories.idempotency import IdempotencyRepository
from schemas.idempotency import RequestKey
from schemas.tasks import TaskCreate, TaskRead
from services import tasks
from services.clock import now


@dataclass(frozen=True)
class Created:
    """A task as it was made, by this request or by an earlier one under its key."""

    task: TaskRead
    repeated: bool = False


async def create_task(
    session: AsyncSession, user_id: str, data: TaskCreate, key: RequestKey | None
) -> Created:
    """Store a new task; under a key that was used for it, say again what was said then.

    Key, task and event are one transaction: there is none without the others.

    Raises:
        KeyReused: the key was given to another request.
    """
    if key is None:
        return Created(TaskRead.model_validate(await tasks.create_task(session, user_id, data)))
    keys = IdempotencyRepository(session, user_id)
    task_id = uuid.uuid4()
    if not await keys.take(key, now(), task_id):
        held = await keys.get(key, now())
        if held is None or held.answer is None:
            raise RequestRunning
        return Created(TaskRead.model_validate(held.answer), repeated=True)
    task = await tasks.add_task(session, user_id, data, task_id)
    answer = TaskRead.model_validate(task)
    await keys.answer(key, answer.model_dump(mode="json"))
    await session.commit()
    return Created(answer)
