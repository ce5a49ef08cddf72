"""The gateway of https that infra/oke/gateway.sh installs, in place of the lab's own.

Played is what Oracle's controllers do: an address for the balancer, a volume for the certificates.
"""

import json
import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import lab
from acme import Authority

from . import ADDRESS, HOST
from .machine import Machine

_NAMESPACE = "traefik"
_ACCOUNT = 65532  # of the pod
_SCRIPT = str(lab.ROOT / "infra/oke/gateway.sh")
_CTR = ("ctr", "--address", "/run/todo-lab/containerd.sock", "--namespace", "k8s.io", "images")


@contextmanager
def running(folder: Path, authority: Authority, machine: Machine) -> Generator[lab.Run]:
    """Install it with certificates of an authority; yield what the script said at its end."""
    image = _of_the_lab()
    name = image.replace("localhost/traefik:", "docker.io/library/traefik:v")
    try:
        _delete_namespace()
        subprocess.run([*_CTR, "tag", "--force", image, name], check=True, capture_output=True)
        _make_volume(folder)
        begun = _install(authority, machine, seconds=0)
        assert "has no address yet" in begun.stderr or "does not run" in begun.stderr, begun.text
        _trust(authority)
        _give_address()
        yield _install(authority, machine, seconds=120)
    finally:
        _delete_namespace()
        lab.admin("kubectl", "delete", "persistentvolume", "certificates", "--ignore-not-found")
        subprocess.run([*_CTR, "rm", name], check=False, capture_output=True)
        # It has forgotten that its own gateway was there.
        stamp = ("configmap", "todo-lab-applied", "--namespace", "kube-system")
        lab.admin("kubectl", "delete", *stamp)
        subprocess.run([lab.ROOT / "infra/lab/lab", "up"], check=True, capture_output=True)


def _of_the_lab() -> str:
    path = "jsonpath={.spec.template.spec.containers[0].image}"
    return lab.admin("kubectl", "-n", _NAMESPACE, "get", "deployment", "traefik", "-o", path)


def _delete_namespace() -> None:
    lab.admin("kubectl", "delete", "namespace", _NAMESPACE, "--ignore-not-found", "--wait")


def _install(authority: Authority, machine: Machine, seconds: int) -> lab.Run:
    return machine.run(
        _SCRIPT, "--host", HOST, "--email", "me@example.com", "--address", ADDRESS,
        "--authority", authority.directory, "--timeout", str(seconds),
        KUBECONFIG=str(lab.STATE / "admin.kubeconfig"),
    )  # fmt: skip


def _make_volume(folder: Path) -> None:
    certificates = folder / "certificates"
    certificates.mkdir(mode=0o700)
    os.chown(certificates, _ACCOUNT, _ACCOUNT)
    lab.apply(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolume",
                "metadata": {"name": "certificates"},
                "spec": {
                    "capacity": {"storage": "50Gi"},
                    "accessModes": ["ReadWriteOnce"],
                    "hostPath": {"path": str(certificates)},
                },
            }
        )
    )


def _give_address() -> None:
    status = json.dumps({"status": {"loadBalancer": {"ingress": [{"ip": ADDRESS}]}}})
    patch = ("patch", "service", "traefik", "--subresource=status", "--type=merge", "-p", status)
    lab.admin("kubectl", "-n", _NAMESPACE, *patch)


def _trust(authority: Authority) -> None:
    """Let the pod ask an authority that no image trusts, as Let's Encrypt is by all."""
    text = authority.own_certificate.read_text()
    lab.apply(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": "authority", "namespace": _NAMESPACE},
                "data": {"authority.pem": text},
            }
        )
    )
    container = {
        "name": "traefik",
        "env": [{"name": "LEGO_CA_CERTIFICATES", "value": "/authority/authority.pem"}],
        "volumeMounts": [{"name": "authority", "mountPath": "/authority"}],
    }
    volume = {"name": "authority", "configMap": {"name": "authority"}}
    pod = {"containers": [container], "volumes": [volume]}
    patch = json.dumps({"spec": {"template": {"spec": pod}}})
    lab.admin("kubectl", "-n", _NAMESPACE, "patch", "deployment", "traefik", "-p", patch)
