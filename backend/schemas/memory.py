"""Shapes of what the assistant remembers of a conversation for a short time."""

import uuid
from typing import Any, Literal

from pydantic import BaseModel


class TaskRef(BaseModel):
    """A task that was spoken of."""

    id: uuid.UUID
    title: str


class Call(BaseModel):
    """A call of a tool that was not made yet."""

    tool: str
    arguments: dict[str, Any]


class Question(BaseModel):
    """A question to the user, and the consequence of the answer.

    - `confirm`: after a yes `calls` are made.
    - `which`: `calls` are made with the chosen one of `options` as their task.
    - `more`: the answer completes what was said, which is `stem`.
    """

    kind: Literal["confirm", "which", "more"]
    calls: list[Call] = []
    options: list[TaskRef] = []
    stem: str = ""


class Memory(BaseModel):
    """The referents of "it", "the second one" and "yes".

    Args:
        listed: the tasks shown last, in the order in which they were shown.
        listing: what they were chosen by, the arguments of list_tasks.
        last: the tasks changed or spoken of last.
        question: what the user was asked and has not answered.
        repeat: the last change without its task, for "and the garage too".
        undo: the calls that take the last change back.
    """

    listed: list[TaskRef] = []
    listing: dict[str, Any] | None = None
    last: list[TaskRef] = []
    question: Question | None = None
    repeat: Call | None = None
    undo: list[Call] = []
