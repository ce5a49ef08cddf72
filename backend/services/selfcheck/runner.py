"""What only a place inside the cluster can check: each check is bounded in time.

It says what it saw and what to do next, in the operator's words.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import anyio

from services.dapr_client import DaprError
from services.secret_store import SECRET, fetch
from services.selfcheck.context import (
    BACKEND_LOG,
    REMOVE_SECONDS,
    SIDECAR_LOG,
    Inside,
    Outcome,
    until,
)
from services.selfcheck.jobs import jobs
from services.selfcheck.sign_in import sign_in
from services.selfcheck.smoke_user import Refused
from services.selfcheck.state import state

# Each check is bounded; with those of the three others, less than the 140 s that its pod may take.
SECRETS_SECONDS = 10
EVENTS_SECONDS = 30
OUTBOX_SECONDS = 8
OLDEST_SECONDS = 60
REQUIRED_KEYS = ("better-auth-secret", "database-url")


@dataclass(frozen=True)
class Line:
    """What is printed of one check."""

    check: str
    passed: bool
    seconds: float
    evidence: str
    next_step: str


async def secrets(inside: Inside, seconds: float = SECRETS_SECONDS) -> Outcome:
    """Read the app's Secret through the sidecar; its keys are shown, never a value."""
    try:
        return judge_keys(inside.store, await fetch(inside.store, inside.sidecar, seconds))
    except DaprError as error:
        return Outcome(
            False,
            f"component {inside.store} gave no {SECRET}: {error}",
            f"kubectl -n todo get secret {SECRET}; kubectl -n todo get component {inside.store}; "
            "kubectl -n todo logs job/todo-app-test-selfcheck -c daprd",
        )


def judge_keys(store: str, found: Mapping[str, str]) -> Outcome:
    """Want every key that the backend cannot do without."""
    missing = [key for key in REQUIRED_KEYS if not found.get(key)]
    keys = ", ".join(sorted(found)) or "none"
    if missing:
        return Outcome(
            False,
            f"{SECRET} lacks {', '.join(missing)}; its keys: {keys}",
            "todo-ci secrets --env ENVIRONMENT, then deploy again",
        )
    return Outcome(True, f"{SECRET} through {store}: {keys}")


async def events(inside: Inside, seconds: float = EVENTS_SECONDS) -> Outcome:
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


async def outbox(inside: Inside, seconds: float = OUTBOX_SECONDS) -> Outcome:
    """Want an outbox that is empty, or whose oldest event is young."""
    judged = judge_outbox(None)

    async def is_fine() -> bool:
        nonlocal judged
        judged = judge_outbox(await inside.backend.outbox())
        return judged.passed

    await until(is_fine, seconds)
    return judged


def judge_outbox(found: Mapping[str, Any] | None) -> Outcome:
    """Judge what /api/health says of the outbox."""
    if found is None:
        return Outcome(False, "/api/health says nothing of the outbox", BACKEND_LOG)
    evidence = (
        f"{found['pending']} pending, the oldest for {found['oldest_seconds']:.0f} s, "
        f"{found['quarantined']} quarantined"
    )
    if found["pending"] and found["oldest_seconds"] >= OLDEST_SECONDS:
        return Outcome(
            False,
            f"{evidence}; older than {OLDEST_SECONDS} s",
            f"{SIDECAR_LOG}; kubectl -n todo exec deploy/todo-app-backend -c backend -- "
            "todo events pending",
        )
    return Outcome(True, evidence)


CHECKS: Mapping[str, Callable[[Inside], Awaitable[Outcome]]] = {
    "secrets": secrets,
    "sign-in": sign_in,
    "state": state,
    "events": events,
    "jobs": jobs,
    "outbox": outbox,
}


async def run(name: str, inside: Inside) -> Line:
    """Make one check and time it; a check that breaks has failed."""
    started = time.monotonic()
    try:
        outcome = await CHECKS[name](inside)
    except Exception as error:
        outcome = Outcome(False, f"{type(error).__name__}: {error}", BACKEND_LOG)
    seconds = round(time.monotonic() - started, 1)
    return Line(name, outcome.passed, seconds, outcome.evidence, outcome.next_step)
