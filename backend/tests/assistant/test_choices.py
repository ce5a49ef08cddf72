"""What can be pressed in answer to a question, and what a press means."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest

from enumerations import Priority
from schemas.memory import Call, Question, TaskRef
from schemas.tasks import TaskRead
from services.assistant.answers import Kind, read_answer
from services.assistant.choices import MOST, choices_of
from tests.chats import Talk

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def task(title: str) -> TaskRead:
    return TaskRead(
        id=uuid4(),
        title=title,
        description="",
        completed=False,
        due_at=None,
        remind_at=None,
        reminded_at=None,
        completed_at=None,
        priority=Priority.NORMAL,
        tags=[],
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )


def which(*tasks: TaskRead, tool: str = "delete_task") -> Question:
    return Question(
        kind="which",
        options=[TaskRef(id=each.id, title=each.title) for each in tasks],
        calls=[call(each.id, tool) for each in tasks],
    )


def call(task_id: UUID, tool: str = "delete_task") -> Call:
    return Call(tool=tool, arguments={"task_id": str(task_id)})


@pytest.mark.parametrize(
    ("tool", "count", "words"),
    [
        ("delete_task", 1, "Yes, delete it"),
        ("delete_task", 2, "Yes, delete them"),
        ("complete_task", 3, "Yes, complete them"),
        ("update_task", 11, "Yes, change them"),
    ],
)
def test_a_confirmation_is_pressed_in_the_words_of_what_would_happen(
    tool: str, count: int, words: str
) -> None:
    question = Question(kind="confirm", calls=[call(uuid4(), tool) for _ in range(count)])
    assert choices_of(question) == [words, "No"]
    assert read_answer(question, words, [], NOW).kind is Kind.YES
    assert read_answer(question, "No", [], NOW).kind is Kind.NO


def test_two_changes_of_one_task_are_of_it() -> None:
    one = uuid4()
    question = Question(kind="confirm", calls=[call(one, "update_task"), call(one, "update_task")])
    assert choices_of(question)[0] == "Yes, change it"


# Titles that, as words, say no, give a command, or count.
@pytest.mark.parametrize("title", ["No milk", "Delete the backup", "the second one", "yes", "all"])
def test_a_press_means_its_own_task_whatever_its_title_says(title: str) -> None:
    tasks = [task("Call Ann"), task(title), task("Call Bob")]
    question = which(*tasks)
    assert choices_of(question) == [each.title for each in tasks]
    answer = read_answer(question, title, tasks, NOW)
    assert (answer.kind, list(answer.calls)) == (Kind.CHOSEN, [question.calls[1]])


def test_tasks_of_one_title_are_told_apart() -> None:
    tasks = [task("Call Ann"), task("Shop"), task("Call Ann")]
    question = which(*tasks)
    words = choices_of(question)
    assert words == ["Call Ann (number 1 of these)", "Shop", "Call Ann (number 2 of these)"]
    # One that is gone does not make another the second.
    answer = read_answer(question, words[2], tasks[1:], NOW)
    assert list(answer.calls) == [question.calls[2]]


def test_titles_that_cannot_be_told_apart_are_not_pressed() -> None:
    assert choices_of(which(task("A (number 2 of these)"), task("A"), task("A"))) == []


def test_more_options_than_fit_and_free_words_are_written() -> None:
    assert len(choices_of(which(*(task(f"Task {n}") for n in range(MOST))))) == MOST
    assert choices_of(which(*(task(f"Task {n}") for n in range(MOST + 1)))) == []
    assert choices_of(Question(kind="more", stem="call {}")) == choices_of(None) == []


async def test_a_reply_that_asks_is_stored_with_its_choices(client: httpx.AsyncClient) -> None:
    talk = Talk(client)
    await talk.say("add buy milk")
    await talk.say("delete buy milk")
    _, added, _, asked = await talk.messages()
    assert (added["choices"], asked["choices"]) == ([], ["Yes, delete it", "No"])
    assert await talk.hear(asked["choices"][0]) == "Deleted: “buy milk”."
    assert (await talk.messages())[-1]["choices"] == []


async def test_a_no_that_was_pressed_leaves_everything(client: httpx.AsyncClient) -> None:
    talk = Talk(client)
    await talk.say("add buy milk")
    await talk.say("delete buy milk")
    await talk.say((await talk.messages())[-1]["choices"][1])
    assert (await client.get("/api/dev-user/tasks")).json()["items"]
    assert (await talk.messages())[-1]["choices"] == []


async def test_an_option_is_pressed_by_its_title(client: httpx.AsyncClient) -> None:
    talk = Talk(client)
    for title in ("call the bank", "call the dentist"):
        await client.post("/api/dev-user/tasks", json={"title": title})
    await talk.say("complete call")
    choices = (await talk.messages())[-1]["choices"]
    assert sorted(choices) == ["call the bank", "call the dentist"]
    await talk.say("call the dentist")
    tasks = (await client.get("/api/dev-user/tasks")).json()["items"]
    assert [each["title"] for each in tasks if each["completed"]] == ["call the dentist"]
