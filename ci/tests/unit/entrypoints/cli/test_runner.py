"""How a verb of the command ends: what is printed, with which exit code, and tidied up."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cyclopts import App

from todo_ci.entrypoints.cli.runner import launch
from todo_ci.errors import ToolError
from todo_ci.reports.report import Check, CheckStatus, Report


def with_verb(verb: Callable[..., Any]) -> App:
    app = App(name="todo-ci", version_flags=[])
    app.command(verb, name="verb")
    return app


def report(status: CheckStatus) -> Report:
    return Report("a title", (Check("a check", status, evidence="seen"),))


def test_a_next_step_is_shown_for_the_environment_that_was_given(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def verb(*, env: str) -> Report:
        if env == "moon":
            raise ToolError("no", next_step="todo-ci logs")
        return Report("a title", (Check.failed("a check", "seen", "todo-ci deploy again"),))

    assert launch(with_verb(verb), ["verb", "--env", "oke"]) == 1
    assert "todo-ci deploy --env oke again" in capsys.readouterr().out
    assert launch(with_verb(verb), ["verb", "--env", "moon"]) == 1
    assert "next: todo-ci logs --env moon" in capsys.readouterr().err


@pytest.mark.parametrize(("status", "code"), [(CheckStatus.PASSED, 0), (CheckStatus.FAILED, 1)])
def test_a_failed_report_is_shown_and_fails_the_command(
    status: CheckStatus, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async def verb() -> Report:
        return report(status)

    assert launch(with_verb(verb), ["verb"]) == code
    assert f"a check  {status}" in capsys.readouterr().out


def test_a_result_is_printed_in_the_chosen_format(capsys: pytest.CaptureFixture[str]) -> None:
    async def verb() -> Report:
        return report(CheckStatus.PASSED)

    for name, sign in (("json", '"passed": true'), ("markdown", "### a title"), ("table", "---")):
        launch(with_verb(verb), ["verb", "--format", name])
        assert sign in capsys.readouterr().out


def test_an_error_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    async def verb() -> Report:
        raise ToolError("helm failed", next_step="read this")

    assert launch(with_verb(verb), ["verb"]) == 1
    assert capsys.readouterr().err == "helm failed\nnext: read this\n"


def test_a_defect_keeps_its_traceback() -> None:
    async def verb() -> Report:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        launch(with_verb(verb), ["verb"])


WAITING = """
import sys, anyio
from pathlib import Path
from cyclopts import App
from todo_ci.entrypoints.cli.runner import launch

app = App(name="todo-ci", version_flags=[])

@app.command
async def verb():
    try:
        Path("begun").touch()
        await anyio.sleep(600)
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.sleep(0.1)
            Path("tidied").touch()

sys.exit(launch(app, ["verb"]))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_verb_tidies_up_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.chdir(tmp_path)
    client = subprocess.Popen([sys.executable, "-c", WAITING], stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 20
    while not (tmp_path / "begun").exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    client.send_signal(number)
    _, said = client.communicate(timeout=60)
    assert client.returncode == 128 + number
    assert "interrupted" in said
    assert "Traceback" not in said
    assert (tmp_path / "tidied").exists()
