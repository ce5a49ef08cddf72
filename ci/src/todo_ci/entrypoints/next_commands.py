"""The commands that errors and reports tell to run, in the words of the front end that was called.

Below the front ends a next step names ``todo-ci VERB``, and a default argument ``<VERB>_ARGUMENT``.
Whoever called another front end may not have that command, so the front ends put their own in its
place when they show a result, and the verb that was called.
"""

import re
import shlex
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

# On the lab these are `./do VERB`; the others are `./do ci VERB`.
OF_THE_LAB = ("deploy", "verify", "rollback", "status", "history", "diff", "logs", "doctor")
_OF_AN_ENVIRONMENT = (*OF_THE_LAB, "publish", "scan", "secrets")
_LAB = "local"
_COMMAND = re.compile(r"\btodo-ci (?P<verb>[a-z]+)(?: --env (?P<env>[\w/-]+))?")
_OF_THE_VERB = "<VERB>_"
_FORMAT = re.compile(r" --format (html|json|markdown|table)\b")


class FrontEnd(StrEnum):
    """Name a front end by how it is called."""

    COMMAND = "todo-ci"
    DAGGER = "dagger call"
    DO = "./do"


def place_of(arguments: Mapping[str, Any]) -> str:
    """Return the environment that a verb was called for, or the preview in it."""
    environment = str(arguments.get("env") or arguments.get("to") or "")
    return "/".join(filter(None, (environment, str(arguments.get("name") or ""))))


def in_words_of(
    front_end: FrontEnd, text: str, environment: str = "", verb: str = "", project: str = ""
) -> str:
    """Render the commands in a text as they can be typed at a front end.

    Args:
        front_end: the one that was called.
        text: what it shows.
        environment: what it was called for: a command that names none is for the same one.
        verb: the one that was called.
        project: the folder of another app that it was called for.
    """
    app = f" --project {shlex.quote(project)}" if project else ""
    said = str(front_end)
    if app and front_end is FrontEnd.DAGGER:
        # Its flags stand before the verb; a clone is called from its top, which has no module.
        said = "dagger -m MODULE call"
        app = " --source ." if project == "." else f" --source .{app}"

    def worded(found: re.Match[str]) -> str:
        next_verb, given = found["verb"], found["env"]
        env = given or (environment if next_verb in _OF_AN_ENVIRONMENT else "")
        flag = f" --env {env}" if env else ""
        if front_end is not FrontEnd.DO:
            return f"{said}{app} {next_verb}{flag}"
        if next_verb in OF_THE_LAB and env in ("", _LAB) and not app:
            return f"{front_end} {next_verb}"
        return f"{front_end} ci{app} {next_verb}{flag}"

    if front_end is FrontEnd.DAGGER:
        # There a format is a field of what the call returns.
        text = _FORMAT.sub(r" \1", text)
    if verb:
        text = text.replace(_OF_THE_VERB, f"{verb.upper()}_")
    return _COMMAND.sub(worded, text)
