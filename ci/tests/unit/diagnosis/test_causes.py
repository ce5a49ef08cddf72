"""The promise: every cause is named by its row, with what was seen and the command that helps."""

import copy
from dataclasses import replace

import pytest
from fake_objects import workload
from snapshots import POD, Object, changed, healthy, only, said, sick, snapshot, waiting, warned

from todo_ci.cluster.next_steps import INJECTOR, INJECTOR_WEBHOOK
from todo_ci.cluster.snapshot import Log, Snapshot
from todo_ci.diagnosis import causes


@pytest.mark.parametrize(
    "seen", [healthy(), Snapshot("local", []), Snapshot("oke", snapshot("steady"))]
)
def test_a_healthy_release_has_no_cause(seen: Snapshot) -> None:
    assert [f for f in causes.find(seen) if "migration" not in f.where] == []


def test_warnings_from_its_start_and_complaints_in_its_log_make_no_healthy_pod_sick() -> None:
    events = warned("Unhealthy: Startup probe failed: connection refused", "BackOff: restarting")
    noise = said("DATABASE_URL: cannot connect to db. Accepted: x. Next: y")
    assert causes.find(replace(healthy(), events=events, logs=noise)) == ()


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ("failed to resolve: registry.test/todo: not found", "todo-ci publish"),
        ("pull access denied: 401 Unauthorized", "todo-ci secrets --env local --registry-username"),
        ("no match for platform in manifest", "every platform"),
        ("dial tcp: connection refused", "todo-ci doctor --env local"),
    ],
)
def test_an_image_that_cannot_be_had(message: str, remedy: str) -> None:
    events = warned(f'Failed: Failed to pull image "x": {message}', "Failed: Error: ErrImagePull")
    finding = only(
        changed(app=waiting("ImagePullBackOff", "Back-off"), phase="Pending", events=events)
    )
    assert (finding.cause, finding.where) == ("image", f"{POD} backend")
    assert message in finding.evidence
    assert remedy in finding.next_step


def test_an_image_that_does_not_exist_as_recorded_on_a_cluster() -> None:
    items = snapshot("image")
    finding = only(Snapshot("local", items))
    assert (finding.cause, finding.pod) == ("image", sick(items))
    assert "failed to resolve reference" in finding.evidence


def test_an_image_of_another_machine() -> None:
    logs = said("exec /usr/bin/todo: exec format error")
    finding = only(changed(app=waiting("CrashLoopBackOff"), logs=logs))
    assert finding.cause == "image"
    assert "every platform" in finding.next_step


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ('secret "app-secrets" not found', "todo-ci secrets --env local"),
        ("couldn't find key brokers in Secret todo/kafka-secrets", "--kafka-brokers"),
        ('secret "other" not found', "create secret generic other"),
        ("something else", "todo-ci deploy"),
    ],
)
def test_a_secret_that_is_missing(message: str, remedy: str) -> None:
    finding = only(changed(app=waiting("CreateContainerConfigError", message), phase="Pending"))
    assert finding.cause == "config"
    assert message in finding.evidence
    assert remedy in finding.next_step


def test_a_volume_whose_secret_is_missing() -> None:
    text = 'FailedMount: MountVolume.SetUp failed for volume "v": secret "app-secrets" not found'
    finding = only(changed(app=waiting("PodInitializing"), phase="Pending", events=warned(text)))
    assert (finding.cause, finding.next_step) == ("config", "todo-ci secrets --env local")


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("BETTER_AUTH_SECRET", "todo-ci secrets"), ("TODO_PORT", "what sets TODO_PORT in --values")],
)
def test_a_setting_by_which_the_app_refuses_to_start(name: str, remedy: str) -> None:
    text = f'{{"level": "info"}}\n{name}: too short. Accepted: another. Next: export {name}=x\n'
    finding = only(changed(app=waiting("CrashLoopBackOff"), logs=said("", previous=text)))
    assert (finding.cause, finding.evidence) == ("config", f"{name}: too short")
    assert remedy in finding.next_step


def test_a_database_that_is_away_when_the_app_starts() -> None:
    text = "DATABASE_URL: cannot connect to db.test (refused). Accepted: postgresql://…. Next: x"
    finding = only(changed(app=waiting("CrashLoopBackOff"), logs=said(text)))
    assert finding.cause == "database"
    assert "cannot connect to db.test" in finding.evidence
    assert "todo-ci secrets --env local" in finding.next_step


@pytest.mark.parametrize(
    ("state", "evidence", "remedy"),
    [
        ({"reachable": False}, "cannot be reached", "start the database"),
        (
            {"reachable": True, "schema_fits": False, "schema_head": "0001"},
            "0001",
            "todo-ci deploy",
        ),
    ],
)
def test_a_database_that_fails_a_pod_which_stays_ready(
    state: Object, evidence: str, remedy: str
) -> None:
    finding = only(replace(healthy(), health={POD: {"database": state}}))
    assert finding.cause == "database"
    assert evidence in finding.evidence
    assert remedy in finding.next_step


def test_a_sidecar_that_crashes_says_why_in_its_log() -> None:
    log = said('{"level": "fatal", "msg": "cannot reach the broker"}', "daprd")
    state = {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "ready": False}
    finding = only(changed(daprd=state, logs=log, events=warned("Unhealthy: Readiness failed")))
    assert (finding.cause, finding.where) == ("daprd", f"{POD} daprd")
    assert "CrashLoopBackOff: cannot reach the broker" in finding.evidence
    assert f"logs {POD} -c daprd" in finding.next_step


