"""The promise: what the pod inside did not prove did not pass."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_objects import bad, helm_tested, ok, selfcheck_lines

from todo_ci.checks.selfcheck import evidence, helm_test, inside_names, selfcheck
from todo_ci.core.ports import Result
from todo_ci.reports.report import Check, CheckStatus

SINCE_REMINDERS = ("state", "jobs")

FIXTURES = Path(__file__).parents[1] / "fixtures"


def found(text: str) -> dict[str, Check]:
    return {check.name: check for check in selfcheck(helm_tested(text), inside_names(), {})}


def line(**changes: Any) -> str:
    return json.dumps({"check": "events", "passed": True, "seconds": 1, "evidence": "", **changes})


def test_each_line_is_a_check_with_its_own_words() -> None:
    checks = found(selfcheck_lines("events"))
    assert list(checks) == list(inside_names())
    assert checks["secrets"].status is CheckStatus.PASSED
    assert checks["secrets"].evidence == "secrets seen"
    assert (checks["events"].status, checks["events"].next_step) == (
        CheckStatus.FAILED,
        "mend events",
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "POD LOGS: todo-app-test-services\nhttp://a 200 {}\n", "{not json\n",
        '{"check": "events"}', '{"passed": true}', line(passed="yes"), line(passed=1),
    ],
)  # fmt: skip
def test_a_line_that_is_missing_or_does_not_say_so_is_no_success(text: str) -> None:
    check = found(text)["events"]
    assert check.status is CheckStatus.FAILED
    assert check.next_step


def test_a_line_between_other_logs_is_found() -> None:
    text = f'{{"level": "info", "event": "started"}}\n  {line()}\nbye\n'
    assert found(text)["events"].status is CheckStatus.PASSED


def test_what_helm_really_printed_is_read() -> None:
    text = (FIXTURES / "helm-test.txt").read_text()
    # Printed by a release from before there were lines about these.
    newer = {"sign-in", *SINCE_REMINDERS}
    checks = selfcheck(
        Result(0, "", text, 13), inside_names(), dict.fromkeys(newer, "not printed then")
    )
    skipped = {check.name for check in checks if check.status is not CheckStatus.PASSED}
    assert skipped == newer
    assert "app-secrets through kubernetes-secrets" in checks[0].evidence


def test_bytes_that_helm_quotes_in_its_own_way_are_no_obstacle() -> None:
    log = json.dumps(f"ESC[1m starting \\x \n{selfcheck_lines()}")
    text = f"level=INFO msg={log}".replace("ESC", r"\x1b\a")
    assert selfcheck(Result(0, "", text, 1), inside_names(), {})[2].status is CheckStatus.PASSED
    broken = Result(0, "", 'level=INFO msg="\\q"', 1)
    assert selfcheck(broken, inside_names(), {})[2].status is CheckStatus.FAILED


SUITES = """NAME: todo-app
TEST SUITE:     todo-app-test-fault
Last Started:   Sat Nov 28 20:27:42 2026
Last Completed: Sat Nov 28 20:27:44 2026
Phase:          Failed
TEST SUITE:     todo-app-test-selfcheck
Last Started:   Sat Nov 28 20:27:30 2026
Last Completed: Sat Nov 28 20:27:40 2026
Phase:          {phase}
"""


@pytest.mark.parametrize(("phase", "status"), [("Succeeded", "skipped"), ("Failed", "failed")])
def test_where_another_test_failed_helm_prints_no_line_of_the_selfcheck(
    phase: str, status: str
) -> None:
    result = Result(1, SUITES.format(phase=phase), "Error: todo-app-test-fault failed", 1)
    checks = selfcheck(result, inside_names(), {})
    assert {check.status for check in checks} == {CheckStatus(status)}


def test_a_line_may_be_missing_for_a_reason_but_one_that_is_there_counts() -> None:
    skip_reasons = {"secrets": "why", "events": "why"}
    text = selfcheck_lines("events").replace('"secrets"', '"another"')
    checks = {
        check.name: check for check in selfcheck(helm_tested(text), inside_names(), skip_reasons)
    }
    assert (checks["secrets"].status, checks["secrets"].evidence) == (CheckStatus.SKIPPED, "why")
    assert checks["events"].status is CheckStatus.FAILED


def test_a_failing_test_run_fails_and_shows_what_it_said() -> None:
    result = helm_tested('assertion "failed"\nand why: \x1b[1m', "job a failed")
    assert helm_test(result).status is CheckStatus.FAILED
    assert helm_test(result).evidence == "Error: job a failed"
    assert 'assertion "failed"\nand why' in evidence(result)
    assert evidence(ok()) == ""


def test_a_test_run_without_an_end_fails_and_says_so() -> None:
    check = helm_test(Result(124, "", "", 180, timed_out=True))
    assert check.status is CheckStatus.FAILED
    assert "180 s" in check.evidence
    assert helm_test(bad("Error: forbidden")).evidence == "Error: forbidden"
