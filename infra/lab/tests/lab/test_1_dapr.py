"""A pod of the app's namespace gets its sidecar, within the restricted standard, or is not made."""

import json
import os
import secrets
import subprocess
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import machine
import pytest
from conftest import Command

from todo_lab import paths
from todo_lab.build import dapr
from todo_lab.progress import Progress

pytestmark = pytest.mark.lab

IMAGE = "10.255.0.1:5000/library/python:3.13-slim-trixie"
ANNOTATIONS = {
    "dapr.io/enabled": "true",
    "dapr.io/enable-native-sidecar": "true",
}


@pytest.fixture
def name(lab: object) -> Generator[str]:
    name = f"lab-test-{secrets.token_hex(4)}"
    machine.kubectl(
        "create", "secret", "generic", name, "-n", "todo",
        "--type=kubernetes.io/dockerconfigjson",
        "--from-file=.dockerconfigjson=/var/lib/todo-lab/auth.json",
    )  # fmt: skip
    yield name
    machine.kubectl("delete", f"pod/{name}", f"secret/{name}", "-n", "todo", "--ignore-not-found",
                    "--wait=false")  # fmt: skip


def pod(name: str) -> str:
    """Return a pod of the namespace's standard that asks for a sidecar and waits."""
    return json.dumps({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "todo",
                     "annotations": ANNOTATIONS | {"dapr.io/app-id": name}},
        "spec": {
            "imagePullSecrets": [{"name": name}],
            "terminationGracePeriodSeconds": 1,
            "securityContext": {"runAsNonRoot": True, "runAsUser": 10001,
                                "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{
                "name": "main", "image": IMAGE,
                "command": ["python3", "-c", "import time; time.sleep(600)"],
                "securityContext": {"allowPrivilegeEscalation": False,
                                    "capabilities": {"drop": ["ALL"]}},
            }],
        },
    })  # fmt: skip


def test_a_pod_gets_a_native_sidecar_that_signs_in_and_answers(name: str):
    machine.kubectl("create", "-f", "-", stdin=pod(name))
    machine.kubectl("wait", f"pod/{name}", "-n", "todo", "--for=condition=Ready", "--timeout=60s")
    made: dict[str, Any] = json.loads(
        machine.kubectl("get", "pod", name, "-n", "todo", "-o", "json")
    )
    (sidecar,) = (c for c in made["spec"]["initContainers"] if c["name"] == "daprd")
    assert sidecar["restartPolicy"] == "Always"
    assert sidecar["image"] == "docker.io/daprio/daprd:1.18.2"
    metadata = json.loads(answer(f"/api/v1/namespaces/todo/pods/{name}:3501/proxy/v1.0/metadata"))
    assert metadata["id"] == name
    assert metadata["runtimeVersion"] == "1.18.2"


def answer(path: str) -> str:
    """Return what the sidecar answers, which has no probe that would say when it is ready."""
    until = time.monotonic() + 30
    while (done := machine.try_kubectl("get", "--raw", path)).returncode:
        assert time.monotonic() < until, done.stderr
        time.sleep(0.2)
    return done.stdout


def test_without_the_injector_there_is_no_pod_without_a_sidecar(name: str):
    injector = ("deployment/dapr-sidecar-injector", "-n", "dapr-system")
    machine.kubectl("scale", *injector, "--replicas=0")
    try:
        machine.kubectl("wait", "pod", "-l", "app=dapr-sidecar-injector", "-n", "dapr-system",
                        "--for=delete", "--timeout=60s")  # fmt: skip
        refused = machine.try_kubectl("apply", "-f", "-", stdin=pod(name))
        assert refused.returncode != 0
        assert "sidecar-injector.dapr.io" in refused.stderr
    finally:
        machine.kubectl("scale", *injector, "--replicas=1")
        machine.kubectl("rollout", "status", *injector, "--timeout=60s")


