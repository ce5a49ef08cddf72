"""The daily look at what serves goes on where a part of it fails, on a real runner of workflows."""

from pathlib import Path

import pytest

from listeners import chat
from workflow_runner import SECRETS, Run, needs_act, run

pytestmark = needs_act

DRIFT = ".github/workflows/drift.yml"
WATCHED = "--var=DRIFT_ENVIRONMENT=oke"


def looked(folder: Path, *options: str, event: str = "schedule") -> Run:
    return run(folder, event, *options, workflow=DRIFT)


def verbs(done: Run) -> list[str]:
    return [call.split()[1] for call in done.calls if call.startswith("call ")]


def test_what_serves_is_verified_and_compared(tmp_path: Path) -> None:
    done = looked(tmp_path, WATCHED)
    assert done.ended == {"drift": "succeeded"}, done.said
    assert verbs(done) == ["verify", "diff"]
    assert all("--env oke" in call for call in done.calls if call.startswith("call "))
    assert "--exit-code" in done.calls[-1]
    assert "Summary - ## what diff found" in done.said


@pytest.mark.parametrize("failing", ["verify", "diff"])
def test_either_failure_fails_the_run_and_is_in_the_summary(failing: str, tmp_path: Path) -> None:
    with chat() as (address, messages):
        told = SECRETS | {"WEBHOOK": address}
        done = run(tmp_path, "schedule", WATCHED, failing=failing, workflow=DRIFT, secrets=told)
    assert len(messages) == 1
    assert done.ended == {"drift": "failed"}, done.said
    assert verbs(done) == ["verify", "diff"], "the other one is not held back"
    assert "Summary - ## what verify found" in done.said
    assert "Summary - ## what diff found" in done.said


def test_what_has_become_known_fails_the_run_where_it_is_looked_for(tmp_path: Path) -> None:
    asked = (WATCHED, "--var=DRIFT_SCAN=true")
    done = run(tmp_path, "schedule", *asked, failing="scan", workflow=DRIFT)
    assert done.ended == {"drift": "failed"}, done.said
    assert verbs(done) == ["verify", "diff", "scan"]
    assert "Summary - ## what scan found" in done.said


def test_nobody_is_looked_at_who_did_not_ask(tmp_path: Path) -> None:
    done = looked(tmp_path)
    assert (done.ended, done.calls) == ({}, [])


def test_by_hand_it_runs_at_once(tmp_path: Path) -> None:
    done = looked(tmp_path, event="workflow_dispatch")
    assert done.ended == {"drift": "succeeded"}, done.said
