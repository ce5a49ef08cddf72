"""Events: built from the task as it is, before its change is committed."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from models import Task
from schemas.events import (
    Event,
    ReminderEvent,
    ReminderEventData,
    TaskEvent,
    TaskEventData,
    TaskEventType,
    WokenBy,
)
from schemas.tasks import TaskRead
from services.telemetry import tracing


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


def reminder_event(
    task_id: uuid.UUID,
    user_id: str,
    title: str,
    remind_at: datetime,
    moment: datetime,
    woken_by: WokenBy,
) -> ReminderEvent:
    """Describe a reminder that is due; for the same task and moment it is always the same event."""
    with tracing.span("outbox insert"):
        trace = tracing.traceparent()
    return ReminderEvent(
        id=uuid.uuid5(task_id, remind_at.isoformat()),
        subject=str(task_id),
        time=moment,
        traceparent=trace,
        traceid=trace,
        partitionkey=user_id,
        data=ReminderEventData(
            task_id=task_id,
            user_id=user_id,
            title=title,
            occurred_at=moment,
            remind_at=remind_at,
            woken_by=woken_by,
        ),
    )


def event_json(event: Event) -> str:
    """Write an event as it travels: an attribute without a value is left out."""
    absent = {"traceparent", "traceid"} if event.traceparent is None else None
    return event.model_dump_json(exclude=absent)
