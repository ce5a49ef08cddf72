"""Secrets come through the sidecar, or from the environment with a warning; never into a log."""

import io
import json
import logging
from collections.abc import Callable

import anyio
import httpx
import pytest

from services.dapr_client import DaprClient
from services.logger import JsonFormatter
from services.secret_store import read_secrets
from tests.patience import PATIENCE_SECONDS
from tests.test_dapr_client import free_port

STORE = "kubernetes-secrets"
CANARY = "canary-3f9a"


def answering(secret: httpx.Response) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1.0/healthz/outbound":
            return httpx.Response(204)
        assert request.url.path == f"/v1.0/secrets/{STORE}/app-secrets"
        return secret

    return httpx.MockTransport(answer)


Logged = Callable[[], list[dict[str, object]]]


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Logged:
    """Return the log's lines; none may hold a value."""
    log = logging.getLogger("todo.secrets")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    monkeypatch.setattr(log, "handlers", [handler])
    log.setLevel("DEBUG")

    def read() -> list[dict[str, object]]:
        text = stream.getvalue()
        assert CANARY not in text
        return [json.loads(line) for line in text.splitlines()]

    return read


async def test_the_sidecar_wins_over_the_environment_and_the_source_of_each_is_told(
    monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{CANARY}@environment/todo")
    monkeypatch.setenv("COHERE_API_KEY", CANARY)
    url = f"postgresql://{CANARY}@sidecar/todo"
    transport = answering(httpx.Response(200, json={"database-url": url, "another": CANARY}))
    async with DaprClient(3500, transport) as client:
        assert await read_secrets(STORE, client) == {"DATABASE_URL": url}
    (line,) = logged()
    assert line["sources"] == {
        "database-url": STORE,
        "cohere-api-key": "environment",
    }


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (httpx.Response(403, json={"errorCode": "ERR_PERMISSION_DENIED"}), "403"),
        (
            httpx.Response(
                500, json={"errorCode": "ERR_SECRET_GET", "message": 'secrets "app-secrets" not'}
            ),
            "ERR_SECRET_GET",
        ),
        (httpx.Response(401, json={"errorCode": "ERR_SECRET_STORE_NOT_FOUND"}), "STORE_NOT_FOUND"),
    ],
)
async def test_a_refusal_falls_back_to_the_environment_with_one_warning(
    secret: httpx.Response, reason: str, monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    monkeypatch.setenv("DATABASE_URL", CANARY)
    async with DaprClient(3500, answering(secret)) as client:
        assert await read_secrets(STORE, client) == {}
    warning, line = logged()
    assert warning["level"] == "warning"
    assert reason in str(warning["message"])
    assert "Next: " in str(warning["message"])
    assert line["sources"] == {
        "database-url": "environment",
        "cohere-api-key": "unset",
    }


async def test_a_sidecar_that_is_away_is_waited_for_no_longer_than_said(logged: Logged) -> None:
    async with DaprClient(free_port()) as client:
        with anyio.fail_after(PATIENCE_SECONDS):
            assert await read_secrets(STORE, client, seconds=0.5) == {}
    warning, _ = logged()
    assert "not ready after 0.5 s" in str(warning["message"])


async def test_a_store_that_hangs_is_waited_for_no_longer_than_said(logged: Logged) -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("outbound"):
            return httpx.Response(204)
        await anyio.sleep(60)
        raise AssertionError

    async with DaprClient(3500, httpx.MockTransport(answer)) as client:
        with anyio.fail_after(PATIENCE_SECONDS):
            assert await read_secrets(STORE, client, seconds=0.3) == {}
    assert "no answer within 0.3 s" in str(logged()[0]["message"])


async def test_a_sidecar_that_comes_up_late_is_used() -> None:
    answers = iter([httpx.ConnectError("refused"), httpx.Response(500), httpx.Response(204)])

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("outbound"):
            found = next(answers)
            if isinstance(found, Exception):
                raise found
            return found
        # The secret of sign-in is the frontend's: the backend takes no notice of it.
        return httpx.Response(200, json={"cohere-api-key": "x", "better-auth-secret": "y"})

    async with DaprClient(3500, httpx.MockTransport(answer)) as client:
        assert await read_secrets(STORE, client) == {"COHERE_API_KEY": "x"}


async def test_without_a_store_nobody_is_asked(logged: Logged) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    async with DaprClient(3500, httpx.MockTransport(answer)) as client:
        assert await read_secrets(None, client) == {}
    assert [line["level"] for line in logged()] == ["info"]


async def test_an_empty_value_of_the_store_is_none() -> None:
    async with DaprClient(
        3500, answering(httpx.Response(200, json={"database-url": ""}))
    ) as client:
        assert await read_secrets(STORE, client) == {}
