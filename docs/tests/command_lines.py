"""Tell of a command whether it can be called so, by the real command lines of its program."""

import argparse
import inspect
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

from testrun.parts import lanes_of
from todo_lab import cli as lab

from todo_ci import cli
from todo_ci.entrypoints.next_commands import OF_THE_LAB
from todo_ci.main import Todo

ROOT = Path(__file__).parents[2]
MODULE: Any = vars(Todo)["__dagger_object_type__"]

_CODE = re.compile(
    r"^ *```\w*\n(?P<fenced>.*?)^ *```|^(?P<indented>(?: {4}\S[^\n]*\n)+)|`(?P<inline>[^`\n]+)`",
    re.MULTILINE | re.DOTALL,
)
# A command ends where a shell ends it, at a comment, and where a column of words begins; words of a
# sentence may follow it, which no verb takes for flags.
_COMMAND = re.compile(
    r"(?<![\w/.-])(?:\./do|todo-ci|dagger (?:-m \S+ )?(?:call|check|functions))\b"
    r"(?: (?! )[^ \n`|&;,)\"#<>]+)*"
)
_CONTINUED = re.compile(r" *\\\n *")
_ADDED = re.compile(r'(?:add_argument|addoption)\(\s*"(--\w+)"')


@dataclass(frozen=True, slots=True)
class Command:
    """Hold a command; one in a block is called as it stands, one in a sentence may be its name."""

    text: str
    in_block: bool = True


def commands(text: str) -> list[Command]:
    """Return the commands that stand in the code of a page."""
    text = _CONTINUED.sub(" ", text)
    return [
        Command(found[0].rstrip(":."), code["inline"] is None)
        for code in _CODE.finditer(text)
        for found in _COMMAND.finditer(code[0])
    ]


def fault(command: Command) -> str:
    """Say why a command cannot be called so; empty when it can."""
    program, *words = [word for word in command.text.split() if word not in ("…", "...")]
    if program == "./do":
        return _do_fault(words, command.in_block)
    if program == "todo-ci":
        return _pipeline_fault(words, command.in_block)
    return _dagger_fault(words, command.in_block)


def _do_fault(words: list[str], whole: bool) -> str:
    match words:
        case [verb, *rest] if verb in OF_THE_LAB:
            return _pipeline_fault([verb, "--env", "local", *rest], whole)
        case ["ci", *rest]:
            return _pipeline_fault(rest, whole)
        case ["lab", *rest]:
            return _lab_fault(rest)
        case ["down", *_]:
            return _lab_fault(words)
        case ["test", *parts]:
            return _said(lanes_of, parts)
        case ["e2e", *rest]:
            gone = [word for word in rest if "/" in word and not (ROOT / word).exists()]
            return f"there is no {gone[0]}" if gone else _flags_fault(words, _pytest_flags())
        case ["pin", *_]:
            text = (ROOT / "infra/scripts/pin_images.py").read_text()
            return _flags_fault(words, set(_ADDED.findall(text)))
        case ["dev", *_]:
            return _flags_fault(words, {"--port"})
        case ["bench", *_]:
            text = (ROOT / "backend/bench/__main__.py").read_text()
            return _flags_fault(words, set(_ADDED.findall(text)))
        case ["help" | "screenshots"] | []:
            return ""
        case [verb, *_]:
            return f"./do has no verb {verb!r}"


def _pipeline_fault(words: list[str], whole: bool) -> str:
    if words[:1] == ["--project"]:
        words = words[2:]
    if words in ([], ["--help"]):
        return ""
    flags = _pipeline_flags(words[0])
    if flags is None:
        return f"todo-ci has no verb {words[0]!r}"
    # The command line adds them to every verb.
    flags = {**flags, "--format": "", "--project": "", "--report-only": False}
    required = [flag for flag, default in flags.items() if default is inspect.Parameter.empty]
    return _flags_fault(words, flags) or (_lacking(words, required) if whole else "")


def _dagger_fault(words: list[str], whole: bool) -> str:
    if words[0] == "-m":
        words = words[2:]
    subcommand, *rest = words
    if subcommand != "call":
        gone = [name for name in rest if subcommand == "check" and name not in MODULE.functions]
        return f"there is no check {gone[0]!r}" if gone else ""
    directories = {f"--{it.name}" for it in MODULE.get_constructor().parameters.values()}
    while rest and rest[0].startswith("-"):
        flag = rest.pop(0)
        if wrong := _flags_fault(["the module", flag], {*directories, "--json"}):
            return wrong
        if "=" not in flag and flag != "--json" and rest:
            rest.pop(0)
    if not rest:
        return ""
    # The verbs and flags of todo-ci: ci/tests/unit/test_main.py compares them.
    verb = rest.pop(0)
    flags = _pipeline_flags(verb)
    if flags is None:
        return f"the module has no verb {verb!r}"
    given: list[str] = []
    while rest and rest[0].startswith("-"):
        given.append(rest.pop(0))
        # Its value may be a word of its own.
        switch = given[-1] == "--report-only" or isinstance(flags.get(given[-1]), bool)
        if "=" not in given[-1] and not switch and rest:
            rest.pop(0)
    if "--format" in _given(given):
        return f"{verb} has no flag --format"
    if wrong := _pipeline_fault([verb, *(it for it in given if it != "--api")], whole):
        return wrong
    results = {*get_type_hints(MODULE.functions[verb].return_type), "up"}
    return f"{verb} has no result {rest[0]!r}" if rest and rest[0] not in results else ""


def _lab_fault(words: list[str]) -> str:
    # argparse keeps its verbs and their flags to itself.
    (verbs,) = [
        action.choices
        for action in lab.parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    if not words or words[0] not in verbs:
        return f"lab has no verb {' '.join(words[:1])!r}"
    return _flags_fault(words, verbs[words[0]]._option_string_actions)


def _pipeline_flags(verb: str) -> dict[str, Any] | None:
    if verb.startswith("-") or verb not in list(cli.app):
        return None
    parameters = inspect.signature(cli.app[verb].default_command).parameters
    # `from` is a word of Python: its argument is from_.
    return {
        f"--{name.rstrip('_').replace('_', '-')}": it.default for name, it in parameters.items()
    }


def _pytest_flags() -> set[str]:
    return {"-s", "-x", "-k", *_ADDED.findall((ROOT / "ci/tests/conftest.py").read_text())}


def _given(words: list[str]) -> list[str]:
    return [word.partition("=")[0] for word in words if re.match(r"--?[a-zA-Z]", word)]


def _flags_fault(words: list[str], known: Iterable[str]) -> str:
    unknown = [flag for flag in _given(words) if flag not in {*known, "--help"}]
    return f"{words[0]} has no flag {unknown[0]}" if unknown else ""


def _lacking(words: list[str], required: list[str]) -> str:
    lacking = [flag for flag in required if flag not in _given(words)]
    return f"{words[0]} wants {lacking[0]}" if lacking and "--help" not in words else ""


def _said(check: Any, words: list[str]) -> str:
    try:
        check(words)
    except ValueError as error:
        return str(error)
    return ""
