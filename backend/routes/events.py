"""Deliveries of the sidecar. The gateway never routes these paths, and without the sidecar's token
they are closed.

A refused event is answered with DROP, which brings it to the dead-letter topic at once. When the
database is away the answer is 503 and not RETRY: both are tried again, but only of the first does
the sidecar log status and reason. None of these paths may ever be missing: to a 404 the sidecar
drops the event.
"""

from enum import StrEnum

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from routes.dependencies import AppDatabase, from_the_sidecar
from schemas.events import REMINDERS, TASK_EVENTS
from services.events import consumer, dead_letters


class Status(StrEnum):
    """Tell the sidecar what to do with the event."""

    SUCCESS = "SUCCESS"
    DROP = "DROP"


class Delivery(BaseModel):
    """The answer to an event."""

    status: Status


router = APIRouter(
    prefix="/events", include_in_schema=False, dependencies=[Depends(from_the_sidecar)]
)


@router.post("/tasks")
async def receive_task_event(request: Request, database: AppDatabase) -> Delivery:
    return _answer(await consumer.handle(database, TASK_EVENTS, await request.body()))


@router.post("/reminders")
async def receive_reminder(request: Request, database: AppDatabase) -> Delivery:
    return _answer(await consumer.handle(database, REMINDERS, await request.body()))


@router.post("/dead-letters")
async def receive_dead_letter(request: Request, database: AppDatabase) -> Delivery:
    await dead_letters.receive(database, await request.body())
    return Delivery(status=Status.SUCCESS)


def _answer(outcome: consumer.ConsumeResult) -> Delivery:
    return Delivery(status=Status.DROP if outcome.refused else Status.SUCCESS)
