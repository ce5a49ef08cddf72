"""The language model decides and the app does it, through the vendor's own client."""

import json
import logging
from collections.abc import AsyncGenerator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from cohere import (
    AssistantChatMessageV2,
    SystemChatMessageV2,
    ToolChatMessageV2,
    UserChatMessageV2,
)
from starlette.responses import Response

from evaluation.fixtures import USER, World
from services.assistant.core.engine import Text, Turn
from services.assistant.core.tools import TOOLS, Toolbox
from services.assistant.engines.cohere.engine import MAX_STEPS, cohere_engine
from tests.chats import Talk
from tests.cohere_answers import calls, refuses, says
from tests.cohere_double import KEY, MODEL, Answer, Asked, Cohere, cohere_double
from tests.cohere_home import MILK, at_home, problem_of, titles
from tests.conftest import app_on, running
from tests.understanding import NOW


@pytest.fixture
async def model() -> AsyncGenerator[Cohere]:
    async with cohere_double() as double:
        yield double
        assert double.refused == []


@pytest.fixture
async def home(model: Cohere) -> AsyncGenerator[World]:
    async with cohere_engine(KEY, MODEL, model.url) as engine, at_home(engine) as here:
        yield here


def found(asked: Asked) -> Mapping[str, Any]:
    """Name the task that was listed first."""
    return {"task_id": asked.results[0]["tasks"][0]["id"]}


async def test_the_model_is_told_the_time_the_zone_and_the_tools(
    home: World, model: Cohere
) -> None:
    model.answers += [says("Hello", "! How can I", " help?")]
    reply = await home.say("hi")
    assert (reply.text, reply.uses) == ("Hello! How can I help?", [])
    (asked,) = model.asked
    system, user = asked.messages
    assert isinstance(system, SystemChatMessageV2)
    assert "It is Tuesday, 10 March 2026, 09:00, in Europe/Berlin (UTC+01:00)" in str(
        system.content
    )
    assert isinstance(user, UserChatMessageV2)
    assert user.content == "hi"
    assert {tool.function.name for tool in asked.tools if tool.function} == set(TOOLS)


async def test_the_text_comes_as_the_model_says_it(home: World, model: Cohere) -> None:
    model.answers += [says("one ", "two ", "three")]
    turn = Turn("count", NOW, Toolbox(home.database, USER))
    events = [event async for event in home.assistant.reply(turn)]
    assert events == [Text("one "), Text("two "), Text("three")]
    assert turn.engine == "cohere"


async def test_several_steps_find_change_and_tell(home: World, model: Cohere) -> None:
    model.answers += [
        calls(MILK, plan="I will find the task."),
        calls(("complete_task", found)),
        says("The milk is bought."),
    ]
    reply = await home.say("I bought the milk")
    assert [(use.name, use.status) for use in reply.uses] == [
        ("list_tasks", "done"),
        ("complete_task", "done"),
    ]
    assert "Buy milk" in titles(reply.tasks, completed=True)
    assert reply.text == "The milk is bought."
    asked = model.asked[1].messages[-2]
    assert isinstance(asked, AssistantChatMessageV2)
    assert asked.tool_plan == "I will find the task. "
    (told,) = model.asked[1].results
    assert told["tasks"][0] | {"id": ""} == {
        "id": "",
        "title": "Buy milk",
        "due_at": "2026-03-11T22:59:59Z",
        "priority": "normal",
        "tags": ["shopping"],
        "completed": False,
    }


async def test_calls_of_one_step_are_all_made(home: World, model: Cohere) -> None:
    model.answers += [
        calls(("add_task", {"title": "Eggs"}), ("add_task", {"title": "Flour"})),
        says("Both are on your list."),
    ]
    reply = await home.say("add eggs and flour")
    assert {"Eggs", "Flour"} <= titles(reply.tasks)
    assert len({use.id for use in reply.uses}) == 2


async def test_the_model_cannot_delete_without_a_yes(home: World, model: Cohere) -> None:
    model.answers += [calls(MILK), calls(("delete_task", found))]
    asked = await home.say("delete the milk")
    assert [use.name for use in asked.uses] == ["list_tasks"]
    assert asked.text == "Delete “Buy milk”? Say yes to go ahead, or no to leave it."
    assert "Buy milk" in titles(asked.tasks)
    done = await home.say("yes")
    assert done.text == "Deleted: “Buy milk”."
    assert "Buy milk" not in titles(done.tasks)
    assert len(model.asked) == 2, "the model has no part in what a yes does"


async def test_a_no_to_what_the_model_wants_changes_nothing(home: World, model: Cohere) -> None:
    model.answers += [calls(MILK), calls(("delete_task", found)), says("It stays.")]
    await home.say("delete the milk")
    await home.say("no")
    assert "Buy milk" in titles((await home.say("yes")).tasks)


async def test_what_destroys_nothing_is_done_before_the_question(
    home: World, model: Cohere
) -> None:
    model.answers += [
        calls(MILK, text="Let me see."),
        calls(("add_task", {"title": "Oat milk"}), ("delete_task", found)),
    ]
    reply = await home.say("replace milk by oat milk")
    assert reply.text == (
        "Let me see.\nAdded “Oat milk”. Delete “Buy milk”? Say yes to go ahead, or no to leave it."
    )
    assert {"Oat milk", "Buy milk"} <= titles(reply.tasks)


