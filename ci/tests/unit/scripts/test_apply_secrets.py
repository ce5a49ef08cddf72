"""The promise: a Secret ends with values that serve, and none of them is ever shown.

``kubectl`` is a small program that stands first on PATH and keeps what was applied.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from todo_ci import scripts
from todo_ci.scripts import apply_secrets

FOLDER = Path(scripts.__file__).parent
CANARY = "canary-31d7-inside"
ANY, VERIFIED = {"verified": False}, {"verified": True}

# Fails when told to; a rollout gets stuck while a Secret holds a value that is said to be wrong.
KUBECTL = f"""#!{sys.executable}
import json, os, sys
from collections.abc import Mapping
from pathlib import Path

state, argv = Path(os.environ["STATE"]), sys.argv[3:]
with (state / "argv").open("a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if (state / "fail").exists():
    sys.exit('secrets is forbidden: User "x" cannot patch')
path = state / "secrets.json"
stored = json.loads(path.read_text()) if path.exists() else {{}}
if argv[0] == "apply":
    for item in json.load(sys.stdin)["items"]:
        name = item["metadata"]["name"]
        if stored.get(name, {{}}).get("data") != item["data"]:
            version = sum(int(it["metadata"]["resourceVersion"]) for it in stored.values()) + 1
            item["metadata"]["resourceVersion"] = str(version)
            stored[name] = item
elif argv[:2] == ["delete", "secret"]:
    stored = {{name: it for name, it in stored.items() if name not in argv}}
elif argv[:2] == ["get", "deployments"]:
    print("deployment.apps/todo-app-backend")
elif argv[:2] == ["rollout", "status"]:
    if (state / "killed").exists():
        os.kill(os.getppid(), 9)
        os._exit(1)
    if (state / "marked").exists():
        (state / "marked").unlink()
        sys.exit('error: deployment "todo-app-backend" exceeded its progress deadline')
    bad = (state / "stuck").read_text() if (state / "stuck").exists() else None
    values = [value for name, it in stored.items() if name != "secrets-former"
              for value in it["data"].values()]
    if bad is not None and (not bad or bad in values):
        sys.exit("error: timed out waiting for the condition")
elif argv[:2] == ["get", "secret"]:
    found = [stored[name] for name in argv if name in stored]
    if argv[-1] == "json":
        print(json.dumps({{"kind": "List", "items": found}}) if found else "")
    else:
        for it in found:
            print(it["metadata"]["name"], it["metadata"]["resourceVersion"])
path.write_text(json.dumps(stored))
"""


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """A kubectl that remembers."""
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)
    (tmp_path / "value").write_text(f"{CANARY}\n")
    return tmp_path


def stored(cluster: Path) -> dict[str, dict[str, Any]]:
    """Return the data of every Secret there is."""
    kept = json.loads((cluster / "secrets.json").read_text())
    return {name: secret["data"] for name, secret in kept.items()}


def apply(
    cluster: Path, *argv: str, **keys: dict[str, object]
) -> "subprocess.CompletedProcess[str]":
    return apply_all(cluster, *argv, **{"app-secrets": keys})


def apply_all(
    cluster: Path, *argv: str, **secrets: Mapping[str, Mapping[str, object]]
) -> "subprocess.CompletedProcess[str]":
    wanted = [
        {"name": name, "type": "Opaque", "restart": True, "keys": keys}
        for name, keys in secrets.items()
    ]
    order = {"namespace": "todo", "secrets": wanted, "restart": "app=todo"}
    return subprocess.run(
        [sys.executable, "-m", "scripts.apply_secrets", *argv], cwd=FOLDER.parent,
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


def test_values_that_are_only_looked_at_reach_no_cluster(cluster: Path) -> None:
    keys: dict[str, object] = {"file": "VALUE_FILE", "database_url": {"verified": False}}
    refused = apply(cluster, "--check", key=keys)
    assert (refused.returncode, refused.stdout) == (apply_secrets.REFUSED, "")
    assert CANARY not in refused.stderr
    (cluster / "value").write_text("postgresql://u:p@h/d")
    taken = apply(cluster, "--check", key=keys)
    assert (taken.returncode, taken.stdout, taken.stderr) == (0, "", "")
    assert not (cluster / "argv").exists()


def test_the_value_goes_over_standard_input_alone(cluster: Path) -> None:
    done = apply(cluster, key={"file": "VALUE_FILE"})
    assert CANARY not in (cluster / "argv").read_text()
    assert CANARY not in done.stdout + done.stderr
    assert list(stored(cluster)["app-secrets"]) == ["key"]


def test_what_is_made_in_the_step_is_made_once_and_never_said(cluster: Path) -> None:
    keys: dict[str, dict[str, object]] = {"token": {"random": 32}, "name": {"text": "smoke"}}
    first = apply(cluster, **keys)
    made = stored(cluster)["app-secrets"]
    value = base64.b64decode(made["token"]).decode()
    assert len(value) >= 32
    assert base64.b64decode(made["name"]) == b"smoke"
    assert json.loads(first.stdout)["restarted"]
    again = apply(cluster, **keys)
    assert stored(cluster) == {"app-secrets": made}
    assert json.loads(again.stdout)["restarted"] == []
    for said in (first.stdout, first.stderr, again.stdout, (cluster / "argv").read_text()):
        assert value not in said
        assert made["token"] not in said


def test_a_key_that_is_lost_is_made_again(cluster: Path) -> None:
    apply(cluster, token={"random": 32})
    kept = json.loads((cluster / "secrets.json").read_text())
    kept["app-secrets"]["data"] = {}
    (cluster / "secrets.json").write_text(json.dumps(kept))
    assert json.loads(apply(cluster, token={"random": 32}).stdout)["secrets"][0]["changed"]
    assert stored(cluster)["app-secrets"]["token"]


def test_a_pull_secret_is_what_the_kubelet_reads(cluster: Path) -> None:
    key: dict[str, object] = {"file": "VALUE_FILE", "registry": "r.io", "username": "me"}
    apply(cluster, **{".dockerconfigjson": key})
    written = base64.b64decode(stored(cluster)["app-secrets"][".dockerconfigjson"])
    login = json.loads(written)["auths"]["r.io"]
    assert (login["username"], login["password"]) == ("me", CANARY)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_values_that_do_not_serve_are_taken_back(cluster: Path) -> None:
    assert apply(cluster, key={"text": "right"}, other={"text": "kept"}).returncode == 0
    before = stored(cluster)
    (cluster / "stuck").write_text(encoded("wrong"))
    done = apply(cluster, key={"text": "wrong"})
    assert done.returncode == apply_secrets.RESTORED
    assert "timed out" in done.stderr
    assert stored(cluster) == before
    assert (cluster / "argv").read_text().count("rollout restart") == 3, "what came back too"


def test_the_mark_of_the_rollout_before_is_not_taken_for_this_one(cluster: Path) -> None:
    (cluster / "marked").touch()
    assert apply(cluster, key={"text": "right"}).returncode == 0


def test_a_secret_there_was_not_before_goes_again(cluster: Path) -> None:
    (cluster / "stuck").write_text(encoded("wrong"))
    assert apply(cluster, key={"text": "wrong"}).returncode == apply_secrets.RESTORED
    assert stored(cluster) == {}


def test_what_does_not_serve_with_its_former_values_either_is_told_apart(cluster: Path) -> None:
    assert apply(cluster, key={"text": "right"}).returncode == 0
    before = stored(cluster)
    (cluster / "stuck").touch()
    done = apply(cluster, key={"text": "other"})
    assert done.returncode == apply_secrets.NOT_BACK
    assert "with the former values" in done.stderr
    assert stored(cluster)["app-secrets"] == before["app-secrets"]


def test_a_run_that_was_killed_loses_no_former_value(cluster: Path) -> None:
    assert apply(cluster, key={"text": "right"}).returncode == 0
    (cluster / "killed").touch()
    assert apply(cluster, key={"text": "wrong"}).returncode == -9
    assert stored(cluster)["app-secrets"] == {"key": encoded("wrong")}, "it was in the middle"
    (cluster / "killed").unlink()
    (cluster / "stuck").write_text(encoded("wrong"))
    done = apply(cluster, key={"text": "wrong"}, more={"text": "x"})
    assert done.returncode == apply_secrets.RESTORED
    assert stored(cluster) == {"app-secrets": {"key": encoded("right")}}
    assert "an earlier run was interrupted" in done.stderr


def killed_with(cluster: Path, **secrets: Mapping[str, Mapping[str, object]]) -> None:
    """Leave what a run leaves that is killed before it knows whether its values serve."""
    (cluster / "killed").touch()
    assert apply_all(cluster, **secrets).returncode == -9
    (cluster / "killed").unlink()


def test_what_a_killed_run_applied_is_still_tried_by_the_next_one(cluster: Path) -> None:
    """The same values again change nothing, and may have been read by no pod yet."""
    assert apply(cluster, key={"text": "right"}).returncode == 0
    killed_with(cluster, **{"app-secrets": {"key": {"text": "wrong"}}})
    (cluster / "stuck").write_text(encoded("wrong"))
    assert apply(cluster, key={"text": "wrong"}).returncode == apply_secrets.RESTORED
    assert stored(cluster) == {"app-secrets": {"key": encoded("right")}}


def test_a_secret_that_a_killed_run_did_not_touch_is_not_taken_for_new(cluster: Path) -> None:
    before = {"app-secrets": {"key": {"text": "right"}}, "mail": {"host": {"text": "smtp"}}}
    assert apply_all(cluster, **before).returncode == 0
    there = stored(cluster)
    killed_with(cluster, **{"app-secrets": {"key": {"text": "wrong"}}})
    (cluster / "stuck").write_text(encoded("wrong"))
    both = {"app-secrets": {"key": {"text": "wrong"}}, "mail": {"host": {"text": "other"}}}
    assert apply_all(cluster, **both).returncode == apply_secrets.RESTORED
    assert stored(cluster) == there


def test_what_else_a_killed_run_changed_is_taken_back_too(cluster: Path) -> None:
    assert apply_all(cluster, **{"app-secrets": {"key": {"text": "right"}}}).returncode == 0
    there = stored(cluster)
    both = {"app-secrets": {"key": {"text": "right"}}, "mail": {"host": {"text": "wrong"}}}
    killed_with(cluster, **both)
    (cluster / "stuck").write_text(encoded("wrong"))
    assert apply(cluster, key={"text": "other"}).returncode == apply_secrets.RESTORED
    assert stored(cluster) == there, "what had not been there is gone again"


def test_a_refusal_of_the_cluster_fails_the_step(cluster: Path) -> None:
    (cluster / "fail").touch()
    done = apply(cluster, key={"file": "VALUE_FILE"})
    assert done.returncode == 1
    assert "cannot patch" in done.stderr
    assert CANARY not in done.stderr


def test_a_database_url_is_stored_as_all_its_readers_understand_it(cluster: Path) -> None:
    (cluster / "value").write_text("postgresql+asyncpg://u:p@h/d?ssl=require&pgbouncer=true\n")
    apply(cluster, key={"file": "VALUE_FILE", "database_url": ANY})
    assert base64.b64decode(stored(cluster)["app-secrets"]["key"]).decode() == (
        "postgresql://u:p@h/d?sslmode=require&default_query_exec_mode=exec"
    )


def test_a_spelling_of_before_that_means_the_same_stays(cluster: Path) -> None:
    """The release that serves may know no other one, and nothing restarts."""
    before = "postgresql://u:p@h-pooler.test/d?sslmode=require&channel_binding=require"
    apply(cluster, key={"text": before})
    (cluster / "value").write_text(before)
    done = apply(cluster, key={"file": "VALUE_FILE", "database_url": ANY})
    assert json.loads(done.stdout) == {
        "secrets": [{"name": "app-secrets", "keys": ["key"], "changed": False}],
        "restarted": [],
    }
    assert stored(cluster)["app-secrets"] == {"key": encoded(before)}
    (cluster / "value").write_text(before.replace("u:p", "u:other"))
    apply(cluster, key={"file": "VALUE_FILE", "database_url": ANY})
    assert stored(cluster)["app-secrets"] != {"key": encoded(before)}


def test_one_that_cannot_work_is_refused_before_anything_is_touched(cluster: Path) -> None:
    (cluster / "value").write_text(f"postgresql://u:{CANARY}@h/d?sslmode=verify\n")
    done = apply(cluster, key={"file": "VALUE_FILE", "database_url": ANY})
    assert done.returncode == apply_secrets.REFUSED
    assert "sslmode: accepted is" in done.stderr
    assert CANARY not in done.stderr
    assert not (cluster / "argv").exists()


@pytest.mark.parametrize(
    ("options", "taken"),
    [
        ("", False),
        ("?sslmode=require", False),
        ("?sslmode=disable", False),
        ("?sslmode=verify-full", True),
        ("?ssl=verify-full", True),
    ],
)
def test_where_the_database_has_to_prove_who_it_is_others_are_refused(
    cluster: Path, options: str, taken: bool
) -> None:
    (cluster / "value").write_text(f"postgresql://u:{CANARY}@h/d{options}")
    done = apply(cluster, key={"file": "VALUE_FILE", "database_url": VERIFIED})
    assert done.returncode == (0 if taken else apply_secrets.REFUSED)
    assert ("does not check who answers; accepted is verify-full" in done.stderr) != taken
    assert ("--allow-unverified-database" in done.stderr) != taken
    assert (cluster / "argv").exists() == taken
