"""The client of the sidecar: what it sends, and what it makes of each answer."""

import json
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from services.dapr_client import (
    BulkEntry,
    DaprAway,
    DaprClient,
    DaprRefused,
    EntryFailed,
    PubsubMissing,
)

Answer = Callable[[httpx.Request], httpx.Response]
ENTRIES = [BulkEntry("1", '{"id": "1", "data": {"title": "\\u00e4"}}', 'user "a"')]


@asynccontextmanager
async def sidecar(answer: Answer) -> AsyncGenerator[DaprClient]:
    async with DaprClient(3500, httpx.MockTransport(answer)) as client:
        yield client


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def test_a_bulk_call_sends_cloud_events_with_their_keys() -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(204)

    async with sidecar(answer) as client:
        assert await client.publish_bulk("kafka-pubsub", "task-events", ENTRIES) == []
    assert (
        str(requests[0].url) == "http://127.0.0.1:3500/v1.0/publish/bulk/kafka-pubsub/task-events"
    )
    assert json.loads(requests[0].content) == [
        {
            "entryId": "1",
            "contentType": "application/cloudevents+json",
            "metadata": {"partitionKey": 'user "a"'},
            "event": {"id": "1", "data": {"title": "ä"}},
        }
    ]


async def test_entries_that_failed_are_named_with_their_reasons() -> None:
    body = {
        "failedEntries": [{"entryId": "1", "error": "message too large"}, {"entryId": "2"}],
        "errorCode": "ERR_PUBSUB_PUBLISH_MESSAGE",
    }
    async with sidecar(lambda _: httpx.Response(500, json=body)) as client:
        assert await client.publish_bulk("kafka-pubsub", "task-events", ENTRIES) == [
            EntryFailed("1", "message too large"),
            EntryFailed("2", "no reason given"),
        ]


async def test_a_call_that_failed_as_a_whole_is_no_list_of_nothing() -> None:
    body: dict[str, object] = {"failedEntries": [], "errorCode": "ERR_PUBSUB_PUBLISH_MESSAGE"}
    headers = {"metadata.error": "circuit breaker is open"}
    async with sidecar(lambda _: httpx.Response(500, json=body, headers=headers)) as client:
        with pytest.raises(DaprRefused, match="circuit breaker is open"):
            await client.publish_bulk("kafka-pubsub", "task-events", ENTRIES)


async def test_a_component_that_is_missing_has_its_own_error() -> None:
    body = {"errorCode": "ERR_PUBSUB_NOT_FOUND", "message": "pubsub kafka-pubsub is not found"}
    async with sidecar(lambda _: httpx.Response(404, json=body)) as client:
        with pytest.raises(PubsubMissing, match="404 ERR_PUBSUB_NOT_FOUND: pubsub kafka-pubsub"):
            await client.publish_bulk("kafka-pubsub", "task-events", ENTRIES)


@pytest.mark.parametrize("answer", [httpx.Response(502, text="bad gateway"), httpx.Response(500)])
async def test_an_answer_that_is_not_the_sidecars_is_a_refusal(answer: httpx.Response) -> None:
    async with sidecar(lambda _: answer) as client:
        with pytest.raises(DaprRefused, match=f"{answer.status_code} no error code"):
            await client.metadata()


async def test_nobody_at_the_port_is_named() -> None:
    port = free_port()
    async with DaprClient(port) as client:
        with pytest.raises(DaprAway, match=f"127.0.0.1:{port}: ConnectError"):
            await client.publish_bulk("kafka-pubsub", "task-events", ENTRIES)


async def test_waiting_for_the_sidecar_ends_and_says_what_was_last_seen() -> None:
    async with DaprClient(free_port()) as client:
        with pytest.raises(DaprAway, match=r"not ready after 0.3 s: .*ConnectError"):
            await client.wait_outbound(0.3)


async def test_waiting_ends_once_the_sidecar_can_be_used() -> None:
    answers = iter([httpx.Response(500), httpx.Response(204)])
    async with sidecar(lambda _: next(answers)) as client:
        await client.wait_outbound(5)
    assert next(answers, None) is None


async def test_a_secret_comes_with_all_its_keys() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1.0/secrets/kubernetes-secrets/app-secrets"
        return httpx.Response(200, json={"database-url": "x", "better-auth-secret": "y"})

    async with sidecar(answer) as client:
        secret = await client.get_secret("kubernetes-secrets", "app-secrets")
    assert sorted(secret) == ["better-auth-secret", "database-url"]


async def test_a_restart_is_asked_for_at_the_sidecars_own_path() -> None:
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(f"{request.method} {request.url.path}")
        return httpx.Response(204)

    async with sidecar(answer) as client:
        await client.shutdown()
    assert paths == ["POST /v1.0/shutdown"]
