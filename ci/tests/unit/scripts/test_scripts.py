"""What runs inside a step needs nothing but a Python, and gives no secret away."""

import ast
import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from todo_ci import scripts
from todo_ci.scripts import apply_secrets

FOLDER = Path(scripts.__file__).parent
PROGRAMS = sorted(path.name for path in FOLDER.glob("*.py") if path.name != "__init__.py")
CANARY = "canary-31d7-inside"

KUBECTL = r"""#!/bin/sh
# Stands in for an API server: keeps what was applied, counts versions, fails when told to.
echo "$*" >>"$STATE/argv"
[ ! -e "$STATE/fail" ] || { echo 'secrets is forbidden: User "x" cannot patch' >&2; exit 1; }
case "$3 $4" in
apply*)
    cat >"$STATE/new"
    cmp -s "$STATE/new" "$STATE/applied" && exit 0
    mv "$STATE/new" "$STATE/applied"
    echo x >>"$STATE/version"
    ;;
'get deployments') echo deployment.apps/todo-app-backend ;;
'rollout status')
    [ ! -e "$STATE/stuck" ] || { echo 'error: timed out waiting for the condition' >&2; exit 1; } ;;
'get secret')
    case "$*" in *'-o json') cat "$STATE/applied" 2>/dev/null; exit 0 ;; esac
    [ ! -e "$STATE/version" ] || echo "$5 $(wc -c <"$STATE/version")" ;;
esac
"""


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_imports_the_standard_library_and_its_siblings_alone(name: str) -> None:
    siblings = {Path(program).stem for program in PROGRAMS}
    allowed = sys.stdlib_module_names | siblings
    for node in ast.walk(ast.parse(scripts.source(name))):
        if isinstance(node, ast.Import):
            assert {alias.name.partition(".")[0] for alias in node.names} <= allowed
        if isinstance(node, ast.ImportFrom):
            named = {node.module} if node.module else {alias.name for alias in node.names}
            tops = {name.partition(".")[0] for name in named}
            assert tops <= (siblings if node.level else allowed)


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """A kubectl that remembers."""
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)
    (tmp_path / "value").write_text(f"{CANARY}\n")
    return tmp_path


def apply(cluster: Path, **keys: dict[str, object]) -> "subprocess.CompletedProcess[str]":
    secret = {"name": "app-secrets", "type": "Opaque", "restart": True, "keys": keys}
    order = {"namespace": "todo", "secrets": [secret], "restart": "app=todo"}
    return subprocess.run(
        [sys.executable, "-m", "scripts.apply_secrets"], cwd=FOLDER.parent,
        input=json.dumps(order), capture_output=True, text=True, check=False,
        env={"PATH": f"{cluster}:{os.environ['PATH']}", "STATE": str(cluster),
             "VALUE_FILE": str(cluster / "value")},
    )  # fmt: skip


def test_a_changed_secret_restarts_and_an_unchanged_one_does_not(cluster: Path) -> None:
    first = json.loads(apply(cluster, key={"file": "VALUE_FILE"}).stdout)
    assert first["secrets"][0]["changed"]
    assert first["restarted"] == ["deployment.apps/todo-app-backend"]
    again = json.loads(apply(cluster, key={"file": "VALUE_FILE"}).stdout)
    assert not again["secrets"][0]["changed"]
    assert again["restarted"] == []
    (cluster / "value").write_text("another")
    assert json.loads(apply(cluster, key={"file": "VALUE_FILE"}).stdout)["restarted"]


def test_the_value_goes_over_standard_input_alone(cluster: Path) -> None:
    done = apply(cluster, key={"file": "VALUE_FILE"})
    assert CANARY not in (cluster / "argv").read_text()
    assert CANARY not in done.stdout + done.stderr
    (manifest,) = json.loads((cluster / "applied").read_text())["items"]
    assert list(manifest["data"]) == ["key"]


def test_what_is_made_in_the_step_is_made_once_and_never_said(cluster: Path) -> None:
    keys: dict[str, dict[str, object]] = {"token": {"random": 32}, "name": {"text": "smoke"}}
    first = apply(cluster, **keys)
    (made,) = json.loads((cluster / "applied").read_text())["items"]
    value = base64.b64decode(made["data"]["token"]).decode()
    assert len(value) >= 32
    assert base64.b64decode(made["data"]["name"]) == b"smoke"
    assert json.loads(first.stdout)["restarted"]
    again = apply(cluster, **keys)
    assert json.loads((cluster / "applied").read_text())["items"] == [made]
    assert json.loads(again.stdout)["restarted"] == []
    for said in (first.stdout, first.stderr, again.stdout, (cluster / "argv").read_text()):
        assert value not in said
        assert made["data"]["token"] not in said


def test_a_key_that_is_lost_is_made_again(cluster: Path) -> None:
    apply(cluster, token={"random": 32})
    stored = json.loads((cluster / "applied").read_text())
    stored["items"][0]["data"] = {}
    (cluster / "applied").write_text(json.dumps(stored))
    assert json.loads(apply(cluster, token={"random": 32}).stdout)["secrets"][0]["changed"]
    assert json.loads((cluster / "applied").read_text())["items"][0]["data"]["token"]


def test_a_pull_secret_is_what_the_kubelet_reads(cluster: Path) -> None:
    key: dict[str, object] = {"file": "VALUE_FILE", "registry": "r.io", "username": "me"}
    apply(cluster, **{".dockerconfigjson": key})
    (manifest,) = json.loads((cluster / "applied").read_text())["items"]
    decoded = subprocess.run(
        ["base64", "-d"], input=manifest["data"][".dockerconfigjson"], capture_output=True,
        text=True, check=True,
    ).stdout  # fmt: skip
    login = json.loads(decoded)["auths"]["r.io"]
    assert (login["username"], login["password"]) == ("me", CANARY)


def test_an_app_that_does_not_come_back_is_told_from_secrets_that_were_refused(
    cluster: Path,
) -> None:
    (cluster / "stuck").touch()
    done = apply(cluster, key={"file": "VALUE_FILE"})
    assert done.returncode == apply_secrets.NOT_BACK
    assert "timed out" in done.stderr
    assert (cluster / "applied").exists()
    assert apply(cluster, key={"file": "VALUE_FILE"}).returncode == 0, "nothing has changed since"


def test_a_refusal_of_the_cluster_fails_the_step(cluster: Path) -> None:
    (cluster / "fail").touch()
    done = apply(cluster, key={"file": "VALUE_FILE"})
    assert done.returncode == 1
    assert "cannot patch" in done.stderr
    assert CANARY not in done.stderr
