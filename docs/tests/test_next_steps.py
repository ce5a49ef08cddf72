"""Every command that the pipeline tells to run can be typed as it stands, at each front end."""

import ast
import re
from collections.abc import Iterator

import pytest

from command_lines import ROOT, Command, fault
from todo_ci.cluster import next_steps
from todo_ci.core import secret_names
from todo_ci.entrypoints.next_commands import FrontEnd, in_words_of
from todo_ci.environments import names

SOURCES = ROOT / "ci/src/todo_ci"
# A verb and its flags; the words of a sentence may follow.
_COMMAND = re.compile(
    r"(?:\./do(?: ci)?|todo-ci|dagger call) [a-z]+(?: --[\w-]+(?: [^-\s;,`][^\s;,`]*)?)*"
)
_TAKEN_FOR = {"flag": "owner"}  # what a name in an f-string stands for; anything else is a word


def texts(source: str) -> Iterator[str]:
    """Yield the texts of a module: literals, docstrings left out."""
    tree = ast.parse(source)
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    parts = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(map(_text, node.values))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in told | parts
        ):
            yield node.value


def _text(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    name = ast.unparse(part).strip("{}")
    return "oke" if "environment" in name.lower() else _TAKEN_FOR.get(name, "word")


def faults(text: str, front_end: FrontEnd, environment: str) -> list[tuple[str, str]]:
    """Name each command of a text that cannot be called as the front end shows it, and why."""
    shown = in_words_of(front_end, text, environment)
    found = [Command(command) for command in _COMMAND.findall(shown)]
    return [(it.text, wrong) for it in found if (wrong := fault(it))]


NEXT_STEPS = sorted(
    {
        text
        for path in SOURCES.rglob("*.py")
        for text in texts(path.read_text())
        if re.search(r"\btodo-ci [a-z]", text)
    }
    | {next_steps.secret(name, "oke") for name in secret_names.names()}
)


@pytest.mark.parametrize("environment", names())
@pytest.mark.parametrize("front_end", FrontEnd)
@pytest.mark.parametrize("text", NEXT_STEPS)
def test_every_next_step_can_be_called(text: str, front_end: FrontEnd, environment: str) -> None:
    assert faults(text, front_end, environment) == []


def test_the_next_steps_are_found() -> None:
    assert len(NEXT_STEPS) > 30
    assert any(text.startswith("todo-ci rollback --env oke") for text in NEXT_STEPS)
    source = '"""Doc of todo-ci one."""\nstep = f"todo-ci logs --env {target.environment} or {x}"\n'
    assert list(texts(source)) == ["todo-ci logs --env oke or word"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("todo-ci lgos", "todo-ci has no verb 'lgos'"),
        ("see todo-ci deploy --image x", "deploy has no flag --image"),
        ("todo-ci status", "status wants --env"),
    ],
)
def test_a_next_step_that_cannot_be_called_is_found(text: str, wrong: str) -> None:
    ((_, why),) = faults(text, FrontEnd.COMMAND, "")
    assert why == wrong
