"""The context of the checks of `todo selfcheck`: where they are, and what they say."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio

from services.dapr_client import DaprClient
from services.selfcheck.backend_client import Backend
from services.selfcheck.smoke_user import POLL_SECONDS

REMOVE_SECONDS = 3

_LOGS = "kubectl -n todo logs --tail 50 -l app.kubernetes.io/component="
BACKEND_LOG = f"{_LOGS}backend -c backend"
SIDECAR_LOG = f"{_LOGS}backend -c daprd"
FRONTEND_LOG = f"{_LOGS}frontend -c frontend"
OWN_SIDECAR_LOG = "kubectl -n todo logs job/todo-app-test-selfcheck -c daprd"


@dataclass(frozen=True)
class Outcome:
    """Say whether a check passed, what was seen and, when it failed, what to do next."""

    passed: bool
    evidence: str
    next_step: str = ""


@dataclass(frozen=True)
class SelfcheckContext:
    """The surroundings of the checks: this pod's sidecar and its stores, the backend's Service.

    The backend knows the person who signs in at the frontend's.
    """

    sidecar: DaprClient
    store: str
    backend: Backend
    state_store: str = "statestore"


async def until(ask: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Ask until the answer is yes, for so long; return whether it was."""
    with anyio.move_on_after(seconds):
        while True:
            if await ask():
                return True
            await anyio.sleep(POLL_SECONDS)
    return False
