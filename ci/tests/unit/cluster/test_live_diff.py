"""The promise: a deploy's changes are told from drift, and drift by who made it."""

import json
from pathlib import Path
from typing import Any

import pytest

from todo_ci.cluster.field_owners import Owner, autoscaler, writer
from todo_ci.cluster.live_diff import (
    NOBODY,
    Live,
    compare_hooks,
    compare_live,
)
from todo_ci.cluster.manifest_diff import Change, Kind
from todo_ci.scripts.kube_objects import is_hook

Object = dict[str, Any]
MORNING, NOON = "2026-03-01T08:00:00Z", "2026-03-01T12:00:00Z"
# Written by a real API server: a Deployment that helm applied, whose image's variable A and whose
# new variable B are kubectl's, and whose replicas came through the subresource `scale`.
LIVE: Object = json.loads((Path(__file__).parents[1] / "fixtures/live-deployment.json").read_text())
NAME = "Deployment app"


def released() -> Object:
    """Return what helm applied."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "app"},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": "app"}},
            "template": {
                "metadata": {"labels": {"app": "app"}},
                "spec": {
                    "containers": [
                        {
                            "name": "main",
                            "image": "registry.test/app:1",
                            "env": [{"name": "A", "value": "one"}],
                            "resources": {"limits": {"cpu": "500m"}},
                        }
                    ]
                },
            },
        },
    }


def with_fields(item: Object, **fields: Any) -> Object:
    """Return a copy with some fields of its container set."""
    copy: Object = json.loads(json.dumps(item))
    copy["spec"]["template"]["spec"]["containers"][0].update(fields)
    return copy


def planned(**fields: Any) -> Object:
    """Return what the API server would make of it: helm's own fields come back, others stay."""
    (container,) = LIVE["spec"]["template"]["spec"]["containers"]
    env = [{"name": "A", "value": "one"}, *container["env"][1:]]
    item = with_fields(LIVE, **{"env": env, **fields})
    item["spec"]["replicas"] = 1
    item["metadata"] = {key: LIVE["metadata"][key] for key in ("name", "namespace", "labels")}
    item["metadata"]["annotations"] = LIVE["metadata"]["annotations"]
    return item


def found(live: Object, *, would: Object, new: Object) -> dict[str, Change]:
    drift = compare_live(Live([live], [would]), [released()], [new])
    return {change.field: change for change in drift.changes}


def test_drift_is_named_by_field_and_by_who_changed_it() -> None:
    drift = found(LIVE, would=planned(), new=released())
    change = drift["spec.template.spec.containers[main].env[A].value"]
    assert (change.kind, change.before, change.after) == (Kind.CHANGED, "two", "one")
    assert change.by.startswith("kubectl-set, 20")


def test_what_somebody_added_is_named_though_no_deploy_takes_it_away() -> None:
    drift = found(LIVE, would=planned(), new=released())
    change = drift["spec.template.spec.containers[main].env[B]"]
    assert (change.kind, change.before) == (Kind.EXTRA, {"name": "B", "value": "added"})
    assert change.by.startswith("kubectl-set, ")


def test_what_the_deploy_changes_is_nobodys_drift() -> None:
    new = with_fields(released(), image="registry.test/app:2")
    drift = found(LIVE, would=planned(image="registry.test/app:2"), new=new)
    change = drift["spec.template.spec.containers[main].image"]
    assert (change.before, change.after) == ("registry.test/app:1", "registry.test/app:2")
    assert change.by == ""


def test_what_the_server_and_controllers_write_is_no_difference() -> None:
    drift = compare_live(Live([LIVE], [planned()]), [released()], [released()])
    roots = {change.field.partition("[")[0] for change in drift.changes}
    assert roots == {"spec.template.spec.containers"}


def test_a_count_that_an_autoscaler_keeps_is_left_alone_and_said() -> None:
    assert autoscaler(LIVE) == Owner("kube-controller-manager", ""), (
        "the server keeps no time of it"
    )
    drift = compare_live(Live([LIVE], [planned()]), [released()], [released()])
    (said,) = drift.left
    assert said.startswith(f"{NAME}: spec.replicas is 3, kept by an autoscaler")
    assert "the chart names 1" in said


def test_every_autoscaler_is_known_by_its_name() -> None:
    by_keda = json.loads(json.dumps(LIVE).replace("kube-controller-manager", "keda"))
    assert autoscaler(by_keda) == Owner("keda", "")


@pytest.mark.parametrize("tool", ["kubectl", "k9s", "headlamp-server"])
def test_a_count_that_somebody_set_is_drift(tool: str) -> None:
    by_hand = json.loads(json.dumps(LIVE).replace("kube-controller-manager", tool))
    assert autoscaler(by_hand) is None
    drift = found(by_hand, would=planned(), new=released())
    assert (drift["spec.replicas"].before, drift["spec.replicas"].after) == (3, 1)
    assert drift["spec.replicas"].by == tool


