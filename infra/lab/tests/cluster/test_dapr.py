"""Dapr is its authors' chart with the lab's values, installed once, and fails closed."""

from typing import Any

import pytest
import yaml

from todo_lab import paths
from todo_lab.cluster import dapr, manifests


def values() -> dict[str, Any]:
    return yaml.safe_load(manifests.render("dapr-values.yaml"))


def record(version: int, status: str, stamp: str = "") -> dict[str, Any]:
    labels = {"version": str(version), "status": status, "todo-lab": stamp}
    return {"metadata": {"name": f"sh.helm.release.v1.dapr.v{version}", "labels": labels}}


def test_a_pod_of_the_app_never_starts_without_its_sidecar():
    injector = values()["dapr_sidecar_injector"]
    assert injector["webhookFailurePolicy"] == "Fail"
    (rule,) = injector["namespaceSelector"]["matchExpressions"]
    assert rule["operator"] == "NotIn"
    # Those that Dapr itself and the gateway need before there is an injector.
    assert set(rule["values"]) == {"kube-system", "dapr-system", "traefik"}
    assert paths.NAMESPACE not in rule["values"]


def test_the_injector_passes_over_what_it_would_on_any_cluster():
    assert "allowedServiceAccounts" not in values()["dapr_sidecar_injector"]


def test_the_labs_values_are_those_of_a_cluster_but_for_images_and_figures():
    """infra/oke/dapr-init.sh installs the same control plane elsewhere."""
    there: dict[str, Any] = yaml.safe_load((paths.LAB.parent / "oke/dapr-values.yaml").read_text())
    assert alike(values()) == alike(there)


def alike(given: dict[str, Any]) -> dict[str, Any]:
    """Leave out where images come from, and what a part is given of the node."""
    own = {"registry", "tag", "imagePullPolicy", "sidecarImagePullPolicy", "resources"}
    return {part: {k: v for k, v in of.items() if k not in own} for part, of in given.items()}


def test_every_part_has_its_share_of_memory():
    for name in ("dapr_scheduler", "dapr_operator", "dapr_sentry", "dapr_sidecar_injector"):
        assert set(values()[name]["resources"]) == {"requests", "limits"}, name


def test_the_issuers_key_is_no_argument():
    argv = dapr.helm_argv(paths.CACHE, "stamp")
    assert f"--set-file=dapr_sentry.tls.issuer.keyPEM={paths.PKI}/dapr-issuer.key" in argv
    assert not any("BEGIN" in word for word in argv)


def test_the_same_release_is_not_installed_again():
    assert dapr.is_installed([record(1, "superseded", "a"), record(2, "deployed", "b")], "b")


@pytest.mark.parametrize(
    "records",
    [
        [],
        [record(1, "deployed", "another")],
        [record(1, "failed", "b")],
        [record(1, "deployed", "b"), record(2, "pending-upgrade", "c")],
    ],
)
def test_another_a_failed_or_an_interrupted_release_is_installed(records: list[dict[str, Any]]):
    assert not dapr.is_installed(records, "b")


def test_only_records_of_a_killed_helm_are_removed():
    records = [record(1, "deployed"), record(2, "failed"), record(3, "pending-install")]
    assert dapr.interrupted(records) == ["sh.helm.release.v1.dapr.v3"]


def workload(kind: str, **status: int) -> dict[str, Any]:
    state = {"observedGeneration": 2, "updatedReplicas": 1, "replicas": 1, "availableReplicas": 1}
    return {
        "kind": kind,
        "metadata": {"generation": 2},
        "spec": {"replicas": 1},
        "status": state | status,
    }


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_a_workload_is_settled_when_all_of_it_is_new_and_available(kind: str):
    assert dapr.is_settled(workload(kind))
    for fault in ({"observedGeneration": 1}, {"updatedReplicas": 0}, {"availableReplicas": 0}):
        assert not dapr.is_settled(workload(kind, **fault)), fault
    assert not dapr.is_settled(None)
