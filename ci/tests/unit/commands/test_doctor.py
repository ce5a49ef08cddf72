"""The promise: what is wrong below a release is named before a deploy finds out, with its fix."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from doctor_answers import (
    DEPLOYMENT,
    answer,
    healthy,
    host,
    misses_topic,
    node,
    quota,
    right,
    unreachable,
    versions,
)
from fake_cluster import FakeCluster
from fake_objects import (
    bad,
    ok,
    preflight_answer,
    selfcheck_pod,
    workload,
)

from todo_ci.cluster import manifest
from todo_ci.cluster.next_steps import INJECTOR_WEBHOOK
from todo_ci.commands import doctor
from todo_ci.core.ports import Result
from todo_ci.errors import InputError
from todo_ci.plugins.dapr.trial_pod import try_pod
from todo_ci.preflight import access, judgements
from todo_ci.preflight.quota import surge
from todo_ci.reports.report import Check, CheckStatus, Report

Object = dict[str, Any]
LINES = (
    "kubeconfig", "rights", "registry", "platforms", "secrets", "dapr", "topics",
    "injector", "quota",
)  # fmt: skip


async def examined(cluster: FakeCluster, registry: str = "registry.test/todo") -> Report:
    context = cluster.context("kubeconfig", "registry-password")
    return await doctor.doctor(context, registry=registry, username="u")


async def with_fault(step: str, result: Result) -> Report:
    cluster = healthy(FakeCluster().seed("r1-passed"))
    cluster.answers[step] = [result]
    return await examined(cluster)


def line(report: Report, name: str) -> Check:
    return next(check for check in report.checks if check.name == name)


@pytest.mark.anyio
async def test_a_healthy_environment_passes_every_line_and_nothing_is_changed() -> None:
    cluster = healthy(FakeCluster().seed("r1-passed"))
    report = await examined(cluster)
    assert report.passed
    assert tuple(check.name for check in report.checks) == LINES
    assert {check.status for check in report.checks} == {CheckStatus.PASSED}
    assert not {"lease create", "upgrade", "test", "label"} & set(cluster.ran)
    assert "--dry-run=server" in try_pod().argv
    assert access.rights().network
    assert "all 2 of the pipeline's Role" in line(report, "rights").evidence
    assert "platforms of local: linux/amd64" in line(report, "platforms").evidence


FAULTS: list[tuple[str, str, Result, str, str]] = [
    ("rights", "rights", ok(json.dumps([right("get"), right("list", allowed=False)])),
     "list secrets", "pipeline-rbac.yaml"),
    ("rights", "rights", ok("[]"), "names no right", "pipeline-rbac.yaml"),
    ("rights", "rights", bad("connection refused"), "cannot be reached", "lab up"),
    ("registry", "registry", host(0, "refused"), "cannot be read", "network"),
    ("registry", "registry", host(401, "HTTP 401"),
     "does not accept the login", "--registry-password"),
    ("registry", "registry", answer(403), "todo-backend@sha256:000000000000 does not accept",
     "--registry-password"),
    ("registry", "registry", answer(404), "no longer there", "todo-ci publish"),
    ("registry", "registry", unreachable(), "registry.test cannot be read", "network"),
    ("registry", "registry", bad("no python"), "no python", "--registry"),
    ("platforms", "registry", answer(platforms=("linux/arm64",)), "is not for linux/amd64",
     "every platform"),
    ("platforms", "nodes", node("arm64"), "nodes' platforms: linux/arm64", "every platform"),
    ("secrets", "keys", ok("kafka-secrets password\n"),
     "missing: kafka-secrets/brokers", "--kafka-brokers"),
    ("secrets", "keys", bad("secrets is forbidden"), "lacks a right", "pipeline-rbac.yaml"),
    ("dapr", "dapr", bad("error: the server doesn't have a resource type"), "not installed",
     "infra/oke/dapr-init.sh"),
    ("dapr", "sidecars", versions("1.16.9"), "1.16.9, older than 1.18", "todo-ci deploy"),
    ("topics", "sidecars", misses_topic(), "todo-app-backend-1-a: one of these",
     "infra/oke/kafka-topics.sh"),
    ("injector", "try pod", bad(f'failed calling webhook "{INJECTOR_WEBHOOK}": no endpoints'),
     "no endpoints", "dapr-sidecar-injector"),
    ("injector", "try pod", bad("pods is forbidden"), "lacks a right", "pipeline-rbac.yaml"),
    ("quota", "resourcequotas", quota("1", "900m"), "small requests.cpu: 900m of 1 used",
     "describe quota"),
    ("quota", "resourcequotas", quota("10", "10", "pods"), "an update needs 1 more",
     "describe quota"),
]  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize(("name", "step", "result", "evidence", "fix"), FAULTS)
async def test_a_fault_fails_its_line_with_what_was_seen_and_a_fix(
    name: str, step: str, result: Result, evidence: str, fix: str
) -> None:
    report = await with_fault(step, result)
    assert not report.passed
    check = line(report, name)
    assert check.status is CheckStatus.FAILED
    assert evidence in check.evidence
    assert fix in check.next_step
    others = [c.name for c in report.checks if c.status is CheckStatus.FAILED and c.name != name]
    assert others == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("changes", "evidence"),
    [
        ({"error": "no such file"}, "cannot be read"),
        ({"server": ""}, "names no cluster"),
        ({"exec_command": "oci", "exec_found": False}, "'oci', which is not there"),
        ({"expires": "2026-01-01T00:00:00+00:00"}, "expired"),
        ({"review": {"exit": 1, "stdout": "", "stderr": "connection refused"}}, "be reached"),
    ],
)
async def test_a_kubeconfig_that_cannot_be_used_fails_and_the_rest_is_not_looked_at(
    changes: Object, evidence: str
) -> None:
    told = json.dumps({**preflight_answer(), "kind": "token", **changes})
    report = await with_fault("preflight", ok(told))
    assert not report.passed
    assert evidence in line(report, "kubeconfig").evidence
    assert line(report, "kubeconfig").next_step
    assert {c.status for c in report.checks[1:]} == {CheckStatus.SKIPPED}
    assert tuple(check.name for check in report.checks) == LINES


@pytest.mark.anyio
async def test_through_an_engine_nobody_is_told_to_install_a_command() -> None:
    cluster = healthy(FakeCluster().seed("r1-passed"))
    told = {**preflight_answer(), "exec_command": "oci", "exec_found": False}
    cluster.answers["preflight"] = [ok(json.dumps(told))]
    context = replace(cluster.context(), steps_outlive=True)
    found = line(await doctor.doctor(context, registry="", username=""), "kubeconfig")
    assert "install" not in f"{found.evidence} {found.next_step}"


NO_LOGIN = ok("kafka-secrets brokers password\n")


@pytest.mark.anyio
async def test_public_images_need_no_login_and_others_want_one() -> None:
    for status, wanted in ((200, CheckStatus.PASSED), (401, CheckStatus.FAILED)):
        cluster = healthy(FakeCluster().seed("r1-passed"))
        cluster.answers |= {"keys": [NO_LOGIN], "registry": [answer(), answer(status)]}
        check = line(await examined(cluster), "secrets")
        assert check.status is wanted, check.evidence
        assert ("ghcr-pull" in check.evidence) == (wanted is CheckStatus.FAILED)


@pytest.mark.anyio
async def test_before_the_first_release_nobody_knows_whether_the_images_are_public() -> None:
    cluster = healthy(FakeCluster())
    cluster.answers |= {"keys": [NO_LOGIN], "registry": [host(200, "")]}
    check = line(await examined(cluster), "secrets")
    assert check.status is CheckStatus.PASSED
    assert "without ghcr-pull public images alone" in check.evidence


def test_the_kind_and_the_end_of_a_kubeconfig_are_shown() -> None:
    told = {**preflight_answer(), "kind": "certificate", "expires": "2026-03-05T00:00:00+00:00"}
    check = judgements.kubeconfig(told, datetime(2026, 3, 1, tzinfo=UTC))
    assert check.status is CheckStatus.PASSED
    assert "by certificate, until 2026-03-05T00:00:00+00:00, which is soon" in check.evidence
    plugin = {**preflight_answer(), "kind": "command", "exec_command": "oci", "exec_found": True}
    shown = judgements.kubeconfig(plugin, datetime(2026, 3, 1, tzinfo=UTC)).evidence
    assert "by the command oci, without an end" in shown


@pytest.mark.anyio
async def test_a_pod_without_its_sidecar_fails_the_injector() -> None:
    cluster = healthy(FakeCluster().seed("r1-passed"))
    items = workload("backend", "b")
    del items[2]["spec"]["initContainers"]
    cluster.answers["objects"] = [ok(json.dumps({"items": items}))]
    check = line(await examined(cluster), "injector")
    assert check.status is CheckStatus.FAILED
    assert "todo-app-backend-1-a" in check.evidence


@pytest.mark.anyio
async def test_an_injector_that_was_gone_when_the_newest_pod_was_made_fails() -> None:
    """The pod that is tried passes as ever; what a failed deploy left behind shows it."""
    cluster = healthy(FakeCluster().seed("r1-passed"))
    cluster.left = [selfcheck_pod(sidecar=False)]
    report = await examined(cluster)
    check = line(report, "injector")
    assert check.status is CheckStatus.FAILED
    assert "todo-app-test-selfcheck-x was made without daprd" in check.evidence
    assert INJECTOR_WEBHOOK in check.evidence
    assert "mutatingwebhookconfiguration dapr-sidecar-injector" in check.next_step


@pytest.mark.anyio
async def test_before_the_first_release_all_that_can_be_looked_at_is() -> None:
    cluster = healthy(FakeCluster())
    cluster.answers["registry"] = [host(200, "")]
    cluster.answers["sidecars"] = [ok("[]")]
    report = await examined(cluster)
    assert report.passed
    assert line(report, "platforms").status is CheckStatus.SKIPPED
    assert "once a sidecar runs" in line(report, "dapr").evidence


@pytest.mark.anyio
async def test_a_release_without_dapr_needs_none() -> None:
    cluster = healthy(FakeCluster().seed("r1-passed"))
    cluster.answers["template"] = [ok(DEPLOYMENT)]
    cluster.answers["dapr"] = [bad("error: the server doesn't have a resource type")]
    report = await examined(cluster)
    assert report.passed
    assert line(report, "dapr").status is CheckStatus.SKIPPED
    assert line(report, "injector").status is CheckStatus.SKIPPED


@pytest.mark.anyio
async def test_no_registry_is_a_line_that_fails() -> None:
    report = await examined(healthy(FakeCluster().seed("r1-passed")), registry="")
    assert line(report, "registry").status is CheckStatus.FAILED
    assert "--registry" in line(report, "registry").next_step


@pytest.mark.anyio
async def test_a_user_without_a_password_is_refused_before_anything_is_asked() -> None:
    cluster = FakeCluster()
    with pytest.raises(InputError, match="no registry-password was given"):
        await doctor.doctor(cluster.context("kubeconfig"), registry="r.test/a", username="u")
    assert cluster.ran == []


def test_an_update_needs_one_more_pod_of_each_deployment_with_its_sidecar() -> None:
    objects = manifest.parse(DEPLOYMENT * 2)
    wanted = surge(objects)
    assert wanted["pods"] == 2
    assert wanted["requests.cpu"] == Decimal("0.24")
    assert wanted["limits.memory"] == 2 * (256 + 1024) * 2**20
