"""Nobody's change is lost without a word."""

import anyio
import httpx
import pytest

from tests.chats import activity_of
from tests.test_tasks import TASKS, create


@pytest.mark.parametrize(
    "tag", ['"1"', 'W/"1"', "*", '"7", "1"', '"x","1"', ' "1" ', 'W/"9" ,\tW/"1"']
)
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
    for tag in ("1", '"1', '"1" "2"', '*, "1"', 'w/"1"', '"1",' * 1000 + '"1"'):
        answer = await client.delete(f"{TASKS}/{task['id']}", headers={"If-Match": tag})
        assert answer.status_code == 422, tag
        assert answer.json()["errors"][0]["pointer"] == "If-Match"


@pytest.mark.parametrize("tag", ['"x"', '"2", "3"', '"99999999999"', '"01"', '"1.x"', '""'])
async def test_tags_that_are_not_the_tasks_are_refused(client: httpx.AsyncClient, tag: str) -> None:
    task = await create(client)
    for method in ("PUT", "PATCH", "DELETE"):
        answer = await client.request(
            method,
            f"{TASKS}/{task['id']}",
            json=None if method == "DELETE" else {"title": "new"},
            headers={"If-Match": tag},
        )
        assert (answer.status_code, answer.headers["ETag"]) == (412, '"1"')
    assert (await client.get(f"{TASKS}/{task['id']}")).json() == task


async def test_a_star_matches_no_task_that_is_gone(client: httpx.AsyncClient) -> None:
    path = f"{TASKS}/4b7a6f0e-6f0c-4a57-9f5c-2f3b1f9d2a10"
    answer = await client.put(path, json={"title": "new"}, headers={"If-Match": "*"})
    assert answer.status_code == 404


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', "*", '"7", "1"'])
async def test_a_task_that_is_as_it_was_seen_is_not_sent_again(
    client: httpx.AsyncClient, tag: str
) -> None:
    path = f"{TASKS}/{(await create(client))['id']}"
    for method in ("GET", "HEAD"):
        answer = await client.request(method, path, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == '"1"'
        assert answer.headers["Cache-Control"] == "private, no-cache"
    await client.patch(path, json={"title": "new"})
    changed = await client.get(path, headers={"If-None-Match": '"1"'})
    assert (changed.status_code, changed.json()["title"]) == (200, "new")


async def test_a_change_may_name_what_it_must_not_meet(client: httpx.AsyncClient) -> None:
    path = f"{TASKS}/{(await create(client))['id']}"
    for tag, status in (("*", 412), ('"1"', 412), ('"2"', 200)):
        answer = await client.patch(path, json={"title": "new"}, headers={"If-None-Match": tag})
        assert answer.status_code == status
    assert (await client.get(path)).json()["version"] == 2


async def test_a_notice_given_shows_in_the_tag_and_disturbs_no_change(
    client: httpx.AsyncClient,
) -> None:
    task = await create(client, remind_at="2026-02-01T12:00:00Z")
    path = f"{TASKS}/{task['id']}"
    await activity_of(client, 2)
    given = await client.get(path, headers={"If-None-Match": '"1"'})
    assert (given.headers["ETag"], given.json()["version"]) == ('"1.reminded"', 1)
    again = await client.get(path, headers={"If-None-Match": '"1.reminded"'})
    assert again.status_code == 304
    for seen, priority in (('"1"', "high"), ('"2.reminded"', "low")):
        answer = await client.patch(path, json={"priority": priority}, headers={"If-Match": seen})
        assert answer.status_code == 200


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
