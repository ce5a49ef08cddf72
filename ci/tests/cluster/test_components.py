"""The promise: a release takes over the components somebody applied first (T029, then T031)."""

import json
from pathlib import Path

import lab
import pytest

pytestmark = pytest.mark.lab

MANIFESTS = lab.ROOT / "infra/dapr-components"
KINDS = "components.dapr.io,configurations.dapr.io,resiliencies.dapr.io,subscriptions.dapr.io"


def owners() -> dict[str, str]:
    """Return which release each of Dapr's objects belongs to; empty for none."""
    text = lab.admin("kubectl", "-n", lab.NAMESPACE, "get", KINDS, "-o", "json")
    name = "meta.helm.sh/release-name"
    return {
        f"{item['kind']} {item['metadata']['name']}": item["metadata"]
        .get("annotations", {})
        .get(name, "")
        for item in json.loads(text)["items"]
    }


@pytest.fixture(scope="module")
def by_hand(empty_namespace: str) -> str:
    lab.admin("kubectl", "-n", lab.NAMESPACE, "apply", "-f", str(MANIFESTS))
    assert set(owners().values()) == {""}
    return empty_namespace


def deploy(images: str, *argv: str) -> lab.Run:
    return lab.todo_ci("deploy", "--env", "local", "--images", images, *argv)


def test_the_plan_says_what_would_be_taken_over_and_takes_nothing(by_hand: str) -> None:
    run = deploy(by_hand, "--dry-run")
    assert run.exit_code == 0, run.text
    assert "--take-ownership" in run.text
    assert set(owners().values()) == {""}


def test_components_applied_by_hand_become_the_releases_own(by_hand: str) -> None:
    before = owners()
    run = deploy(by_hand)
    assert run.exit_code == 0, run.text
    for name in before:
        assert name in run.stdout, "what was taken over is named"
    assert owners().keys() == before.keys()
    assert set(owners().values()) == {"todo-app"}


def test_afterwards_a_deploy_and_a_rollback_are_like_any_other(
    by_hand: str, tmp_path: Path
) -> None:
    (tmp_path / "values.yaml").write_text("minReadySeconds: 2\n")
    again = deploy(by_hand, "--values", str(tmp_path / "values.yaml"))
    assert again.exit_code == 0, again.text
    assert "ownership" not in again.text
    back = lab.todo_ci("rollback", "--env", "local")
    assert back.exit_code == 0, back.text
