"""The promise: no release passes whose pods lack a sidecar, or whose sidecars lack a component.

The tests tell one story: each starts from the good release that the one before it left serving.
"""

import json
from collections.abc import Generator
from pathlib import Path

import injector
import lab
import pytest
from load import Load

from todo_ci.checks.selfcheck import inside_names

pytestmark = pytest.mark.lab

PATHS = ("/api/health", "/")
WHOLE = [
    "release", "deployments", "sidecars", "components", "address", "gateway /api/health",
    "gateway /", "helm test", *inside_names(),
]  # fmt: skip


@pytest.fixture
def new_template(tmp_path: Path) -> str:
    """Values that make new pods of the backend: their template is another one.

    They may take a minute, so that a wait which ends before ended for what was wrong.
    """
    path = tmp_path / "values.yaml"
    values = {"backend": {"env": {"TODO_LOG_LEVEL": "debug"}}, "progressDeadlineSeconds": 60}
    path.write_text(json.dumps(values))
    return str(path)


@pytest.fixture
def wrong_password(tmp_path: Path) -> Generator[str]:
    """Give Kafka's sidecars a password it does not know, and the right one afterwards."""
    path = tmp_path / "password"
    path.write_text("this-is-not-the-password")
    yield f"file:{path}"
    restored = lab.todo_ci("secrets", "--env", "local")
    assert restored.exit_code == 0, restored.text


@pytest.fixture
def broken_component() -> Generator[str]:
    """Put a component beside the release's own that no sidecar can load."""
    manifest: dict[str, object] = {
        "apiVersion": "dapr.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "broken", "namespace": lab.NAMESPACE},
        "spec": {"type": "scheduler.kubernetes", "version": "v1", "metadata": []},
        "scopes": ["todo-backend"],
    }
    lab.apply(json.dumps(manifest))
    yield "broken"
    lab.admin("kubectl", "-n", lab.NAMESPACE, "delete", "component/broken")


def verified() -> dict[str, dict[str, str]]:
    """Verify what serves, and return the checks by name."""
    run = lab.todo_ci("verify", "--env", "local", "--format", "json")
    checks = {check["name"]: check for check in json.loads(run.stdout)["checks"]}
    passed = all(check["status"] != "failed" for check in checks.values())
    assert (run.exit_code == 0) == passed
    return checks


def containers_ready() -> set[str]:
    """Return how many containers of each pod of the app are ready, of those that stay."""
    selector = f"app.kubernetes.io/instance={lab.RELEASE},pod-template-hash"
    text = lab.admin("kubectl", "-n", lab.NAMESPACE, "get", "pods", "-l", selector, "-o", "json")
    found: set[str] = set()
    for pod in json.loads(text)["items"]:
        # A pod that is told to end may say Completed as well as Terminating.
        if "deletionTimestamp" in pod["metadata"]:
            continue
        status = pod["status"]
        sidecars = [
            one for one in status.get("initContainerStatuses", []) if one["name"] == "daprd"
        ]
        of_it = [*status.get("containerStatuses", []), *sidecars]
        found.add(f"{sum(one['ready'] for one in of_it)}/{len(of_it)}")
    return found


def test_every_pod_runs_with_its_sidecar_and_every_check_passes(served: str) -> None:
    assert containers_ready() == {"2/2"}
    checks = verified()
    assert list(checks) == WHOLE
    assert {check["status"] for check in checks.values()} == {"passed"}
    for component in ("kafka-pubsub", "statestore", "kubernetes-secrets", "reminder-sweep"):
        assert component in checks["components"]["evidence"]


def test_a_pod_without_a_sidecar_is_caught_and_returned_from(
    served: str, new_template: str
) -> None:
    with injector.passing_over_new_templates(), Load(PATHS) as load:
        run = lab.todo_ci("deploy", "--env", "local", "--images", served, "--values", new_template)
    assert run.exit_code == 1
    assert "runs without daprd" in run.text
    assert "serves again" in run.text
    assert load.failures == []
    assert load.answered > 0
    newest = lab.latest()["revision"]
    assert lab.verdict(newest) == f"r{newest}-passed"
    assert containers_ready() == {"2/2"}


def test_pods_that_an_absent_injector_left_bare_are_made_anew_by_the_next_deploy(
    served: str,
) -> None:
    pods = ("kubectl", "-n", lab.NAMESPACE, "delete", "pods", "--wait", "-l")
    backend = f"app.kubernetes.io/instance={lab.RELEASE},app.kubernetes.io/component=backend"
    with injector.passing_over_every_pod():
        lab.admin(*pods, backend)
        lab.until("a pod without a sidecar is ready", lambda: "1/1" in containers_ready(), 60)
    # Nothing of the template changes, so helm alone would leave it as it is.
    run = lab.todo_ci("deploy", "--env", "local", "--images", served)
    assert run.exit_code == 0, run.text
    assert "todo-app-backend restarted: a pod ran without daprd" in run.text
    assert containers_ready() == {"2/2"}


