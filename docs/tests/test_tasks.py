"""docs/tasks.md tells the truth about what is done."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from tasks import Task, parse, problems

ROOT = Path(__file__).parents[2]
TASKS = parse((ROOT / "docs/tasks.md").read_text())
HERE = "docs/tests/test_tasks.py"
CLOSED = Task(
    "T001",
    "a task",
    "lab",
    HERE,
    f"{HERE}::test_every_closed_task_names_a_file_and_a_test",
)


def test_every_closed_task_names_a_file_and_a_test() -> None:
    assert problems(TASKS, ROOT) == []


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (replace(CLOSED, state="done"), "'done' is not one of"),
        (replace(CLOSED, file="no/such/file"), "there is no file 'no/such/file'"),
        (replace(CLOSED, test=""), "'' is not a test"),
        (replace(CLOSED, test=f"{HERE}::test_" + "gone"), "has no test 'test_gone'"),
        (replace(CLOSED, id="T111"), "ids: ['T001', 'T111']"),
    ],
)
def test_a_wrong_row_is_named(spoilt: Task, reason: str) -> None:
    assert problems([CLOSED, *TASKS[1:]], ROOT) == []
    assert any(reason in problem for problem in problems([spoilt, *TASKS[1:]], ROOT))


def test_a_missing_row_is_named() -> None:
    assert any("T110" in problem for problem in problems(TASKS[:-1], ROOT))
