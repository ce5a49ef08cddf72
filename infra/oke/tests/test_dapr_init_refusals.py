"""dapr-init.sh says what it lacks before it touches a cluster, and asks for no more than fits."""

import shutil
import sys
from pathlib import Path

import pytest
import yaml
from rendering import REPOSITORY

from dapr_script import run

VALUES = REPOSITORY / "infra/oke/dapr-values.yaml"
NODE = REPOSITORY / "infra/helm/tests/oke-node.yaml"


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Make a PATH with nothing on it but what any machine has, and python3."""
    for name in ("sh", "env", "sed", "mktemp", "rm", "cat", "head", "dirname", "grep"):
        found = shutil.which(name)
        assert found
        (tmp_path / name).symlink_to(found)
    (tmp_path / "python3").symlink_to(sys.executable)
    return tmp_path


def stand_in(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_a_program_that_is_missing_is_named_with_its_source(programs: Path) -> None:
    assert "kubectl is not on PATH\nnext: install it: https" in run(path=str(programs)).stderr
    stand_in(programs, "kubectl", "exit 1")
    assert "helm is not on PATH\nnext: install it: https" in run(path=str(programs)).stderr
    stand_in(programs, "helm", "echo v3.19.0")
    assert "helm 4 is needed" in run(path=str(programs)).stderr


@pytest.mark.parametrize(
    ("said", "next_step"),
    [
        ("connect: connection refused", "infra/oke/cluster-setup.sh makes a cluster"),
        ("You must be logged in (Unauthorized)", "infra/oke/cluster-setup.sh writes access again"),
    ],
)
def test_no_cluster_is_told_from_one_that_does_not_let_in(
    programs: Path, said: str, next_step: str
) -> None:
    stand_in(programs, "kubectl", f"echo '{said}' >&2; exit 1")
    stand_in(programs, "helm", "echo v4.2.4")
    done = run(path=str(programs))
    assert (done.returncode, said in done.stderr, next_step in done.stderr) == (1, True, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--dryrun",), "there is no option '--dryrun'"),
        (("--timeout",), "--timeout wants a value"),
        (("--timeout=5m",), "there is no option"),
        (("--timeout", "5m"), "--timeout '5m' is not a whole number of seconds"),
        (("--chart", "/none"), "--chart /none holds no Chart.yaml"),
        (("--values", "/none"), "--values /none cannot be read"),
    ],
)
def test_a_wrong_option_is_refused_with_the_next_command(
    arguments: tuple[str, ...], says: str
) -> None:
    done = run(*arguments)
    assert done.returncode == 1
    assert says in done.stderr
    assert "next: infra/oke/dapr-init.sh" in done.stderr


def test_the_node_has_room_for_what_is_asked_for() -> None:
    """infra/helm/tests adds up the node's figures."""
    given = yaml.safe_load(VALUES.read_text())
    node = {item["name"]: item for item in yaml.safe_load(NODE.read_text())["running"]}
    parts = {
        "dapr_operator": "dapr-operator",
        "dapr_sentry": "dapr-sentry",
        "dapr_sidecar_injector": "dapr-sidecar-injector",
        "dapr_scheduler": "dapr-scheduler-server",
    }
    for part, name in parts.items():
        wanted = {key: node[name][key] for key in ("cpu", "memory")}
        assert given[part]["resources"]["requests"] == wanted, part
