"""Apply what the cluster holds from the start, once per change of its text."""

import hashlib
import os
import string
import subprocess
from pathlib import Path

from todo_lab import paths, versions
from todo_lab.cluster import api_client
from todo_lab.errors import LabError
from todo_lab.services import node

_STAMP = "todo-lab-applied"
_STAMP_PATH = f"/api/v1/namespaces/kube-system/configmaps/{_STAMP}"
_OKE = paths.LAB.parent / "oke"
PIPELINE_RBAC = _OKE / "pipeline-rbac.yaml"
GATEWAY_RBAC = _OKE / "gateway-rbac.yaml"


def values() -> dict[str, str]:
    """Return what the manifests' placeholders stand for."""
    return {
        "node_ip": paths.NODE_IP,
        "dns_ip": paths.DNS_IP,
        "coredns_image": paths.COREDNS_IMAGE,
        "traefik_image": paths.TRAEFIK_IMAGE,
        "gateway": paths.GATEWAY,
        "gateway_class": paths.GATEWAY_CLASS,
        "gateway_namespace": paths.GATEWAY_NAMESPACE,
        "gateway_port": str(paths.GATEWAY_PORT),
        "gateway_ping_port": str(paths.GATEWAY_PING_PORT),
        "dapr_registry": paths.DAPR_REGISTRY,
        "dapr_version": versions.DAPR,
        "dapr_namespace": paths.DAPR_NAMESPACE,
        "outside_names": outside_names(node.nameservers()),
    }


def outside_names(servers: list[str]) -> str:
    """Return the Corefile line for names that are not of the cluster.

    Without a server to ask, they do not exist: an answer at once, not a time-out.
    """
    if servers:
        return "forward . " + " ".join(servers)
    return "template ANY ANY {\n            rcode NXDOMAIN\n        }"


def render(name: str) -> str:
    """Return the manifest file of that name with its placeholders filled in."""
    return string.Template((paths.MANIFESTS / name).read_text()).substitute(values())


def apply(definitions: Path) -> bool:
    """Bring the cluster's own objects up to date; return whether anything had to be sent.

    definitions: folder with the Gateway API's CustomResourceDefinitions. They go first: what uses
    them can be sent only when the API server serves them.
    """
    base = [file.read_text() for file in sorted(definitions.glob("*.yaml"))]
    base += [render("coredns.yaml"), render("traefik.yaml")]
    base += [GATEWAY_RBAC.read_text(), PIPELINE_RBAC.read_text()]
    routes = render("gateway.yaml")
    digest = hashlib.sha256("\0".join([*base, routes]).encode()).hexdigest()
    stamp = api_client.get(_STAMP_PATH)
    if stamp is not None and stamp["data"].get("digest") == digest:
        return False
    send("\n---\n".join(base))
    api_client.wait("the Gateway API", _serves_gateways, 30, "./do lab logs kube-apiserver")
    send(f"{routes}\n---\n{_stamp(digest)}")
    return True


def _serves_gateways() -> bool:
    return api_client.get("/apis/gateway.networking.k8s.io/v1/gateways") is not None


def _stamp(digest: str) -> str:
    return f"""\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {_STAMP}
  namespace: kube-system
data:
  digest: {digest}
"""


def send(objects: str) -> None:
    """Apply objects, in YAML, on the API server and as the lab's own."""
    done = subprocess.run(
        (
            str(paths.BIN / "kubectl"),
            "apply",
            "--server-side",
            "--force-conflicts",
            "--field-manager=todo-lab",
            "--filename=-",
        ),
        input=objects,
        check=False,
        capture_output=True,
        text=True,
        env=os.environ
        | {
            "KUBECONFIG": str(paths.ADMIN_KUBECONFIG),
            "KUBECACHEDIR": str(paths.RUN / "kubectl-cache"),
        },
    )
    if done.returncode != 0:
        raise LabError(
            f"kubectl apply failed: {done.stderr.strip()}", "./do lab logs kube-apiserver"
        )
