"""Consume an event that arrives, whoever brings it."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from database import Database
from repositories.activity import ActivityRepository
from schemas.activity import ActivityType, ReceivedEvent
from schemas.validation import describe_errors
from services.activity.notices import add_notice
from services.logger import get_logger
from services.telemetry import tracing
from services.telemetry.metrics import EVENTS_CONSUMED

_log = get_logger("consumers")


class Result(StrEnum):
    """Say what became of an event; the words of the metric."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class ConsumeResult:
    """Say what became of an event, and why it was refused."""

    result: Result
    reason: str | None = None

    @property
    def refused(self) -> bool:
        return self.result is Result.REFUSED


async def handle(database: Database, topic: str, event: bytes | str) -> ConsumeResult:
    """Record what happened, once however often the event arrives.

    Args:
        topic: where it came from, as far as is known; one path takes two topics, so that of an
            event that can be read is its type's. It only counts in metrics and logs.
        event: a CloudEvent as JSON.

    Raises:
        DatabaseUnavailable: bring the event again later.
    """
    try:
        received = ReceivedEvent.model_validate_json(event)
    except ValidationError as error:
        outcome = ConsumeResult(Result.REFUSED, describe_errors(error, "event"))
    else:
        topic = received.type.topic
        with tracing.consuming(topic, received.traceparent):
            outcome = ConsumeResult(await _record(database, received))
            _tell(topic, received, outcome)
    EVENTS_CONSUMED.labels(topic, outcome.result).inc()
    if outcome.refused:
        _log.warning("refused an event of %s: %s", topic, outcome.reason)
    return outcome


async def _record(database: Database, event: ReceivedEvent) -> Result:
    async with database.write() as session:
        position = await ActivityRepository(session, event.data.user_id).record(event)
        if position is None:
            return Result.DUPLICATE
        if event.type is ActivityType.REMINDER_DUE:
            add_notice(session, event, position)
        await session.commit()
    return Result.RECORDED


def _tell(topic: str, event: ReceivedEvent, outcome: ConsumeResult) -> None:
    _log.info(
        "event consumed",
        extra={
            "event_id": event.id,
            "topic": topic,
            "outcome": outcome.result,
            "user_id": event.data.user_id,
            "task_id": event.data.task_id,
        },
    )
