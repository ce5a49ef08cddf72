"""A scene is judged by what serves afterwards, and by what was lost meanwhile."""

import json
from dataclasses import replace

from fake_objects import load_answer

from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import Check, CheckStatus
from todo_ci.rollout import load
from todo_ci.rollout.rehearsal.scenes import Act, Scene

BROKEN = Check.failed("helm test", "Error: the rehearsal calls this release broken", "")
SERVES, SICK = Check.passed("serving: release"), Check.failed("serving: gateway /", "502", "")
LOST = load.parse(json.dumps(load_answer("status 502")))


def returned(*checks: Check) -> ReleaseResult:
    done = ReleaseResult.judged(
        "deploy", "trial", 2, checks, commit="abc", url="http://trial.test", serving=3
    )
    return replace(done, returned_to=1)


def test_a_broken_release_has_to_be_returned_from_to_what_serves_well() -> None:
    assert Act(Scene.RETURN, returned(BROKEN, SERVES)).check.status is CheckStatus.PASSED
    for wrong in (
        returned(SERVES),  # nobody saw that it is broken
        returned(BROKEN, SICK),
        replace(returned(BROKEN), returned_to=None),
    ):
        act = Act(Scene.RETURN, wrong)
        assert not act.stands
        assert act.check.status is CheckStatus.FAILED


def test_what_is_as_before_to_the_last_line_is_not_returned_from() -> None:
    same = replace(returned(BROKEN), returned_to=None, is_judged=False)
    check = Act(Scene.RETURN, same).check
    assert check.status is CheckStatus.PASSED
    assert "to the last line" in check.evidence


def test_what_was_lost_is_said_beside_what_serves_and_leaves_that_standing() -> None:
    act = Act(Scene.UPGRADE, returned(SERVES), LOST)
    assert act.stands
    assert act.check.status is CheckStatus.FAILED
    assert act.check.evidence.startswith("revision 2 passed; 1 of 201 requests failed")
    assert "preStop" in act.check.next_step
    both = Act(Scene.UPGRADE, returned(BROKEN, SERVES), LOST).check
    assert "1 of 201 requests failed" in both.evidence
    assert both.next_step == "see below what failed"
