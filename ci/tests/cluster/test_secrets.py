"""The promise: a secret changes in the cluster exactly when its value did."""

import json
from pathlib import Path

import lab
import pytest
from load import Load

pytestmark = pytest.mark.lab


def changed(*argv: str) -> set[str]:
    run = lab.todo_ci("secrets", "--env", "local", "--format", "json", *argv)
    assert run.exit_code == 0, run.text
    return {secret["name"] for secret in json.loads(run.stdout)["secrets"] if secret["changed"]}


def keys() -> set[str]:
    path = "jsonpath={.data}"
    return set(
        json.loads(lab.admin("kubectl", "-n", "todo", "get", "secret/app-secrets", "-o", path))
    )


def test_only_a_changed_value_changes_a_secret(tmp_path: Path) -> None:
    changed()
    assert changed() == set()
    key = tmp_path / "key"
    key.write_text("not-a-real-key-of-the-assistant")
    assert changed("--cohere-api-key", f"file:{key}") == {"app-secrets"}
    assert keys() == {"better-auth-secret", "cohere-api-key", "database-url"}
    assert changed() == {"app-secrets"}, "a key that is no longer given is removed"
    assert keys() == {"better-auth-secret", "database-url"}


MADE_ONCE = {"dapr-app-token": ("token",), "smoke-user": ("name", "password")}


def stored(secret: str) -> dict[str, str]:
    path = "jsonpath={.data}"
    text = lab.admin("kubectl", "-n", "todo", "get", f"secret/{secret}", "-o", path)
    return json.loads(text)


def test_what_the_clusters_parts_share_is_made_once_and_kept() -> None:
    changed()
    before = {name: stored(name) for name in MADE_ONCE}
    for name, keys_of_it in MADE_ONCE.items():
        assert set(before[name]) == set(keys_of_it)
        assert all(before[name].values())
    assert changed() == set()
    assert {name: stored(name) for name in MADE_ONCE} == before


def test_what_is_lost_is_made_anew() -> None:
    changed()
    before = stored("smoke-user")
    lab.admin("kubectl", "-n", "todo", "delete", "secret/smoke-user")
    assert changed() == {"smoke-user"}
    assert stored("smoke-user")["name"] == before["name"]
    assert stored("smoke-user")["password"] != before["password"]


@pytest.mark.parametrize("secret", ["kafka-secrets", "app-secrets"])
def test_a_secret_that_is_missing_is_named_before_helm_runs(images: str, secret: str) -> None:
    """The lab's Secret is taken away; the pipeline's own command brings it back."""
    history = lab.history()
    lab.admin("kubectl", "-n", "todo", "delete", f"secret/{secret}")
    try:
        run = lab.todo_ci("deploy", "--env", "local", "--images", images)
    finally:
        assert secret in changed()
    assert run.exit_code == 1
    assert f"{secret}/" in run.stderr
    assert "next: todo-ci secrets --env local" in run.stderr
    assert lab.history() == history
    assert not lab.holder()


def test_a_database_nobody_can_reach_leaves_the_former_address_and_the_app_serving(
    served: str, tmp_path: Path
) -> None:
    before = stored("app-secrets")
    wrong = tmp_path / "url"
    wrong.write_text("postgresql://todo:not-this-one@127.0.0.1:1/todo")
    with Load(("/api/health",)) as load:
        run = lab.todo_ci("secrets", "--env", "local", "--database-url", f"file:{wrong}")
    assert run.exit_code == 1
    assert "so the former ones are back" in run.stderr
    assert "next: todo-ci logs --env local" in run.stderr
    assert stored("app-secrets") == before
    assert load.failures == []
    assert lab.todo_ci("verify", "--env", "local").exit_code == 0
    assert not lab.holder()
    assert "secrets-former" not in lab.admin(
        "kubectl", "-n", "todo", "get", "secrets", "-o", "name"
    )


def test_half_of_kafkas_settings_are_refused() -> None:
    run = lab.todo_ci("secrets", "--env", "local", "--kafka-username", "")
    assert run.exit_code == 1
    assert "--kafka-username is missing" in run.stderr


def test_without_access_nothing_is_applied(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    text = (lab.STATE / "pipeline.kubeconfig").read_text()
    kubeconfig.write_text(text.replace("token: ", "token: wrong"))
    run = lab.todo_ci("secrets", "--env", "local", "--kubeconfig", f"file:{kubeconfig}")
    assert run.exit_code == 1
    assert "does not accept the kubeconfig's credentials" in run.stderr
    assert "next:" in run.stderr
