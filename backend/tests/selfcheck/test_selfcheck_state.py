"""The check of the state store passes on one that keeps its word, and names the word it breaks."""

import json

import anyio
import httpx
import pytest

from services.dapr_client import DaprClient
from services.selfcheck import runner
from services.selfcheck.backend_client import Backend
from services.selfcheck.context import SelfcheckContext
from services.selfcheck.state import state
from tests.patience import PATIENCE_SECONDS
from tests.selfcheck.test_selfcheck import STORE, Answer, inside, smoke
from tests.state_store import StateStore
from tests.test_dapr_client import free_port


def sidecar(store: Answer) -> Answer:
    return lambda request: (
        httpx.Response(204) if request.url.path.endswith("/outbound") else store(request)
    )


async def test_a_store_that_keeps_its_word_passes_and_nothing_stays_behind() -> None:
    store = StateStore()
    async with inside(sidecar(store)) as place:
        line = await runner.check_one("state", place)
    assert (line.check, line.passed) == ("state", True), line
    assert line.evidence == (
        "statestore: written, read, an old ETag refused, forgotten in time, removed"
    )
    assert store.entries == {}


class Forgetful(StateStore):
    def __call__(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(204) if request.method == "GET" else super().__call__(request)


class Careless(StateStore):
    """Take any ETag."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            (entry,) = json.loads(request.content)
            found = self.entries.get(entry["key"])
            entry |= {"etag": found[1]} if found else {}
            return self._save([entry])
        return super().__call__(request)


class Eternal(StateStore):
    """Never forget."""

    def __init__(self) -> None:
        super().__init__(clock=lambda: 0.0)


@pytest.mark.parametrize(
    ("store", "evidence"),
    [
        (Forgetful(), "what was written is not there"),
        (Careless(), "it took an old ETag"),
        (Eternal(), "an entry for 1 s is still there after 5 s"),
    ],
)
async def test_a_store_that_breaks_its_word_is_named_and_left_empty(
    store: StateStore, evidence: str
) -> None:
    async with inside(sidecar(store)) as place:
        line = await runner.check_one("state", place)
    assert not line.passed
    assert f"component statestore: {evidence}" in line.evidence
    assert "get component statestore" in line.next_step
    assert store.entries == {}


async def test_a_sidecar_without_the_component_says_so() -> None:
    async with inside(sidecar(StateStore())) as place:
        elsewhere = SelfcheckContext(place.sidecar, STORE, place.backend, state_store="another")
        outcome = await state(elsewhere)
    assert not outcome.passed
    assert "component another: 400 ERR_STATE_STORE_NOT_FOUND" in outcome.evidence


async def test_without_a_sidecar_it_ends_in_time() -> None:
    async with DaprClient(free_port()) as client, Backend("http://b", smoke()) as backend:
        with anyio.fail_after(PATIENCE_SECONDS):
            outcome = await state(SelfcheckContext(client, STORE, backend), seconds=0.5)
    assert not outcome.passed
    assert "not ready after 0.5 s" in outcome.evidence or "no end" in outcome.evidence
