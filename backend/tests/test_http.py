"""What HTTP asks of every path: types, methods, and who may keep an answer."""

import httpx
import pytest

from tests.chats import CHAT, CONVERSATIONS
from tests.reminding import NOTICES
from tests.test_tasks import TASKS, create

NOBODY = "4b7a6f0e-6f0c-4a57-9f5c-2f3b1f9d2a10"
BODIES = [
    ("POST", TASKS),
    ("PUT", f"{TASKS}/{NOBODY}"),
    ("PATCH", f"{TASKS}/{NOBODY}"),
    ("PATCH", f"{NOTICES}/{NOBODY}"),
    ("PATCH", f"{CONVERSATIONS}/{NOBODY}"),
    ("POST", CHAT),
]


@pytest.mark.parametrize(("method", "path"), BODIES)
@pytest.mark.parametrize("given", ["text/plain", "application/x-www-form-urlencoded", "json", None])
async def test_a_body_of_another_type_is_told_which_is_accepted(
    client: httpx.AsyncClient, method: str, path: str, given: str | None
) -> None:
    headers = {} if given is None else {"Content-Type": given}
    answer = await client.request(method, path, content=b'{"title": "x"}', headers=headers)
    assert (answer.status_code, answer.headers["Accept"]) == (415, "application/json")
    assert answer.json()["type"] == "urn:todo:problem:unsupported-media-type"
    assert (given or "missing") in answer.json()["detail"]


@pytest.mark.parametrize(
    "given", ["application/json; charset=utf-8", "application/merge-patch+json"]
)
async def test_json_under_any_of_its_names_is_read(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.post(TASKS, content=b'{"title": "x"}', headers={"Content-Type": given})
    assert answer.status_code == 201


async def test_no_body_is_a_body_that_is_missing(client: httpx.AsyncClient) -> None:
    assert (await client.post(TASKS)).status_code == 422


async def test_head_says_what_get_says_without_the_body(client: httpx.AsyncClient) -> None:
    task = await create(client)
    for path in ("/api/health", "/api/health/live", "/api/me", TASKS, f"{TASKS}/{task['id']}"):
        got, head = await client.get(path), await client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("Content-Type", "ETag", "Cache-Control"):
            assert head.headers.get(name) == got.headers.get(name)
    assert (await client.head(f"{TASKS}/{NOBODY}")).status_code == 404


async def test_a_stream_has_no_head_to_wait_for(client: httpx.AsyncClient) -> None:
    answer = await client.head("/api/dev-user/stream")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


async def test_nobody_keeps_what_is_personal_and_nobody_guesses_types(
    client: httpx.AsyncClient,
) -> None:
    task = await create(client)
    paths = [
        "/api/me", TASKS, "/api/dev-user/activity", NOTICES, CONVERSATIONS,
        "/api/somebody/tasks", f"{TASKS}/{NOBODY}", "/api/nowhere", "/api/health",
    ]  # fmt: skip
    answers = [await client.get(path) for path in paths]
    answers.append(await client.post(TASKS, json={"title": "x"}))
    answers.append(await client.delete(f"{TASKS}/{task['id']}"))
    answers.append(await client.post(CHAT, json={"message": "hello"}))
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff", answer.url
        assert "no-store" in answer.headers["Cache-Control"], answer.url


async def test_a_task_may_be_kept_by_its_reader_who_asks_each_time(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get(f"{TASKS}/{(await create(client))['id']}")
    assert answer.headers["Cache-Control"] == "private, no-cache"
