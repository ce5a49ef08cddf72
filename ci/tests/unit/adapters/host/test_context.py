"""Who calls is known to whoever waits for the lock; what a kubeconfig needs, each step has."""

import json
from pathlib import Path

import pytest

from todo_ci.adapters.host.context import open_host_context
from todo_ci.cluster import kubectl

ROOT = Path(__file__).parents[5]


def caller(given: str = "") -> str:
    with open_host_context(ROOT, "local", caller=given) as context:
        return context.caller


def test_a_run_on_github_is_named_by_its_repository_and_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GITHUB_RUN_ID", "4711")
    monkeypatch.setenv("GITHUB_REPOSITORY", "octocat/todo")
    assert caller() == "octocat/todo run 4711"
    assert caller("octocat@laptop") == "octocat@laptop"


def test_elsewhere_it_is_this_machines_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_RUN_ID", raising=False)
    assert caller() == ""


def config(**user: object) -> str:
    """Write a kubeconfig whose authority lies beside it."""
    entry = {"name": "a", "cluster": {"server": "https://a", "certificate-authority": "ca.crt"}}
    return json.dumps(
        {
            "kind": "Config",
            "current-context": "a",
            "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}],
            "clusters": [entry],
            "users": [{"name": "a", "user": user}],
        }
    )


async def seen(folder: Path, text: str, *argv: str) -> str:
    """Return what a step with that kubeconfig prints."""
    (folder / "kubeconfig").write_text(text)
    given = {"kubeconfig": f"file:{folder}/kubeconfig"}
    with open_host_context(ROOT, "local", secrets=given) as context:
        done = await context.shell.run(kubectl.step(argv))
    assert done.ok, done.stderr
    return done.stdout


@pytest.mark.anyio
async def test_an_authority_beside_the_kubeconfig_is_found_by_every_step(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("an authority")
    program = 'cat "$(sed -n "s/.*certificate-authority: //p" "$KUBECONFIG")"'
    assert await seen(tmp_path, config(token="t"), "sh", "-ec", program) == "an authority"


@pytest.mark.anyio
async def test_only_a_command_that_signs_in_sees_the_variables_of_a_cloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCI_CLI_AUTH", "instance_principal")
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("GITHUB_TOKEN", "a-secret")
    signs_in = await seen(tmp_path, config(exec={"command": "oci"}), "env")
    assert "OCI_CLI_AUTH=instance_principal\n" in signs_in
    assert "AWS_PROFILE=work\n" in signs_in
    assert "a-secret" not in signs_in
    assert "OCI_CLI_AUTH" not in await seen(tmp_path, config(token="t"), "env")
