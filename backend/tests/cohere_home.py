"""Somebody at home who talks to the model's double, and what comes of it."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from errors import Problem
from evaluation.cases import FOLDER
from evaluation.fixtures import USER, World, world
from services.assistant.assistant import Assistant
from services.assistant.core.engine import Engine, Turn
from services.assistant.core.tools import Toolbox
from tests.understanding import NOW

HOME = json.loads((FOLDER / "seeds.json").read_text())["home"]
MILK = ("list_tasks", {"q": "milk"})


@asynccontextmanager
async def at_home(engine: Engine) -> AsyncGenerator[World]:
    """Give somebody the tasks of the list `home`, and an assistant that replies by an engine."""
    async with world(HOME, NOW, Assistant(engine)) as here:
        yield here


def titles(tasks: Mapping[Any, Any], **having: Any) -> set[str]:
    """Return the titles of those tasks whose fields have these values."""
    return {
        task.title
        for task in tasks.values()
        if all(getattr(task, name) == value for name, value in having.items())
    }


async def problem_of(home: World, said: str) -> str:
    """Say something that ends in a problem, and return its code."""
    turn = Turn(said, NOW, Toolbox(home.database, USER))
    with pytest.raises(Problem) as caught:
        async for _ in home.assistant.reply(turn):
            pass
    return caught.value.code
