"""Events of tasks: built from the task as it is, before its change is committed."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from models import Task
from schemas.events import TaskEvent, TaskEventData, TaskEventType
from schemas.tasks import TaskRead
from services import tracing


def task_event(
    kind: TaskEventType, task: Task, moment: datetime, changed: Iterable[str] = ()
) -> TaskEvent:
    """Describe what happened to a task.

    Args:
        task: the task after its change; a deleted one as it was last.
        changed: the fields that an update or a completion changed.
    """
    deleted = kind is TaskEventType.DELETED
    # Deleting is one more version, which no row is left to hold.
    sequence = task.version + 1 if deleted else task.version
    with tracing.span("outbox insert"):
        trace = tracing.traceparent()
    return TaskEvent(
        id=uuid.uuid4(),
        type=kind,
        subject=str(task.id),
        time=moment,
        traceparent=trace,
        traceid=trace,
        sequence=str(sequence),
        partitionkey=task.user_id,
        data=TaskEventData(
            task_id=task.id,
            user_id=task.user_id,
            title=task.title,
            sequence=sequence,
            occurred_at=moment,
            task=None if deleted else TaskRead.model_validate(task),
            changed=list(changed),
        ),
    )


def event_json(event: TaskEvent) -> str:
    """Write an event as it travels: an attribute without a value is left out."""
    absent = {"traceparent", "traceid"} if event.traceparent is None else None
    return event.model_dump_json(exclude=absent)
