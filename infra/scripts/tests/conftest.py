"""The clone that the deployment scripts are tried in."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from deployment_clone import NAMES, OKE, REAL, ROOT, STAND_IN, STATE, Clone


@pytest.fixture(scope="session")
def help_texts() -> dict[str, str]:
    """Ask the real command once for what its verbs take."""
    return {
        verb: subprocess.run(
            [REAL, verb, "--help"], capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout
        for verb in ("secrets", "deploy", "verify")
    }


@pytest.fixture
def clone(tmp_path: Path, help_texts: dict[str, str]) -> Clone:
    made = Clone(tmp_path)
    for name in NAMES:
        text = (ROOT / "infra/scripts" / name).read_text()
        made.write(
            f"infra/scripts/{name}", text.replace(STATE, str(tmp_path / "state")), program=True
        )
    text = (ROOT / "do").read_text().replace(STATE, str(tmp_path / "state"))
    made.write("do", text, program=True)
    made.write("infra/scripts/toolchain.sh", 'need_ci() { :; }; PATH="$PWD/bin:$PATH"\n')
    made.write("bin/todo-ci", STAND_IN, program=True)
    made.write(".env", OKE)
    made.write("kubeconfig", "apiVersion: v1")
    made.write("signing-key", "s3cr3t-d")
    for verb, text in help_texts.items():
        made.write(f"help/{verb}", text)
    (tmp_path / "dagger-bin").mkdir()
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(
        ["git", "-C", tmp_path, "remote", "add", "origin", "git@github.com:octocat/todo.git"],
        check=True,
    )
    return made
