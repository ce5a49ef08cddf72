"""The promises to a caller for a single task."""

from typing import Any

import httpx

TASKS = "/api/dev-user/tasks"
FULL: dict[str, Any] = {
    "title": "Book the train",
    "description": "Window seat",
    "due_at": "2026-03-01T09:00:00+01:00",
    "priority": "high",
    "tags": ["travel", "rail"],
}


async def create(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post(TASKS, json={"title": "A task", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_created_task_is_returned_and_found_again(client: httpx.AsyncClient) -> None:
    answer = await client.post(TASKS, json=FULL)
    task = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{TASKS}/{task['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert task | FULL == task | {"due_at": FULL["due_at"]}
    assert task["due_at"] == "2026-03-01T08:00:00Z"
    assert (task["completed"], task["completed_at"], task["version"]) == (False, None, 1)
    found = await client.get(answer.headers["Location"])
    assert found.json() == task


async def test_a_task_needs_only_a_title(client: httpx.AsyncClient) -> None:
    task = await create(client, title="x")
    assert (task["description"], task["due_at"], task["priority"], task["tags"]) == (
        None,
        None,
        "normal",
        [],
    )


# Nothing to see, though no blank by its name.
BLANK = ("\u200b", "\ufeff", "\u3164", "\u2800", "\u00ad\u2060", "\U000e0020 \u034f")
LINE_ENDS = ("\x0b", "\x0c", "\r", "\x85", "\u2028", "\u2029")
# The ends of the calendar, and those of what is accepted: the last by its offset alone.
BEYOND = (
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "1999-12-31T23:59:59Z",
    "2101-01-01T00:00:00Z",
    "2000-01-01T00:59:59+01:00",
)
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "/title"),
    ({"title": "   "}, "/title"),
    ({"title": "two\nlines"}, "/title"),
    *(({"title": blank}, "/title") for blank in BLANK),
    *(({"title": f"one{end}two"}, "/title") for end in LINE_ENDS),
    *(({"tags": [blank]}, "/tags/0") for blank in BLANK),
    ({"title": "x" * 201}, "/title"),
    ({"title": None}, "/title"),
    ({"description": "nul \x00"}, "/description"),
    ({"description": "x" * 5001}, "/description"),
    ({"due_at": "2026-03-01T09:00:00"}, "/due_at"),
    ({"due_at": "tomorrow"}, "/due_at"),
    ({"due_at": 1772355600}, "/due_at"),
    ({"due_at": "0001-01-01T00:00:00+01:00"}, "/due_at"),
    *(({"due_at": moment}, "/due_at") for moment in BEYOND),
    *(({"remind_at": moment}, "/remind_at") for moment in BEYOND),
    ({"priority": "urgent"}, "/priority"),
    ({"tags": ["x"] * 21}, "/tags"),
    ({"tags": ["x" * 41]}, "/tags/0"),
    ({"tags": [" "]}, "/tags/0"),
    ({"colour": "red"}, "/colour"),
]


async def test_a_wrong_field_is_named(client: httpx.AsyncClient) -> None:
    for fields, pointer in WRONG:
        answer = await client.post(TASKS, json={"title": "fine", **fields})
        assert answer.status_code == 422, fields
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert (await client.get(TASKS)).json()["items"] == []


async def test_a_moment_beyond_what_is_planned_is_told_what_is_accepted(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post(TASKS, json={"title": "x", "due_at": "9999-12-31T23:59:59Z"})
    assert "years 2000 to 2100, such as 2026-03-01T09:00:00Z" in answer.json()["detail"]
    for moment in ("2000-01-01T00:00:00Z", "2100-12-31T23:59:59.999999Z"):
        assert (await create(client, due_at=moment, remind_at=moment))["due_at"] == moment


async def test_what_joins_or_turns_letters_stays_in_a_title(client: httpx.AsyncClient) -> None:
    for title in ("👩\u200d🚀 suits", "a\u200cb", "\u200bx", "cafe\u0301"):
        assert (await create(client, title=title))["title"] == title


async def test_completing_records_when_and_reopening_forgets(client: httpx.AsyncClient) -> None:
    task = await create(client)
    path = f"{TASKS}/{task['id']}"
    done = (await client.patch(path, json={"completed": True})).json()
    assert done["completed"] and done["completed_at"] == done["updated_at"]
    again = (await client.patch(path, json={"completed": True})).json()
    assert again == done
    opened = (await client.patch(path, json={"completed": False})).json()
    assert (opened["completed"], opened["completed_at"], opened["version"]) == (False, None, 3)


async def test_a_patch_changes_only_what_it_names(client: httpx.AsyncClient) -> None:
    task = await create(client, **FULL)
    path = f"{TASKS}/{task['id']}"
    changed = (await client.patch(path, json={"title": "Book the bus", "due_at": None})).json()
    expected = task | {"title": "Book the bus", "due_at": None, "version": 2}
    assert changed == expected | {"updated_at": changed["updated_at"]}


async def test_a_patch_cannot_clear_what_every_task_has(client: httpx.AsyncClient) -> None:
    task = await create(client)
    for field in ("title", "priority", "tags", "completed"):
        answer = await client.patch(f"{TASKS}/{task['id']}", json={field: None})
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{field}"]


async def test_a_replacement_sets_every_field(client: httpx.AsyncClient) -> None:
    task = await create(client, **FULL)
    answer = await client.put(
        f"{TASKS}/{task['id']}",
        json={"title": "New", "completed": True},
        headers={"If-Match": '"1"'},
    )
    new = answer.json()
    assert answer.headers["ETag"] == '"2"'
    assert new["completed"] and new["title"] == "New"
    assert (new["description"], new["due_at"], new["priority"], new["tags"]) == (
        None,
        None,
        "normal",
        [],
    )
    assert (await client.get(f"{TASKS}/{task['id']}")).json() == new


async def test_tags_keep_their_order_and_lose_their_doubles(client: httpx.AsyncClient) -> None:
    task = await create(client, tags=["b", "a", "b"])
    assert task["tags"] == ["b", "a"]
    path = f"{TASKS}/{task['id']}"
    changed = (await client.patch(path, json={"tags": ["c", "a", "b"]})).json()
    assert (changed["tags"], changed["version"]) == (["c", "a", "b"], 2)
    assert (await client.get(path)).json()["tags"] == ["c", "a", "b"]


async def test_a_deleted_task_is_gone(client: httpx.AsyncClient) -> None:
    task = await create(client, tags=["x"])
    path = f"{TASKS}/{task['id']}"
    answer = await client.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    for method in ("GET", "DELETE"):
        gone = await client.request(method, path)
        assert (gone.status_code, gone.json()["type"]) == (404, "urn:todo:problem:task-not-found")


async def test_the_data_of_another_user_is_refused(client: httpx.AsyncClient) -> None:
    for answer in (
        await client.get("/api/somebody/tasks"),
        await client.post("/api/somebody/tasks", json={"title": "x"}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (
            403,
            "urn:todo:problem:not-your-data",
        )


async def test_a_task_of_another_user_does_not_exist(client: httpx.AsyncClient) -> None:
    somebody = {"X-Development-User": "somebody"}
    made = await client.post("/api/somebody/tasks", json={"title": "private"}, headers=somebody)
    theirs = made.json()
    path = f"{TASKS}/{theirs['id']}"
    for answer in (
        await client.get(path),
        await client.patch(path, json={"title": "mine"}),
        await client.put(path, json={"title": "mine"}, headers={"If-Match": '"1"'}),
        await client.delete(path),
    ):
        assert answer.status_code == 404
    assert (await client.get(TASKS)).json()["items"] == []


async def test_the_caller_is_the_developer(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/me")).json() == {"id": "dev-user", "name": "Developer"}
