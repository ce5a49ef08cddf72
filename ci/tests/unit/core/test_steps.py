"""The exit code alone decides, and a person sees the error itself."""

from dataclasses import dataclass, field

import pytest

from todo_ci.core.ports import Result, Step
from todo_ci.core.steps import NamedStep, check_all, gather, judge, require_success, tail
from todo_ci.errors import ToolError
from todo_ci.reports.report import CheckStatus

STEP = Step("box", ("ruff", "check", "."), timeout=60)


def named(name: str) -> NamedStep:
    return NamedStep(name, Step("box", (name,)))


@dataclass
class Scripted:
    """Answer each command with the result it was given."""

    results: dict[str, Result] = field(default_factory=dict[str, Result])

    async def run(self, step: Step) -> Result:
        return self.results[step.argv[0]]


async def test_one_failing_tool_fails_the_report_and_the_others_still_show() -> None:
    shell = Scripted({"good": Result(0, "", "", 1.0), "bad": Result(1, "why", "", 2.0)})
    checked = await check_all("lint", [named("bad"), named("good")], shell)
    assert not checked.report.passed
    assert [c.status for c in checked.report.checks] == [CheckStatus.FAILED, CheckStatus.PASSED]
    assert checked.report.checks[0].evidence == "why"


async def test_files_of_all_steps_come_back() -> None:
    shell = Scripted(
        {"a": Result(0, "", "", 1, {"x": b"1"}), "b": Result(0, "", "", 1, {"y": b"2"})}
    )
    checked = await check_all("test", [named("a"), named("b")], shell)
    assert checked.report.passed
    assert dict(checked.files) == {"x": b"1", "y": b"2"}


async def test_a_report_without_any_check_does_not_pass() -> None:
    assert not (await check_all("nothing", [], Scripted())).report.passed


def test_a_failure_says_what_to_run() -> None:
    failed = judge(NamedStep("ruff", STEP), Result(1, "E501", "", 1))
    assert (failed.status, failed.next_step) == (CheckStatus.FAILED, "run: ruff check .")
    assert judge(NamedStep("ruff", STEP, "fix it"), Result(1, "", "", 1)).next_step == "fix it"


def test_success_is_quiet_whatever_the_tool_says() -> None:
    assert judge(NamedStep("ruff", STEP), Result(0, "error error", "", 1)).evidence == ""


def test_a_timeout_is_named() -> None:
    late = judge(NamedStep("ruff", STEP), Result(124, "", "", 60, timed_out=True))
    assert "no end within 60 s" in late.evidence


def test_the_tail_has_the_errors_last_and_never_nothing() -> None:
    long = "\n".join(str(number) for number in range(100))
    assert tail(Result(1, long, "boom", 1), lines=3) == "98\n99\nboom"
    assert tail(Result(3, "", "", 1)) == "exit code 3"


def test_must_names_what_failed() -> None:
    assert require_success(Result(0, "x", "", 1), "the push").stdout == "x"
    with pytest.raises(ToolError, match=r"the push failed \(1\):\ndenied") as failed:
        require_success(Result(1, "", "denied", 1), "the push", next_step="log in")
    assert failed.value.next_step == "log in"


async def test_the_first_error_comes_out_as_itself() -> None:
    async def fail() -> int:
        raise ToolError("no disk")

    async def succeed() -> int:
        return 1

    with pytest.raises(ToolError, match="no disk"):
        await gather({"a": fail, "b": succeed})


async def test_a_defect_is_not_hidden_behind_an_error() -> None:
    async def fail() -> int:
        raise ToolError("no disk")

    async def defect() -> int:
        raise ZeroDivisionError

    with pytest.raises(BaseExceptionGroup):
        await gather({"a": defect, "b": fail})
