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

SECRET = {"kind": "Secret", "metadata": {"name": "a"}, "data": {"key": "canary", "same": "canary"}}
SERVICE = {"kind": "Service", "metadata": {"name": "b"}}
# It prints what it is given, an object alone where there is one; a Service it does not apply.
KUBECTL = f"""#!{sys.executable}
import json, sys
items = json.load(sys.stdin)["items"]
if "apply" in sys.argv and any(item["kind"] == "Service" for item in items):
    sys.exit("Error from server (Invalid): no")
if "BROKEN" in sys.argv[0]:
    sys.exit("Error from server (Forbidden): no")
print(json.dumps(items[0] if len(items) == 1 else {{"kind": "List", "items": items}}))
"""


def shown(
    room: Path, wanted: list[Any], known: list[Any], broken: str = ""
) -> "subprocess.CompletedProcess[str]":
    tools = room / f"tools{broken}"
    tools.mkdir()
    (tools / "kubectl").write_text(KUBECTL)
    (tools / "kubectl").chmod(0o755)
    step = kubectl.live(wanted, known, "helm")
    lay_out(room, step.files)
    return subprocess.run(
        [sys.executable, *step.argv[1:]],
        cwd=room, capture_output=True, text=True, check=False,
        env={"PATH": f"{tools}:{os.environ['PATH']}"},
    )  # fmt: skip


def test_the_values_of_secrets_are_marks_that_can_be_compared(tmp_path: Path) -> None:
    done = shown(tmp_path, [SECRET], [])
    answer = json.loads(done.stdout)
    (live,), (planned,) = answer["live"], answer["planned"]
    assert "canary" not in done.stdout + done.stderr
    assert live["data"]["key"] == live["data"]["same"] == planned["data"]["key"]


def test_the_note_that_repeats_an_object_is_left_out(tmp_path: Path) -> None:
    note = {"kubectl.kubernetes.io/last-applied-configuration": "canary", "kept": "yes"}
    marked = {**SECRET, "metadata": {"name": "a", "annotations": note}}
    done = shown(tmp_path, [marked, {**SECRET, "metadata": {"name": "c"}}], [])
    assert "canary" not in done.stdout
    assert json.loads(done.stdout)["live"][0]["metadata"]["annotations"] == {"kept": "yes"}


def test_what_is_refused_is_named_and_the_rest_is_planned(tmp_path: Path) -> None:
    answer = json.loads(shown(tmp_path, [SECRET, SERVICE], []).stdout)
    assert answer["refused"] == {"Service b": "Error from server (Invalid): no"}
    assert [item["kind"] for item in answer["planned"]] == ["Secret"]
    assert [item["kind"] for item in answer["live"]] == ["Secret", "Service"]


def test_what_is_only_looked_for_is_not_applied(tmp_path: Path) -> None:
    answer = json.loads(shown(tmp_path, [], [SERVICE]).stdout)
    assert (len(answer["live"]), answer["planned"], answer["refused"]) == (1, [], {})


@pytest.mark.parametrize("wanted", [[SECRET], [SERVICE]])
def test_a_cluster_that_cannot_be_read_is_told(tmp_path: Path, wanted: list[Any]) -> None:
    done = shown(tmp_path, wanted, [], "BROKEN")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Forbidden" in done.stderr
