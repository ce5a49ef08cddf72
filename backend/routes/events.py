"""What the sidecar delivers. The gateway never routes these paths, and without the sidecar's token
they are closed.

A refused event is answered with DROP, which brings it to the dead-letter topic at once. When the
database is away the answer is 503 and not RETRY: both are tried again, but only of the first does
the sidecar log status and reason. None of these paths may ever be missing: to a 404 the sidecar
drops the event.
"""

import hmac
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel

from errors import NotTheSidecar
from routes.dependencies import AppDatabase, AppSettings
from schemas.events import TASK_EVENTS
from services import consumers, dead_letters

REMINDERS = "reminders"


def from_the_sidecar(
    settings: AppSettings,
    token: Annotated[str, Header(alias="dapr-api-token")] = "",
) -> None:
    """Refuse whoever does not know the token that only this process and its sidecar share."""
    expected = settings.app_api_token
    if expected is None:
        raise NotTheSidecar("APP_API_TOKEN is not set, so nobody may deliver events.")
    if not hmac.compare_digest(token.encode(), expected.get_secret_value().encode()):
        raise NotTheSidecar("The header dapr-api-token is missing or wrong.")


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
    return _answer(await consumers.handle(database, TASK_EVENTS, await request.body()))


@router.post("/reminders")
async def receive_reminder(request: Request, database: AppDatabase) -> Delivery:
    return _answer(await consumers.handle(database, REMINDERS, await request.body()))


@router.post("/dead-letters")
async def receive_dead_letter(request: Request, database: AppDatabase) -> Delivery:
    await dead_letters.receive(database, await request.body())
    return Delivery(status=Status.SUCCESS)


def _answer(outcome: consumers.Outcome) -> Delivery:
    return Delivery(status=Status.DROP if outcome.refused else Status.SUCCESS)
