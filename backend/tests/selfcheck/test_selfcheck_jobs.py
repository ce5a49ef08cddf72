"""The check of jobs wants a reminder's notice, and a job to have brought it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI

from services.clock import now
from services.dapr_client import DaprClient
from services.selfcheck import runner
from services.selfcheck.backend_client import Backend
from services.selfcheck.context import SelfcheckContext
from services.selfcheck.jobs import jobs
from tests.conftest import running
from tests.patience import PATIENCE_SECONDS
from tests.selfcheck.test_selfcheck import (
    EMPTY,
    SIGN_IN,
    STORE,
    believing_tokens,
    inside,
    smoke,
    unused,
)
from tests.test_dapr_client import free_port

CONNECTED = {"scheduler": {"connected_addresses": ["10.0.0.9:50006"]}}


class Reminding:
    """A backend whose reminders are woken by what is given, one after the other."""

    def __init__(
        self, woken_by: Sequence[str], outbox: dict[str, Any] | None = EMPTY, status: int = 201
    ) -> None:
        self._woken_by, self._outbox, self._status = iter(woken_by), outbox, status
        self.items: list[dict[str, Any]] = []
        self.ahead: list[float] = []
        self.removed: list[str] = []
        self.read: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        match request.method, request.url.path:
            case "GET", "/api/me":
                return httpx.Response(200, json={"id": "u1"})
            case "POST", "/api/u1/tasks":
                return self._create(request)
            case "GET", "/api/u1/notices":
                return httpx.Response(200, json={"items": self.items})
            case "PATCH", path:
                self.read.append(path)
                return httpx.Response(200)
            case "GET", "/health":
                return httpx.Response(200, json={"outbox": self._outbox})
            case "DELETE", path:
                self.removed.append(path)
                return httpx.Response(204)
            case _:
                raise AssertionError(request.url)

    def _create(self, request: httpx.Request) -> httpx.Response:
        if self._status != 201:
            return httpx.Response(self._status, json={"detail": "as told"})
        due = datetime.fromisoformat(json.loads(request.content)["remind_at"])
        self.ahead.append((due - now()).total_seconds())
        task = f"t{len(self.items) + 1}"
        woken_by = next(self._woken_by, None)
        if woken_by:
            self.items = [{"id": f"n-{task}", "task_id": task, "woken_by": woken_by}, *self.items]
        return httpx.Response(201, json={"id": task})


def connected(request: httpx.Request) -> httpx.Response:
    assert request.url.path == "/v1.0/metadata"
    return httpx.Response(200, json=CONNECTED)


async def test_a_reminder_brought_by_a_job_passes_and_leaves_nothing() -> None:
    backend = Reminding(["job"])
    async with inside(unused, backend) as place:
        line = await runner.check_one("jobs", place)
    assert (line.check, line.passed) == ("jobs", True), line
    assert line.evidence.endswith("s after its moment, try 1")
    assert backend.removed == ["/api/u1/tasks/t1"]
    assert backend.read == ["/api/u1/notices/n-t1"]


async def test_a_sweep_that_happened_to_be_first_is_given_a_second_try() -> None:
    backend = Reminding(["sweep", "job"])
    async with inside(unused, backend) as place:
        line = await runner.check_one("jobs", place)
    assert line.passed, line
    assert line.evidence.endswith("try 2")
    assert len(backend.removed) == len(backend.read) == 2
    # What the job was too late for at first has more time then.
    assert backend.ahead[0] < backend.ahead[1]


@pytest.mark.parametrize(("answer", "named"), [(CONNECTED, "10.0.0.9:50006"), ({}, "none")])
async def test_reminders_that_only_the_sweep_finds_fail_and_name_the_schedulers(
    answer: dict[str, Any], named: str
) -> None:
    backend = Reminding(["sweep", "sweep"])
    async with inside(lambda _: httpx.Response(200, json=answer), backend) as place:
        line = await runner.check_one("jobs", place)
    assert not line.passed
    assert "no job was delivered" in line.evidence
    assert "woken by sweep" in line.evidence
    assert f"schedulers known to the sidecar: {named}" in line.evidence
    assert "app=dapr-scheduler-server" in line.next_step


@pytest.mark.parametrize(
    ("outbox", "evidence", "next_step"),
    [
        (EMPTY, "neither a job nor the sweep came", "get component reminder-sweep"),
        (EMPTY | {"pending": 2}, "2 pending", "-c daprd"),
        (None, "unknown", "-c backend"),
    ],
)
async def test_a_notice_that_never_comes_says_where_it_may_be(
    outbox: dict[str, Any] | None, evidence: str, next_step: str
) -> None:
    backend = Reminding([], outbox)
    async with inside(connected, backend) as place:
        outcome = await jobs(place, seconds=0.6)
    assert not outcome.passed
    assert evidence in outcome.evidence
    assert next_step in outcome.next_step
    assert backend.removed == ["/api/u1/tasks/t1"]


async def test_a_backend_that_refuses_or_is_away_is_named() -> None:
    async with inside(unused, Reminding([], status=403)) as place:
        assert "answered 403: as told" in (await jobs(place)).evidence
    url = f"http://127.0.0.1:{free_port()}"
    async with DaprClient(3500) as client, Backend(url, smoke()) as nobody:
        with anyio.fail_after(PATIENCE_SECONDS):
            outcome = await jobs(SelfcheckContext(client, STORE, nobody), seconds=0.5)
    assert (outcome.passed, outcome.evidence) == (False, "no reminder could be set within 0.5 s")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_against_the_app_itself_the_notice_says_what_woke_it(app: FastAPI) -> None:
    started = datetime.now(UTC)
    async with running(believing_tokens(app)) as client:
        async with inside(connected, httpx.ASGITransport(app)) as place:
            outcome = await jobs(place, seconds=20)
        client.headers["Authorization"] = f"Bearer {SIGN_IN.sign()}"
        page = (await client.get("/api/u1/notices")).json()
        left = (await client.get("/api/u1/tasks")).json()
    # Without a sidecar its own clock wakes it: no job fired, and the check says so.
    assert not outcome.passed
    assert "woken by process" in outcome.evidence
    assert (page["unread"], left["items"]) == (0, [])
    assert all(datetime.fromisoformat(item["remind_at"]) > started for item in page["items"])