def test_a_sidecar_that_only_waits_for_its_app_is_no_cause() -> None:
    late = {"ready": False}
    message = 'secret "app-secrets" not found'
    seen = changed(app=waiting("CreateContainerConfigError", message), daprd=late)
    assert only(seen).cause == "config"
    assert only(changed(app={"ready": True}, daprd=late)).cause == "daprd"


def test_a_pod_without_its_sidecar() -> None:
    seen = healthy()
    pod = next(i for i in seen.items if i["kind"] == "Pod")
    del pod["spec"]["initContainers"]
    finding = only(seen)
    assert (finding.cause, finding.next_step) == ("daprd", INJECTOR)


def test_a_component_that_the_sidecar_left_out_while_the_pod_is_ready() -> None:
    seen = healthy()
    answer = copy.deepcopy(seen.sidecars[POD])
    answer["metadata"]["components"] = answer["metadata"]["components"][1:]
    answer["complaints"] = ["kafka-pubsub: SASL authentication failed"]
    findings = causes.find(replace(seen, sidecars={**seen.sidecars, POD: answer}))
    assert [f.cause for f in findings] == ["daprd"]
    assert "lacks kafka-pubsub: kafka-pubsub: SASL authentication failed" in findings[0].evidence
    assert "--kafka-password" in findings[0].next_step


def refused(message: str) -> Snapshot:
    items = [*workload("backend", "b"), *workload("frontend", "f")]
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate"}
    items[1]["status"] = {"conditions": [{**failure, "message": message}]}
    return replace(healthy(), items=[i for n, i in enumerate(items) if n != 2])


def test_an_injector_that_is_away_lets_no_pod_be_made() -> None:
    finding = only(refused(f'failed calling webhook "{INJECTOR_WEBHOOK}": no endpoints'))
    assert (finding.cause, finding.where) == ("daprd", "todo-app-backend-1")
    assert finding.next_step == INJECTOR


def test_a_quota_that_is_full() -> None:
    finding = only(refused("pods is forbidden: exceeded quota: small, requested: pods=1"))
    assert finding.cause == "quota"
    assert "exceeded quota" in finding.evidence
    assert "describe quota" in finding.next_step


def test_a_node_that_is_full() -> None:
    events = warned("FailedScheduling: 0/1 nodes are available: 1 Insufficient cpu.")
    finding = only(changed(app={"state": {}}, phase="Pending", events=events))
    assert finding.cause == "quota"
    assert "Insufficient cpu" in finding.evidence


def test_a_sidecar_that_waits_for_a_node_is_no_cause() -> None:
    seen = changed(phase="Pending", events=warned("FailedScheduling: 0/1 nodes: Insufficient cpu"))
    pod = next(i for i in seen.items if i["kind"] == "Pod")
    del pod["status"]["containerStatuses"], pod["status"]["initContainerStatuses"]
    assert only(seen).cause == "quota"


def test_memory_that_ran_out() -> None:
    ended = {"terminated": {"reason": "OOMKilled", "exitCode": 137}}
    finding = only(changed(app={"state": ended, "lastState": ended, "restartCount": 3}))
    assert finding.cause == "quota"
    assert "resources.limits.memory" in finding.next_step


def test_a_probe_that_fails_where_nothing_else_explains_it() -> None:
    events = warned("Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503")
    finding = only(changed(events=events))
    assert (finding.cause, finding.where) == ("probe", f"{POD} backend")
    assert "statuscode: 503" in finding.evidence
    away = {POD: {"database": {"reachable": False}}}
    assert only(changed(events=events, health=away)).cause == "database"


def test_a_crash_for_a_reason_of_its_own_is_told_in_its_last_words() -> None:
    items = snapshot("crash")
    logs = {sick(items): (Log("backend", "", "Traceback\nRuntimeError: boom\n"),)}
    finding = only(Snapshot("oke", items, logs=logs))
    assert finding.cause == "app"
    assert finding.evidence.endswith("RuntimeError: boom")
    assert finding.next_step.startswith("todo-ci rollback --env oke")


def test_a_migration_that_failed_is_looked_at_like_the_app() -> None:
    items = snapshot("migration")
    text = "DATABASE_URL: cannot connect to db.test. Accepted: x. Next: y"
    assert only(Snapshot("local", items)).cause == "app"
    finding = only(Snapshot("local", items, logs={sick(items): (Log("migration", text),)}))
    assert (finding.cause, finding.pod) == ("database", sick(items))


def test_causes_come_in_the_order_of_the_table() -> None:
    one = changed(app=waiting("CreateContainerConfigError", 'secret "app-secrets" not found'))
    other = [*workload("frontend", "f")]
    pod = other[2]
    pod["status"]["containerStatuses"][0].update(waiting("ErrImagePull", "not found"))
    found = causes.find(replace(one, items=[*list(one.items)[:3], *other]))
    assert [f.cause for f in found] == ["image", "config"]
    assert [cause.__name__ for cause in causes.CAUSES] == [
        "image", "config", "database", "sidecar", "scheduler", "probe", "quota", "crash",
    ]  # fmt: skip


def test_what_is_on_its_way_out_explains_nothing() -> None:
    seen = changed(app=waiting("ImagePullBackOff"))
    next(i for i in seen.items if i["kind"] == "Pod")["metadata"]["deletionTimestamp"] = "now"
    assert causes.find(seen) == ()


def test_a_long_message_keeps_its_end_which_says_why() -> None:
    name = f"10.255.0.1:5000/todo/todo-backend@sha256:{'0' * 64}"
    message = f"Failed to pull image {name}: {f'failed to resolve {name}: ' * 9} not found"
    events = warned(f"Failed: {message}")
    found = only(changed(app=waiting("ErrImagePull"), phase="Pending", events=events))
    assert found.evidence.endswith("not found")
    assert "0" * 20 not in found.evidence
    assert len(found.evidence) < 450
