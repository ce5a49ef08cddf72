"""What was signed about images decides: who passed, together, in the right place, long enough."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fake_objects import images
from msgspec.structs import replace as replace_table

from todo_ci.attestation import policy, verdict
from todo_ci.attestation.verdict import Verdict
from todo_ci.environments import target
from todo_ci.errors import InputError
from todo_ci.project import current
from todo_ci.project.environment import Requires
from todo_ci.project.model import Project
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import Check

NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)
OURS = images(1)
PASSED = Verdict(
    environment="staging",
    passed=True,
    at=NOW - timedelta(hours=2),
    images=OURS.components,
    chart="c" * 64,
    commit="a" * 40,
    revision=7,
)
FAILED = replace(PASSED, passed=False, failed=("gateway", "rollout"))


def at(hours: float, found: Verdict = PASSED) -> Verdict:
    return replace(found, at=NOW - timedelta(hours=hours))


def judge(
    *verdicts: Verdict, soak: float = 0, before: str = "staging", commit: str = ""
) -> Verdict:
    return policy.require_verdict(
        OURS["backend"],
        verdicts,
        OURS,
        before=before,
        soak=timedelta(hours=soak),
        now=NOW,
        commit=commit,
    )


def test_the_newest_of_them_is_the_one_that_counts() -> None:
    assert judge(at(3), at(1), at(2)).at == NOW - timedelta(hours=1)
    assert judge(at(3, FAILED), at(1)).passed
    with pytest.raises(InputError, match=r"failed in staging, as revision 7 at .*: gateway, roll"):
        judge(at(3), at(1, FAILED))


def test_of_one_second_the_failure_counts() -> None:
    for verdicts in ((at(1), at(1, FAILED)), (at(1, FAILED), at(1))):
        with pytest.raises(InputError, match="failed in staging"):
            judge(*verdicts)


def test_a_clock_that_is_wrong_makes_no_newest_verdict() -> None:
    assert judge(at(-0.05)).passed, "clocks differ by minutes"
    with pytest.raises(InputError, match=r"at 2026-06-02 13:00:00\+00:00, which is yet to come"):
        judge(at(-1), at(0, FAILED))


def test_a_verdict_of_another_place_is_none() -> None:
    with pytest.raises(InputError, match="no signed verdict of staging") as refused:
        judge(replace(PASSED, environment="local"))
    assert "todo-backend@sha256:000000000000… has" in refused.value.problem
    with pytest.raises(InputError, match="no signed verdict"):
        judge()


def test_images_pass_together() -> None:
    with pytest.raises(InputError, match="beside other images than these"):
        judge(replace(PASSED, images=images(2).components))
    assert judge(replace(PASSED, images=images(2).components), PASSED) == PASSED


def test_it_soaks_since_the_first_time_without_a_failure_after_it() -> None:
    assert judge(at(3), at(1), soak=3).passed
    with pytest.raises(InputError, match="has to soak for 120 minutes") as refused:
        judge(at(5), at(4, FAILED), at(1), soak=2)
    assert "from 2026-06-02 13:00" in refused.value.accepted


def test_a_chart_that_did_not_pass_is_refused_with_the_commit_that_did() -> None:
    policy.require_chart(PASSED, "c" * 64)
    with pytest.raises(InputError, match="not the one that passed in staging") as refused:
        policy.require_chart(PASSED, "d" * 64)
    assert f"git checkout {'a' * 40}" in refused.value.next_step


def test_a_tag_that_was_moved_back_to_what_passed_long_ago_is_refused() -> None:
    policy.require_commit(PASSED, "a" * 40)
    policy.require_commit(PASSED, "a" * 12)
    for other in ("b" * 40, f"{'a' * 40}-dirty"):
        with pytest.raises(InputError, match=f"gives for {other} what passed in staging as aaa"):
            policy.require_commit(PASSED, other)


def test_an_image_of_several_commits_is_taken_as_each_that_passed() -> None:
    """A commit that changes no sources is the same image, and its tag was not moved."""
    words = replace(at(1), commit="b" * 40)
    assert judge(at(3), words).commit == "b" * 40
    for tag in ("a" * 40, "a" * 12):
        policy.require_commit(judge(at(3), words, commit=tag), tag)
    with pytest.raises(InputError, match="what passed in staging as bbb"):
        policy.require_commit(judge(at(3), words, commit="c" * 40), "c" * 40)


def test_as_which_commit_it_passed_before_a_failure_does_not_count() -> None:
    words = replace(at(1), commit="b" * 40)
    assert judge(at(3), at(2, FAILED), words, commit="a" * 40) == words
    with pytest.raises(InputError, match="failed in staging"):
        judge(at(3), words, at(0, FAILED), commit="a" * 40)


def test_a_frozen_environment_takes_nothing_new() -> None:
    frozen = replace(target("oke"), requires=Requires(freeze=("Tue 08:00 - Tue 18:00",)))
    with pytest.raises(InputError, match="oke takes nothing new from Tue 08:00 - Tue 18:00 UTC"):
        policy.require_thawed(frozen, NOW)
    policy.require_thawed(frozen, NOW + timedelta(hours=6))


def test_what_passed_elsewhere_is_not_built_again() -> None:
    behind = replace(target("oke"), after="local", requires=Requires(verdict=True))
    with pytest.raises(InputError, match="takes images that passed in local alone") as refused:
        policy.require_promotion(behind)
    assert refused.value.next_step == "todo-ci promote --from local --to oke"
    policy.require_promotion(target("oke"))


@pytest.mark.parametrize("passed", [True, False])
def test_a_statement_says_what_was_found(passed: bool) -> None:
    check = Check.passed("gateway", "200") if passed else Check.failed("gateway", "502", "look")
    result = ReleaseResult.judged(
        "deploy", "local", 4, [check, Check.skipped("sidecars", "none")], commit="a" * 40,
        url="http://x", serving=4, images=OURS,
    )  # fmt: skip
    stated = verdict.predicate(result, chart="c" * 64, by="ada@ship", at=NOW)
    assert stated["result"] == ("PASSED" if passed else "FAILED")
    assert stated["passedTests" if passed else "failedTests"] == ["gateway"]
    assert stated["release"]["evidence"] == {"gateway": check.evidence}
    assert stated["release"]["by"] == "ada@ship"
    read = verdict.read(json.dumps({"predicate": stated}))
    assert read == Verdict(
        environment="local",
        passed=passed,
        at=NOW,
        images=OURS.components,
        chart="c" * 64,
        commit="a" * 40,
        revision=4,
        failed=() if passed else ("gateway",),
    )


@pytest.mark.parametrize(
    "statement", ["", "[]", "{}", '{"predicate": {"release": 1}}', '{"predicate": {"result": "x"}}']
)
def test_what_another_tool_stated_is_none_of_ours(statement: str) -> None:
    assert verdict.read(statement) is None


def test_a_verdict_on_another_release_is_none_of_ours(guestbook: Project) -> None:
    result = ReleaseResult.judged(
        "deploy", "local", 4, [Check.passed("gateway")], commit="a" * 40, url="", serving=4
    )
    theirs = json.dumps({"predicate": verdict.predicate(result, chart="", by="", at=NOW)})
    assert verdict.read(theirs) is not None
    renamed = replace_table(guestbook.release, name="another")
    current.use(replace_table(guestbook, release=renamed))
    assert verdict.read(theirs) is None
