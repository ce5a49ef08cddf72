"""Words that no title of a new task has: whoever says them says more than a thing to do.

A title takes whatever is left of a sentence, so its words account for themselves: without this
check a condition, a negation, a second command or half of a date would become a part of it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from services.assistant.language.lexicon.vocabulary import VERBS

# "check if the oven is off" is a thing to do, "water the roses if it is dry" has a condition.
_TURNED = re.compile(
    r"(?<!check )(?<!see )(?<!ask )(?<!out )(?<!sure )(?<!know )\bif\b.*"
    r"|\b(?:(?:only|but) (?:if|when|once)|unless|except|provided|assuming"
    r"|whenever|in case|as (?:long|soon) as|depending on|never|nothing|none|nobody|not|cannot)\b.*"
    r"|\b\w{2,9}n't\b.*|\b(?:has|have|is|are|was|with) no\b.*"
    # A date that another gives, which nobody reads.
    r"|\b(?:(?:the|an?) )?(?:days?|nights?|weeks?|months?|hours?|mornings?|evenings?) "
    r"(?:before|after)\b.*"
)
# A title that holds another command swallowed it.
SECOND = re.compile(
    r"(?:[,;] (?:and |then )?|\b(?:and|but) )(?:then |also |please )?(?:make|due|remind me|mark|tag"
    "|set|move|delete|complete|push|postpone|reschedule|remove|reopen|rename|untag|add)\\b.*"
)
# Beside a date that was read: what is left of one that was not.
_LEFT_OF_A_DATE = re.compile(
    r"\b(?:of )?(?:the|this|next|last|every) (?:day|week|month|year|thing)\b|\bbetween\b"
    r"|\bthing to\b|\b\d{1,2}(?:st|nd|rd|th)\b"
)
_TELLS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|should)\b.*"
    r"|\bto (?:the|my|our|your|his|her|their)\b.*"
)


def no_title(arguments: Mapping[str, Any]) -> Iterator[str]:
    """Yield the words that speak of something else, of the title of a task that would be added."""
    title: str = arguments["title"]
    said = title.lower()
    patterns = [_TURNED, SECOND]
    if arguments.get("due_at") or arguments.get("remind_at"):
        patterns.append(_LEFT_OF_A_DATE)
    if said.split(" ")[0] not in VERBS and not arguments.get("remind_at"):
        patterns.append(_TELLS)
    for pattern in patterns:
        if found := pattern.search(said):
            yield title[found.start() : found.end()].strip()
