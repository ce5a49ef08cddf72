"""The promise: what the pod inside did not prove did not pass."""

import json
from typing import Any

import pytest
from fake_objects import bad, ok, selfcheck_lines

from todo_ci.checks.selfcheck import evidence, helm_test, selfcheck
from todo_ci.ports import Result
from todo_ci.report import Check, Verdict


def found(text: str) -> dict[str, Check]:
    return {check.name: check for check in selfcheck(ok(text), {})}


def line(**changes: Any) -> str:
    return json.dumps({"check": "events", "passed": True, "seconds": 1, "evidence": "", **changes})


def test_each_line_is_a_check_with_its_own_words() -> None:
    checks = found(selfcheck_lines("events"))
    assert [c.name for c in checks.values()] == ["secrets", "events", "outbox"]
    assert checks["secrets"].verdict is Verdict.PASSED
    assert checks["secrets"].evidence == "secrets seen"
    assert (checks["events"].verdict, checks["events"].next_step) == (Verdict.FAILED, "mend events")


@pytest.mark.parametrize(
    "text",
    [
        "", "POD LOGS: todo-app-test-backend\nhttp://a 200 {}\n", "{not json\n",
        '{"check": "events"}', '{"passed": true}', line(passed="yes"), line(passed=1),
    ],
)  # fmt: skip
def test_a_line_that_is_missing_or_does_not_say_so_is_no_success(text: str) -> None:
    check = found(text)["events"]
    assert check.verdict is Verdict.FAILED
    assert check.next_step


def test_a_line_between_other_logs_is_found() -> None:
    text = f'{{"level": "info", "event": "started"}}\n  {line()}\nbye\n'
    assert found(text)["events"].verdict is Verdict.PASSED


def test_a_line_may_be_missing_for_a_reason_but_one_that_is_there_counts() -> None:
    excuses = {"secrets": "why", "events": "why"}
    text = selfcheck_lines("events").replace('"secrets"', '"another"')
    checks = {check.name: check for check in selfcheck(ok(text), excuses)}
    assert (checks["secrets"].verdict, checks["secrets"].evidence) == (Verdict.SKIPPED, "why")
    assert checks["events"].verdict is Verdict.FAILED


def test_a_failing_test_run_fails_and_shows_what_it_said() -> None:
    result = Result(1, "POD LOGS: a\nassertion failed\n", "Error: pod a failed", 3)
    assert helm_test(result).verdict is Verdict.FAILED
    assert helm_test(result).evidence == "Error: pod a failed"
    assert "assertion failed" in evidence(result)
    assert evidence(ok()) == ""


def test_a_test_run_without_an_end_fails_and_says_so() -> None:
    check = helm_test(Result(124, "", "", 180, timed_out=True))
    assert check.verdict is Verdict.FAILED
    assert "180 s" in check.evidence
    assert helm_test(bad("Error: forbidden")).evidence == "Error: forbidden"
