"""The embedded cluster as the tests see it: the pipeline's command, and an administrator's eye."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import process_state
from lab_settings import STATE, pipeline_environment

CLUSTER = Path(__file__).parent
ROOT = CLUSTER.parents[2]
NAMESPACE = "todo"
RELEASE = "todo-app"


def nothing_set() -> dict[str, str]:
    """Return this process's environment without default arguments of the pipeline."""
    verbs = ("DEPLOY_", "VERIFY_", "SECRETS_")
    return {name: value for name, value in os.environ.items() if not name.startswith(verbs)}


@dataclass(frozen=True)
class Run:
    """Hold what a finished command said."""

    exit_code: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def text(self) -> str:
        """Join both streams."""
        return self.stdout + self.stderr


def todo_ci(*argv: str, timeout: float = 240, cwd: Path = ROOT, **environment: str) -> Run:
    """Run the pipeline's command to its end, the way a person would."""
    start = time.monotonic()
    done = subprocess.run(
        ["todo-ci", *argv],
        cwd=cwd,
        env={**pipeline_environment(), **environment},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    run = Run(done.returncode, done.stdout, done.stderr, time.monotonic() - start)
    print(f"\n$ todo-ci {' '.join(argv)}  [{run.exit_code}] {run.seconds:.1f} s\n{run.text}")
    return run


def start(*argv: str) -> "subprocess.Popen[str]":
    """Start a command of the pipeline and return at once."""
    return subprocess.Popen(
        argv,
        cwd=ROOT,
        env=pipeline_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def kill_and_prove(process: "subprocess.Popen[str]") -> str:
    """End a client with SIGKILL, prove that it is gone, and return what it had said."""
    before = process_state.started(process.pid)
    assert before, f"process {process.pid} had ended before it could be killed"
    os.kill(process.pid, signal.SIGKILL)
    said, _ = process.communicate(timeout=10)
    assert process_state.started(process.pid) != before
    assert process.returncode == -signal.SIGKILL
    print(f"killed {process.pid} (started at tick {before}); it had said:\n{said}")
    return said


def admin(*argv: str, check: bool = True) -> str:
    """Run kubectl or helm as the cluster's administrator."""
    environment = {**pipeline_environment(), "KUBECONFIG": str(STATE / "admin.kubeconfig")}
    done = subprocess.run(
        argv, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert not check or done.returncode == 0, f"{argv}: {done.stderr}"
    return done.stdout


def apply(manifest: str, *how: str) -> None:
    """Apply an object as the cluster's administrator, with kubectl's options of `how`."""
    environment = {**pipeline_environment(), "KUBECONFIG": str(STATE / "admin.kubeconfig")}
    subprocess.run(
        ["kubectl", "apply", *how, "-f", "-"], env=environment, input=manifest, text=True,
        check=True,
    )  # fmt: skip


def history() -> list[dict[str, Any]]:
    """List the release's revisions, oldest first."""
    text = admin("helm", "history", RELEASE, "-n", NAMESPACE, "-o", "json", check=False)
    return json.loads(text) if text else []


def latest() -> dict[str, Any]:
    """Return the newest revision, or an empty one."""
    return (history() or [{"revision": 0, "status": "none"}])[-1]


def serves_newer_than(revision: int) -> bool:
    """Tell whether a later revision is deployed."""
    newest = latest()
    return newest["revision"] > revision and newest["status"] == "deployed"


def verdict(revision: int) -> str:
    """Return the verdict label of a revision, or an empty string."""
    secret = f"secret/sh.helm.release.v1.{RELEASE}.v{revision}"
    path = "jsonpath={.metadata.labels.verdict}"
    return admin("kubectl", "-n", NAMESPACE, "get", secret, "-o", path, check=False)


def holder() -> str:
    """Return who holds the deploy Lease, or an empty string."""
    path = "jsonpath={.spec.holderIdentity}"
    lease = ("kubectl", "-n", NAMESPACE, "get", "lease", "todo-app-deploy", "-o", path)
    return admin(*lease, check=False)


def uninstall() -> None:
    """Remove the release, its hooks and the Lease: the namespace is as after `lab up`."""
    admin("helm", "uninstall", RELEASE, "-n", NAMESPACE, "--ignore-not-found", "--wait")
    admin("kubectl", "-n", NAMESPACE, "delete", "lease,job,pod", "--all", "--wait")


def running_images() -> set[str]:
    """Return the image references of the app's ready pods."""
    text = admin(
        "kubectl", "-n", NAMESPACE, "get", "pods", "-l", f"app.kubernetes.io/instance={RELEASE}",
        "-o", "json",
    )  # fmt: skip
    return {
        container["image"]
        for pod in json.loads(text)["items"]
        if any(status.get("ready") for status in pod["status"].get("containerStatuses", []))
        for container in pod["spec"]["containers"]
    }


def pods(component: str) -> set[str]:
    """Return the names of a component's pods that are not being deleted."""
    return {each["name"] for each in _pods(component) if "deletionTimestamp" not in each}


def all_pods(component: str) -> set[str]:
    """Return the names of a component's pods, those that are being deleted too."""
    return {each["name"] for each in _pods(component)}


def _pods(component: str) -> list[dict[str, Any]]:
    selector = f"app.kubernetes.io/instance={RELEASE},app.kubernetes.io/component={component}"
    text = admin("kubectl", "-n", NAMESPACE, "get", "pods", "-l", selector, "-o", "json")
    return [pod["metadata"] for pod in json.loads(text)["items"]]


def until(what: str, true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something to become true, or fail by its name."""
    end = time.monotonic() + seconds
    while True:
        asked = time.monotonic()
        if true():
            return
        now = time.monotonic()
        assert now < end, f"gave up after {seconds} s: {what}"
        # Most questions start a process: half of the time at most is spent on asking.
        time.sleep(max(0.1, now - asked))
