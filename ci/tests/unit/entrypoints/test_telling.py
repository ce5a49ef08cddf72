"""A call returns what a caller can go on with, and names the next commands as it can type them."""

import json

import pytest
from dagger.mod._exceptions import FunctionError

from todo_ci.entrypoints.dagger import telling
from todo_ci.entrypoints.dagger.results import Checked, Released
from todo_ci.errors import ClusterError
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import Check, CheckStatus, Report

pytestmark = pytest.mark.anyio
GOOD = Check.passed("a check", "then todo-ci deploy", 1.5)
BAD = Check.failed("another", "seen", "todo-ci logs")


async def verb(*, env: str = "", found: str = "") -> dict[str, str]:
    if found:
        return telling.rendered(Report("a title", (Check.passed("a check", found),)))
    raise ClusterError("no answer", next_step="set <VERB>_API, then todo-ci logs")


async def check(*checks: Check, env: str = "", report_only: bool = False) -> Checked:
    if not checks:
        raise ClusterError("no answer", next_step="todo-ci logs")
    return telling.checked(Report("a title", checks))


async def release(*checks: Check, env: str = "", report_only: bool = False) -> Released:
    if not checks:
        raise ClusterError("no answer", next_step="todo-ci logs")
    judged = ReleaseResult.judged(
        "deploy", env, 4, checks, commit="abc1234", url="http://todo.test", serving=3
    )
    return telling.released(judged)


told = telling._told(verb)  # pyright: ignore[reportPrivateUsage]
checking = telling._told(check)  # pyright: ignore[reportPrivateUsage]
releasing = telling._told(release)  # pyright: ignore[reportPrivateUsage]


async def test_a_result_names_the_environment_of_its_call() -> None:
    shown = await told(env="oke", found="then todo-ci deploy")
    assert "dagger call deploy --env oke" in shown["table"]
    assert "dagger call deploy --env oke" in shown["json"]
    assert "--env" not in (await told(found="then todo-ci deploy"))["table"]


async def test_an_error_names_the_verb_and_the_environment_of_its_call() -> None:
    with pytest.raises(FunctionError, match="next: set VERB_API, then dagger call logs --env moon"):
        await told(env="moon")


async def test_checks_come_back_one_by_one() -> None:
    done = await checking(GOOD, env="oke")
    (only,) = done.checks
    assert (done.passed, only.name, only.verdict, only.seconds) == (True, "a check", "passed", 1.5)
    assert only.evidence == "then dagger call deploy --env oke"


async def test_a_failure_ends_the_call_unless_its_report_is_asked_for() -> None:
    with pytest.raises(FunctionError, match="another"):
        await checking(GOOD, BAD)
    done = await checking(GOOD, BAD, env="oke", report_only=True)
    assert not done.passed
    assert done.checks[1].next_step == "dagger call logs --env oke"
    assert "| another" in done.markdown
    told = {"passed": False, "table": done.table, "markdown": done.markdown}
    assert json.loads(done.report) == told


async def test_what_ends_a_verb_before_it_has_a_result_is_one_too() -> None:
    done = await checking(env="oke", report_only=True)
    (only,) = done.checks
    assert (done.passed, only.name, only.verdict, only.evidence) == (
        False, "check", "failed", "no answer",
    )  # fmt: skip
    # The next call decides anew.
    with pytest.raises(FunctionError, match="no answer"):
        await checking(env="oke")


async def test_a_release_says_what_was_made_and_what_serves() -> None:
    done = await releasing(GOOD, env="oke")
    assert (done.passed, done.verdict, done.revision) == (True, "passed", 4)
    assert (done.serving, done.url) == (3, "http://todo.test")
    failed = await releasing(GOOD, BAD, env="oke", report_only=True)
    assert (failed.passed, failed.verdict, len(failed.checks)) == (False, CheckStatus.FAILED, 2)
    refused = await releasing(env="oke", report_only=True)
    assert isinstance(refused, Released)
    assert (refused.passed, refused.revision, refused.serving) == (False, 0, 0)
    assert "no answer" in refused.markdown
