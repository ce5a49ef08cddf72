"""The commands that errors and reports tell to run, in the words of the front end that was called.

Below the front ends a next step names ``todo-ci VERB``. Whoever called another front end may not
have that command, so the front ends put their own in its place when they show a result.
"""

import re
from enum import StrEnum

# A person calls these as `./do VERB`, which names the environment; the others as `./do ci VERB`.
_DOORS = ("deploy", "verify", "rollback", "status", "history", "diff", "logs", "doctor")
_COMMAND = re.compile(r"\btodo-ci (?P<verb>[a-z]+)(?P<local> --env local\b)?")
_FORMAT = re.compile(r" --format (json|markdown|table)\b")


class FrontEnd(StrEnum):
    """Name a front end by how it is called."""

    COMMAND = "todo-ci"
    DAGGER = "dagger call"
    DO = "./do"


def in_words_of(front_end: FrontEnd, text: str) -> str:
    """Render the commands in a text as they can be typed at a front end."""
    if front_end is FrontEnd.COMMAND:
        return text
    if front_end is FrontEnd.DAGGER:
        # There a format is a field of what the call returns.
        return _FORMAT.sub(r" \1", text).replace("todo-ci ", f"{front_end} ")
    return _COMMAND.sub(_as_do, text)


def _as_do(found: re.Match[str]) -> str:
    verb = found["verb"]
    if verb in _DOORS:
        return f"{FrontEnd.DO} {verb}"
    return f"{FrontEnd.DO} ci {verb}{found['local'] or ''}"
