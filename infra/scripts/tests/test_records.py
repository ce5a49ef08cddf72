"""What counts as passed: a part's exit code and its results must both say so."""

from pathlib import Path

import pytest

from testrun import records
from testrun.junit import Outcome
from testrun.parts import Part, Results
from testrun.records import Record

CHECK = Part(("true",))
TESTS = Part(("true",), (Results("a.xml", "."), Results("b.xml", ".")))
CASE = '<testsuites><testcase classname="a.test.ts" name="a">{}</testcase></testsuites>'
PASSED, FAILED = CASE.format(""), CASE.format("<failure/>")
NONE = "<testsuites></testsuites>"


def judge(folder: Path, part: Part, code: int, *files: str) -> records.Ended:
    for name, text in zip(("a.xml", "b.xml"), files, strict=False):
        (folder / name).write_text(text)
    return records.judge(Record("x", code, 1.0), part, folder, folder)


@pytest.mark.parametrize(("code", "outcome"), [(0, Outcome.PASSED), (1, Outcome.FAILED)])
def test_a_check_is_one_case(code: int, outcome: Outcome, tmp_path: Path) -> None:
    ended = judge(tmp_path, CHECK, code)
    assert ended.count(outcome) == 1
    assert ended.passed is (code == 0)


def test_a_part_whose_tests_passed_has_passed(tmp_path: Path) -> None:
    ended = judge(tmp_path, TESTS, 0, PASSED, PASSED)
    assert ended.passed
    assert ended.count(Outcome.PASSED) == 2


@pytest.mark.parametrize(
    ("code", "files", "faults"),
    [
        (1, (PASSED, FAILED), ()),
        (0, (PASSED, FAILED), ()),
        (0, (PASSED,), ("x left no b.xml",)),
        (2, (), ("x left no a.xml", "x left no b.xml")),
        (1, (PASSED, PASSED), ("x ended with 1, though no test failed",)),
        (0, (NONE, NONE), ("x ran no test",)),
    ],
    ids=["red", "red, exit 0", "one file missing", "no file", "exit 1, all green", "no test"],
)
def test_everything_else_has_not(
    code: int, files: tuple[str, ...], faults: tuple[str, ...], tmp_path: Path
) -> None:
    ended = judge(tmp_path, TESTS, code, *files)
    assert ended.faults == faults
    assert not ended.passed
    assert ended.count(Outcome.FAILED) == max(1, len(faults))


def test_a_file_that_breaks_off_is_a_fault(tmp_path: Path) -> None:
    ended = judge(tmp_path, TESTS, 0, PASSED, PASSED[:40])
    assert "b.xml is no JUnit file" in ended.faults[0]


def test_only_parts_that_ran_are_read_and_a_new_run_forgets_the_last(tmp_path: Path) -> None:
    parts = {"one": TESTS, "two": CHECK}
    Record("two", 0, 1.0).write(tmp_path)
    assert [it.record.name for it in records.load(tmp_path, parts, tmp_path)] == ["two"]
    (tmp_path / "a.xml").write_text(PASSED)
    for name, part in parts.items():
        records.clear(tmp_path, name, part)
    assert list(tmp_path.iterdir()) == []
