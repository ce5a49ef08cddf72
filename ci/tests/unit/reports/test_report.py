"""A report says of each check what came of it, to people and to machines alike."""

import json

from todo_ci.errors import InputError
from todo_ci.reports.report import Check, CheckStatus, Report

CHECKS = (
    Check.passed("one", "seen", 1.5),
    Check.skipped("two", "why"),
    Check.failed("three", "what", "mend it"),
)


def test_a_check_has_a_status_and_only_a_release_a_verdict() -> None:
    fields = json.loads(Report("a title", CHECKS).json())
    assert [check["status"] for check in fields["checks"]] == ["passed", "skipped", "failed"]
    assert not any("verdict" in check for check in fields["checks"])
    header = Report("a title", CHECKS).table().splitlines()[1]
    assert header.split()[:2] == ["check", "status"]


def test_a_report_passes_where_something_passed_and_nothing_failed() -> None:
    assert Report("", CHECKS[:2]).passed
    assert not Report("", CHECKS).passed
    assert not Report("", CHECKS[1:2]).passed


def test_an_error_becomes_a_row_with_what_it_accepts_and_the_next_step() -> None:
    error = InputError("a problem", accepted="another value", next_step="run it")
    row = Check.of_error("name", error, 2)
    assert row == Check("name", CheckStatus.FAILED, 2, "a problem; takes another value", "run it")
