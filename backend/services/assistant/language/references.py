"""Words that refer to what was shown or changed before: "it", "the second one", "both"."""

import re
from collections.abc import Sequence

from schemas.tasks import TaskRead
from services.assistant.language.lexicon.numbers import COUNTS, ORDINALS
from services.assistant.language.task_context import Context

# The first is 1, however it is said.
_PLACES = COUNTS | ORDINALS | {"top": 1}
_POSITION = rf"(?:{'|'.join([*ORDINALS][:12])}|\d{{1,2}}(?:st|nd|rd|th))"
_NOUN = r"(?: (?:one|task|item|entry|thing|todo|on the list|in the list|of (?:them|these|those)))*"
_EACH = rf"(?:the )?(?P<which>{_POSITION}|(?:very )?last|bottom|top)"
_NUMBERED = (
    r"(?:the )?(?:(?:number|no\.?|nr\.?|task|item|#) ?#?(?P<number>\d{1,2}|one|two|three|four|five)"
    r"|(?P<bare>\d{1,2}))"
)
_ONE = re.compile(rf"(?:{_EACH}|{_NUMBERED}){_NOUN}")
_SPLIT = re.compile(r",? and |, ?|&| as well as ")
_SINGULAR = re.compile(
    r"it|that|this|that one|this one|the one|(?:that|this|the same|the|the new) (?:task|thing|todo"
    r"|item|entry|one)|him|her"
)
_PLURAL = re.compile(
    "(?:them|they|these|those|both|all|everything|both of (?:them|these|those)|them all|them both"
    "|all of (?:them|these|those|it)|the two(?: of them)?|the lot|all (?:two|three|four|five)"
    "|(?:these|those|both) (?:two |three |four )?(?:tasks|ones|things|items)|the rest)"
)


def refers(text: str) -> bool:
    """Tell whether a text is nothing but a reference."""
    return bool(
        _SINGULAR.fullmatch(text)
        or _PLURAL.fullmatch(text)
        or all(_ONE.fullmatch(part) for part in _SPLIT.split(text))
    )


def is_plural(text: str) -> bool:
    return bool(_PLURAL.fullmatch(text))


def meant(text: str, context: Context) -> list[TaskRead] | None:
    """Return the tasks a reference means: none when what it counts is not there.

    Returns:
        None when nothing was shown or changed that it could refer to.
    """
    listed = context.living(context.memory.listed)
    last = context.living(context.memory.last)
    if _SINGULAR.fullmatch(text):
        return last or listed or None
    if _PLURAL.fullmatch(text):
        return (last if len(last) > 1 else listed or last) or None
    # "the first one" of two that were changed together.
    places = listed or last
    return _at(text, places) if places else None


def chosen(text: str, options: Sequence[TaskRead]) -> list[TaskRead]:
    """Return those of some options that a reference picks by place, or all for "both"."""
    if _PLURAL.fullmatch(text):
        return list(options)
    return _at(text, options)


def _at(text: str, listed: Sequence[TaskRead]) -> list[TaskRead]:
    """Return the tasks at some places; none when one of them is no place of the list."""
    places = [_place(part, listed) for part in _SPLIT.split(text)]
    if any(place is None or not 0 <= place < len(listed) for place in places):
        return []
    return [listed[place] for place in places if place is not None]


def _place(text: str, listed: Sequence[TaskRead]) -> int | None:
    found = _ONE.fullmatch(text)
    which = found and (found["number"] or found["bare"] or found["which"])
    if not which or which.endswith(("last", "bottom")):
        return len(listed) - 1 if which else None
    digits = re.match(r"\d+", which)
    return (int(digits[0]) if digits else _PLACES[which]) - 1
