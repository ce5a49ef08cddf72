"""The check of jobs: a reminder's whole way, from the scheduler to the user's notice."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import anyio

from services.clock import now
from services.dapr_client import DaprError
from services.selfcheck.backend_client import Backend
from services.selfcheck.context import (
    BACKEND_LOG,
    REMOVE_SECONDS,
    SIDECAR_LOG,
    Outcome,
    SelfcheckContext,
    until,
)
from services.selfcheck.smoke_user import Refused

# Long enough to tell a reminder that only the sweep of every 30 s found from one that is lost.
JOBS_SECONDS = 45
# A job of the app is a second away at least. Where that was too soon for a slow one, which finds
# the reminder due when it arranges the job, the next try gives it more.
AHEAD_SECONDS = (1, 4)
# A second try makes no sense in less.
TRY_SECONDS = 8
WOKEN_BY_JOB = "job"


@dataclass(frozen=True)
class Seen:
    """Say what woke the app for a reminder, and how long after its moment the notice was seen."""

    woken_by: str
    late_seconds: float


async def jobs(inside: SelfcheckContext, seconds: float = JOBS_SECONDS) -> Outcome:
    """Set a reminder that is due in a moment, and want its notice, brought about by a job.

    A sweep may happen to come a moment before the job, so there is a second try.
    """
    ends = time.monotonic() + seconds
    tries = 0
    while True:
        tries += 1
        left = ends - time.monotonic()
        try:
            seen = await _remind(inside.backend, AHEAD_SECONDS[tries - 1], left)
        except TimeoutError:
            return Outcome(False, f"no reminder could be set within {left:.1f} s", BACKEND_LOG)
        except Refused as error:
            return Outcome(False, str(error), BACKEND_LOG)
        if seen is None:
            return judge_lost(seconds, await inside.backend.outbox())
        if seen.woken_by == WOKEN_BY_JOB:
            late = f"{seen.late_seconds:.1f} s"
            return Outcome(True, f"a job brought a notice {late} after its moment, try {tries}")
        if tries == len(AHEAD_SECONDS) or ends - time.monotonic() < TRY_SECONDS:
            return judge_late(seen, await _schedulers(inside))


def judge_lost(seconds: float, outbox: Mapping[str, Any] | None) -> Outcome:
    """Tell a reminder that was never given from one whose notice is still on its way."""
    evidence = f"no notice of a reminder within {seconds:g} s"
    if outbox is None or outbox["pending"]:
        waiting = "unknown" if outbox is None else f"{outbox['pending']} pending"
        return Outcome(False, f"{evidence}; outbox: {waiting}", f"{SIDECAR_LOG}; {BACKEND_LOG}")
    return Outcome(
        False,
        f"{evidence}; nothing waits in the outbox: neither a job nor the sweep came",
        f"{SIDECAR_LOG} | grep -E 'job|reminder-sweep'; kubectl -n todo get component "
        f"reminder-sweep; {BACKEND_LOG} | grep /job: a status of 403 means that sidecar and app "
        "hold different tokens (Secret dapr-app-token)",
    )


def judge_late(seen: Seen, schedulers: str) -> Outcome:
    """Say that jobs do not come: reminders do, but only when somebody happens to look."""
    return Outcome(
        False,
        f"no job was delivered: the notice came {seen.late_seconds:.1f} s late, woken by "
        f"{seen.woken_by}; schedulers known to the sidecar: {schedulers}",
        "kubectl -n dapr-system get pods -l app=dapr-scheduler-server; "
        f"{BACKEND_LOG} | grep 'no job scheduled'; {SIDECAR_LOG} | grep -i scheduler",
    )


async def _remind(backend: Backend, ahead: float, seconds: float) -> Seen | None:
    """Set a reminder and wait for its notice, None if there is none in time; leave nothing behind.

    Raises:
        TimeoutError: no task could be created.
        Refused: the backend did not take it.
    """
    started = time.monotonic()
    with anyio.fail_after(seconds):
        task = await backend.create_task(now() + timedelta(seconds=ahead))
    notice: Mapping[str, Any] | None = None

    async def is_there() -> bool:
        nonlocal notice
        notice = await backend.notice(task)
        return notice is not None

    try:
        await until(is_there, seconds - (time.monotonic() - started))
        late = time.monotonic() - started - ahead
        return Seen(notice["woken_by"], max(0.0, late)) if notice else None
    finally:
        with anyio.move_on_after(REMOVE_SECONDS, shield=True):
            await backend.remove_task(task)
            if notice:
                await backend.read_notice(notice["id"])


async def _schedulers(inside: SelfcheckContext) -> str:
    """Say which schedulers this pod's sidecar was told of, as the backend's should be."""
    try:
        metadata = await inside.sidecar.metadata()
    except DaprError as error:
        return f"unknown ({error})"
    found = cast("dict[str, list[str]]", metadata.get("scheduler") or {})
    return ", ".join(found.get("connected_addresses", [])) or "none"
