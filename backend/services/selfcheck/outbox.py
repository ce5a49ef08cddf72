"""The check of the outbox: nothing waits in it for long."""

from collections.abc import Mapping
from typing import Any

from services.selfcheck.context import BACKEND_LOG, SIDECAR_LOG, Outcome, SelfcheckContext, until

OUTBOX_SECONDS = 8
OLDEST_SECONDS = 60


async def outbox(inside: SelfcheckContext, seconds: float = OUTBOX_SECONDS) -> Outcome:
    """Want an outbox that is empty, or whose oldest event is young."""
    judged = judge_outbox(None)

    async def is_fine() -> bool:
        nonlocal judged
        judged = judge_outbox(await inside.backend.outbox())
        return judged.passed

    await until(is_fine, seconds)
    return judged


def judge_outbox(found: Mapping[str, Any] | None) -> Outcome:
    """Judge what /health says of the outbox."""
    if found is None:
        return Outcome(False, "/health says nothing of the outbox", BACKEND_LOG)
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
