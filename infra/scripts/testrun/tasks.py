"""The table of docs/tasks.md: whether its rows are sound, and whether a run proved them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from testrun.junit import Case, Outcome

ENGINE = "engine"
STATES = ("open", "lab", ENGINE, "command", "person")
COUNT = 110
# How the reason of a skip begins where a test needs an engine: ci/tests/engines.py.
NEEDS_ENGINE = "needs an engine"


@dataclass(frozen=True, slots=True)
class Task:
    """Hold one row of the table."""

    id: str
    title: str
    state: str
    file: str
    test: str


def parse(text: str) -> list[Task]:
    """Read every row whose first cell is a task id."""
    rows = [line.strip().strip("|").split("|") for line in text.splitlines()]
    cells = [[cell.strip().strip("`") for cell in row] for row in rows]
    return [Task(*row) for row in cells if len(row) == 5 and row[0].startswith("T")]


def problems(tasks: list[Task], root: Path) -> list[str]:
    """Name everything that is wrong with a list of tasks in the repository at root."""
    wanted = [f"T{number:03}" for number in range(1, COUNT + 1)]
    found = [task.id for task in tasks]
    wrong: list[str] = []
    if found != wanted:
        wrong.append(f"ids: {sorted(set(wanted) ^ set(found))} missing, unknown or out of order")
    for task in tasks:
        if task.state not in STATES:
            wrong.append(f"{task.id}: {task.state!r} is not one of {', '.join(STATES)}")
        elif task.state != "open":
            wrong += _evidence_problems(task, root)
    return wrong


def _evidence_problems(task: Task, root: Path) -> list[str]:
    wrong: list[str] = []
    if not task.file or not (root / task.file).exists():
        wrong.append(f"{task.id}: there is no file {task.file!r}")
    path, _, name = task.test.partition("::")
    file = root / path
    if not path or not name or not file.is_file():
        wrong.append(f"{task.id}: {task.test!r} is not a test, as in path/test_x.py::test_name")
    elif not has_test(file, name):
        wrong.append(f"{task.id}: {path} has no test {name!r}")
    return wrong


def has_test(file: Path, name: str) -> bool:
    """Tell whether a file has a test of that name, or of those titles."""
    if file.suffix == ".py":
        return f"def {name}(" in file.read_text()
    # The titles of the groups a test is in stand before its own.
    return all(f'"{title}"' in file.read_text() for title in re.split(" [>\u203a] ", name))


def unproved(tasks: Sequence[Task], cases: Iterable[Case], *, complete: bool) -> list[str]:
    """Name the closed rows that a run does not prove, each with how its test ended.

    Args:
        tasks: all rows.
        cases: of all parts that ran.
        complete: every part ran, so a test without a case did not run at all.
    """
    ran: dict[str, list[Case]] = {}
    for case in cases:
        ran.setdefault(case.test, []).append(case)
    wrong: list[str] = []
    for task in tasks:
        if task.state == "open":
            continue
        of_test = ran.get(task.test, [])
        # A test of both front ends is proved by the one that ran, where no engine is.
        passed = any(case.outcome.proves for case in of_test)
        if not of_test and complete:
            wrong.append(f"{task.id}: {task.test} did not run")
        wrong += [
            f"{task.id}: {case.id} {case.outcome}"
            + (f": {case.reason}" if case.outcome is Outcome.SKIPPED else "")
            for case in of_test
            if not _proves(case, excused=passed or task.state == ENGINE)
        ]
    return wrong


def _proves(case: Case, *, excused: bool) -> bool:
    lacks_engine = case.outcome is Outcome.SKIPPED and case.reason.startswith(NEEDS_ENGINE)
    return case.outcome.proves or (excused and lacks_engine)


def needing_an_engine(tasks: Iterable[Task]) -> list[str]:
    """Name the rows whose test needs an engine."""
    return [f"{task.id} {task.title}: {task.test}" for task in tasks if task.state == ENGINE]
