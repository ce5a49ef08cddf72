"""Reminders as tests set them, and what became of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import httpx
from sqlalchemy import select

from database import Database
from models import OutboxEvent, Task
from schemas.events import ReminderEvent
from schemas.tasks import TaskCreate
from services import tasks
from tests.patience import PATIENCE_SECONDS

USER = "dev-user"
NOTICES = "/api/dev-user/notices"
LONG_AGO = datetime(2026, 2, 1, 12, tzinfo=UTC)


def ahead(**parts: float) -> datetime:
    """Return a moment so much later than now."""
    return datetime.now(UTC) + timedelta(**parts)


class Nobody:
    """Wake nobody, and remember which moments were asked for."""

    def __init__(self) -> None:
        self.asked: list[Sequence[datetime]] = []

    async def schedule(self, moments: Sequence[datetime]) -> float | None:
        self.asked.append(moments)
        return None


async def store(database: Database, *moments: datetime) -> list[Task]:
    """Store a task with a reminder for each moment."""
    stored: list[Task] = []
    for number, moment in enumerate(moments):
        async with database.write() as session:
            data = TaskCreate(title=f"task {number}", remind_at=moment)
            stored.append(await tasks.create_task(session, USER, data))
    return stored


async def given(database: Database) -> list[ReminderEvent]:
    """Return the events of reminders that wait in the outbox, in their order."""
    async with database.read() as session:
        rows = await session.scalars(
            select(OutboxEvent.event)
            .where(OutboxEvent.topic == "reminders")
            .order_by(OutboxEvent.position)
        )
        return [ReminderEvent.model_validate_json(row) for row in rows]


async def notices(client: httpx.AsyncClient, at_least: int) -> dict[str, Any]:
    """Wait until the user has so many notices, and return the first page of them."""
    with anyio.fail_after(PATIENCE_SECONDS):
        while True:
            answer = await client.get(NOTICES)
            assert answer.status_code == 200, answer.text
            if len(answer.json()["items"]) >= at_least:
                return answer.json()
            await anyio.sleep(0.05)