def test_a_field_that_is_gone_was_taken_by_somebody_unknown() -> None:
    live = with_fields(LIVE, resources={})
    drift = found(live, would=planned(), new=released())
    change = drift["spec.template.spec.containers[main].resources.limits"]
    assert (change.kind, change.by) == (Kind.ADDED, NOBODY)


def test_objects_that_are_gone_new_or_no_longer_wanted_are_named_as_a_whole() -> None:
    old, new = ({"kind": "Role", "metadata": {"name": name}} for name in ("old", "new"))
    gone = released()
    drift = compare_live(Live([old], []), [old, gone], [gone, new])
    assert drift.changes == (
        Change(NAME, Kind.ADDED, by=f"deleted by {NOBODY}"),
        Change("Role new", Kind.ADDED),
        Change("Role old", Kind.REMOVED),
    )
    assert compare_live(Live([], []), [old], []).changes == ()


def test_what_the_server_does_not_take_is_said_with_what_somebody_changed() -> None:
    """A port that was moved by hand: helm's own would come back beside it, under its name."""
    service = {"kind": "Service", "metadata": {"name": "app"}}
    port = {"name": "http", "port": 80, "protocol": "TCP"}
    owned: Object = {
        "f:spec": {"f:ports": {'k:{"port":81,"protocol":"TCP"}': {".": {}, "f:port": {}}}}
    }
    entry: Object = {"manager": "kubectl-edit", "time": NOON, "fieldsV1": owned}
    metadata = {"name": "app", "managedFields": [entry]}
    live = {**service, "metadata": metadata, "spec": {"ports": [{**port, "port": 81}]}}
    wanted = {**service, "spec": {"ports": [port]}}
    said = {"Service app": "Duplicate value: http"}
    changes = compare_live(Live([live], [], said), [wanted], [wanted]).changes
    assert changes == (
        Change(
            "Service app",
            Kind.REFUSED,
            after="Duplicate value: http",
            by=f"kubectl-edit, {NOON}",
        ),
        Change(
            "Service app", Kind.CHANGED, "spec.ports[http].port", 81, 80, f"kubectl-edit, {NOON}"
        ),
    )


def test_the_last_to_write_a_field_is_named() -> None:
    def entry(manager: str, time: str) -> Object:
        return {"manager": manager, "time": time, "fieldsV1": {"f:data": {"f:a": {}}}}

    fields = [entry("helm", NOON), entry("kubectl-edit", MORNING), entry("k9s", NOON)]
    live = {"kind": "ConfigMap", "metadata": {"name": "a", "managedFields": fields}}
    live["data"] = {"a": "1"}
    assert writer(live, ("data", "a")) == Owner("k9s", NOON)
    assert writer(live, ("data", "b")) is None


def test_the_values_of_a_secret_are_never_shown() -> None:
    def secret(value: str, **metadata: Any) -> Object:
        named = {"name": "a", **metadata}
        return {"kind": "Secret", "metadata": named, "data": {"key": value, "more": value}}

    entry: Object = {
        "manager": "kubectl-edit",
        "time": NOON,
        "fieldsV1": {"f:data": {"f:more": {}}},
    }
    live, would = secret("canary-1", managedFields=[entry]), secret("canary-2")
    rendered = {"kind": "Secret", "metadata": {"name": "a"}, "data": {"key": "canary-2"}}
    changes = compare_live(Live([live], [would]), [rendered], [rendered]).changes
    assert {change.field for change in changes} >= {"data.key", "data.more"}
    assert "canary" not in repr(changes)


def test_a_restart_is_no_difference() -> None:
    marked = json.loads(json.dumps(LIVE))
    marks = {"kubectl.kubernetes.io/restartedAt": NOON}
    marked["spec"]["template"]["metadata"]["annotations"] = marks
    fields: Object = {"f:spec": {"f:template": {"f:metadata": {"f:annotations": {".": {}, **{
        f"f:{name}": {} for name in marks}}}}}}  # fmt: skip
    entry: Object = {"manager": "kubectl-rollout", "time": NOON, "fieldsV1": fields}
    marked["metadata"]["managedFields"].append(entry)
    assert not [name for name in found(marked, would=planned(), new=released()) if "annot" in name]


@pytest.mark.parametrize(("notes", "hook"), [({"helm.sh/hook": "test"}, True), (None, False)])
def test_hooks_are_compared_with_those_of_the_release(notes: Any, hook: bool) -> None:
    old, new = (
        {"kind": "Job", "metadata": {"name": "a", "annotations": notes}, "spec": {"image": image}}
        for image in ("old", "new")
    )
    assert is_hook(old) == hook
    assert bool(compare_hooks([old], [new])) == hook
