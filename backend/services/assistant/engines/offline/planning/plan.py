"""Plans: the engine's decision about a message, before anything is done."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from schemas.memory import Call, Question, TaskRef
from schemas.tasks import TaskRead
from services.assistant.engines.offline.planning.selection import Reason, Selection


class Topic(StrEnum):
    """The topic of a message that needs no tool."""

    GREETING = "greeting"
    FAREWELL = "farewell"
    THANKS = "thanks"
    AGREED = "agreed"
    DECLINED = "declined"
    HELP = "help"
    NOT_UNDERSTOOD = "not understood"
    STILL_OPEN = "still open"
    EXISTS = "exists"
    NOTHING_TO_UNDO = "nothing to undo"


@dataclass(frozen=True)
class Talk:
    """Answer, and do nothing."""

    topic: Topic
    tasks: tuple[TaskRead, ...] = ()


@dataclass(frozen=True)
class Do:
    """Make these calls now.

    Args:
        sweeping: ask first: the tasks were not named one by one, or `why` says more.
        why: what to say before that question.
    """

    calls: tuple[Call, ...]
    sweeping: bool = False
    why: str = ""


@dataclass(frozen=True)
class Show:
    """List tasks; `asked` is the moment in words when only that of one task was asked for."""

    call: Call
    about_one: bool = False


@dataclass(frozen=True)
class Which:
    """Ask which task is meant; `calls` has one for each option, or options are empty."""

    options: tuple[TaskRead, ...] = ()
    calls: tuple[Call, ...] = ()
    stem: str = ""


@dataclass(frozen=True)
class More:
    """Ask for what is missing; the answer completes `stem`. `wrong` is told before."""

    kind: str
    stem: str
    tasks: tuple[TaskRead, ...] = ()
    wrong: str = ""


@dataclass(frozen=True)
class Unknown:
    """Say that there is no such task."""

    said: str


@dataclass(frozen=True)
class Unread:
    """Do nothing, and say which words were not understood."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Undo:
    """Take the last change back."""

    calls: tuple[Call, ...]


Plan = Talk | Do | Show | Which | More | Unknown | Unread | Undo


def call(tool: str, task: TaskRead | None = None, **arguments: Any) -> Call:
    """Return a call, of a task where one is given."""
    given = {} if task is None else {"task_id": str(task.id)}
    return Call(tool=tool, arguments=given | arguments)


def on_tasks(
    selection: Selection, make: Callable[[TaskRead], Call | More | Talk], stem: str = ""
) -> Plan:
    """Plan one call for each task that is meant, or ask which is.

    Args:
        make: the call for a task, or what has to be asked before it can be made.
        stem: what the answer completes when no task was named at all; `{}` is where it goes.
    """
    match selection.reason:
        case Reason.NONE:
            return Unknown(selection.said)
        case Reason.UNSAID:
            return Which(stem=stem)
        case _:
            made = [make(task) for task in selection.tasks]
    calls = tuple(each for each in made if isinstance(each, Call))
    if len(calls) < len(made):
        return next(each for each in made if not isinstance(each, Call))
    if selection.reason is Reason.SEVERAL:
        return Which(selection.tasks, calls)
    return Do(calls, sweeping=selection.gathered and len(calls) > 1)


def question_of(plan: Plan) -> Question | None:
    """Return what has to be remembered of a plan that asks."""
    match plan:
        case Which(options, calls) if options:
            refs = [TaskRef(id=task.id, title=task.title) for task in options]
            return Question(kind="which", options=refs, calls=list(calls))
        case Which(stem=stem) | More(stem=stem) if stem:
            return Question(kind="more", stem=stem)
        case _:
            return None
