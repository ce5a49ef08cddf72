"""The promise: Ctrl-C ends what was started, and the next one finds the deploy lock free.

The command as it is typed, and real processes; ``kubectl`` is a small program that keeps the Lease.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from process_state import is_alive

ROOT = Path(__file__).parents[3]
KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "lab", "cluster": {"server": "https://127.0.0.1:6443"}}],
    "users": [{"name": "pipeline", "user": {"token": "a-token-of-nobody"}}],
    "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "pipeline"}}],
    "current-context": "lab",
}
VALUES = {
    "kubeconfig": json.dumps(KUBECONFIG),
    "database-url": "postgresql://todo:a-password@db.test:5432/todo",
    "better-auth-secret": "a value that is long enough",
}

# Keeps the Lease; never ends where it is asked for a Secret, and says who that is.
KUBECTL = f"""#!{sys.executable}
import json, os, sys, time
from pathlib import Path

room, argv = Path(os.environ["HOME"]), sys.argv
lease = room / "lease.json"
if "secret" in argv:
    (room / "at-work").write_text(str(os.getpid()))
    time.sleep(600)
if "lease" in argv and not lease.exists():
    sys.exit('Error from server (NotFound): leases "todo-app-deploy" not found')
if "lease" not in argv:
    value = json.load(sys.stdin)
    value["metadata"]["resourceVersion"] = str(time.monotonic_ns())
    new = room / "new.json"
    new.write_text(json.dumps(value))
    new.rename(lease)
print(lease.read_text())
"""


def stored(room: Path) -> dict[str, Any]:
    return json.loads((room / "lease.json").read_text())


def until(what: str, true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_change_ends_and_gives_the_lock_back(
    tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)
    given: list[str] = []
    for flag, value in VALUES.items():
        (tmp_path / flag).touch(mode=0o600)
        (tmp_path / flag).write_text(value)
        given += [f"--{flag}", f"file:{tmp_path}/{flag}"]
    command = [sys.executable, "-c", "from todo_ci.cli import main; main()", "secrets"]
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    process = subprocess.Popen(
        [*command, "--env", "local", *given, "--holder", "octocat@laptop"],
        cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    at_work = tmp_path / "at-work"
    until("it is at work", lambda: at_work.exists() and at_work.read_text() != "")
    assert stored(tmp_path)["spec"]["holderIdentity"].startswith("octocat@laptop ")
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    until("what it started is gone", lambda: not is_alive(at_work.read_text()))
    assert stored(tmp_path)["spec"]["holderIdentity"] == ""
    assert "lock: given back; nothing of the release is being changed any more" in said
