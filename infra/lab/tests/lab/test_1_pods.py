"""A pod may count on names, gateway, data and events, and on images with its own credential."""

import json
import secrets
import subprocess
from pathlib import Path

import machine
import pytest

pytestmark = pytest.mark.lab

IMAGE = "10.255.0.1:5000/library/python:3.13-slim-trixie"
PROBE = """
import json, socket, urllib.error, urllib.request
def answers(url):
    try:
        urllib.request.urlopen(url, timeout=5)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
def connects(host, port):
    try:
        socket.create_connection((host, port), 5).close()
        return True
    except OSError:
        return False
print(json.dumps({
    "gateway": answers("http://10.255.0.1:8000/"),
    "gateway on the outer address": answers("http://OUTER:8000/"),
    "service name": socket.gethostbyname("kubernetes.default.svc.cluster.local"),
    "postgres": connects("10.255.0.1", 15432),
    "kafka": connects("10.255.0.1", 9092),
    "kafka's controller": connects("10.255.0.1", 9093),
    "etcd": connects("10.255.0.1", 2379),
}))
"""


def pod(namespace: str, name: str, secret: str | None, code: str) -> str:
    """Return a pod that runs Python code from the registry's base image, once."""
    return json.dumps({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "restartPolicy": "Never",
            "imagePullSecrets": [{"name": secret}] if secret else [],
            "containers": [{"name": "main", "image": IMAGE, "imagePullPolicy": "Always",
                            "command": ["python3", "-c", code]}],
        },
    })  # fmt: skip


@pytest.fixture
def namespace(lab: object):
    # Its own name each time: a namespace goes slowly.
    name = f"lab-test-{secrets.token_hex(4)}"
    machine.kubectl("create", "namespace", name)
    machine.kubectl(
        "create", "secret", "generic", "pull", "-n", name,
        "--type=kubernetes.io/dockerconfigjson",
        "--from-file=.dockerconfigjson=/var/lib/todo-lab/auth.json",
    )  # fmt: skip
    yield name
    # Whoever looks at the lab's processes next should not see these pods end.
    machine.kubectl("delete", "pods", "--all", "-n", name)
    machine.kubectl("delete", "namespace", name, "--wait=false")


def outer_address() -> str:
    """Return an address of the machine that is not the lab's."""
    shown = subprocess.run(
        ["ip", "-json", "-4", "address", "show", "scope", "global"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    # Addresses that do not fit the scope are shown as empty objects.
    infos = [info for link in json.loads(shown.stdout) for info in link["addr_info"] if info]
    return next(i["local"] for i in infos if not i["local"].startswith(("10.255.0.", "10.244.")))


def test_a_pod_reaches_what_it_needs_and_no_more(namespace: str):
    code = PROBE.replace("OUTER", outer_address())
    machine.kubectl("apply", "-f", "-", stdin=pod(namespace, "probe", "pull", code))
    machine.kubectl("wait", "pod/probe", "-n", namespace, "--timeout=90s",
                    "--for=jsonpath={.status.phase}=Succeeded")  # fmt: skip
    seen = json.loads(machine.kubectl("logs", "probe", "-n", namespace))
    assert seen == {
        "gateway": True,
        "gateway on the outer address": False,
        "service name": "10.96.0.1",
        "postgres": True,
        "kafka": True,
        "kafka's controller": False,
        "etcd": False,
    }


def test_an_image_needs_the_pods_own_credential(namespace: str):
    machine.kubectl("apply", "-f", "-", stdin=pod(namespace, "anonymous", None, "print(1)"))
    reason = "{.status.containerStatuses[0].state.waiting.reason}"
    machine.kubectl("wait", "pod/anonymous", "-n", namespace, "--timeout=60s",
                    f"--for=jsonpath={reason}=ErrImagePull")  # fmt: skip


def test_the_pipeline_may_read_its_namespace_and_nothing_beside_it(lab: object):
    machine.kubectl("get", "pods", "-n", "todo", config="pipeline")
    for refused in (["get", "pods", "-n", "kube-system"], ["get", "nodes"]):
        assert machine.try_kubectl(*refused, config="pipeline").returncode != 0


def test_files_that_hold_secrets_are_for_root_alone(lab: object):
    names = ("admin.kubeconfig", "pipeline.kubeconfig", "pipeline.env", "auth.json",
             "registry-password", "database-url", "better-auth-secret")  # fmt: skip
    for name in names:
        assert Path(machine.STATE / name).stat().st_mode & 0o777 == 0o600, name
