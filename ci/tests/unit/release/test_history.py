"""The promise: one look says what runs, what is known about it, and who is changing it."""

import json
from pathlib import Path

import pytest
from fake_cluster import FakeCluster
from fake_objects import bad, workload

from todo_ci.cluster import helm, kubectl, pods
from todo_ci.commands import status
from todo_ci.commands.history import history as list_releases
from todo_ci.errors import ClusterError
from todo_ci.release import history
from todo_ci.release.verdict import Verification

FIXTURES = Path(__file__).parents[1] / "fixtures"


def test_a_real_history_is_joined_with_its_labels() -> None:
    rows = helm.parse_history((FIXTURES / "helm-history.json").read_text())
    revisions = history.merge(rows, (FIXTURES / "labels.txt").read_text())
    assert [r.number for r in revisions] == [row.revision for row in rows]
    latest = revisions[-1]
    assert (latest.number, latest.status, latest.verdict) == (27, "deployed", Verification.PASSED)
    assert latest.commit
    assert latest.created == "2026-11-23T14:47:55Z"
    assert revisions[-2].verdict is Verification.FAILED


def test_a_label_copied_from_another_revision_is_no_verdict() -> None:
    rows = (helm.Row(3, "", "deployed", "Rollback to 1"),)
    (revision,) = history.merge(rows, '\t{"version": "3", "verdict": "r1-passed"}\n')
    assert revision.verdict is Verification.UNVERIFIED


def test_a_revision_whose_labels_are_gone_is_unverified() -> None:
    (revision,) = history.merge((helm.Row(3, "", "deployed", ""),), "")
    assert revision.verdict is Verification.UNVERIFIED


def test_only_metadata_of_the_release_records_is_printed() -> None:
    step = kubectl.release_labels()
    (output,) = (a for a in step.argv if a.startswith("--output"))
    assert ".metadata.labels" in output
    assert ".data" not in output


@pytest.mark.anyio
async def test_nothing_released_is_a_history_too() -> None:
    past = await list_releases(FakeCluster().context())
    assert past.latest is None
    assert "nothing is released" in past.table()
    assert json.loads(past.json()) == []


@pytest.mark.anyio
async def test_a_history_that_cannot_be_read_is_not_taken_for_an_empty_one() -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["history"] = [bad("Error: cluster unreachable: connection refused")]
    with pytest.raises(ClusterError, match="cannot be reached"):
        await list_releases(cluster.context())
    cluster.answers["labels"] = [bad("secrets is forbidden")]
    with pytest.raises(ClusterError, match="lacks a right"):
        await list_releases(cluster.context())


@pytest.mark.anyio
async def test_the_status_shows_release_verdict_and_lock() -> None:
    cluster = FakeCluster().seed("r1-passed", "")
    cluster.lease = {"metadata": {}, "spec": {"holderIdentity": "somebody pid 1"}}
    seen = await status.status(cluster.context())
    assert "revision 2 is deployed, unverified" in seen.headline
    for text in (seen.table(), seen.markdown(), seen.json()):
        assert "somebody pid 1" in text
        assert "backend" in text


@pytest.mark.anyio
async def test_the_status_of_nothing_says_so() -> None:
    seen = await status.status(FakeCluster().context())
    assert "nothing is released" in seen.table()


def test_sidecars_are_counted_where_there_should_be_some() -> None:
    items = [*workload("backend", "b"), *workload("frontend", "f"), *workload("old", "o")]
    pod = {item["metadata"]["labels"]["app.kubernetes.io/component"]: item
           for item in items if item["kind"] == "Pod"}  # fmt: skip
    pod["backend"]["status"]["initContainerStatuses"][0]["restartCount"] = 3
    del pod["frontend"]["spec"]["initContainers"]
    pod["old"]["metadata"]["annotations"] = {}
    shown = status.Status(
        "local", None, "", pods.components(items), pods.containers(items), pods.sidecars(items)
    ).table()
    cells = {line.split()[0]: line.split()[-3:] for line in shown.splitlines() if "/1" in line}
    assert "1/1, 3 restarts" in shown
    assert cells["frontend"][-1] == "0/1"
    assert cells["old"][-1] == "none"
