"""The publisher's reading of a sidecar's answers."""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from services.dapr_client import DaprClient
from services.events.publishing.dapr import MAX_EVENT_BYTES, DaprPublisher
from services.events.publishing.port import BrokerUnavailable, Entry
from services.events.publishing.sidecar_restarts import RESTART_SECONDS, SidecarRestarts

Bodies = list[list[dict[str, Any]]]
MISSING = httpx.Response(404, json={"errorCode": "ERR_PUBSUB_NOT_FOUND", "message": "none"})


def entry(position: int, key: str) -> Entry:
    event_id = uuid.uuid4()
    text = json.dumps({"id": str(event_id), "poison": key == "poison"})
    return Entry(position, event_id, key, "task-events", text, 0)


async def in_turn() -> bool:
    return True


def publisher(
    answer: Callable[[httpx.Request], httpx.Response], restarts: SidecarRestarts | None = None
) -> DaprPublisher:
    client = DaprClient(3500, httpx.MockTransport(answer))
    return DaprPublisher(client, "kafka-pubsub", restarts or SidecarRestarts(in_turn))


async def test_the_event_that_spoils_a_call_is_found_and_the_others_are_published() -> None:
    published: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content)
        if any(one["event"]["poison"] for one in sent):
            return httpx.Response(
                400, json={"errorCode": "ERR_PUBSUB_EVENTS_SER", "message": "not an event"}
            )
        published.extend(one["entryId"] for one in sent)
        return httpx.Response(204)

    entries = [entry(n, key) for n, key in enumerate(["a", "b", "poison", "c", "d"])]
    failures = await publisher(answer).publish("task-events", entries)
    assert published == [str(e.id) for e in entries if e.key != "poison"]
    assert list(failures) == [entries[2].id]
    assert failures[entries[2].id].refused
    assert "not an event" in failures[entries[2].id].reason


@pytest.mark.parametrize(
    ("reason", "refused"),
    [
        ("kafka server: Message was too large, server rejected it", True),
        ("Attempt to produce message larger than configured Producer.MaxMessageBytes", True),
        ("kafka server: Tried to send a message to a replica that is not the leader", False),
        ("circuit breaker is open", False),
    ],
)
async def test_only_what_no_retry_helps_counts_as_refused(reason: str, refused: bool) -> None:
    one = entry(1, "a")
    body = {"failedEntries": [{"entryId": str(one.id), "error": reason}]}
    failures = await publisher(lambda _: httpx.Response(500, json=body)).publish("t", [one])
    assert (failures[one.id].reason, failures[one.id].refused) == (reason, refused)


@pytest.mark.parametrize(
    "answer",
    [MISSING, httpx.Response(403, json={"errorCode": "ERR_PUBSUB_FORBIDDEN"}), httpx.Response(502)],
)
async def test_what_is_no_fault_of_an_event_is_a_broker_away(answer: httpx.Response) -> None:
    with pytest.raises(BrokerUnavailable):
        await publisher(lambda _: answer).publish("task-events", [entry(1, "a")])


async def test_an_event_larger_than_kafka_takes_never_gets_there() -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.extend(one["entryId"] for one in json.loads(request.content))
        return httpx.Response(204)

    large = replace(entry(1, "a"), event=json.dumps("ä" * MAX_EVENT_BYTES))
    other = entry(3, "b")
    failures = await publisher(answer).publish("task-events", [large, other])
    assert sent == [str(other.id)]
    assert (failures[large.id].refused, failures[large.id].final) == (True, True)


async def test_a_component_that_stays_missing_has_its_sidecar_restarted() -> None:
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return httpx.Response(204) if request.url.path.endswith("shutdown") else MISSING

    time = 0.0
    out = publisher(answer, SidecarRestarts(in_turn, clock=lambda: time))
    for moment in (0.0, RESTART_SECONDS - 1, 2 * RESTART_SECONDS):
        time = moment
        with pytest.raises(BrokerUnavailable):
            await out.check()
    assert [path for path in paths if "shutdown" in path] == ["/v1.0/shutdown"]
    assert "shutdown" in paths[-1]
