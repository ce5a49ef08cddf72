"""The promise: a Secret ends with values that serve, and none of them is ever shown.

``kubectl`` is a small program that stands first on PATH and keeps what was applied.
"""

import base64
import json
from collections.abc import Mapping
from pathlib import Path

from fake_kubectl import CANARY, apply, apply_all, encoded, stored

from todo_ci.scripts import apply_secrets


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