async def test_a_change_of_very_many_tasks_is_asked_about(home: World, model: Cohere) -> None:
    def all_of_them(asked: Asked) -> Response:
        ids = [task["id"] for task in asked.results[0]["tasks"]]
        return calls(*(("complete_task", {"task_id": each}) for each in ids))(asked)

    model.answers += [calls(("list_tasks", {})), all_of_them]
    before = titles(await home.tasks(), completed=True)
    reply = await home.say("everything is done")
    assert "?" in reply.text
    assert titles(reply.tasks, completed=True) == before
    done = await home.say("yes")
    assert titles(done.tasks, completed=False) == set()


async def test_very_many_changes_are_as_many_when_they_come_one_after_the_other(
    home: World, model: Cohere
) -> None:
    def add(*numbers: int) -> Answer:
        return calls(*(("add_task", {"title": f"number {each}"}) for each in numbers))

    model.answers += [add(*range(4)), add(*range(4, 8)), add(*range(8, 12))]
    reply = await home.say("make twelve tasks")
    assert "Say yes to go ahead" in reply.text
    made = {title for title in titles(reply.tasks) if title.startswith("number")}
    assert made == {f"number {each}" for each in range(8)}
    done = await home.say("yes")
    assert len([title for title in titles(done.tasks) if title.startswith("number")]) == 12


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("delete_task", {"task_id": str(uuid4())}, "task-not-found"),
        ("complete_task", {"task_id": "the milk"}, "task_id: Input should be a valid UUID"),
        ("add_task", {"title": ""}, "title: String should have at least 1 character"),
        ("add_task", {"title": "x", "due": "tomorrow"}, "due: Extra inputs are not permitted"),
        ("add_task", '{"title": ', "arguments: Extra inputs are not permitted"),
    ],
)
async def test_a_call_that_fails_is_told_to_the_model(
    home: World, model: Cohere, name: str, arguments: Any, said: str
) -> None:
    model.answers += [calls((name, arguments)), says("That did not work.")]
    before = await home.tasks()
    reply = await home.say("do something")
    assert await home.tasks() == before
    assert said in json.dumps(model.asked[1].results)
    assert (reply.uses[0].status, reply.text) == ("failed", "That did not work.")


async def test_a_tool_that_was_never_offered_ends_the_reply(home: World, model: Cohere) -> None:
    model.answers += [calls(("fly_away", {}))]
    assert await problem_of(home, "fly away") == "model-confused"


async def test_tasks_of_others_do_not_exist_for_the_model(home: World, model: Cohere) -> None:
    (milk,) = [task for task in (await home.tasks()).values() if task.title == "Buy milk"]
    model.answers += [calls(("delete_task", {"task_id": str(milk.id)})), says("Not found.")]
    turn = Turn("delete it", NOW, Toolbox(home.database, "ann"))
    assert [event async for event in home.assistant.reply(turn)][-1] == Text("Not found.")
    assert turn.memory.question is None
    assert model.asked[1].results[0]["error"]["type"] == "urn:todo:problem:task-not-found"


async def test_what_was_done_before_is_told_again_as_calls_and_results(
    home: World, model: Cohere
) -> None:
    model.answers += [calls(MILK), says("Tomorrow."), says("You are welcome.")]
    await home.say("when is milk due?")
    await home.say("thanks")
    roles = [message.role for message in model.asked[-1].messages]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "user"]


async def test_a_long_result_of_an_earlier_reply_is_left_out(home: World, model: Cohere) -> None:
    long = {"title": "Read the terms", "description": "x" * 3000}
    listed = calls(("list_tasks", {}))
    model.answers += [calls(*[("add_task", long)] * 6), listed, says("Added."), says("Fine.")]
    await home.say("remember the terms")
    await home.say("thanks")
    told = [m for m in model.asked[-1].messages if isinstance(m, ToolChatMessageV2)][-1]
    assert "left_out" in str(told.content)
    added, listed_then = model.asked[1].results[0], model.asked[2].results[-1]["tasks"]
    assert added["task"]["description"] == long["description"]
    assert max(len(task.get("description", "")) for task in listed_then) == 501


async def test_a_model_that_never_ends_is_stopped(home: World, model: Cohere) -> None:
    model.answers += [calls(MILK)] * MAX_STEPS
    reply = await home.say("look for milk")
    assert len(reply.uses) == MAX_STEPS
    assert "more steps than I may take" in reply.text


async def test_an_answer_that_is_too_long_says_so(home: World, model: Cohere) -> None:
    model.answers += [says("word " * 5, ends="MAX_TOKENS")]
    assert (await home.say("tell me everything")).text.endswith(
        "(That became too long. Ask for a part of it.)"
    )


async def test_a_chat_with_the_model_goes_all_the_way(
    model: Cohere, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "todo")
    model.answers += [calls(("add_task", {"title": "Eggs"})), says("Done."), refuses(401)]
    settings = {"assistant": "cohere", "cohere_api_key": KEY, "cohere_url": model.url}
    async with running(app_on(database_url, **settings)) as client:
        talk = Talk(client)
        said = await talk.say("please put eggs on my list")
        assert [name for name, _ in said] == ["conversation", "tool", "tool", "text", "done"]
        name, problem = (await talk.say("and private words"))[-1]
        assert (name, problem["type"]) == ("error", "urn:todo:problem:model-refuses")
    logged = caplog.text
    assert "the model answers 401" in logged
    for secret in ("private words", "eggs on my list", "Eggs", KEY):
        assert secret not in logged
