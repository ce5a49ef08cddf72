"""Each check of `todo selfcheck` passes on what works and names what does not."""

import functools
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI

from cli.main import main
from services.auth.identity import TokenIdentity
from services.auth.jwks import JwksCache
from services.dapr_client import DaprClient
from services.selfcheck import events, runner, secrets
from services.selfcheck.backend_client import Backend
from services.selfcheck.context import SelfcheckContext
from services.selfcheck.outbox import outbox as check_outbox
from services.selfcheck.smoke_user import SmokeUser
from tests.conftest import running
from tests.patience import PATIENCE_SECONDS
from tests.signers import ISSUER, KEYS_URL, FrontDoor, Publisher, Signer
from tests.test_dapr_client import free_port

Answer = Callable[[httpx.Request], httpx.Response]
STORE = "kubernetes-secrets"
CANARY = "canary-51c0"
EMPTY = {"pending": 0, "oldest_seconds": 0, "quarantined": 0}


SIGN_IN = Signer()


def smoke(front: FrontDoor | None = None) -> SmokeUser:
    return SmokeUser(
        "http://frontend", "smoke", "a password", (front or FrontDoor(SIGN_IN)).transport
    )


def unused(request: httpx.Request) -> httpx.Response:
    raise AssertionError(request.url)


@asynccontextmanager
async def inside(
    sidecar: Answer = unused, backend: Answer | httpx.AsyncBaseTransport = unused
) -> AsyncGenerator[SelfcheckContext]:
    transport = (
        backend if isinstance(backend, httpx.AsyncBaseTransport) else httpx.MockTransport(backend)
    )
    async with (
        DaprClient(3500, httpx.MockTransport(sidecar)) as client,
        smoke() as person,
        Backend("http://backend", person, transport) as api,
    ):
        yield SelfcheckContext(client, STORE, api)


def secret(answer: httpx.Response) -> Answer:
    return lambda request: httpx.Response(204) if request.url.path.endswith("outbound") else answer


async def test_secrets_shows_the_keys_and_no_value() -> None:
    values = {"database-url": CANARY, "better-auth-secret": CANARY, "cohere-api-key": CANARY}
    async with inside(secret(httpx.Response(200, json=values))) as place:
        line = await runner.check_one("secrets", place)
    assert (line.check, line.passed) == ("secrets", True)
    assert line.evidence == (
        "app-secrets through kubernetes-secrets: better-auth-secret, cohere-api-key, database-url"
    )


@pytest.mark.parametrize(
    ("answer", "evidence"),
    [
        (httpx.Response(200, json={"database-url": CANARY}), "lacks better-auth-secret"),
        (
            httpx.Response(200, json={"database-url": "", "better-auth-secret": CANARY}),
            "lacks data",
        ),
        (httpx.Response(403, json={"errorCode": "ERR_PERMISSION_DENIED"}), "403"),
        (httpx.Response(401, json={"errorCode": "ERR_SECRET_STORE_NOT_FOUND"}), "401"),
    ],
)
async def test_secrets_that_are_missing_or_refused_are_named(
    answer: httpx.Response, evidence: str
) -> None:
    async with inside(secret(answer)) as place:
        line = await runner.check_one("secrets", place)
    assert not line.passed
    assert evidence in line.evidence
    assert line.next_step
    assert CANARY not in str(line)


async def test_secrets_without_a_sidecar_end_in_time() -> None:
    async with DaprClient(free_port()) as client, Backend("http://b", smoke()) as backend:
        with anyio.fail_after(PATIENCE_SECONDS):
            outcome = await secrets.secrets(SelfcheckContext(client, STORE, backend), seconds=0.5)
    assert not outcome.passed
    assert "not ready after 0.5 s" in outcome.evidence


def believing_tokens(app: FastAPI) -> FastAPI:
    """Let the app know people by what the front door signs."""
    keys = JwksCache(KEYS_URL, Publisher(SIGN_IN.jwk).transport)
    app.state.identity = TokenIdentity(keys, ISSUER)
    return app


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_events_follows_a_task_of_the_smoke_user_and_removes_it(app: FastAPI) -> None:
    believing_tokens(app)
    async with running(app) as client, inside(backend=httpx.ASGITransport(app)) as place:
        line = await runner.check_one("events", place)
        client.headers["Authorization"] = f"Bearer {SIGN_IN.sign()}"
        left = await client.get("/api/u1/tasks")
        activity = await client.get("/api/u1/activity")
    assert line.passed, line
    assert "removed" in line.evidence
    assert left.json()["items"] == []
    assert "com.todo.task.created" in {item["type"] for item in activity.json()["items"]}


class FakeBackend:
    """A backend whose events go nowhere, whose outbox is as given."""

    def __init__(self, outbox: dict[str, Any] | None, **answers: httpx.Response) -> None:
        self._outbox, self._answers = outbox, answers
        self.removed: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/health":
            assert request.headers["Authorization"].startswith("Bearer ")
        match request.method, request.url.path:
            case "GET", "/api/me":
                return self._answers.get("me", httpx.Response(200, json={"id": "u1"}))
            case "POST", "/api/u1/tasks":
                return self._answers.get("create", httpx.Response(201, json={"id": "t1"}))
            case "GET", "/api/u1/activity":
                return self._answers.get("activity", httpx.Response(200, json={"items": []}))
            case "GET", "/health":
                return httpx.Response(200, json={"outbox": self._outbox})
            case "DELETE", path:
                self.removed.append(path)
                return self._answers.get("remove", httpx.Response(204))
            case _:
                raise AssertionError(request.url)


