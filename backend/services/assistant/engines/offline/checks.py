"""Checks of a plan before it is carried out: it is done, asked about, or given up."""

import re
from collections.abc import Callable
from datetime import datetime

from schemas.memory import Call
from services.assistant.engines.offline.planning.plan import (
    Do,
    More,
    Plan,
    Talk,
    Topic,
    Unknown,
    Unread,
    Which,
    call,
)
from services.assistant.language.accounting import unread
from services.assistant.language.lexicon.frames import TURNS
from services.assistant.language.new_titles import SECOND
from services.assistant.language.sentence import Sentence
from services.assistant.language.task_context import Context

_OFTEN = re.compile(
    r"\b(?:(?P<of>on )?(?:every|each) (?:other |second )?(?:(?P<day>(?:mon|tues|wednes|thurs|fri"
    r"|satur|sun)day|morning|afternoon|evening|night|\d{1,2}(?:st|nd|rd|th)\b)"
    r"|(?:single )?(?:day|weekday|workday|weekend|week|month|year|hour))"
    r"|(?:on |alternate |on alternate )(?:weekdays|weekends|workdays"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days)"
    r"|(?:once|twice|three times) (?:a|per) (?:day|week|month|year)"
    r"|(?:daily|weekly|monthly|yearly|fortnightly|annually)(?=$|[.!?,]| at\b))(?!\w)"
)
_PAST = "That time is over. "


def once(said: str, context: Context, read: Callable[[str], list[Plan]]) -> list[Plan] | None:
    """Offer once what is asked for again and again; None for a message that asks for no such thing.

    Args:
        read: reads a message.
    """
    found = _OFTEN.search(said.lower())
    quoted = Sentence.read(said, context.now).whole.quotes
    if not found or any(found[0] in each.lower() for each in (*context.titles, *quoted)):
        return None
    once = {"morning": "in the morning", "afternoon": "in the afternoon",
            "evening": "in the evening", "night": "tonight"}  # fmt: skip
    day = found["day"]
    day = "" if day is None else once.get(day, f"on the {day}" if day[0].isdigit() else f"on {day}")
    rest = f"{said[: found.start()]}{day}{said[found.end() :]}".replace("  ", " ").strip()
    plans = read(rest)
    calls = [each for plan in plans if isinstance(plan, Do) for each in plan.calls]
    if calls and all(
        each.tool == "add_task" or {"due_at", "remind_at"} & set(each.arguments) for each in calls
    ):
        return [Do(tuple(calls), sweeping=True, why="I cannot repeat anything, only do it once.")]
    return [Unread((found[0],))]


def checked(plan: Plan, said: str, context: Context) -> Plan:
    """Return a plan as it may be carried out, or what is to be said instead.

    Args:
        said: the sentence, or the part of it, that was read so.
    """
    if isinstance(plan, Unknown) or (isinstance(plan, Talk) and plan.topic is Topic.NOT_UNDERSTOOD):
        words = Sentence.read(said, context.now, context.titles).whole.words
        turns = [word for word in words if word in TURNS]
        return Unread(tuple(turns)) if turns else plan
    if not isinstance(plan, Do | Which) or not plan.calls:
        return plan
    adds = any(each.tool == "add_task" for each in plan.calls)
    sentence = Sentence.read(said, context.now, () if adds else context.titles)
    left = unread(sentence, plan.calls, context)
    # One deletion is asked about by its name, whatever was said around it.
    titles = [each.arguments.get("title") for each in plan.calls if each.tool == "update_task"]
    if two := next((f for title in titles if (f := SECOND.search(title or ""))), None):
        left = left or [two[0].strip()]
    if left and not (len(plan.calls) == 1 and plan.calls[0].tool == "delete_task"):
        return Unread(tuple(dict.fromkeys(left)))
    return _over(plan, context) or _reopened(plan, context) if isinstance(plan, Do) else plan


def _over(plan: Do, context: Context) -> More | None:
    """Ask for another time than one that is over."""
    today = context.now.replace(hour=0, minute=0, second=0, microsecond=0)
    for each in plan.calls:
        known = "task_id" in each.arguments
        for name, earliest, stem in (
            ("due_at", today, 'move "{}" to' if known else 'add "{}"'),
            ("remind_at", context.now, f'remind me {"about" if known else "to"} "{{}}"'),
        ):
            said = each.arguments.get(name)
            if said and datetime.fromisoformat(said) < earliest:
                return More("when", stem.format(_title(each, context)), wrong=_PAST)
    return None


def _title(each: Call, context: Context) -> str:
    key = str(each.arguments.get("task_id"))
    known = next((task.title for task in context.tasks if str(task.id) == key), "")
    return known or str(each.arguments["title"])


def _reopened(plan: Do, context: Context) -> Do:
    """Ask before a task that is done gets a date, a reminder or a rank, which are of open ones."""
    done = {str(task.id): task for task in context.done}
    dated = [
        str(each.arguments.get("task_id"))
        for each in plan.calls
        if any(each.arguments.get(name) for name in ("due_at", "remind_at", "priority"))
    ]
    opened = [call("update_task", done[key], completed=False) for key in dated if key in done]
    if not opened:
        return plan
    return Do((*opened, *plan.calls), sweeping=True, why="That is done already.")
