"""The promise: infra/oke/kubeconfig.sh lets the pipeline into its namespace and no other."""

import base64
import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lab
import pytest
import yaml

pytestmark = pytest.mark.lab

SCRIPT = lab.ROOT / "infra/oke/kubeconfig.sh"


def claims(token: str) -> dict[str, Any]:
    """Read what a token says of itself."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def run_script(kubeconfig: Path, *flags: str) -> "subprocess.CompletedProcess[str]":
    environment = {**lab.pipeline_environment(), "KUBECONFIG": str(kubeconfig)}
    command = [SCRIPT, *flags]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_written_kubeconfig_serves_the_pipeline_and_nothing_else(tmp_path: Path) -> None:
    done = run_script(lab.STATE / "admin.kubeconfig")
    assert done.returncode == 0, done.stderr
    written = tmp_path / "kubeconfig"
    written.touch(mode=0o600)
    written.write_text(done.stdout)
    token = yaml.safe_load(done.stdout)["users"][0]["user"]["token"]
    assert token not in done.stderr
    (ends,) = re.findall(r"its token ends on (\S+)", done.stderr)
    assert datetime.fromisoformat(ends) == datetime.fromtimestamp(claims(token)["exp"], UTC)

    status = lab.todo_ci("status", "--env", "local", "--kubeconfig", f"file:{written}")
    assert status.exit_code == 0, status.text

    outside = ("auth", "can-i", "get", "secrets", "--namespace", "kube-system")
    asked = subprocess.run(
        ["kubectl", "--kubeconfig", written, *outside],
        env=lab.pipeline_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert asked.stdout.strip() == "no"


def test_a_context_without_rights_is_refused_with_the_next_step(tmp_path: Path) -> None:
    done = run_script(lab.STATE / "pipeline.kubeconfig")
    assert done.returncode == 1
    assert "may not create tokens" in done.stderr
    assert "next: kubectl config use-context" in done.stderr
    assert done.stdout == ""


def test_another_namespace_without_its_role_is_refused() -> None:
    """With it, test_guestbook.py deploys by what the script writes."""
    done = run_script(lab.STATE / "admin.kubeconfig", "--namespace", "guestbook")
    assert done.returncode == 1
    assert "next: infra/oke/kubeconfig.sh --namespace guestbook --role FILE" in done.stderr
    assert done.stdout == ""
