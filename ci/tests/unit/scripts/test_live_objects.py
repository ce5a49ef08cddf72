"""What lives is told without a Secret's value; one object that is refused hides no other."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fake_steps import lay_out

from todo_ci.cluster import kubectl
from todo_ci.scripts.live_objects import NOT_RENDERED

Object = dict[str, Any]
SECRET = {"kind": "Secret", "metadata": {"name": "a"}, "data": {"key": "canary", "same": "canary"}}
SERVICE = {"kind": "Service", "metadata": {"name": "b"}}
HOOK = {"kind": "Job", "metadata": {"name": "c", "annotations": {"helm.sh/hook": "test"}}}
INVALID = 'The Service "b" is invalid: spec.ports: no'
# `patch --local` prints one object after the other. Else it prints what it is given, an object
# alone where there is one; a Service it does not apply, and says why.
KUBECTL = f"""#!{sys.executable}
import json, os, sys
text = sys.stdin.read()
if "patch" in sys.argv:
    items = [json.loads(line) for line in text.splitlines()]
    (patch,) = [word for word in sys.argv if word.startswith("--patch=")]
    labels = json.loads(patch.removeprefix("--patch="))["metadata"]["labels"]
    for item in items:
        item["metadata"]["labels"] = labels
        print(json.dumps(item, indent=1))
    sys.exit(None if items else "error: no objects passed to patch")
items = json.loads(text)["items"]
if "apply" in sys.argv and any(item["kind"] == "Service" for item in items):
    sys.exit(os.environ["SAYS"])
if os.environ["BROKEN"]:
    sys.exit("Error from server (Forbidden): no")
print(json.dumps(items[0] if len(items) == 1 else {{"kind": "List", "items": items}}))
"""
HELM = """#!/bin/sh
case $1 in broken) echo "Error: $1" >&2; exit 1 ;; esac
printf '%s' "$1"
"""


def lines(items: list[Any]) -> str:
    return "".join(json.dumps(item) + "\n" for item in items)


def shown(
    room: Path, wanted: list[Any] | str, known: list[Any] | str, *, says: str = "", broken: str = ""
) -> "subprocess.CompletedProcess[str]":
    tools = room / "tools"
    tools.mkdir()
    for name, text in {"kubectl": KUBECTL, "helm": HELM}.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    render, *released = [
        ("helm", side if isinstance(side, str) else lines(side)) for side in (wanted, known)
    ]
    step = kubectl.live(kubectl.step(render, files={"given.json": "{}"}), released, "helm")
    lay_out(room, step.files)
    return subprocess.run(
        [sys.executable, *step.argv[1:]],
        cwd=room, capture_output=True, text=True, check=False, input=step.stdin,
        env={"PATH": f"{tools}:{os.environ['PATH']}", "SAYS": says, "BROKEN": broken},
    )  # fmt: skip


def test_the_values_of_secrets_are_marks_that_can_be_compared(tmp_path: Path) -> None:
    done = shown(tmp_path, [SECRET], [SECRET])
    answer = json.loads(done.stdout)
    assert "canary" not in done.stdout + done.stderr
    sides = [answer[side][0]["data"] for side in ("released", "rendered", "live", "planned")]
    assert sides[0]["key"] == sides[0]["same"]
    assert sides == [sides[0]] * 4


def test_text_of_a_secret_is_compared_as_the_server_keeps_it(tmp_path: Path) -> None:
    metadata = {"name": "a"}
    text = {"kind": "Secret", "metadata": metadata, "stringData": {"key": "canary"}}
    kept = {"kind": "Secret", "metadata": metadata, "data": {"key": "Y2FuYXJ5"}}
    done = shown(tmp_path, [text], [kept])
    answer = json.loads(done.stdout)
    assert answer["rendered"] == answer["released"]
    assert "canary" not in done.stdout


def test_the_note_that_repeats_an_object_is_left_out(tmp_path: Path) -> None:
    note = {"kubectl.kubernetes.io/last-applied-configuration": "canary", "kept": "yes"}
    marked = {**SECRET, "metadata": {"name": "a", "annotations": note}}
    done = shown(tmp_path, [marked, {**SECRET, "metadata": {"name": "c"}}], [])
    assert "canary" not in done.stdout
    assert json.loads(done.stdout)["live"][0]["metadata"]["annotations"] == {"kept": "yes"}


@pytest.mark.parametrize(
    "says",
    [
        INVALID,
        "Error from server (Invalid): no",
        "Error from server (Forbidden): a policy says no",
        "Error from server (Conflict): Apply failed with 1 conflict",
    ],
)
def test_what_is_refused_is_named_and_the_rest_is_planned(says: str, tmp_path: Path) -> None:
    answer = json.loads(shown(tmp_path, [SECRET, SERVICE], [], says=says).stdout)
    assert answer["refused"] == {"Service b": says}
    assert [item["kind"] for item in answer["planned"]] == ["Secret"]
    assert [item["kind"] for item in answer["live"]] == ["Secret", "Service"]


@pytest.mark.parametrize(
    "says",
    [
        "Unable to connect to the server: dial tcp: i/o timeout",
        'Error from server (BadRequest): admission webhook "x" does not support dry run',
        "Error from server (InternalError): failed calling webhook",
    ],
)
def test_what_tells_nothing_about_an_object_is_no_refusal(says: str, tmp_path: Path) -> None:
    done = shown(tmp_path, [SECRET, SERVICE], [], says=says)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (1, "", says)


def test_what_is_only_looked_for_is_not_applied(tmp_path: Path) -> None:
    answer = json.loads(shown(tmp_path, [], [SERVICE]).stdout)
    assert (len(answer["live"]), answer["planned"], answer["refused"]) == (1, [], {})


def test_hooks_are_told_and_neither_looked_for_nor_applied(tmp_path: Path) -> None:
    answer = json.loads(shown(tmp_path, [SECRET, HOOK], [HOOK]).stdout)
    assert [item["kind"] for item in answer["rendered"]] == ["Secret", "Job"]
    assert [item["kind"] for item in answer["released"]] == ["Job"]
    assert [item["kind"] for item in answer["live"]] == ["Secret"]
    assert [item["kind"] for item in answer["planned"]] == ["Secret"]


def test_what_helm_adds_is_a_part_of_what_is_applied(tmp_path: Path) -> None:
    (planned,) = json.loads(shown(tmp_path, [SECRET], []).stdout)["planned"]
    assert planned["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "Helm"}


@pytest.mark.parametrize("wanted", [[SECRET], [SERVICE]])
def test_a_cluster_that_cannot_be_read_is_told(tmp_path: Path, wanted: list[Any]) -> None:
    done = shown(tmp_path, wanted, [], broken="yes")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Forbidden" in done.stderr


def test_a_chart_that_helm_refuses_is_told(tmp_path: Path) -> None:
    done = shown(tmp_path, "broken", [])
    assert (done.returncode, done.stdout) == (NOT_RENDERED, "")
    assert done.stderr.strip() == "Error: broken"


def test_a_release_that_cannot_be_read_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    done = shown(tmp_path, [SECRET], "broken")
    assert (done.returncode, done.stdout, done.stderr.strip()) == (1, "", "Error: broken")
