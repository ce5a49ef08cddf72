"""Every failure is application/problem+json, with the request's id, and nothing of the inside."""

import json
import logging

import httpx
import pytest
from fastapi import FastAPI

from tests.reminding import NOTICES
from tests.test_tasks import TASKS


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nowhere", 404, "not-found"),
        ("TRACE", TASKS, 405, "method-not-allowed"),
        ("GET", "/job/any", 405, "method-not-allowed"),
        ("GET", f"{TASKS}/not-an-id", 422, "invalid-request"),
        ("GET", "/api/somebody/tasks", 403, "not-your-data"),
        ("GET", f"{TASKS}/4b7a6f0e-6f0c-4a57-9f5c-2f3b1f9d2a10", 404, "task-not-found"),
        ("PATCH", f"{NOTICES}/not-an-id", 404, "not-found"),
    ],
)
async def test_a_failure_is_a_problem(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path, headers={"X-Request-Id": "abc"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (answer.status_code, body["status"], body["type"]) == (
        status,
        status,
        f"urn:todo:problem:{code}",
    )
    assert body["title"] and body["detail"]
    assert body["request_id"] == answer.headers["X-Request-Id"] == "abc"


async def test_a_wrong_method_is_told_every_right_one(client: httpx.AsyncClient) -> None:
    answer = await client.request("OPTIONS", f"{TASKS}/4b7a6f0e-6f0c-4a57-9f5c-2f3b1f9d2a10")
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, PATCH, PUT"
    assert (await client.delete("/api/me")).headers["Allow"] == "GET, HEAD"
    # Beside a path that a parameter would fit as well.
    assert (await client.get(f"{NOTICES}/read")).headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b'{"title": "x", "\\ud800": 1}', b"1e999"],
)
async def test_a_body_that_is_no_task_is_a_problem(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post(TASKS, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_a_body_that_is_no_text_is_a_problem(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post(TASKS, content=b"\xff", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:todo:problem:bad-request")


async def test_a_body_beyond_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    largest = {"title": "😀" * 200, "description": "😀" * 5000, "tags": ["😀" * 40]}
    assert (await client.post(TASKS, json=largest)).status_code == 201
    answer = await client.post(TASKS, json={"title": "x" * 200_000})
    assert (answer.status_code, answer.json()["type"]) == (
        413,
        "urn:todo:problem:content-too-large",
    )


async def test_an_error_nobody_foresaw_shows_nothing_of_the_inside(
    app: FastAPI, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    async def explode() -> None:
        raise RuntimeError("canary")

    app.add_api_route("/api/explode", explode)
    with caplog.at_level(logging.INFO):
        answer = await client.get("/api/explode")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:todo:problem:internal")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
    assert "canary" not in answer.text
    assert "canary" in caplog.text
    assert "GET /api/explode 500" in caplog.text


@pytest.mark.parametrize("given", ["", "two words", "x" * 129, "a\tb", '{"json": 1}'])
async def test_a_request_id_that_could_disturb_a_log_is_replaced(
    client: httpx.AsyncClient, given: str
) -> None:
    answer = await client.get("/api/me", headers={"X-Request-Id": given})
    assert len(answer.headers["X-Request-Id"]) == 32


async def test_requests_have_ids_of_their_own(client: httpx.AsyncClient) -> None:
    ids = {(await client.get("/api/me")).headers["X-Request-Id"] for _ in range(3)}
    assert len(ids) == 3


async def test_a_problem_body_is_plain_ascii_json(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/ünknown")
    assert json.loads(answer.content.decode("ascii"))["status"] == 404
