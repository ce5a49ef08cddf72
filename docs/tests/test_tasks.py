"""docs/tasks.md tells the truth about what is done."""

from dataclasses import replace
from pathlib import Path

import pytest
from testrun.junit import Case, Outcome
from testrun.tasks import Task, needing_an_engine, parse, problems, unproved

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


PROVED = replace(CLOSED, test="a/test_a.py::test_a")
PASSED = Case("a/test_a.py", "test_a", Outcome.PASSED)
RED = replace(PASSED, outcome=Outcome.FAILED)
LACKS_ENGINE = replace(PASSED, outcome=Outcome.SKIPPED, reason="needs an engine: none answers")
SKIPPED = replace(PASSED, outcome=Outcome.SKIPPED, reason="no such tool")


@pytest.mark.parametrize(
    ("state", "cases"),
    [
        ("lab", [PASSED]),
        ("lab", [replace(PASSED, name="test_a[x]"), replace(PASSED, name="test_a[y]")]),
        ("engine", [LACKS_ENGINE]),
        ("engine", [PASSED]),
        # Of both front ends, and no engine is there.
        ("lab", [replace(PASSED, name="test_a[h]"), replace(LACKS_ENGINE, name="test_a[e]")]),
        ("open", []),
    ],
)
def test_a_row_is_proved_by_every_case_of_its_test(state: str, cases: list[Case]) -> None:
    assert unproved([replace(PROVED, state=state)], cases, complete=True) == []


@pytest.mark.parametrize(
    ("state", "cases", "reason"),
    [
        ("lab", [], "T001: a/test_a.py::test_a did not run"),
        ("lab", [RED], "T001: a/test_a.py::test_a failed"),
        ("lab", [SKIPPED], "T001: a/test_a.py::test_a skipped: no such tool"),
        ("lab", [LACKS_ENGINE], "T001: a/test_a.py::test_a skipped: needs an engine: none answers"),
        ("lab", [PASSED, replace(RED, name="test_a[x]")], "T001: a/test_a.py::test_a[x] failed"),
        (
            "lab",
            [PASSED, replace(SKIPPED, name="test_a[x]")],
            "T001: a/test_a.py::test_a[x] skipped: no such tool",
        ),
        ("lab", [replace(PASSED, name="test_ab")], "T001: a/test_a.py::test_a did not run"),
        ("engine", [RED], "T001: a/test_a.py::test_a failed"),
        ("engine", [SKIPPED], "T001: a/test_a.py::test_a skipped: no such tool"),
        ("engine", [], "T001: a/test_a.py::test_a did not run"),
        ("person", [RED], "T001: a/test_a.py::test_a failed"),
    ],
)
def test_a_row_that_is_not_proved_is_named(state: str, cases: list[Case], reason: str) -> None:
    assert unproved([replace(PROVED, state=state)], cases, complete=True) == [reason]


def test_a_run_of_some_parts_judges_only_what_it_ran() -> None:
    assert unproved([PROVED], [], complete=False) == []
    assert len(unproved([PROVED], [RED], complete=False)) == 1


def test_rows_that_need_an_engine_are_named() -> None:
    rows = [PROVED, replace(PROVED, id="T002", state="engine")]
    assert needing_an_engine(rows) == ["T002 a task: a/test_a.py::test_a"]


def test_a_test_in_typescript_is_named_by_its_title(tmp_path: Path) -> None:
    (tmp_path / "a.spec.ts").write_text('test("a reply arrives", async () => {});')
    rows = [replace(row, state="open") for row in TASKS[1:]]
    there = replace(CLOSED, file="a.spec.ts", test="a.spec.ts::a reply arrives")
    gone = replace(there, test="a.spec.ts::a reply leaves")
    assert problems([there, *rows], tmp_path) == []
    assert problems([gone, *rows], tmp_path) == ["T001: a.spec.ts has no test 'a reply leaves'"]
