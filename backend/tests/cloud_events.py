"""CloudEvents as tests send them, and what is said of them by the API."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

TOKEN = "a token of this test run"
SIDECAR = {"dapr-api-token": TOKEN}
NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)
KINDS = ("created", "updated", "completed", "deleted")


def event(
    sequence: int = 1,
    *,
    task: uuid.UUID | None = None,
    user: str = "dev-user",
    kind: str = "updated",
    at: datetime | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Return an event of a task, a minute after the one before unless it says otherwise."""
    task = task or uuid.uuid4()
    moment = at or NOON + timedelta(minutes=sequence)
    data = {
        "task_id": str(task),
        "user_id": user,
        "title": f"version {sequence}",
        "sequence": sequence,
        "occurred_at": moment.isoformat(),
        "task": None,
        "changed": ["title"],
    }
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "/todo/backend",
        "type": f"com.todo.task.{kind}",
        "subject": str(task),
        "time": moment.isoformat(),
        "datacontenttype": "application/json",
        "sequence": str(sequence),
        "partitionkey": user,
        "topic": "task-updates",
        "pubsubname": "kafka-pubsub",
        "data": data | changes,
    }


def reminder(task: uuid.UUID, at: datetime) -> dict[str, Any]:
    """Return the event of a reminder that is due."""
    told = event(task=task, at=at, changed=[], remind_at=at.isoformat(), woken_by="job")
    return told | {"type": "com.todo.reminder.due"}
