"""The promise: what cannot work is refused by name, with the next command, and nothing changes."""

import json
from collections.abc import Callable
from pathlib import Path

import lab
import pytest
from kubeconfigs import (
    Parts,
    bad_token,
    missing_command,
    old_token,
    spoilt,
    unreachable,
    without_rights,
)

pytestmark = pytest.mark.lab

MISSING = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (unreachable, "127.0.0.1:1"),
        (bad_token, "credentials"),
        (old_token, "expired"),
        (missing_command, "no-such-login-command"),
        (without_rights, "get leases"),
    ],
)
def test_a_kubeconfig_that_cannot_work_is_refused(
    served: str,
    tmp_path: Path,
    change: Callable[[Parts], None],
    named: str,
) -> None:
    refused(served, named, "--kubeconfig", spoilt(tmp_path, change))


def test_a_kubeconfig_that_is_no_yaml_is_refused(served: str, tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text("clusters: [unclosed")
    refused(served, "kubeconfig", "--kubeconfig", f"file:{path}")


def test_an_image_that_does_not_exist_is_refused_before_helm_runs(served: str) -> None:
    images = json.loads(served)
    images["backend"] = images["backend"].partition("@")[0] + "@" + MISSING
    refused(json.dumps(images), MISSING)


def test_a_value_outside_the_schema_is_refused(served: str, tmp_path: Path) -> None:
    overlay = tmp_path / "values.yaml"
    overlay.write_text("backend:\n  replicas: many\n")
    refused(served, "replicas", "--values", str(overlay))


def test_an_unknown_environment_is_refused_before_anything_runs() -> None:
    run = lab.todo_ci("deploy", "--env", "moon")
    assert run.exit_code == 1
    assert "next:" in run.stderr
    assert "moon" in run.text
    assert "local" in run.text
    assert "oke" in run.text


def refused(images: str, named: str, *argv: str) -> None:
    """Deploy, and see it refused by name with nothing changed."""
    history, served = lab.history(), lab.running_images()
    run = lab.todo_ci("deploy", "--env", "local", "--images", images, *argv)
    assert run.exit_code == 1
    assert named in run.stderr
    assert "next:" in run.stderr
    assert "Traceback" not in run.stderr
    assert lab.history() == history
    assert lab.running_images() == served
    assert not lab.holder()
