"""The promise: what somebody changed in the cluster is named, and the next deploy puts it right."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import lab
import pytest

pytestmark = pytest.mark.lab

BACKEND, FRONTEND = (f"{lab.RELEASE}-{name}" for name in ("backend", "frontend"))
AUTOSCALER = f"""
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: {FRONTEND}, namespace: {lab.NAMESPACE}}}
spec:
  minReplicas: 2
  maxReplicas: 3
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {FRONTEND}}}
"""


def diff(*argv: str) -> lab.Run:
    return lab.todo_ci("diff", "--env", "local", "--exit-code", *argv)


def changes() -> list[dict[str, Any]]:
    return json.loads(diff("--format", "json").stdout)["changes"]


def deployment(name: str, *how: str) -> dict[str, Any]:
    get = ("kubectl", "-n", lab.NAMESPACE, "get", "deployment", name, "-o", "json", *how)
    return json.loads(lab.admin(*get))


def a_setting() -> str:
    """Return a variable of the backend that the chart gives as plain text."""
    (container,) = [
        each
        for each in deployment(BACKEND)["spec"]["template"]["spec"]["containers"]
        if each["name"] == "backend"
    ]
    return next(each["name"] for each in container["env"] if each.get("value"))


def test_what_was_released_and_left_alone_does_not_differ(served: str) -> None:
    run = diff()
    assert run.exit_code == 0, run.text
    assert "would change nothing" in run.stdout


def test_a_hand_edited_variable_is_named_with_who_edited_it(served: str) -> None:
    name = a_setting()
    containers = [{"name": "backend", "env": [{"name": name, "value": "by-hand"}]}]
    patch = json.dumps({"spec": {"template": {"spec": {"containers": containers}}}})
    lab.admin(
        "kubectl", "-n", lab.NAMESPACE, "patch", "deployment", BACKEND,
        "--field-manager=a-person", "--patch", patch,
    )  # fmt: skip
    run = diff()
    assert run.exit_code == 1, run.text
    field = f"spec.template.spec.containers[backend].env[{name}].value"
    assert f"Deployment {BACKEND}" in run.stdout
    assert f"{field}: by-hand → " in run.stdout
    assert "a-person, 20" in run.stdout
    assert [each["field"] for each in changes()] == [field]


def test_a_deploy_puts_it_back(served: str) -> None:
    run = lab.todo_ci("deploy", "--env", "local", "--images", served)
    assert run.exit_code == 0, run.text
    assert changes() == []


def test_what_could_not_be_looked_at_is_no_difference(served: str, tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    text = (lab.STATE / "pipeline.kubeconfig").read_text()
    kubeconfig.write_text(text.replace("token: ", "token: wrong"))
    run = diff("--kubeconfig", f"file:{kubeconfig}")
    assert run.exit_code == 2, run.text


@pytest.fixture
def autoscaled(served: str) -> Generator[None]:
    lab.apply(AUTOSCALER)
    lab.until("it is scaled", lambda: deployment(FRONTEND)["spec"]["replicas"] == 2, 90)
    yield
    lab.admin("kubectl", "-n", lab.NAMESPACE, "delete", "hpa", FRONTEND)


@pytest.mark.usefixtures("autoscaled")
def test_a_count_that_an_autoscaler_keeps_is_left_alone() -> None:
    run = diff()
    assert run.exit_code == 0, run.text
    assert f"Deployment {FRONTEND}: spec.replicas is 2, kept by an autoscaler" in run.stdout


def test_a_release_that_was_made_on_the_client_is_taken_over(served: str) -> None:
    """As Helm 3 made every one, and `helm upgrade --server-side=false` makes them still."""
    chart = str(lab.ROOT / "infra/helm/todo-app")
    lab.admin(
        "helm", "upgrade", lab.RELEASE, chart, "-n", lab.NAMESPACE, "--reuse-values",
        "--server-side=false", "--wait", "--timeout=100s",
    )  # fmt: skip
    assert apply_method() == "csa"
    run = lab.todo_ci("deploy", "--env", "local", "--images", served)
    assert run.exit_code == 0, run.text
    assert apply_method() == "ssa"
    fields = deployment(BACKEND, "--show-managed-fields")["metadata"]["managedFields"]
    assert {each["operation"] for each in fields if each["manager"] == "helm"} == {"Apply"}
    assert diff().exit_code == 0


def apply_method() -> str:
    """Return where helm applied what serves: ``csa`` is on the client."""
    text = lab.admin("helm", "get", "metadata", lab.RELEASE, "-n", lab.NAMESPACE, "-o", "json")
    return json.loads(text)["applyMethod"]
