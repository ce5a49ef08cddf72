"""The promise: evidence is written before helm is ended, and helm's own return is waited for.

Real processes: ``kubectl`` and ``helm`` are small scripts that stand first on PATH.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from fake_steps import lay_out

from process_state import is_alive
from todo_ci.rollout.watched_helm import WATCH
from todo_ci.scripts import source, sources

FIXTURES = Path(__file__).parents[1] / "fixtures"

# `get` prints `items.json`, which the fake helm may change; everything else prints its arguments.
KUBECTL = """#!/bin/sh
case "$*" in
*" get deployments"*) cat "$ROOM/items.json" ;;
*" get events"*) echo '{"items": [{"type": "Warning", "reason": "BackOff", "message": "again"}]}' ;;
*" logs "*--previous*) echo "boom, the first time" ;;
*" logs "*) echo "boom" ;;
*) exit 1 ;;
esac
"""

# Notes when it is told to end, whether the evidence was there by then, and returns a moment later.
HELM = """#!/bin/sh
trap '
    test -e evidence.json && echo "evidence first" >>"$ROOM/notes"
    sleep 0.3
    echo "returned" >>"$ROOM/notes"
    exit 1
' TERM
echo $$ >"$ROOM/helm.pid"
cp "$ROOM/$1.json" "$ROOM/items.json"
for _ in $(seq 200); do sleep 0.1; done
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "bin").mkdir()
    for name, text in (("kubectl", KUBECTL), ("helm", HELM)):
        script = tmp_path / "bin" / name
        script.write_text(text)
        script.chmod(0o755)
    lay_out(tmp_path, sources(*WATCH))
    for fixture in FIXTURES.glob("*.json"):
        (tmp_path / fixture.name).write_text(fixture.read_text())
    (tmp_path / "items.json").write_text((FIXTURES / "steady.json").read_text())
    return tmp_path


def environment(room: Path) -> Mapping[str, str]:
    return {"PATH": f"{room / 'bin'}{os.pathsep}{os.environ['PATH']}", "ROOM": str(room)}


def start(room: Path, *command: str) -> "subprocess.Popen[str]":
    argv = (
        sys.executable, "-m", "scripts.supervise.watch", "--namespace", "todo", "--selector", "a=b",
        "--evidence", "evidence.json", "--interval", "0.1", "--", *command,
    )  # fmt: skip
    return subprocess.Popen(
        argv, cwd=room, env=environment(room), stderr=subprocess.PIPE, text=True
    )


