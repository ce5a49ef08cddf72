"""The report names what is to be mended and what was left out, and ends with one line of sums."""

from dataclasses import replace

from testrun import report
from testrun.junit import Case, Outcome
from testrun.records import Ended, Record

ENGINE = "needs an engine: none answers"
CASES = (
    Case("a/test_a.py", "test_one", Outcome.PASSED, 1.5),
    Case("a/test_a.py", "test_two[x]", Outcome.SKIPPED, 0, ENGINE),
    Case("a/test_a.py", "test_two[y]", Outcome.SKIPPED, 0, ENGINE),
    Case("b/test_b.py", "test_red[z]", Outcome.FAILED, 20, "assert False"),
)
TESTS = Ended(Record("infra", 1, 21.5), CASES, ())
LINT = Ended(Record("lint", 1, 3.0), (), ("lint left no lint.xml",))


def test_the_last_line_counts_everything() -> None:
    assert report.last_line(report.total([TESTS], [])) == "1 passed, 1 failed, 2 skipped"


def test_a_fault_and_a_part_that_did_not_run_are_failures() -> None:
    counted = report.total([TESTS, LINT], ["e2e did not run"])
    assert report.last_line(counted) == "1 passed, 3 failed, 2 skipped"


def test_nothing_is_no_failure_and_says_so() -> None:
    assert report.last_line(report.total([], [])) == "0 passed, 0 failed, 0 skipped"


def test_failures_are_named_with_their_case_and_faults_with_their_part() -> None:
    assert report.failed([TESTS, LINT]) == ["b/test_b.py::test_red[z]", "lint left no lint.xml"]


def test_skipped_tests_stand_below_their_reason() -> None:
    assert report.skipped(CASES) == [f"{ENGINE} (2)", "  a/test_a.py::test_two (2)"]


def test_parts_are_told_with_their_seconds() -> None:
    head, row = report.parts_table([TESTS])
    assert head.split() == ["part", "seconds", "passed", "failed", "skipped", "flaky"]
    assert row.split() == ["infra", "22", "1", "1", "2", "0"]


def test_a_flaky_test_is_counted_and_named_and_no_failure() -> None:
    flaky = Ended(TESTS.record, (*CASES[:3], replace(CASES[3], outcome=Outcome.FLAKY)), ())
    assert report.last_line(report.total([flaky], [])) == "1 passed, 0 failed, 2 skipped, 1 flaky"
    assert (report.failed([flaky]), report.flaky([flaky])) == ([], ["b/test_b.py::test_red[z]"])


def test_files_are_told_with_the_longest_first() -> None:
    _, first, second = report.durations_table(CASES)
    assert first.split() == ["20.0", "1", "b/test_b.py"]
    assert second.split() == ["1.5", "3", "a/test_a.py"]
