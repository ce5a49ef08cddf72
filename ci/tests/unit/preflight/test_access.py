"""The promise: what would stop a deploy in the middle is named before it starts."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from fake_cluster import FakeCluster
from fake_objects import ROLE, bad, ok, preflight_answer

from todo_ci.cluster import errors
from todo_ci.core.ports import Result
from todo_ci.errors import ClusterError, InputError
from todo_ci.preflight import access
from todo_ci.scripts.access import describe_kubeconfig

NOW = datetime(2026, 3, 1, tzinfo=UTC)

EXPECTED_END = "2031-01-02T03:04:05+00:00"


def refused(**changes: Any) -> str:
    with pytest.raises(ClusterError) as error:
        access.judge({**preflight_answer(), **changes}, NOW)
    return error.value.text()


def test_a_usable_cluster_is_let_through() -> None:
    access.judge(preflight_answer(), NOW)


def test_bad_yaml_is_told_from_an_unreachable_cluster() -> None:
    text = refused(error="error: error loading config file: yaml: line 1: did not find ','")
    assert "the kubeconfig cannot be read" in text
    assert "accepted: a kubeconfig" in text
    review = {
        "exit": 1,
        "stdout": "",
        "stderr": "dial tcp 192.0.2.1:6443: connect: connection refused",
    }
    text = refused(review=review)
    assert "cannot be reached" in text
    assert "https://cluster.test:6443" in text
    assert "next: " in text


def test_a_kubeconfig_without_a_cluster_is_named() -> None:
    assert "names no cluster" in refused(server="")


def test_a_command_that_is_not_there_is_named() -> None:
    text = refused(exec_command="oci", exec_found=False)
    assert "'oci'" in text
    assert "kubeconfig.sh --namespace todo --role infra/oke/pipeline-rbac.yaml" in text
    access.judge({**preflight_answer(), "exec_command": "oci", "exec_found": True}, NOW)


@pytest.mark.anyio
@pytest.mark.parametrize("in_container", [False, True])
async def test_a_command_is_to_be_installed_only_where_somebody_can(in_container: bool) -> None:
    told = {**preflight_answer(), "exec_command": "oci", "exec_found": False}
    fake = FakeCluster(answers={"preflight": [ok(json.dumps(told))]})
    with pytest.raises(ClusterError) as error:
        await access.preflight(replace(fake.context(), steps_outlive=in_container))
    text = error.value.text()
    assert ("install" in text) is not in_container
    assert "take a kubeconfig with a token: infra/oke/kubeconfig.sh" in text


@pytest.mark.usefixtures("guestbook")
def test_another_apps_kubeconfig_comes_from_no_script_about_ours() -> None:
    for changes in (
        {"exec_command": "oci", "exec_found": False},
        {"server": ""},
        {"expires": "2026-02-28T23:59:59+00:00"},
    ):
        text = refused(**changes)
        assert "kubeconfig.sh" not in text
        assert "ask whoever administers the cluster, namespace guests" in text


def test_expired_credentials_are_named_with_their_end() -> None:
    assert "expired at 2026-02-28" in refused(expires="2026-02-28T23:59:59+00:00")
    access.judge({**preflight_answer(), "expires": "2026-03-01T00:00:01+00:00"}, NOW)


def test_credentials_the_cluster_does_not_take_are_told_from_missing_rights() -> None:
    review = {"exit": 1, "stdout": "", "stderr": "error: You must be logged in (Unauthorized)"}
    assert "does not accept the kubeconfig's credentials" in refused(review=review)


def test_missing_rights_are_listed() -> None:
    groups = {right.group for right in access.rights_of(ROLE.read_text())} - {"coordination.k8s.io"}
    rules: list[dict[str, Any]] = [
        {"verbs": ["*"], "apiGroups": sorted(groups), "resources": ["*"]},
        {"verbs": ["get"], "apiGroups": ["coordination.k8s.io"], "resources": ["leases"]},
    ]
    stdout = json.dumps({"status": {"resourceRules": rules}})
    text = refused(review={"exit": 0, "stdout": stdout, "stderr": ""})
    assert "lacks rights in namespace todo: create leases, update leases" in text


def test_the_role_that_is_applied_holds_exactly_the_rights_that_are_asked_for() -> None:
    (role,) = (r for r in yaml.safe_load_all(ROLE.read_text()) if r["kind"] == "Role")
    asked = access.rights_of(ROLE.read_text())
    assert access.Right("coordination.k8s.io", "leases", "update") in asked
    assert access.missing_rights(asked, role["rules"]) == []
    assert access.missing_rights(asked, role["rules"][1:]), "a rule that is missing is noticed"


def test_a_right_that_the_role_no_longer_names_is_not_asked_for() -> None:
    review = {"exit": 0, "stdout": json.dumps({"status": {"resourceRules": []}}), "stderr": ""}
    rule = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
    text = refused(review=review, role=yaml.safe_dump({"kind": "Role", "rules": [rule]}))
    assert "lacks rights in namespace todo: get pods\n" in text


def test_a_right_on_one_named_object_is_no_right_on_all() -> None:
    rule = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "resourceNames": ["one"]}
    wanted = access.rights_of(ROLE.read_text())
    assert "get leases" in access.missing_rights(wanted, [rule])


def test_rules_that_cannot_be_listed_are_left_to_the_calls() -> None:
    stdout = json.dumps({"status": {"resourceRules": [], "incomplete": True}})
    answer = {**preflight_answer(), "review": {"exit": 0, "stdout": stdout, "stderr": ""}}
    access.judge(answer, NOW)


@pytest.mark.parametrize(
    ("stderr", "meaning"),
    [
        ('Error: namespaces "todo" not found', "namespace todo does not exist"),
        ("Error from server (Forbidden): pods is forbidden: User cannot list", "lacks a right"),
        # Refused under the same word, and no Role helps there.
        (
            'leases "todo-app-deploy" is forbidden: unable to create new content in namespace todo '
            "because it is being terminated",
            "the namespace todo is being removed",
        ),
        (
            'services "todo-app" is forbidden: exceeded quota: small, requested: count/services=1',
            "kubectl -n todo describe quota",
        ),
        (
            "Unable to connect to the server: tls: failed to verify certificate: x509: certificate "
            "signed by unknown authority",
            "certificate does not fit",
        ),
        (
            "Unable to connect to the server: tls: failed to verify certificate: x509: certificate "
            "has expired or is not yet valid: current time 2026-03-01T00:00:00Z is after 2025",
            "the certificate that the cluster shows has ended or not yet begun, or this machine's",
        ),
        ("Get https://a: remote error: tls: expired certificate", "the kubeconfig's credentials"),
        ("dial tcp 192.0.2.1:6443: connect: connection refused", "cannot be reached"),
        ("Error: something new", "something new"),
    ],
)
def test_a_failed_call_is_explained(stderr: str, meaning: str) -> None:
    assert meaning in errors.explain(bad(stderr), "a call").text()


def test_a_call_without_an_answer_is_explained() -> None:
    silent = Result(124, "", "", 30, timed_out=True)
    assert "no answer within 30 s" in errors.explain(silent, "a call").text()


@pytest.mark.anyio
async def test_without_a_kubeconfig_nothing_runs() -> None:
    fake = FakeCluster()
    with pytest.raises(InputError, match="no kubeconfig was given"):
        await access.preflight(fake.context("registry-password"))
    assert fake.ran == []


def test_the_role_is_handed_on_beside_what_the_cluster_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def kubectl(*_arguments: str, stdin: str = "") -> dict[str, Any]:
        return {"exit": 0, "stdout": stdin or "{}", "stderr": ""}

    monkeypatch.setattr(describe_kubeconfig, "kubectl", kubectl)
    (tmp_path / "role.yaml").write_text("kind: Role\nrules: []\n")
    describe_kubeconfig.main(["--namespace", "todo", "--role", str(tmp_path / "role.yaml")])
    answer = json.loads(capsys.readouterr().out)
    assert answer["role"] == "kind: Role\nrules: []\n"
    assert access.rights_of(answer["role"]) == []
    assert json.loads(answer["review"]["stdout"])["spec"] == {"namespace": "todo"}


def test_facts_of_a_kubeconfig_hold_no_credential() -> None:
    config: dict[str, Any] = {
        "contexts": [{"name": "here"}],
        "clusters": [{"name": "c", "cluster": {"server": "https://cluster.test"}}],
        "users": [{"name": "u", "user": {"token": "canary-1", "client-key-data": "canary-2"}}],
    }
    facts = describe_kubeconfig.facts(config)
    assert "canary" not in json.dumps(facts)
    assert (facts["server"], facts["user"], facts["expires"]) == ("https://cluster.test", "u", "")


def test_an_empty_kubeconfig_has_no_facts() -> None:
    facts = describe_kubeconfig.facts({"contexts": None, "clusters": None, "users": None})
    assert (facts["server"], facts["exec_found"]) == ("", False)


def test_the_end_of_a_web_token_is_read() -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": 1767225600}).encode()).decode().rstrip("=")
    assert describe_kubeconfig.token_expiry(f"head.{claims}.sign") == "2026-01-01T00:00:00+00:00"
    for other in ("opaque", "a.b.c", f"head.{claims[:-4]}.sign"):
        assert describe_kubeconfig.token_expiry(other) == ""


@pytest.mark.parametrize(
    ("times", "end"),
    [
        (b"\x17\x0d260101000000Z\x17\x0d310102030405Z", EXPECTED_END),
        (b"\x17\x0d260101000000Z\x18\x0f20610102030405Z", "2061-01-02T03:04:05+00:00"),
        (b"no times at all", ""),
    ],
)
def test_the_end_of_a_certificate_is_read(times: bytes, end: str) -> None:
    body = base64.b64encode(b"\x30\x82" + times + b"\x30").decode()
    pem = f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n".encode()
    assert describe_kubeconfig.certificate_expiry(pem) == end
