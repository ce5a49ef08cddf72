"""kubeconfig.sh refuses what it could only half do before it touches a cluster.

What it does with one: ci/tests/cluster/test_kubeconfig.py.
"""

import os
import subprocess
from pathlib import Path

import pytest
from rendering import REPOSITORY

SCRIPT = REPOSITORY / "infra/oke/kubeconfig.sh"


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Call it with a kubectl that leaves a trace."""
    kubectl = folder / "kubectl"
    kubectl.write_text(f"#!/bin/sh\necho $* >>{folder}/called\n")
    kubectl.chmod(0o755)
    return subprocess.run(
        [SCRIPT, *arguments], env={"PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "problem", "next_step"),
    [
        (("--role", "their.yaml"), "--role their.yaml is of a namespace",
         "infra/oke/kubeconfig.sh --namespace NAME --role their.yaml"),
        (("--namespace", "shelf"), "--namespace shelf has a Role of its own",
         "infra/oke/kubeconfig.sh --namespace shelf --role FILE"),
        (("--namespace",), "--namespace wants a value", "infra/oke/kubeconfig.sh --help"),
        (("--hours", "0"), "--hours '0' is not a whole number", "infra/oke/kubeconfig.sh --hours"),
        (("--rolle", "x"), "there is no option '--rolle'", "infra/oke/kubeconfig.sh --help"),
    ],
)  # fmt: skip
def test_what_it_cannot_mean_is_refused_with_the_next_command(
    arguments: tuple[str, ...], problem: str, next_step: str, tmp_path: Path
) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 1
    assert problem in done.stderr
    assert f"next: {next_step}" in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "called").exists()


@pytest.mark.parametrize(
    ("arguments", "namespace", "role"),
    [
        ((), "todo", str(SCRIPT.parent / "pipeline-rbac.yaml")),
        (("--namespace", "shelf", "--role", "their.yaml"), "shelf", "their.yaml"),
        (("--namespace", "todo", "--role", "own.yaml"), "todo", "own.yaml"),
    ],
)
def test_the_role_is_applied_and_the_token_is_of_its_namespace(
    arguments: tuple[str, ...], namespace: str, role: str, tmp_path: Path
) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 0
    assert f'namespace: "{namespace}"' in done.stdout
    called = (tmp_path / "called").read_text()
    assert f"apply -f {role}\n" in called
    assert f"--namespace {namespace} create token pipeline" in called
