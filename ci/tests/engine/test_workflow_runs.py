"""The workflow's jobs run in the order they promise, on a real runner of workflows.

`dagger` is a stand-in that records its calls: what the verbs do has tests of its own.
"""

import json
import re
from pathlib import Path

import pytest

from listeners import chat, github
from todo_ci.core import keys_file, secret_names
from workflow_runner import DAGGER, ROOT, SECRETS, Run, needs_act, run

pytestmark = needs_act


def verbs(done: Run) -> list[str]:
    """Name what `dagger` was called for, without flags."""
    return [call.split()[1] for call in done.calls if call.startswith("call ")]


def test_a_change_is_checked_and_nothing_else(tmp_path: Path) -> None:
    with github() as (api, comments):
        done = run(tmp_path, "pull_request", api=api)
    assert done.ended == {"check": "succeeded"}, done.said
    assert verbs(done) == ["ci"]
    ((number, body),) = [(comment["issue"], comment["body"]) for comment in comments]
    assert number == 7
    assert "## what ci found\n\nCommit 0123456789abcdef" in body


def test_a_change_that_fails_is_told_beside_it(tmp_path: Path) -> None:
    with github() as (api, comments):
        done = run(tmp_path, "pull_request", failing="ci", api=api)
    assert done.ended == {"check": "failed"}, done.said
    assert "## what ci found" in comments[0]["body"]


def test_what_reached_main_is_checked_then_released(tmp_path: Path) -> None:
    done = run(tmp_path, "push")
    assert done.ended == {"check": "succeeded", "release": "succeeded"}, done.said
    assert verbs(done) == ["ci", "deploy", "history"]
    version = json.loads((ROOT / "dagger.json").read_text())["engineVersion"]
    assert [call for call in done.calls if call.startswith("install")] == [f"install {version}"] * 2
    assert done.calls[-1] == "keep history-oke"
    assert "what history found" in (tmp_path / "history.html").read_text()
    assert all("--env oke" in call for call in done.calls if re.match("call (?!ci)", call))
    assert "Summary - ## what ci found" in done.said
    assert "Summary - ## what deploy found" in done.said
    assert [call for call in done.calls if "--keys env:KEYS" in call]
    deploy = (tmp_path / "keys-of-deploy").read_text()
    assert keys_file.parse(deploy, secret_names.of_lines(), ()) == {
        "database-url": SECRETS["DATABASE_URL"],
        "better-auth-secret": SECRETS["BETTER_AUTH_SECRET"],
    }


def test_a_failing_check_stops_before_anything_is_published(tmp_path: Path) -> None:
    done = run(tmp_path, "push", failing="ci")
    assert done.ended == {"check": "failed"}, done.said
    assert verbs(done) == ["ci"]
    assert "Summary - ## what ci found" in done.said


def test_a_failing_release_fails_the_run(tmp_path: Path) -> None:
    with chat() as (address, messages):
        done = run(tmp_path, "push", failing="deploy", secrets=SECRETS | {"WEBHOOK": address})
    assert done.ended == {"check": "succeeded", "release": "failed"}, done.said
    assert verbs(done) == ["ci", "deploy", "history"]
    assert "Summary - ## what deploy found" in done.said
    (told,) = messages
    assert "deploy-oke deploy failed* on oke" in told
    assert address not in done.said


@pytest.mark.parametrize("action", ["rollback", "verify"])
def test_the_way_back_waits_for_no_check(action: str, tmp_path: Path) -> None:
    inputs = {"action": action, "environment": "local", "revision": "3"}
    options = [f"--input={name}={value}" for name, value in inputs.items()]
    done = run(tmp_path, "workflow_dispatch", *options, failing="ci")
    assert done.ended == {"release": "succeeded"}, done.said
    assert verbs(done) == [action, "history"]
    assert "--env local" in done.calls[-3]
    assert "--revision 3" in done.calls[-3]


def test_a_page_that_cannot_be_drawn_fails_no_release(tmp_path: Path) -> None:
    absent = DAGGER.replace("#!/bin/sh", '#!/bin/sh\n[ "$2" != history ] || exit 1')
    done = run(tmp_path, "push", dagger=absent)
    assert done.ended == {"check": "succeeded", "release": "succeeded"}, done.said
    assert "keep history-oke" not in done.calls


def test_no_secret_is_shown(tmp_path: Path) -> None:
    done = run(tmp_path, "push")
    spelled = {it for value in SECRETS.values() for it in (value, json.dumps(value)[1:-1])}
    assert not [value for value in spelled if value in done.said + "".join(done.calls)]
