"""The promise: one look says why a release does not work, and changes nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fake_cluster import FakeCluster
from fake_objects import bad, ok, selfcheck_pod

from todo_ci.cluster.next_steps import INJECTOR, INJECTOR_WEBHOOK
from todo_ci.commands import logs
from todo_ci.diagnosis import collect
from todo_ci.diagnosis.diagnosis import Diagnosis
from todo_ci.errors import ClusterError, InputError
from todo_ci.scripts import source

FIXTURES = Path(__file__).parents[1] / "fixtures"
PODS = {name: f"todo-app-{name}-1-a" for name in ("backend", "frontend")}
DOWN = {"database": {"reachable": False}}


def collected(**health: Any) -> str:
    pods = [
        {
            "pod": pod,
            "health": health.get(name, {}),
            "containers": [{"name": name, "log": f"{name} says\n", "previous": ""},
                           {"name": "daprd", "log": "", "previous": f"{name} is gone\n"}],
        }
        for name, pod in PODS.items()
    ]  # fmt: skip
    return json.dumps(
        {"events": {pod: ["Normal Started: x"] for pod in PODS.values()}, "pods": pods}
    )


async def told(component: str = "", *, lines: int = 20, **health: Any) -> Diagnosis:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["collect"] = [ok(collected(**health))]
    return await logs.logs(cluster.context(), component=component, lines=lines)


@pytest.mark.anyio
async def test_a_healthy_release_is_called_so_and_its_last_lines_are_shown() -> None:
    found = await told()
    assert found.headline == "todo-app on local: backend 1/1, frontend 1/1; nothing is wrong"
    for text in (found.table(), found.markdown(), found.json()):
        assert "backend says" in text
        assert "frontend is gone" in text
    assert "Started" not in found.table()


@pytest.mark.anyio
async def test_of_a_broken_one_only_the_pods_concerned_are_shown_with_their_events() -> None:
    found = await told(backend=DOWN)
    assert "1 causes found" in found.headline
    for text in (found.table(), found.markdown()):
        assert "database" in text
        assert "todo-ci secrets --env local" in text
        assert "Normal Started: x" in text
        assert "frontend says" not in text
    assert json.loads(found.json())["causes"][0]["cause"] == "database"


@pytest.mark.anyio
async def test_one_component_can_be_looked_at_alone() -> None:
    found = await told("frontend", backend=DOWN)
    assert found.headline == "todo-app on local: frontend 1/1; nothing is wrong"
    assert [words.pod for words in found.pods] == [PODS["frontend"]]


@pytest.mark.anyio
async def test_a_test_that_failed_once_is_no_cause() -> None:
    """Helm leaves its pod behind, also that of a release which was returned from."""
    failed = {
        "kind": "Pod",
        "metadata": {"name": "todo-app-test-x", "labels": {"app.kubernetes.io/component": "test"}},
        "spec": {"containers": [{"name": "test"}]},
        "status": {"phase": "Failed"},
    }
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["objects"] = [ok(json.dumps({"items": [failed]}))]
    cluster.answers["collect"] = [ok(collected())]
    found = await logs.logs(cluster.context(), component="", lines=5)
    assert found.causes == ()


@pytest.mark.anyio
@pytest.mark.parametrize(("component", "causes"), [("", 1), ("backend", 1), ("frontend", 0)])
async def test_a_job_that_a_plugin_knows_belongs_to_the_component_whose_image_it_runs(
    component: str, causes: int
) -> None:
    items = json.loads((FIXTURES / "migration.json").read_text())["items"]
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["objects"] = [ok(json.dumps({"items": items}))]
    cluster.answers["collect"] = [ok(json.dumps({"events": {}, "pods": []}))]
    found = await logs.logs(cluster.context(), component=component, lines=5)
    assert len(found.causes) == causes


@pytest.mark.anyio
@pytest.mark.parametrize("component", ["", "frontend"])
async def test_an_injector_that_was_gone_for_the_pod_of_a_test_alone_is_named(
    component: str,
) -> None:
    cluster = FakeCluster(left=[selfcheck_pod(sidecar=False)]).seed("r1-passed")
    cluster.answers["collect"] = [ok(collected())]
    found = await logs.logs(cluster.context(), component=component, lines=5)
    (cause,) = found.causes
    assert (cause.cause, cause.where) == ("daprd", "todo-app-test-selfcheck-x")
    assert INJECTOR_WEBHOOK in cause.evidence
    assert cause.next_step == INJECTOR


@pytest.mark.anyio
async def test_the_pod_of_a_test_with_its_sidecar_is_no_cause() -> None:
    cluster = FakeCluster(left=[selfcheck_pod(sidecar=True)]).seed("r1-passed")
    cluster.answers["collect"] = [ok(collected())]
    assert (await logs.logs(cluster.context(), component="", lines=5)).causes == ()


@pytest.mark.anyio
async def test_it_only_reads_and_asks_for_as_many_lines_as_given() -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["collect"] = [ok(collected())]
    await logs.logs(cluster.context(), component="", lines=7)
    assert set(cluster.ran) == {"preflight", "objects", "collect", "sidecars", "dapr"}
    asked = collect.collect_step(7).argv
    assert asked[-3:] == ("--lines", "7", "--health=backend=8000/health")
    assert collect.collect_step(7).network


@pytest.mark.anyio
async def test_without_dapr_the_rest_is_still_told() -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["collect"] = [ok(collected(backend=DOWN))]
    cluster.answers["dapr"] = [bad("error: the server doesn't have a resource type")]
    cluster.answers["sidecars"] = [bad("nobody there")]
    found = await logs.logs(cluster.context(), component="", lines=5)
    assert [finding.cause for finding in found.causes] == ["database"]


@pytest.mark.anyio
async def test_nothing_released_says_so() -> None:
    cluster = FakeCluster()
    cluster.answers["objects"] = [ok('{"items": []}')]
    cluster.answers["collect"] = [ok('{"events": {}, "pods": []}')]
    found = await logs.logs(cluster.context(), component="", lines=5)
    assert "nothing runs" in found.table()


@pytest.mark.anyio
@pytest.mark.parametrize(("component", "lines"), [("database", 20), ("", 0)])
async def test_another_component_or_no_lines_is_refused(component: str, lines: int) -> None:
    with pytest.raises(InputError):
        await told(component, lines=lines)


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["objects", "collect"])
async def test_a_cluster_that_goes_away_is_no_healthy_release(name: str) -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["collect"] = [ok(collected())]
    cluster.answers[name] = [bad("dial tcp: connection refused")]
    with pytest.raises(ClusterError, match="cannot be reached"):
        await logs.logs(cluster.context(), component="", lines=5)


KUBECTL = r"""#!/bin/sh
echo "$*" >>"$ROOM/argv"
case "$*" in
*' get pods '*) cat "$ROOM/pods.json" ;;
*' get events '*) cat "$ROOM/events.json" ;;
*' get --raw '*) echo '{"status": "ok"}' ;;
*'--container daprd '*) echo 'no such container' >&2; exit 1 ;;
*' logs '*--previous) echo 'before' ;;
*' logs '*) echo 'now' ;;
esac
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)
    (tmp_path / "scripts").mkdir()
    for name in ("collect_logs.py", "kubectl.py"):
        (tmp_path / "scripts" / name).write_text(source(name))
    labels = {"app.kubernetes.io/component": "backend"}
    spec = {"containers": [{"name": "backend"}], "initContainers": [{"name": "daprd"}]}
    pods = [
        {"metadata": {"name": "a", "labels": labels}, "spec": spec, "status": {"phase": "Running"}},
        {"metadata": {"name": "done"}, "spec": spec, "status": {"phase": "Succeeded"}},
    ]
    event = {"type": "Warning", "reason": "BackOff", "involvedObject": {"name": "a"}}
    events = [{**event, "message": "second", "lastTimestamp": "2026-03-01T12:00:02Z"},
              {**event, "message": "first", "lastTimestamp": "2026-03-01T12:00:01Z"}]  # fmt: skip
    (tmp_path / "pods.json").write_text(json.dumps({"items": pods}))
    (tmp_path / "events.json").write_text(json.dumps({"items": events}))
    return tmp_path


def test_the_program_reads_logs_events_and_health_of_what_is_not_done(room: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.collect_logs", "--namespace", "todo", "--selector", "a=b",
         "--lines", "7", "--health=backend=8000/health"],
        cwd=room, capture_output=True, text=True, check=True,
        env={"PATH": f"{room}:{os.environ['PATH']}", "ROOM": str(room)},
    )  # fmt: skip
    answer = json.loads(done.stdout)
    (pod,) = answer["pods"]
    assert (pod["pod"], pod["health"]) == ("a", {"status": "ok"})
    assert pod["containers"][0] == {"name": "backend", "log": "now\n", "previous": "before\n"}
    assert pod["containers"][1] == {"name": "daprd", "log": "", "previous": ""}
    assert answer["events"] == {"a": ["Warning BackOff: first", "Warning BackOff: second"]}
    asked = (room / "argv").read_text()
    assert "/namespaces/todo/pods/a:8000/proxy/health" in asked
    assert "--tail=7" in asked
    assert not {"create", "apply", "patch", "delete", "exec"} & set(asked.split())
