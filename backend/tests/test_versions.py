"""Nobody's change is lost without a word."""

import anyio
import httpx
import pytest

from tests.test_tasks import TASKS, create


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"'])
async def test_the_version_seen_is_accepted(client: httpx.AsyncClient, tag: str) -> None:
    task = await create(client)
    answer = await client.patch(
        f"{TASKS}/{task['id']}", json={"title": "new"}, headers={"If-Match": tag}
    )
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_an_old_version_is_refused_and_changes_nothing(
    client: httpx.AsyncClient, method: str
) -> None:
    task = await create(client)
    path = f"{TASKS}/{task['id']}"
    newest = (await client.patch(path, json={"title": "second"})).json()
    answer = await client.request(
        method,
        path,
        json=None if method == "DELETE" else {"title": "third"},
        headers={"If-Match": '"1"'},
    )
    assert (answer.status_code, answer.headers["ETag"]) == (412, '"2"')
    assert answer.json()["type"] == "urn:todo:problem:version-mismatch"
    assert (await client.get(path)).json() == newest


async def test_a_replacement_without_a_version_is_refused(client: httpx.AsyncClient) -> None:
    task = await create(client)
    answer = await client.put(f"{TASKS}/{task['id']}", json={"title": "blind"})
    assert (answer.status_code, answer.json()["type"]) == (428, "urn:todo:problem:version-required")


async def test_a_malformed_version_is_named(client: httpx.AsyncClient) -> None:
    task = await create(client)
    for tag in ("1", "*", '"x"', '"1", "2"', '"99999999999"'):
        answer = await client.delete(f"{TASKS}/{task['id']}", headers={"If-Match": tag})
        assert answer.status_code == 422, tag
        assert answer.json()["errors"][0]["pointer"] == "If-Match"


async def test_of_changes_at_once_that_saw_one_version_only_one_wins(
    client: httpx.AsyncClient,
) -> None:
    task = await create(client)
    statuses: list[int] = []

    async def change(title: str) -> None:
        answer = await client.patch(
            f"{TASKS}/{task['id']}", json={"title": title}, headers={"If-Match": '"1"'}
        )
        statuses.append(answer.status_code)

    async with anyio.create_task_group() as group:
        for number in range(8):
            group.start_soon(change, f"title {number}")
    assert sorted(statuses) == [200] + [412] * 7


async def test_changes_at_once_without_a_version_all_count(client: httpx.AsyncClient) -> None:
    task = await create(client)
    path = f"{TASKS}/{task['id']}"

    async def tag(name: str) -> None:
        assert (await client.patch(path, json={"tags": [name]})).status_code == 200

    async with anyio.create_task_group() as group:
        for number in range(8):
            group.start_soon(tag, f"tag {number}")
    final = (await client.get(path)).json()
    assert final["version"] == 9
    assert len(final["tags"]) == 1
