"""`todo-ci logs` names what is wrong, with the evidence and the step that helps.

Each row of docs/troubleshooting.md is made for real; the page says what has to be found.
"""

import json
import re
import time
from pathlib import Path
from typing import Any

import faults
import lab
import pytest

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("served")]

PAGE = lab.ROOT / "docs/troubleshooting.md"
SECONDS = 120


# With --matrix alone: what test_sidecars.py makes too, where a whole deploy meets it, and what the
# cluster says in one object that the unit tests have word for word.
SELDOM = (
    "sidecar missing", "injector away", "component missing", "quota full", "node full",
    "memory too small", "app ends",
)  # fmt: skip
NAMES = [
    pytest.param(name, marks=pytest.mark.matrix if name in SELDOM else [])
    for name in faults.TROUBLES
]


def rows() -> dict[str, tuple[str, str, str]]:
    """Return cause, evidence and next step of each trouble, as the page has them in backticks."""
    lines = [line.strip("|").split("|") for line in PAGE.read_text().splitlines()]
    found: dict[str, tuple[str, str, str]] = {}
    for line in lines:
        name = line[0].strip()
        if name in faults.TROUBLES:
            cause, evidence, step = (re.findall(r"`([^`]+)`", cell)[0] for cell in line[2:5])
            found[name] = (cause, evidence, step)
    return found


def causes() -> list[dict[str, Any]]:
    run = lab.todo_ci("logs", "--env", "local", "--format", "json")
    assert run.exit_code == 0, run.text
    return json.loads(run.stdout)["causes"]


def test_nothing_is_named_where_nothing_is_wrong() -> None:
    assert causes() == []


@pytest.mark.parametrize("name", NAMES)
def test_it_names_the_cause_and_the_step_that_helps(name: str, tmp_path: Path) -> None:
    cause, evidence, step = rows()[name]
    start = time.monotonic()
    with faults.TROUBLES[name](tmp_path):
        while True:
            found = causes()
            fitting = [f for f in found if f["cause"] == cause and evidence in f["evidence"]]
            if fitting:
                break
            assert time.monotonic() < start + SECONDS, f"never named: {found}"
            time.sleep(2)
    print(f"{name}: named after {time.monotonic() - start:.0f} s: {fitting[0]}")
    assert all(step in f["next_step"] for f in fitting), fitting
    assert found[0]["cause"] == cause, "the likeliest cause comes first"
    assert "this-is-not-the-password" not in json.dumps(found)


def test_afterwards_nothing_is_named() -> None:
    lab.until("nothing is wrong", lambda: causes() == [], 120)
