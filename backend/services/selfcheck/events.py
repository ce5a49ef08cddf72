"""The check of events: a task's whole way through the broker to the activity."""

import time
from collections.abc import Mapping
from typing import Any

import anyio

from services.selfcheck.context import (
    BACKEND_LOG,
    REMOVE_SECONDS,
    SIDECAR_LOG,
    Outcome,
    SelfcheckContext,
    until,
)
from services.selfcheck.smoke_user import Refused

EVENTS_SECONDS = 30


async def events(inside: SelfcheckContext, seconds: float = EVENTS_SECONDS) -> Outcome:
    """Follow one task from the API through outbox and broker to the activity, and remove it."""
    backend = inside.backend
    started = time.monotonic()
    try:
        with anyio.fail_after(seconds):
            task = await backend.create_task()
    except TimeoutError:
        return Outcome(False, f"no task could be created within {seconds:g} s", BACKEND_LOG)
    except Refused as error:
        return Outcome(False, str(error), BACKEND_LOG)
    removed = False
    try:
        left = seconds - (time.monotonic() - started)
        arrived = await until(lambda: backend.has_activity(task), left)
        waited = time.monotonic() - started
        if not arrived:
            evidence = f"task {task} not in activity after {seconds:g} s"
            return judge_lost(evidence, await backend.outbox())
    finally:
        with anyio.move_on_after(REMOVE_SECONDS, shield=True):
            removed = await backend.remove_task(task)
    if not removed:
        return Outcome(False, f"task {task} was seen in activity but not removed", BACKEND_LOG)
    return Outcome(True, f"task {task} in activity after {waited:.1f} s, removed")


def judge_lost(evidence: str, outbox: Mapping[str, Any] | None) -> Outcome:
    """Tell an event that never left from one that nobody received."""
    if outbox is None:
        return Outcome(False, f"{evidence}; outbox: unknown", BACKEND_LOG)
    evidence += f"; outbox: {outbox['pending']} pending, {outbox['quarantined']} quarantined"
    if outbox["pending"]:
        return Outcome(
            False,
            f"{evidence}: not published",
            f"{SIDECAR_LOG} | grep kafka-pubsub; check brokers, username and password in Secret "
            "kafka-secrets, then todo-ci secrets --env ENVIRONMENT",
        )
    return Outcome(
        False,
        f"{evidence}: published, but not received",
        f"{SIDECAR_LOG}; {BACKEND_LOG} | grep /events: a status of 403 means that sidecar and "
        "app hold different tokens (Secret dapr-app-token)",
    )
