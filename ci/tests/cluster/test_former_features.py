"""T108: what the app could do before it had events and reminders, the release still does."""

import uuid

import app_users
import httpx
import pytest
from app import App, Object

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("served")]


def test_tasks_are_made_read_changed_and_deleted(user: str) -> None:
    someone = App(user)
    task = someone.create("water the plants")
    path = f"/tasks/{task['id']}"
    assert someone.request("GET", path).json()["title"] == "water the plants"
    assert someone.change(task["id"], title="water the roses")["title"] == "water the roses"
    assert someone.change(task["id"], completed=True)["completed"] is True
    assert [it["title"] for it in someone.tasks()] == ["water the roses"]
    someone.delete(task["id"])
    assert someone.request("GET", path).status_code == httpx.codes.NOT_FOUND
    assert someone.tasks() == []


def test_words_become_tasks_and_the_conversation_is_kept(user: str) -> None:
    someone = App(user, timeout=60)

    def say(text: str, conversation: str | None = None) -> Object:
        body = {"message": text, "conversation_id": conversation}
        headers = {"Accept": "application/json"}
        answer = someone.request("POST", "/chat", json=body, headers=headers)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    conversation = say("Add buy milk")["conversation_id"]
    assert [it["title"] for it in someone.tasks()] == ["buy milk"]
    (listed,) = say("Show my tasks", conversation)["message"]["tools"]
    assert "buy milk" in str(listed["result"])
    say("Complete buy milk", conversation)
    assert [it["completed"] for it in someone.tasks()] == [True]
    say("Delete buy milk", conversation)
    say("Yes", conversation)
    assert someone.tasks() == []
    kept = someone.request("GET", f"/conversations/{conversation}").json()["messages"]
    assert [it["text"] for it in kept if it["role"] == "user"][:2] == [
        "Add buy milk",
        "Show my tasks",
    ]
    assert len(kept) == 10


def test_nobody_reads_the_tasks_of_another(user: str) -> None:
    App(user).create("only mine")
    other = app_users.sign_up(f"test-{uuid.uuid4().hex[:12]}")
    theirs = {"Authorization": f"Bearer {app_users.token(other)}"}
    nobodys = {"Authorization": ""}
    for headers in (theirs, nobodys):
        refused = App(user).request("GET", "/tasks", headers=headers)
        assert refused.is_client_error
        assert "only mine" not in refused.text