def until(what: str, true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, f"gave up waiting: {what}"
        time.sleep(0.05)


def helm_pid(room: Path) -> int:
    until(
        "helm runs", lambda: (room / "helm.pid").exists() and (room / "helm.pid").stat().st_size > 0
    )
    return int((room / "helm.pid").read_text())


def test_a_crash_loop_is_written_down_before_helm_is_ended(room: Path) -> None:
    watch = start(room, "helm", "crash")
    _, said = watch.communicate(timeout=60)
    assert watch.returncode == 1
    assert (room / "notes").read_text().splitlines() == ["evidence first", "returned"]
    evidence = json.loads((room / "evidence.json").read_text())
    (pod,) = evidence["pods"]
    assert "CrashLoopBackOff" in evidence["reason"]
    assert pod["pod"].startswith("todo-app-backend-")
    assert pod["events"] == ["Warning BackOff: again"]
    assert (pod["log"], pod["previous_log"]) == ("boom\n", "boom, the first time\n")
    assert "backend 0/1 ready" in said


def test_a_job_whose_pod_is_refused_ends_the_wait_with_the_servers_reason(room: Path) -> None:
    items = json.loads((room / "migration.json").read_text())
    items["items"] = [i for i in items["items"] if "migration" not in str(i) or i["kind"] == "Job"]
    for item in items["items"]:
        if item["kind"] == "Job":
            item["status"] = {}
    (room / "refused.json").write_text(json.dumps(items))
    message = 'Error creating: failed calling webhook "sidecar-injector.dapr.io"'
    event = {"type": "Warning", "reason": "FailedCreate", "message": message}
    (room / "bin/kubectl").write_text(
        KUBECTL.replace(
            """*" get events"*) echo '""",
            """*"reason=FailedCreate"*) cat "$ROOM/refusal" ;;
*" get events"*) echo '""",
        )
    )
    (room / "refusal").write_text(json.dumps({"items": [event]}))
    watch = start(room, "helm", "refused")
    watch.communicate(timeout=60)
    assert watch.returncode == 1
    evidence = json.loads((room / "evidence.json").read_text())
    assert evidence["reason"] == f"todo-app-migration: FailedCreate: {message}"
    (seen,) = evidence["pods"]
    assert (seen["pod"], seen["container"]) == ("todo-app-migration", "")


def test_what_a_sidecar_died_of_is_the_reason(room: Path) -> None:
    items = json.loads((room / "crash.json").read_text())
    for item in items["items"]:
        if item["kind"] == "Pod" and "CrashLoopBackOff" in str(item):
            item["status"]["initContainerStatuses"] = [
                {**status, "name": "daprd"} for status in item["status"]["containerStatuses"]
            ]
            item["status"]["containerStatuses"] = []
    (room / "sidecar.json").write_text(json.dumps(items))
    fatal = json.dumps({"level": "fatal", "msg": "process component statestore error: refused"})
    (room / "bin/kubectl").write_text(KUBECTL.replace('echo "boom" ;;', f"echo '{fatal}' ;;"))
    (room / "scripts/pod_problems.py").write_text(
        source("pod_problems.py").replace("SIDECAR_CRASHES = 12.0", "SIDECAR_CRASHES = 0.5")
    )
    watch = start(room, "helm", "sidecar")
    watch.communicate(timeout=60)
    evidence = json.loads((room / "evidence.json").read_text())
    assert evidence["reason"].endswith(
        " daprd: CrashLoopBackOff: process component statestore error: refused"
    )


def test_a_release_that_was_broken_before_is_left_to_helm(room: Path) -> None:
    (room / "items.json").write_text((FIXTURES / "crash.json").read_text())
    (room / "bin/helm").write_text("#!/bin/sh\nsleep 1\nexit 0\n")
    watch = start(room, "helm", "crash")
    watch.communicate(timeout=60)
    assert watch.returncode == 0
    assert not (room / "evidence.json").exists()


def test_when_helm_gives_up_by_itself_its_code_and_the_suspects_are_kept(room: Path) -> None:
    (room / "bin/helm").write_text('#!/bin/sh\ncp "$ROOM/image.json" "$ROOM/items.json"\nexit 3\n')
    watch = start(room, "helm", "image")
    watch.communicate(timeout=60)
    assert watch.returncode == 3
    evidence = json.loads((room / "evidence.json").read_text())
    assert evidence["reason"] == "helm gave up"
    assert "ErrImagePull" in evidence["pods"][0]["reason"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_passed_on_and_helms_return_waited_for(
    room: Path, number: signal.Signals
) -> None:
    watch = start(room, "helm", "steady")
    pid = helm_pid(room)
    watch.send_signal(number)
    watch.communicate(timeout=60)
    assert (room / "notes").read_text().splitlines()[-1] == "returned"
    assert not is_alive(pid)


def test_helm_dies_with_a_watcher_that_was_killed(room: Path) -> None:
    watch = start(room, "helm", "steady")
    pid = helm_pid(room)
    watch.kill()
    watch.communicate(timeout=60)
    until("helm is gone", lambda: not is_alive(pid))
    assert not (room / "notes").exists(), "it was killed, not asked"


def test_without_a_cluster_helm_is_not_even_started(room: Path) -> None:
    (room / "bin/kubectl").write_text("#!/bin/sh\necho Unauthorized >&2\nexit 1\n")
    watch = start(room, "helm", "steady")
    _, said = watch.communicate(timeout=60)
    assert watch.returncode == 1
    assert "cannot read the pods of the release: Unauthorized" in said
    assert not (room / "helm.pid").exists()


def test_one_answer_that_is_missing_does_not_keep_helm_from_starting(room: Path) -> None:
    kubectl = room / "bin/kubectl"
    first = f"#!/bin/sh\nmv {kubectl}.real {kubectl}\necho refused >&2\nexit 1\n"
    kubectl.rename(f"{kubectl}.real")
    kubectl.write_text(first)
    kubectl.chmod(0o755)
    watch = start(room, "helm", "steady")
    assert helm_pid(room)
    watch.send_signal(signal.SIGTERM)
    watch.communicate(timeout=60)
    assert (room / "notes").read_text().splitlines()[-1] == "returned"
