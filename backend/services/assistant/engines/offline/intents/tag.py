"""The tags of a task: added, taken off, exchanged."""

import re
from collections.abc import Callable, Sequence

from services.assistant.engines.offline.intents.attributes import names_of
from services.assistant.engines.offline.intents.targets import change, target
from services.assistant.engines.offline.planning.plan import More, Plan, call, on_tasks
from services.assistant.engines.offline.planning.selection import Reason, fits
from services.assistant.language.politeness import Clause
from services.assistant.language.sentence_forms import form, forms

_TAKE = "(remove|delete|drop|take|clear|strip|get rid of|lose) [(away|off|out)]"
_FROM = "(from|off|of|on|away from|off of|for)"
_ADD = "(add|put|attach|stick|give|apply|assign|set) [on]"
_ALL = forms(
    f"{_TAKE} [(all the|all of the|all|the|every|any)] %tag [{_FROM}] TASK",
    "untag TASK",
)
_EXCHANGED = forms(
    "(change|replace|switch|swap) [the] %tag (of|on|for) TASK from OLD (to|with) TAGS",
    "(change|replace|switch|swap|rename) [the] %tag OLD (to|with|by|for) TAGS (on|of|for|in) TASK",
)
_REPLACED = forms(
    "(replace|swap|change|set) [(all the|all|the)] %tag (of|for|on) TASK (with|to|by|:) TAGS",
)
_TAKEN = forms(
    f"{_TAKE} [the] %tag TAGS {_FROM} TASK",
    f"{_TAKE} [(the|its)] TAGS %tag {_FROM} TASK",
    f"(remove|take|drop|strip) HASHTAGS {_FROM} TASK",
)
_ADDED = forms(
    f"{_ADD} [(the|a|an)] [new] %tag TAGS (to|on|onto|for) TASK",
    f"{_ADD} [(the|a|an)] TAGS %tag (to|on|onto|for) TASK",
    "(add|put|stick) HASHTAGS (to|on|onto|for) TASK",
    "(give|assign) TASK [(the|a|an|two|another)] %tag TAGS",
    "%tag TASK (with|as|under) [the %tag] TAGS",
    "%tag TASK[,] (QUOTED|HASHTAGS)",
    "%tag PRONOUN TAGS",
    "TASK (needs|need|gets|get|should have|should get|wants|has|have)"
    " [(the|a|an|two|three|these|another)] (%tag|%tag:) TAGS",
)
# The tag is the last word, unless that is of a title: "tag water the plants" names no tag.
_LAST_WORD = forms("%tag TASK TAGS")
_UNSAID = form("%tag TASK")

Change = Callable[[Sequence[str], Sequence[str], str], list[str]]


def read(clause: Clause) -> Plan | None:
    """Read a command that changes tags."""
    piece = clause.plain
    for patterns, made in _CHANGES:
        found = piece.first_match(patterns)
        if not found or (
            patterns is _LAST_WORD and fits(piece.part(4, len(piece.text)), clause.context)
        ):
            continue
        selection = target(found.first("task", "pronoun"), clause)
        if selection.reason is Reason.NONE and made in (_more, _none):
            continue
        said = found.first("tags", "hashtags", "quoted")
        names = names_of(said) if said else []
        old = found.get("old")
        return on_tasks(
            selection,
            lambda t, n=names, o=old, c=made: call(
                "update_task", t, tags=c(t.tags, n, names_of(o)[0] if o else "")
            ),
            f"tag {{}} with {', '.join(names)}",
        )
    if found := piece.fullmatch(_UNSAID):
        return change(found["task"], clause, lambda t: More("what", f'tag "{t.title}" with', (t,)))
    return None


def _none(_: Sequence[str], __: Sequence[str], ___: str) -> list[str]:
    return []


def _more(tags: Sequence[str], names: Sequence[str], _: str) -> list[str]:
    return list(dict.fromkeys([*tags, *names]))


def _less(tags: Sequence[str], names: Sequence[str], _: str) -> list[str]:
    return [tag for tag in tags if tag.lower() not in names]


def _only(_: Sequence[str], names: Sequence[str], __: str) -> list[str]:
    return list(names)


def _exchanged(tags: Sequence[str], names: Sequence[str], old: str) -> list[str]:
    return list(dict.fromkeys(names[0] if tag.lower() == old else tag for tag in tags))


_CHANGES: tuple[tuple[tuple[re.Pattern[str], ...], Change], ...] = (
    (_ALL, _none), (_EXCHANGED, _exchanged), (_REPLACED, _only), (_TAKEN, _less), (_ADDED, _more),
    (_LAST_WORD, _more),
)  # fmt: skip
