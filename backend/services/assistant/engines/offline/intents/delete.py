"""Removing tasks; asked before it is done."""

import re

from services.assistant.engines.offline.intents.targets import change
from services.assistant.engines.offline.planning.plan import Plan, call
from services.assistant.language.politeness import Clause, asked
from services.assistant.language.sentence import D, H, Piece
from services.assistant.language.sentence_forms import LIST, forms

_VERB = (
    "(?:delete|remove|erase|trash|bin|scrap|dump|discard|del|rm|wipe|clear(?: out)?|purge|ditch|axe"
    "|kill|nuke|get rid of|drop|cancel|forget(?: about)?|throw|toss|strike|kick|take)\\b"
)
# These mean other things as well: only with "off my list" or the like …
_NEEDS_AWAY = re.compile("take|kick|strike|throw|toss|drop|cancel|forget")
_AWAY = rf" (?:off|out of|from) (?:of )?{LIST}$"
# … or where they can only mean this.
_PLAIN = re.compile(
    r"(?:drop|cancel|forget(?: about)?|throw (?:away|out)|toss(?: out)?) (?!it$|that$)"
)
# What is taken from a task, and leaves the task.
_FIELD = re.compile(
    r"\b(?:due ?dates?|dates?|deadlines?|due times?|reminders?|alarms?|alerts?|notes?|descriptions?"
    r"|tags?|labels?|details?)\b|\b(?:the|its|any) (?:priority|prio)\b"
)
_CHOOSES = rf"\bdue {D}|\b(?:whose|with (?:a|the)) |^ (?:the )?(?:task|todo)\b"
_REASON = (
    r"[,;]? (?:but )?(?:keep|leave|not) .+$"
    r"|, (?:they're|it's|they are|it is|because|since|as) .+$"
)
_SAYS_SO = forms(
    "TASK (can|must|should|has to) go",
    "[(i|we)] (no longer|don't|do not|won't) (need|want|have) [to] TASK"
    " [task] [(on there|on %list|anymore|any more)]",
)


def read(clause: Clause) -> Plan | None:
    """Read a command that removes tasks, or a sentence that says that one can go."""
    command = asked(clause.command, _VERB)
    if command:
        return _commanded(command, clause)
    if re.search(r"\b(?:remind|due\b|date\b|deadline)", clause.command.text):
        return None
    found = clause.command.first_match(_SAYS_SO)
    return _delete(found["task"], clause) if found else None


def _commanded(command: Piece, clause: Clause) -> Plan | None:
    verb = command.match(_VERB)
    rest = (verb.after if verb else command).without("^ (?:away|out|off)(?= )")
    away = rest.search(_AWAY) or rest.search(" (?:off|out|away)$")
    if _NEEDS_AWAY.match(command.text) and not away and not _PLAIN.match(command.text):
        return None
    rest = away.before if away else rest
    if re.match(rf"\s*{H} (?:from|off|of)\b", rest.text):
        return None
    # "the task due on monday", which a date chooses, unlike "the due date of the task".
    chooses = re.search(_CHOOSES, rest.text) and not re.search("due ?date|deadline", rest.text)
    if _FIELD.search(rest.text) and not chooses:
        return None
    reason = rest.search(_REASON)
    return _delete(reason.before if reason else rest, clause)


def _delete(rest: Piece, clause: Clause) -> Plan:
    return change(rest, clause, lambda task: call("delete_task", task), "delete {}")