@pytest.mark.parametrize(
    ("outbox", "evidence", "next_step"),
    [
        (EMPTY | {"pending": 1, "oldest_seconds": 30}, "not published", "kafka-secrets"),
        (EMPTY, "published, but not received", "dapr-app-token"),
        (None, "outbox: unknown", "-c backend"),
    ],
)
async def test_events_that_do_not_arrive_say_where_they_are_and_the_task_is_removed(
    outbox: dict[str, Any] | None, evidence: str, next_step: str
) -> None:
    backend = FakeBackend(outbox)
    async with inside(backend=backend) as place:
        outcome = await events.events(place, seconds=0.5)
    assert not outcome.passed
    assert evidence in outcome.evidence
    assert next_step in outcome.next_step
    assert backend.removed == ["/api/u1/tasks/t1"]


async def test_events_of_a_backend_that_refuses_say_its_words() -> None:
    refusal = httpx.Response(403, json={"detail": "You are signed in as dev-user."})
    backend = FakeBackend(EMPTY, create=refusal)
    async with inside(backend=backend) as place:
        line = await runner.check_one("events", place)
    assert (line.passed, line.next_step != "") == (False, True)
    assert "answered 403: You are signed in as dev-user." in line.evidence
    assert backend.removed == []


async def test_events_of_a_backend_that_is_away_end_in_time() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    async with DaprClient(3500) as client, Backend(url, smoke()) as backend:
        with anyio.fail_after(PATIENCE_SECONDS):
            outcome = await events.events(SelfcheckContext(client, STORE, backend), seconds=0.5)
    assert (outcome.passed, outcome.evidence) == (False, "no task could be created within 0.5 s")


async def test_events_whose_task_stays_behind_fail() -> None:
    seen = httpx.Response(200, json={"items": [{}]})
    backend = FakeBackend(EMPTY, activity=seen, remove=httpx.Response(500))
    async with inside(backend=backend) as place:
        line = await runner.check_one("events", place)
    assert not line.passed
    assert "not removed" in line.evidence


async def test_events_asks_again_where_nobody_serves_yet() -> None:
    answers = iter([httpx.Response(503), httpx.ConnectError("gone")])
    fake = FakeBackend(EMPTY, activity=httpx.Response(200, json={"items": [{}]}))

    def backend(request: httpx.Request) -> httpx.Response:
        answer = next(answers, None) if request.method == "POST" else None
        if isinstance(answer, Exception):
            raise answer
        return answer or fake(request)

    async with inside(backend=backend) as place:
        assert (await runner.check_one("events", place)).passed


@pytest.mark.parametrize(
    "outbox", [EMPTY, {"pending": 9, "oldest_seconds": 59.0, "quarantined": 1}]
)
async def test_an_outbox_that_is_empty_or_young_passes(outbox: dict[str, Any]) -> None:
    async with inside(backend=FakeBackend(outbox)) as place:
        line = await runner.check_one("outbox", place)
    assert line.passed
    assert f"{outbox['quarantined']} quarantined" in line.evidence


@pytest.mark.parametrize(
    ("outbox", "evidence", "next_step"),
    [
        (EMPTY | {"pending": 3, "oldest_seconds": 60}, "older than 60 s", "todo events pending"),
        (None, "says nothing of the outbox", "-c backend"),
    ],
)
async def test_an_outbox_that_is_old_or_unknown_fails(
    outbox: dict[str, Any] | None, evidence: str, next_step: str
) -> None:
    async with inside(backend=FakeBackend(outbox)) as place:
        outcome = await check_outbox(place, seconds=0.5)
    assert not outcome.passed
    assert evidence in outcome.evidence
    assert next_step in outcome.next_step


async def test_an_outbox_that_empties_meanwhile_passes() -> None:
    found = iter([{"pending": 1, "oldest_seconds": 90, "quarantined": 0}, EMPTY])
    async with inside(backend=lambda _: httpx.Response(200, json={"outbox": next(found)})) as place:
        assert (await runner.check_one("outbox", place)).passed


async def test_a_check_that_breaks_has_failed() -> None:
    odd = httpx.Response(200, json={"outbox": {"pending": 1}})
    async with inside(backend=lambda _: odd) as place:
        line = await runner.check_one("outbox", place)
    assert (line.passed, "KeyError" in line.evidence) == (False, True)


def test_the_command_prints_one_line_a_check_and_exits_1_when_one_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    quick = functools.partial(check_outbox, seconds=0.3)
    monkeypatch.setattr(runner, "CHECKS", {"outbox": quick})
    monkeypatch.setenv("TODO_BACKEND_URL", f"http://127.0.0.1:{free_port()}")
    assert main(["selfcheck", "--checks", "outbox"]) == 1
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert set(line) == {"check", "passed", "seconds", "evidence", "next_step"}
    assert (line["check"], line["passed"]) == ("outbox", False)


def test_a_check_that_does_not_exist_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["selfcheck", "--checks", "outbox,weather"])
    assert caught.value.code == 2
    assert f"there are: {', '.join(runner.CHECKS)}" in capsys.readouterr().err
