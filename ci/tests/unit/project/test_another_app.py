"""The promise: another repository's release.toml changes what is asked, applied and told."""

import json
from collections.abc import Iterator

import pytest

from todo_ci.checks.selfcheck import inside_names, selfcheck
from todo_ci.cluster import helm, kubectl, next_steps
from todo_ci.components import chart
from todo_ci.core import secret_names
from todo_ci.core.kafka import Kafka
from todo_ci.core.ports import Result, Step
from todo_ci.core.secrets_plan import plan
from todo_ci.environments import names, target
from todo_ci.errors import InputError
from todo_ci.preflight import access
from todo_ci.rollout import lease

pytestmark = pytest.mark.usefixtures("guestbook")
OURS = ("todo", "backend", "frontend", "kafka", "cohere")


def steps() -> Iterator[Step]:
    """Yield what is asked of every cluster."""
    for command in (helm.history(), helm.test(60), helm.rollback(2, 60), helm.uninstall(60)):
        yield kubectl.step(helm.watched(command))
    yield kubectl.get("lease", lease.name())
    yield kubectl.get_release("pods")
    yield kubectl.release_labels()
    yield kubectl.delete_revisions([3])
    yield access.try_pod()


def test_helm_and_kubectl_are_told_its_names_and_none_of_ours() -> None:
    for step in steps():
        assert "guests" in step.argv
        said = " ".join([*step.argv, *(step.files.get(name, "") for name in ("doctor-pod.json",))])
        assert not [word for word in OURS if word in said], said
    assert helm.history()[2] == "guestbook"
    assert kubectl.selector() == "app.kubernetes.io/instance=guestbook"
    assert json.loads(lease.manifest(lease.Lease("me", 30, "", "")))["metadata"] == {
        "name": "guestbook-deploy",
        "namespace": "guests",
    }


def test_its_chart_is_rendered_for_its_environments() -> None:
    assert [step.name for step in chart.check()] == [
        "chart: lint stage", "chart: render stage", "chart: lint prod", "chart: render prod",
        "chart: package",
    ]  # fmt: skip


def test_its_environments_are_named_where_ours_are_asked_for() -> None:
    assert names() == ("stage", "prod")
    assert target().environment == "stage"
    with pytest.raises(InputError, match="one of: stage, prod"):
        target("oke")


def test_its_secrets_are_applied_and_asked_for() -> None:
    assert secret_names.required() == ("token",)
    step = plan(frozenset({"kubeconfig", "token"}), "", "", Kafka())
    (login,) = json.loads(step.stdin)["secrets"]
    assert login["name"] == "login"
    assert login["keys"] == {
        "token": {"file": "TOKEN_FILE"}, "salt": {"random": 32}, "who": {"text": "guest"},
    }  # fmt: skip
    assert next_steps.secret("login", "prod") == "todo-ci secrets --env prod"
    assert "--registry-username" in next_steps.secret("registry-login", "prod")
    assert next_steps.secret("app-secrets", "prod").startswith("kubectl -n guests create secret")


def test_without_a_test_of_its_own_only_helm_test_itself_is_judged() -> None:
    assert inside_names() == ()
    assert selfcheck(Result(0, "", "", 1), inside_names(), {}) == ()
