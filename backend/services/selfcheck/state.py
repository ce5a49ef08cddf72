"""The check of the state store: what the assistant's short memory relies on."""

import uuid

import anyio

from services.dapr_client import DaprError, StateChanged
from services.selfcheck.context import (
    OWN_SIDECAR_LOG,
    REMOVE_SECONDS,
    Outcome,
    SelfcheckContext,
    until,
)

STATE_SECONDS = 15
TTL_SECONDS = 1
FORGOTTEN_SECONDS = 5


async def state(inside: SelfcheckContext, seconds: float = STATE_SECONDS) -> Outcome:
    """Write an entry, read it, have an old ETag refused and its time run out, and remove it.

    The entry belongs to this pod's own app id: it meets no other.
    """
    store, key = inside.state_store, f"selfcheck-{uuid.uuid4()}"
    try:
        with anyio.fail_after(seconds):
            await inside.sidecar.wait_outbound(seconds)
            problem = await _round_trip(inside, key)
    except DaprError as error:
        problem = str(error)
    except TimeoutError:
        problem = f"no end within {seconds:g} s"
    finally:
        with anyio.move_on_after(REMOVE_SECONDS, shield=True):
            await _remove(inside, key)
    if problem:
        return Outcome(
            False,
            f"component {store}: {problem}",
            f"kubectl -n todo get component {store}; {OWN_SIDECAR_LOG}; it keeps its entries in "
            "the database of Secret app-secrets",
        )
    return Outcome(True, f"{store}: written, read, an old ETag refused, forgotten in time, removed")


async def _round_trip(inside: SelfcheckContext, key: str) -> str:
    """Return what is wrong, or nothing."""
    sidecar, store = inside.sidecar, inside.state_store
    await sidecar.save_state(store, key, 1, etag=None, ttl_seconds=60)
    first = await sidecar.get_state(store, key)
    if first is None or first.value != 1:
        return f"what was written is not there: {first}"
    await sidecar.save_state(store, key, 2, etag=first.etag, ttl_seconds=TTL_SECONDS)
    try:
        await sidecar.save_state(store, key, 3, etag=first.etag, ttl_seconds=60)
    except StateChanged:
        pass
    else:
        return "it took an old ETag: the later of two writers undid the other's change"

    async def is_forgotten() -> bool:
        return await sidecar.get_state(store, key) is None

    if not await until(is_forgotten, FORGOTTEN_SECONDS):
        return f"an entry for {TTL_SECONDS} s is still there after {FORGOTTEN_SECONDS} s"
    return ""


async def _remove(inside: SelfcheckContext, key: str) -> None:
    try:
        await inside.sidecar.delete_state(inside.state_store, key)
    except DaprError:
        # What is left is forgotten within a minute.
        return
