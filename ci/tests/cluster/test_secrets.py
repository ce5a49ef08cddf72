"""The promise: a secret changes in the cluster exactly when its value did."""

import json
from pathlib import Path

import lab
import pytest

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


def test_without_access_nothing_is_applied(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    text = (lab.STATE / "pipeline.kubeconfig").read_text()
    kubeconfig.write_text(text.replace("token: ", "token: wrong"))
    run = lab.todo_ci("secrets", "--env", "local", "--kubeconfig", f"file:{kubeconfig}")
    assert run.exit_code == 1
    assert "were not applied" in run.stderr
    assert "next:" in run.stderr
