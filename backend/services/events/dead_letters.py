"""Events that could not be handled: kept with the reason, and handled again on demand."""

import base64
import binascii
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from database import Database
from errors import DatabaseUnavailable
from models import DeadLetter
from repositories.dead_letters import DeadLetterRepository
from services.clock import now
from services.events.consumer import ConsumeResult, Result, handle
from services.json_objects import read_object
from services.logger import get_logger
from services.telemetry.metrics import DEAD_LETTERS

TOPIC_SUFFIX = "-dead-letter"
UNKNOWN_TOPIC = "unknown"
_MAX_TOPIC_LENGTH = 64
_NAMESPACE = uuid.UUID("5f0e3b0c-6f5b-4a2f-9a53-0d5a6f1f8c2e")
_log = get_logger("dead_letters")


@dataclass(frozen=True)
class Letter:
    """An event that was given up: where it came from, its text, and id and type if it has them."""

    topic: str
    event: str
    event_id: str | None
    type: str | None

    @property
    def key(self) -> uuid.UUID:
        """Return the same id for the same event, however often it is given up."""
        return uuid.uuid5(_NAMESPACE, f"{self.topic} {self.event_id or self.event}")


async def deliver(database: Database, topic: str, event: str) -> None:
    """Handle an event in this process, as a sidecar with a dead-letter topic would have it.

    Raises:
        DatabaseUnavailable: bring the event again later.
    """
    outcome = await handle(database, topic, event)
    if outcome.refused:
        await keep(database, replace(parse_letter(event.encode()), topic=topic), outcome)


async def receive(database: Database, body: bytes) -> None:
    """Handle an event that was given up once more, and keep it if it fails again.

    Most are here because the database was away for longer than the sidecar retries: those are
    handled now, and no person has to do anything.
    """
    letter = parse_letter(body)
    outcome = await _handle_safely(database, letter.topic, letter.event)
    if outcome.refused:
        await _keep_safely(database, letter, outcome)
    else:
        _log.warning("a dead letter of %s was handled after all", letter.topic)


async def keep(database: Database, letter: Letter, outcome: ConsumeResult) -> None:
    """Keep a letter, once, until a replay succeeds."""
    async with database.write() as session:
        added = await DeadLetterRepository(session).store(
            letter.key, letter.topic, letter.event, _printable(outcome.reason or ""), now()
        )
        await session.commit()
    if added:
        DEAD_LETTERS.labels(letter.topic).inc()
        _log.error(
            "an event of %s waits as dead letter %s: %s. Next: todo events dead-letters",
            letter.topic,
            letter.key,
            outcome.reason,
        )


async def waiting(database: Database) -> Sequence[DeadLetter]:
    """Return the letters that wait for a replay, oldest first."""
    async with database.read() as session:
        return await DeadLetterRepository(session).waiting()


async def replay(database: Database, letter: DeadLetter) -> ConsumeResult:
    """Handle a kept letter again; one that fails stays, with the reason it failed for this time."""
    outcome = await _handle_safely(database, letter.topic, letter.event)
    async with database.write() as session:
        kept = await DeadLetterRepository(session).get(letter.id)
        if kept is not None and outcome.refused:
            kept.reason = _printable(outcome.reason or "")
        elif kept is not None:
            kept.replayed_at = now()
        await session.commit()
    return outcome


def parse_letter(body: bytes) -> Letter:
    """Find topic and event in what a dead-letter topic delivers.

    A sidecar told to pass raw payloads wraps them, whatever they are, into an event of its own.
    """
    envelope = read_object(body)
    topic = str(envelope.get("topic") or UNKNOWN_TOPIC).removesuffix(TOPIC_SUFFIX)
    content = body
    if "data_base64" in envelope:
        content = _decode(str(envelope["data_base64"])) or body
        envelope = read_object(content)
    return Letter(
        topic=_printable(topic)[:_MAX_TOPIC_LENGTH],
        event=_printable(content.decode(errors="replace")),
        event_id=_text(envelope.get("id")),
        type=_text(envelope.get("type")),
    )


async def _handle_safely(database: Database, topic: str, event: str) -> ConsumeResult:
    try:
        return await handle(database, topic, event)
    except DatabaseUnavailable:
        raise
    except Exception as error:
        # There is no second dead-letter topic: an error raised here would bring it back for ever.
        _log.exception("a dead letter of %s fails", topic)
        # Below the first line some errors repeat what a user wrote.
        summary, _, _ = str(error).partition("\n")
        return ConsumeResult(Result.REFUSED, f"{type(error).__name__}: {summary}")


async def _keep_safely(database: Database, letter: Letter, outcome: ConsumeResult) -> None:
    try:
        await keep(database, letter, outcome)
    except DatabaseUnavailable:
        raise
    except Exception:
        # What the database will never take would hold up all that lies behind it.
        _log.exception("a dead letter of %s cannot be kept and is dropped", letter.topic)


def _text(value: object) -> str | None:
    return _printable(value) if isinstance(value, str) else None


def _decode(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _printable(text: str) -> str:
    # PostgreSQL stores neither NUL nor half of a surrogate pair.
    return text.replace("\x00", "\ufffd").encode(errors="replace").decode()
