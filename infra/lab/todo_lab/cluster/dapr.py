"""Install Dapr's control plane with its own chart, once per change of what that is made from."""

import http.client
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from todo_lab import files, paths, subprocesses
from todo_lab.build.cache_keys import cache_key, tree_key
from todo_lab.cluster import api_client, manifests, readiness
from todo_lab.errors import LabError

RELEASE = "dapr"
_STAMP = "todo-lab"  # a label on Helm's record of the release: the key of what was installed
_VALUES = paths.STATE / "dapr-values.yaml"
_CERTIFICATES = {
    "root.certPEM": "dapr-root.crt",
    "issuer.certPEM": "dapr-issuer.crt",
    "issuer.keyPEM": "dapr-issuer.key",
}
_SECRETS = f"/api/v1/namespaces/{paths.DAPR_NAMESPACE}/secrets"
_PODS = f"/api/v1/namespaces/{paths.DAPR_NAMESPACE}/pods"
_APPS = f"/apis/apps/v1/namespaces/{paths.DAPR_NAMESPACE}"
_WORKLOADS = (
    "deployments/dapr-operator",
    "deployments/dapr-sentry",
    "deployments/dapr-sidecar-injector",
    "statefulsets/dapr-scheduler-server",
)


def install(chart: Path) -> bool:
    """Bring the release to `chart` and the lab's values; return whether anything had to be done.

    The namespace and the custom resources are applied first: Helm would leave those of an older
    chart as they are.
    """
    values = manifests.render("dapr-values.yaml")
    stamp = cache_key(tree_key(chart), values, *(_certificate(n) for n in _CERTIFICATES.values()))
    records = _records()
    if is_installed(records, stamp):
        return False
    for name in interrupted(records):
        api_client.request("DELETE", f"{_SECRETS}/{name}")
    files.write(_VALUES, values)
    definitions = [file.read_text() for file in sorted((chart / "crds").glob("*.yaml"))]
    manifests.send("\n---\n".join([*definitions, _NAMESPACE]))
    subprocesses.run(*helm_argv(chart, stamp), fix="./do lab up", environment=_environment())
    return True


def helm_argv(chart: Path, stamp: str) -> list[str]:
    """Return Helm's command line; certificates and their key are named by their files.

    What somebody changed by hand is taken back: a field that another tool owns would stop the
    installation otherwise, and every `up` after it.
    """
    argv = [str(paths.BIN / "helm"), "upgrade", "--install", RELEASE, str(chart)]
    argv += [f"--namespace={paths.DAPR_NAMESPACE}", "--skip-crds", "--history-max=2"]
    argv += ["--server-side=true", "--force-conflicts"]
    argv += [f"--labels={_STAMP}={stamp}", f"--values={_VALUES}"]
    for name, file in _CERTIFICATES.items():
        argv.append(f"--set-file=dapr_sentry.tls.{name}={paths.PKI / file}")
    return argv


def is_installed(records: Sequence[api_client.Object], stamp: str) -> bool:
    """Tell whether Helm's last record is of a release that was made from the same things."""
    return bool(records) and (
        _labels(records[-1]).get("status") == "deployed"
        and _labels(records[-1]).get(_STAMP) == stamp
    )


def interrupted(records: Sequence[api_client.Object]) -> list[str]:
    """Return the names of records of a Helm that was killed: it refuses to go on beside them.

    Nobody else installs here, and one `lab` command runs at a time.
    """
    return [
        record["metadata"]["name"]
        for record in records
        if _labels(record).get("status", "").startswith("pending-")
    ]


def wait(since: float, seconds: float = 120) -> None:
    """Wait until the control plane runs as described, in containers started after `since`."""
    api_client.wait(
        "Dapr",
        lambda: _is_ready(since),
        seconds,
        f"kubectl -n {paths.DAPR_NAMESPACE} describe pods",
    )


def is_settled(workload: api_client.Object | None) -> bool:
    """Tell whether a Deployment or StatefulSet runs as described, all of it.

    A StatefulSet's status counts differently: it keeps no old replicas beside the new ones.
    """
    if workload is None or workload.get("kind") == "Deployment":
        return api_client.is_rolled_out(workload)
    status, wanted = workload.get("status", {}), workload["spec"].get("replicas", 1)
    return (
        status.get("observedGeneration", 0) >= workload["metadata"]["generation"]
        and status.get("updatedReplicas", 0) == wanted
        and status.get("availableReplicas", 0) == wanted
    )


def _is_ready(since: float) -> bool:
    if not all(is_settled(api_client.get(f"{_APPS}/{name}")) for name in _WORKLOADS):
        return False
    pods: list[Any] = (api_client.get(_PODS) or {}).get("items", [])
    return bool(pods) and all(readiness.is_fresh(pod, since) for pod in pods)


def _records() -> list[api_client.Object]:
    status, body = api_client.request(
        "GET", f"{_SECRETS}?labelSelector=owner%3Dhelm,name%3D{RELEASE}"
    )
    if status != http.client.OK:
        raise LabError(
            f"Helm's records cannot be read: {status} {body.decode(errors='replace')}",
            "./do lab logs kube-apiserver",
        )
    return sorted(json.loads(body)["items"], key=lambda record: int(_labels(record)["version"]))


def _labels(record: api_client.Object) -> dict[str, str]:
    return record["metadata"].get("labels", {})


def _certificate(name: str) -> bytes:
    return (paths.PKI / name).read_bytes()


def _environment() -> dict[str, str]:
    folder = paths.RUN / "helm"  # Helm's caches
    return {
        "KUBECONFIG": str(paths.ADMIN_KUBECONFIG),
        **{f"HELM_{kind}_HOME": str(folder / kind) for kind in ("CACHE", "CONFIG", "DATA")},
    }


_NAMESPACE = f"""\
apiVersion: v1
kind: Namespace
metadata:
  name: {paths.DAPR_NAMESPACE}
  labels:
    pod-security.kubernetes.io/enforce: restricted
"""
