"""The check of Secrets: what the app reads through the sidecar."""

from collections.abc import Mapping

from services.dapr_client import DaprError
from services.secret_store import SECRET, fetch
from services.selfcheck.context import Outcome, SelfcheckContext

SECRETS_SECONDS = 10
REQUIRED_KEYS = ("better-auth-secret", "database-url")


async def secrets(inside: SelfcheckContext, seconds: float = SECRETS_SECONDS) -> Outcome:
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
