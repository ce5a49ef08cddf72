"""Lists of tasks: filters, search, order and pages."""

import base64
import json
import uuid
from typing import Any

import httpx
import pytest

from schemas.tasks import Sort
from tests.test_tasks import TASKS, create


async def titles(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get(TASKS, params=query)
    assert answer.status_code == 200, answer.text
    return [task["title"] for task in answer.json()["items"]]


async def pages(client: httpx.AsyncClient, **query: Any) -> list[list[str]]:
    found: list[list[str]] = []
    cursor: str | None = None
    while True:
        given = query if cursor is None else {**query, "cursor": cursor}
        page = (await client.get(TASKS, params=given)).json()
        found.append([task["title"] for task in page["items"]])
        cursor = page["next_cursor"]
        if cursor is None:
            return found


@pytest.fixture
async def four(client: httpx.AsyncClient) -> None:
    await create(client, title="none", tags=["x"])
    await create(client, title="early", due_at="2026-01-01T00:00:00Z", priority="high")
    await create(
        client, title="late", due_at="2027-01-01T00:00:00Z", priority="low", tags=["x", "y"]
    )
    task = await create(client, title="none too", description="100% Ärger_x")
    await client.patch(f"{TASKS}/{task['id']}", json={"completed": True})


ALL = {"none", "early", "late", "none too"}
CONDITIONS: list[tuple[dict[str, str], set[str]]] = [
    ({}, ALL),
    ({"status": "open"}, {"none", "early", "late"}),
    ({"status": "done"}, {"none too"}),
    ({"tag": "x"}, {"none", "late"}),
    ({"tag": "z"}, set()),
    ({"priority": "high"}, {"early"}),
    ({"due_before": "2026-06-01T00:00:00Z"}, {"early"}),
    ({"due_after": "2026-06-01T00:00:00+02:00"}, {"late"}),
    ({"due_before": "2026-01-01T00:00:00Z"}, set()),
    ({"q": "NONE"}, {"none", "none too"}),
    ({"q": "ärger"}, {"none too"}),
    ({"q": "ÄRGER"}, {"none too"}),
    ({"q": "100%"}, {"none too"}),
    ({"q": "%"}, {"none too"}),
    ({"q": "_"}, {"none too"}),
    ({"q": "A\u0308RGER"}, {"none too"}),
    ({"q": "\u200bär\u00adger"}, {"none too"}),
    ({"q": ""}, ALL),
    ({"tag": "x", "priority": "low", "status": "open"}, {"late"}),
]


@pytest.mark.usefixtures("four")
async def test_every_condition_given_holds(client: httpx.AsyncClient) -> None:
    found = [(query, set(await titles(client, **query))) for query, _ in CONDITIONS]
    assert found == CONDITIONS


@pytest.mark.usefixtures("four")
async def test_a_list_has_the_order_asked_for(client: httpx.AsyncClient) -> None:
    oldest_first = ["none", "early", "late", "none too"]
    for sort in ("created_at", "updated_at"):
        assert await titles(client, sort=sort) == oldest_first
        assert await titles(client, sort=f"-{sort}") == oldest_first[::-1]
    assert await titles(client) == oldest_first[::-1]


@pytest.mark.usefixtures("four")
async def test_tasks_without_a_due_date_come_last_either_way(client: httpx.AsyncClient) -> None:
    for sort, dated in (("due_at", ["early", "late"]), ("-due_at", ["late", "early"])):
        found = await titles(client, sort=sort)
        assert (found[:2], set(found[2:])) == (dated, {"none", "none too"})


@pytest.mark.usefixtures("four")
async def test_priority_sorts_by_importance_not_by_name(client: httpx.AsyncClient) -> None:
    assert (await titles(client, sort="-priority"))[0] == "early"
    assert (await titles(client, sort="priority"))[0] == "late"


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize("sort", list(Sort))
async def test_pages_put_together_are_the_whole_list(client: httpx.AsyncClient, sort: str) -> None:
    whole = await titles(client, sort=sort)
    for limit, sizes in {1: [1] * 4, 2: [2, 2], 3: [3, 1], 4: [4]}.items():
        found = await pages(client, sort=sort, limit=limit)
        assert [len(page) for page in found] == sizes
        assert [title for page in found for title in page] == whole


# What is stored, and what finds it.
FOLDED = [
    ("İstanbul", ("İstanbul", "istanbul", "ISTANBUL", "I\u0307STANBUL")),
    ("ΣΊΣΥΦΟΣ", ("σίσυφος", "ΣΊΣΥΦΟΣ", "Σι\u0301συφοσ", "φος")),  # noqa: RUF001
    ("cafe\u0301", ("café", "CAFÉ", "cafe\u0301")),
    ("Straße", ("strasse", "STRASSE", "straße", "STRAẞE")),
    ("\uff28\uff25\uff2c\uff30 \ufb01le", ("help file", "HELP")),
    ("of\u00adfice\u200b", ("office",)),
    ("x² 100%_\\", ("x2", "100%", "%_\\")),
]


async def test_search_knows_no_case_and_no_form_of_a_letter(client: httpx.AsyncClient) -> None:
    for number, (text, _) in enumerate(FOLDED):
        field = "description" if number % 2 else "title"
        await create(client, **{"title": "other", field: text})
    for number, (text, wanted) in enumerate(FOLDED):
        for q in wanted:
            found = (await client.get(TASKS, params={"q": q})).json()["items"]
            field = "description" if number % 2 else "title"
            assert [task[field] for task in found] == [text], q


async def test_search_follows_a_change(client: httpx.AsyncClient) -> None:
    path = f"{TASKS}/{(await create(client, title='İzmir', description='Ärger'))['id']}"
    await client.patch(path, json={"completed": True})
    assert await titles(client, q="izmir") == ["İzmir"]
    await client.patch(path, json={"title": "Ankara", "description": None})
    assert (await titles(client, q="izmir"), await titles(client, q="ärger")) == ([], [])
    assert await titles(client, q="ANKARA") == ["Ankara"]


async def test_a_page_is_not_moved_by_a_new_task(client: httpx.AsyncClient) -> None:
    for title in ("a", "b", "c"):
        await create(client, title=title)
    first = (await client.get(TASKS, params={"limit": 2})).json()
    await create(client, title="new")
    query = {"limit": 2, "cursor": first["next_cursor"]}
    assert await titles(client, **query) == ["a"]


def cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


KEY = uuid.uuid4().hex


DAMAGED = [
    "",
    "x",
    "ä",
    "e30",
    cursor("-created_at", "yesterday", KEY),
    cursor("-created_at", None, KEY),
    cursor("-created_at", 7, KEY),
    cursor("-created_at", "2026-01-01T00:00:00", KEY),
    cursor("-created_at", "2026-01-01T00:00:00+00:00", "no id"),
    cursor("-created_at", "2026-01-01T00:00:00+00:00", 7),
    cursor("size", "2026-01-01T00:00:00+00:00", KEY),
    cursor("priority", "urgent", KEY),
    cursor("due_at", None, KEY),
]


async def test_a_damaged_or_foreign_cursor_is_refused(client: httpx.AsyncClient) -> None:
    for damaged in DAMAGED:
        answer = await client.get(TASKS, params={"cursor": damaged})
        assert answer.status_code == 422, damaged
        assert "cursor" in answer.json()["detail"]


WRONG = [
    ("limit", "0"),
    ("limit", "101"),
    ("sort", "size"),
    ("status", "late"),
    ("priority", "urgent"),
    ("due_before", "soon"),
    ("due_after", "2026-06-01T00:00:00 02:00"),
    ("q", "nul \x00"),
    ("q", "x" * 201),
    ("tag", " "),
]


async def test_a_wrong_parameter_is_named(client: httpx.AsyncClient) -> None:
    for name, value in WRONG:
        answer = await client.get(TASKS, params={name: value})
        assert answer.status_code == 422, (name, value)
        [error] = answer.json()["errors"]
        assert (error["location"], error["pointer"]) == ("query", name)