def test_an_installation_that_was_cut_off_or_changed_by_hand_is_finished(lab: Command):
    where, operations = "/webhooks/0/rules/0/operations", ["CREATE", "UPDATE"]
    by_hand = [{"op": "replace", "path": where, "value": operations}]
    webhook = "mutatingwebhookconfiguration/dapr-sidecar-injector"
    machine.kubectl("patch", webhook, "--type=json", f"--patch={json.dumps(by_hand)}")
    cut = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "helm.sh/release.v1",
        "metadata": {
            "name": "sh.helm.release.v1.dapr.v99",
            "namespace": "dapr-system",
            "labels": {"owner": "helm", "name": "dapr", "status": "pending-upgrade",
                       "version": "99"},
        },
    }  # fmt: skip
    machine.kubectl("create", "-f", "-", stdin=json.dumps(cut))
    assert "changed: Dapr installed" in lab("up")
    stands = json.loads(machine.kubectl("get", webhook, "-o", "json"))
    assert stands["webhooks"][0]["rules"][0]["operations"] == ["CREATE"]
    assert "changed: nothing" in lab("up")


@pytest.fixture
def without_dapr(lab: Command) -> Generator[None]:
    """Take Dapr away, and let the lab bring its own back."""
    remove_dapr()
    try:
        yield
    finally:
        # A control plane with other certificates must not be what the lab's is made from.
        remove_dapr()
        lab("up")


def remove_dapr() -> None:
    """Remove the release and its namespace; the custom resources stay, with the app's objects."""
    helm("uninstall", "dapr", "--namespace=dapr-system", "--ignore-not-found", "--wait")
    machine.kubectl("delete", "namespace", "dapr-system", "--ignore-not-found", "--timeout=120s")


def helm(*arguments: str) -> str:
    done = subprocess.run(
        ["/var/lib/todo-lab/bin/helm", *arguments], check=False, text=True, capture_output=True,
        env={"KUBECONFIG": str(paths.ADMIN_KUBECONFIG), "HOME": "/nonexistent"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_script_for_oke_brings_a_control_plane_that_gives_pods_their_sidecars(
    without_dapr: None, name: str, tmp_path: Path
):
    # Only where images come from is the lab's: they are imported, never pulled.
    images = tmp_path / "images.yaml"
    images.write_text(
        f"global: {{registry: {paths.DAPR_REGISTRY}, imagePullPolicy: Never}}\n"
        "dapr_sidecar_injector: {sidecarImagePullPolicy: Never}\n"
    )
    chart = dapr.chart(Progress(tmp_path / "times.json"))
    command = [
        str(paths.LAB.parent / "oke/dapr-init.sh"), "--chart", str(chart), "--values", str(images),
    ]  # fmt: skip
    environment = {
        "PATH": f"{paths.BIN}:{os.environ['PATH']}", "HOME": "/nonexistent",
        "KUBECONFIG": str(paths.ADMIN_KUBECONFIG),
    }  # fmt: skip
    for _ in range(2):
        done = subprocess.run(command, check=False, text=True, capture_output=True, env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "is healthy; next: todo-ci doctor --env oke" in done.stdout
    test_a_pod_gets_a_native_sidecar_that_signs_in_and_answers(name)


def test_the_control_plane_is_held_to_the_restricted_standard(lab: object):
    labels = json.loads(machine.kubectl("get", "namespace", "dapr-system", "-o", "json"))
    assert labels["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    listed = json.loads(machine.kubectl("get", "pods", "-n", "dapr-system", "-o", "json"))
    names = sorted(item["metadata"]["name"] for item in listed["items"])
    assert [name.split("-")[1] for name in names] == ["operator", "scheduler", "sentry", "sidecar"]


def test_the_issuers_key_is_for_root_alone(lab: object):
    for key in Path("/var/lib/todo-lab/pki").glob("dapr-*.key"):
        assert key.stat().st_mode & 0o777 == 0o600, key
