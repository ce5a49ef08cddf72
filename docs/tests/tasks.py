"""Read the table of docs/tasks.md and judge it."""

from dataclasses import dataclass
from pathlib import Path

STATES = ("open", "lab", "command", "person")
COUNT = 110


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
        wrong.append(
            f"ids: {sorted(set(wanted) ^ set(found))} missing, unknown or out of order"
        )
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
        wrong.append(
            f"{task.id}: {task.test!r} is not a test, as in path/test_x.py::test_name"
        )
    elif f"def {name}(" not in file.read_text():
        wrong.append(f"{task.id}: {path} has no test {name!r}")
    return wrong
