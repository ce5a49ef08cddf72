"""Phrases of the offline engine for which there is no tool's result."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from schemas.tasks import TaskRead
from services.assistant.core.phrasing import all_of, listed, moment, quoted, task_line
from services.assistant.engines.offline.planning.plan import More, Show, Topic, Unknown, Which

_TALK: Mapping[Topic, str] = {
    Topic.GREETING: "Hello! Tell me what you have to do, or ask what is due.",
    Topic.FAREWELL: "See you! Your list will be here.",
    Topic.THANKS: "You are welcome.",
    Topic.AGREED: "Fine. Tell me when I can do something for your list.",
    Topic.DECLINED: "All right, nothing was changed.",
    Topic.HELP: (
        "I am the assistant of this list: I follow rules, no language model. You can say:\n"
        "- add buy milk tomorrow at 5pm, high priority #shopping\n"
        "- what is due this week?\n"
        "- buy milk is done\n"
        "- move buy milk to friday\n"
        "- rename buy milk to buy oat milk\n"
        "- remind me to call Ann tomorrow at 5pm\n"
        "- delete buy milk (I ask before I delete)\n"
        "- undo that"
    ),
    Topic.NOT_UNDERSTOOD: (
        "I did not understand that: I only know your list of tasks. "
        "Say help to see what I understand."
    ),
    Topic.NOTHING_TO_UNDO: "There is nothing that I could undo.",
}
_FORGETFUL = (
    " My short memory is away right now, so please say it all in one sentence, "
    "such as: move buy milk to friday."
)


def talk(topic: Topic, tasks: Sequence[TaskRead], now: datetime) -> str:
    """Return the words of an answer that needs no tool."""
    if topic is Topic.STILL_OPEN:
        return f"Still open: {all_of([task.title for task in tasks])}."
    if topic is Topic.EXISTS:
        (task,) = tasks[:1]
        return (
            f"That is on your list already: {task_line(task, now)}. "
            f"To have it twice, say: add {task.title}."
        )
    return _TALK[topic]


def beyond(said: str) -> str:
    """Return the words for a task that may be on a part of the list that is not looked at."""
    return (
        f"I found no task like {quoted(said)}, and your list is longer than what I compare letter "
        "by letter. Search for it in the list of tasks. Nothing was changed."
    )


def unread(words: Sequence[str]) -> str:
    """Return the words of an answer that names what was not understood."""
    return (
        f"I did not understand {all_of(words)}, so nothing was changed. "
        "Say it in other words, or one thing at a time."
    )


def question(plan: Which | More | Unknown, forgetful: bool) -> str:
    """Return the words that ask for what is missing."""
    match plan:
        case Unknown(said):
            return f"I found no task like {quoted(said)}. Nothing was changed."
        case Which(options) if options:
            words = f"Which one do you mean: {all_of([t.title for t in options], 'or')}?"
        case Which():
            words = "Which task do you mean?"
        case More("when", _, tasks, wrong):
            about = f" for {quoted(tasks[0].title)}" if tasks else ""
            words = f"{wrong}When{about}? Say a day or a time, such as tomorrow at 5pm."
        case More(_, _, tasks):
            about = f" of {quoted(tasks[0].title)}" if tasks else ""
            words = f"What should it be{about}?" if tasks else "What is the task?"
    return words + (_FORGETFUL if forgetful else "")


def shown(tasks: Sequence[TaskRead], more: bool, plan: Show, now: datetime) -> str:
    """Say which tasks were found, or when the one that was asked for is due."""
    if plan.about_one and len(tasks) == 1:
        return _about_one(tasks[0], now)
    return listed(tasks, more, asked_for(plan.call.arguments, now), now)


def _about_one(task: TaskRead, now: datetime) -> str:
    if task.completed:
        return f"{quoted(task.title)} is done."
    due = f"due {moment(task.due_at, now)}" if task.due_at else "on your list, without a date"
    if task.due_at and task.due_at < now:
        due = f"overdue: it was {due}"
    tags = "".join(f", #{tag}" for tag in task.tags)
    ahead = None if task.reminded_at else task.remind_at
    reminder = f" A reminder comes {moment(ahead, now)}." if ahead else ""
    note = f" The note says: {quoted(task.description)}." if task.description else ""
    return f"{quoted(task.title)} is {due}, {task.priority} priority{tags}.{reminder}{note}"


def asked_for(arguments: Mapping[str, Any], now: datetime) -> str:
    """Describe the tasks that some arguments of list_tasks choose."""
    words = {"open": "open ", "done": "done ", "all": ""}[arguments.get("status", "open")]
    if arguments.get("priority"):
        words += f"{arguments['priority']} priority "
    words += "tasks"
    if arguments.get("tag"):
        words += f" tagged #{arguments['tag']}"
    if arguments.get("q"):
        words += f" about {quoted(arguments['q'])}"
    return words + _days(arguments, now)


def _days(arguments: Mapping[str, Any], now: datetime) -> str:
    one = timedelta(seconds=1)
    after, before = arguments.get("due_after"), arguments.get("due_before")
    first = (datetime.fromisoformat(after) + one).astimezone(now.tzinfo) if after else None
    last = (datetime.fromisoformat(before) - one).astimezone(now.tzinfo) if before else None
    if last and not first:
        overdue = abs((last - now).total_seconds()) < 5
        return " that are overdue" if overdue else f" due by {_day(last, now)}"
    if first and last and first.date() == last.date():
        return f" due {_day(first, now)}"
    until = f" to {_day(last, now)}" if last else ""
    return f" due from {_day(first, now)}{until}" if first else ""


def _day(value: datetime, now: datetime) -> str:
    return moment(value.replace(hour=23, minute=59), now)