@pytest.mark.matrix
def test_an_injector_that_is_away_ends_the_wait_and_is_named(
    served: str, new_template: str
) -> None:
    serving = lab.running_images()
    with injector.away(), Load(PATHS) as load:
        run = lab.todo_ci("deploy", "--env", "local", "--images", served, "--values", new_template)
    assert run.exit_code == 1
    assert ": FailedCreate: " in run.text, "the wait was ended for that, not for its time"
    assert 'failed calling webhook "sidecar-injector.dapr.io"' in run.text
    assert "get pods -l app=dapr-sidecar-injector" in run.text
    assert load.failures == []
    assert load.answered > 0
    assert lab.running_images() == serving
    assert {check["status"] for check in verified().values()} == {"passed"}


def test_a_webhook_that_is_gone_is_named_by_deploy_logs_and_doctor(served: str) -> None:
    serving = lab.running_images()
    with injector.webhook_deleted(), Load(PATHS) as load:
        run = lab.todo_ci("deploy", "--env", "local", "--images", served)
        said = lab.todo_ci("logs", "--env", "local", "--format", "json")
        looked = lab.todo_ci("doctor", "--env", "local", "--format", "json")
    assert run.exit_code == 1
    assert "was made without daprd" in run.text
    assert "sidecar-injector.dapr.io" in run.text
    assert "mutatingwebhookconfiguration dapr-sidecar-injector" in run.text
    assert "app-secrets" not in run.text, "nothing is wrong with Secrets or database"
    (cause,) = json.loads(said.stdout)["causes"]
    assert cause["cause"] == "daprd"
    assert "sidecar-injector.dapr.io" in cause["evidence"]
    checks = {check["name"]: check for check in json.loads(looked.stdout)["checks"]}
    failed = {name for name, check in checks.items() if check["status"] == "failed"}
    assert failed == {"injector"}
    assert load.failures == []
    assert lab.running_images() == serving, "an outage around it condemns no content"
    # The self-check that passes again takes the pod away that showed it.
    assert {check["status"] for check in verified().values()} == {"passed"}
    assert lab.todo_ci("doctor", "--env", "local").exit_code == 0


def test_an_address_that_answers_and_is_not_trusted_fails_by_name(served: str) -> None:
    run = lab.todo_ci("verify", "--env", "local", "--url", "http://localhost:8000")
    assert run.exit_code == 1
    assert "people cannot sign in at http://localhost:8000" in run.text
    assert "todo-ci verify --env local --url http://127.0.0.1:8000" in run.text


def test_a_sidecar_that_cannot_start_ends_the_wait_with_its_own_words(
    served: str, new_template: str, broken_component: str
) -> None:
    with Load(PATHS) as load:
        run = lab.todo_ci("deploy", "--env", "local", "--images", served, "--values", new_template)
    assert run.exit_code == 1
    assert " daprd: CrashLoopBackOff: " in run.text, "the wait was ended for that"
    assert "incorrect type scheduler.kubernetes" in run.text
    assert load.failures == []


def test_a_wrong_password_of_kafka_reaches_the_operator(served: str, wrong_password: str) -> None:
    run = lab.todo_ci(
        "secrets", "--env", "local", "--kafka-password", wrong_password, "--format", "json"
    )
    assert run.exit_code == 0, run.text
    applied = json.loads(run.stdout)
    assert {s["name"] for s in applied["secrets"] if s["changed"]} == {"kafka-secrets"}
    assert "deployment.apps/todo-app-backend" in applied["restarted"]

    components = verified()["components"]
    assert components["status"] == "failed"
    assert "lacks kafka-pubsub" in components["evidence"]
    assert "SASL" in components["evidence"]
    assert "todo-ci secrets --env local --kafka-brokers" in components["next_step"]

    said = lab.todo_ci("logs", "--env", "local", "--format", "json")
    assert said.exit_code == 0, said.text
    of_daprd = [cause for cause in json.loads(said.stdout)["causes"] if cause["cause"] == "daprd"]
    assert any("SASL" in cause["evidence"] for cause in of_daprd), said.stdout
    assert all("todo-ci secrets" in cause["next_step"] for cause in of_daprd)


def test_with_the_right_password_again_all_is_well(served: str) -> None:
    assert {check["status"] for check in verified().values()} == {"passed"}
