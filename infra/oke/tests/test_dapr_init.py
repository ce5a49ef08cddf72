"""dapr-init.sh brings Dapr's own chart to an API server, goes on where it stopped, says why not."""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from programs import tool
from todo_lab import paths, versions
from todo_lab.build import go_patches

from api_server import ApiServer
from dapr_script import run

WORKLOADS = (
    "deployment/dapr-operator", "deployment/dapr-sentry", "deployment/dapr-sidecar-injector",
    "statefulset/dapr-scheduler-server",
)  # fmt: skip
NAMESPACE = ("--namespace", "dapr-system")


@pytest.fixture(scope="module")
def chart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy Dapr's chart as its authors wrote it, with three schedulers."""
    module = go_patches.download(go_patches.DAPR_MODULE, paths.TOOLS / "dapr")
    copy = tmp_path_factory.mktemp("chart") / "dapr"
    shutil.copytree(module / "charts/dapr", copy, copy_function=shutil.copyfile)
    for folder in (copy, *(path for path in copy.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    return copy


def dapr_init(
    cluster: ApiServer, chart: Path, *arguments: str, timeout: int = 2, as_stranger: bool = False
) -> subprocess.CompletedProcess[str]:
    path = f"{Path(tool('kubectl')).parent}:{os.environ['PATH']}"
    kubeconfig = cluster.stranger if as_stranger else cluster.kubeconfig
    given = ("--chart", str(chart), "--timeout", str(timeout), *arguments)
    return run(*given, kubeconfig=kubeconfig, path=path)


def make_healthy(cluster: ApiServer) -> None:
    """Say of each part that it runs, as its controller would."""
    for workload in WORKLOADS:
        kind = workload.partition("/")[0]
        found = json.loads(cluster.kubectl(*NAMESPACE, "get", workload, "-o", "json"))
        counts = {"replicas": 1, "readyReplicas": 1, "updatedReplicas": 1, "availableReplicas": 1}
        status: dict[str, Any] = {
            **counts,
            "observedGeneration": found["metadata"]["generation"],
        }
        if kind == "statefulset":
            status |= {"currentRevision": "a", "updateRevision": "a", "currentReplicas": 1}
        patch = json.dumps({"status": status})
        cluster.kubectl(
            *NAMESPACE, "patch", workload, "--subresource=status", "--type=merge", "-p", patch
        )


def records(cluster: ApiServer) -> dict[str, str]:
    listed = cluster.kubectl(*NAMESPACE, "get", "secrets", "-l", "owner=helm", "-o", "json")
    found = (item["metadata"] for item in json.loads(listed)["items"])
    return {item["name"]: item["labels"]["status"] for item in found}


def make_record(cluster: ApiServer, revision: int) -> str:
    """Leave what a helm leaves that is at work, or was killed."""
    name = f"sh.helm.release.v1.dapr.v{revision}"
    secret = {
        "apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1",
        "metadata": {"name": name, "namespace": "dapr-system", "labels": {
            "owner": "helm", "name": "dapr", "status": "pending-upgrade", "version": str(revision),
        }},
        "data": {"release": base64.b64encode(b"cut off").decode()},
    }  # fmt: skip
    cluster.kubectl("create", "-f", "-", stdin=json.dumps(secret))
    return name


@pytest.mark.lab
def test_a_plan_says_what_would_be_done_and_changes_nothing(
    cluster: ApiServer, chart: Path
) -> None:
    named = ("get", "namespaces,crds,clusterroles", "-o", "name")
    before = cluster.kubectl(*named)
    done = dapr_init(cluster, chart, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert f"Dapr {versions.DAPR} in namespace dapr-system; there now: nothing" in done.stdout
    assert "components, configuration" in done.stdout
    assert f"/sentry:{versions.DAPR}" in done.stdout
    assert "placement" not in done.stdout
    assert "nothing was changed; next: infra/oke/dapr-init.sh" in done.stdout
    assert cluster.kubectl(*named) == before


@pytest.mark.lab
def test_it_installs_one_small_control_plane_and_says_what_is_not_healthy(
    cluster: ApiServer, chart: Path
) -> None:
    done = dapr_init(cluster, chart)
    assert done.returncode == 1
    for workload in WORKLOADS:
        assert f"{workload} is not healthy" in done.stderr
    assert "next: kubectl -n dapr-system describe pods" in done.stderr
    namespace = json.loads(cluster.kubectl("get", "namespace", "dapr-system", "-o", "json"))
    labels = namespace["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    listed = json.loads(cluster.kubectl(*NAMESPACE, "get", "deploy,sts", "-o", "json"))["items"]
    assert {f"{i['kind'].lower()}/{i['metadata']['name']}" for i in listed} == set(WORKLOADS)
    assert {item["spec"]["replicas"] for item in listed} == {1}
    (scheduler,) = (i for i in listed if i["kind"] == "StatefulSet")
    assert "volumeClaimTemplates" not in scheduler["spec"]
    images = {item["spec"]["template"]["spec"]["containers"][0]["image"] for item in listed}
    assert {image.rpartition(":")[2] for image in images} == {versions.DAPR}

    make_healthy(cluster)
    again = dapr_init(cluster, chart, timeout=30)
    assert again.returncode == 0, again.stderr
    assert f"Dapr {versions.DAPR} is healthy" in again.stdout
    assert "over" in again.stdout
    assert dapr_init(cluster, chart, "--check").returncode == 0


@pytest.mark.lab
def test_its_pods_are_taken_by_a_restricted_namespace(cluster: ApiServer, chart: Path) -> None:
    dapr_init(cluster, chart)
    listed = json.loads(cluster.kubectl(*NAMESPACE, "get", "deploy,sts", "-o", "json"))["items"]
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}
    cluster.kubectl(*NAMESPACE, "apply", "-f", "-", stdin=json.dumps(account))
    for item in listed:
        pod = {
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": item["metadata"]["name"]},
            "spec": item["spec"]["template"]["spec"],
        }  # fmt: skip
        create = (*NAMESPACE, "create", "--dry-run=server", "-f", "-")
        cluster.kubectl(*create, stdin=json.dumps(pod))
        del pod["spec"]["containers"][0]["securityContext"]
        with pytest.raises(AssertionError, match="violates PodSecurity"):
            cluster.kubectl(*create, stdin=json.dumps(pod))


@pytest.mark.lab
def test_a_check_names_the_part_that_is_away(cluster: ApiServer, chart: Path) -> None:
    dapr_init(cluster, chart)
    make_healthy(cluster)
    cluster.kubectl(*NAMESPACE, "delete", "deployment/dapr-sentry", "--wait=false")
    cluster.kubectl("delete", "mutatingwebhookconfiguration/dapr-sidecar-injector")
    done = dapr_init(cluster, chart, "--check")
    assert done.returncode == 1
    assert "deployment/dapr-sentry is not healthy" in done.stderr
    assert "deployment/dapr-operator is healthy" in done.stdout
    assert "the webhook that adds sidecars is not as installed" in done.stderr
    assert "not healthy: deployment/dapr-sentry webhook" in done.stderr
    # The next run mends both.
    assert "statefulset/dapr-scheduler-server is healthy" in dapr_init(cluster, chart).stdout
    make_healthy(cluster)
    assert dapr_init(cluster, chart, "--check").returncode == 0


@pytest.mark.lab
def test_a_helm_that_was_killed_is_gone_past_and_one_at_work_is_not(
    cluster: ApiServer, chart: Path
) -> None:
    dapr_init(cluster, chart)
    record = make_record(cluster, 9)
    refused = dapr_init(cluster, chart, timeout=600)
    assert refused.returncode == 1
    assert "another helm has been at work on dapr in dapr-system for" in refused.stderr
    assert "infra/oke/dapr-init.sh --take-over" in refused.stderr
    assert records(cluster)[record] == "pending-upgrade"
    make_healthy(cluster)
    done = dapr_init(cluster, chart, "--take-over", timeout=30)
    assert done.returncode == 0, done.stderr
    assert f"removing {record}" in done.stdout
    assert set(records(cluster).values()) <= {"deployed", "superseded"}


@pytest.mark.lab
def test_what_somebody_changed_by_hand_is_taken_back(cluster: ApiServer, chart: Path) -> None:
    dapr_init(cluster, chart)
    hook = "mutatingwebhookconfiguration/dapr-sidecar-injector"
    by_hand = [{"op": "replace", "path": "/webhooks/0/failurePolicy", "value": "Ignore"}]
    cluster.kubectl("patch", hook, "--type=json", f"--patch={json.dumps(by_hand)}")
    dapr_init(cluster, chart)
    found = json.loads(cluster.kubectl("get", hook, "-o", "json"))
    assert found["webhooks"][0]["failurePolicy"] == "Fail"


@contextmanager
def reading(cluster: ApiServer) -> Generator[None]:
    """Let the stranger read until the block ends."""
    # No controller fills the role `view` here.
    cluster.kubectl("create", "clusterrole", "reads", "--verb=get,list", "--resource=deployments")
    may_read = ("reads", "--clusterrole=reads", "--user=stranger")
    cluster.kubectl("create", "clusterrolebinding", *may_read)
    try:
        wait_for_rights(cluster)
        yield
    finally:
        cluster.kubectl("delete", "clusterrolebinding,clusterrole", "reads")


def wait_for_rights(cluster: ApiServer) -> None:
    """Wait until the API server has heard of them."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            cluster.kubectl(*NAMESPACE, "auth", "can-i", "get", "deployments", "--as=stranger")
        except AssertionError:  # "no" is a failure too
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the stranger may not read yet")


@pytest.mark.lab
def test_somebody_without_the_rights_is_told_which(cluster: ApiServer, chart: Path) -> None:
    done = dapr_init(cluster, chart, as_stranger=True)
    assert done.returncode == 1
    assert "next: kubectl config use-context <an administrator" in done.stderr
    assert "forbidden" in done.stderr
    with reading(cluster):
        done = dapr_init(cluster, chart, as_stranger=True)
    assert done.returncode == 1
    assert "this kubectl context may not create namespaces" in done.stderr
