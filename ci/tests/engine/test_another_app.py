"""The module works on another app's clone, and takes nothing of this repository's for it."""

import base64
import json
import os
import subprocess
from pathlib import Path

import pytest

from engines import require_engine
from todo_ci.project.signing import GITHUB

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[3]
APP = "examples/guestbook"
# What a job of another workflow would give; its signature is not this pipeline's to look at.
CLAIMS = {"iss": GITHUB, "aud": "sigstore", "job_workflow_ref": "octo/other/a.yml@refs/heads/main"}
KEYLESS = """
[signing]
identity = "https://github.com/octo/app/.github/workflows/deploy.yml@refs/heads/main"
"""
SIGNED = """
[signing]
public-key = '''
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENbLcBGnL3NxVUqE2GeT0ZSiRhrf5
EuIiBXDA3GAYKbRsKCiJMhdQ+G6tslMHHmomMuTtdj7CpmHDDvzMY0zXlw==
-----END PUBLIC KEY-----
'''
"""


@pytest.fixture(autouse=True)
def engine() -> None:
    require_engine()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a clone that has no module of its own."""
    folder = tmp_path_factory.mktemp("theirs") / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    (folder / "dagger.json").unlink()
    return folder


def call(clone: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["dagger", "--progress=plain", "-m", ROOT, "call", "--source", ".", *argv],
        cwd=clone, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True,
        check=False, timeout=900,
    )  # fmt: skip


def test_its_chart_is_checked_for_its_own_environments(clone: Path) -> None:
    done = call(clone, "--project", APP, "chart", "markdown")
    assert done.returncode == 0, done.stderr
    assert "chart: render production" in done.stdout
    assert "oke" not in done.stdout


def test_its_own_checks_run_in_a_toolbox_of_its_language(clone: Path) -> None:
    done = call(clone, "--project", APP, "test", "markdown")
    assert done.returncode == 0, done.stderr
    assert "web: go test" in done.stdout
    assert "backend" not in done.stdout


def test_a_folder_without_a_release_file_is_named(clone: Path) -> None:
    done = call(clone, "--project", "docs", "chart", "table")
    assert done.returncode != 0
    assert "--source has no release.toml in 'docs'" in done.stderr


def test_no_settings_of_ours_are_written_for_it(clone: Path) -> None:
    done = call(clone, "--project", APP, "init", "table")
    assert done.returncode != 0
    assert "init writes the .env of this repository's app alone" in done.stderr


def test_a_key_that_cannot_sign_is_refused_before_anything_is_built(clone: Path) -> None:
    release = clone / APP / "release.toml"
    before = release.read_text()
    release.write_text(before + SIGNED)
    (clone.parent / "cosign.key").write_text("no key")
    key = f"file:{clone.parent}/cosign.key"
    try:
        done = call(clone, "--project", APP, "publish", "--env", "local", "--signing-key", key,
                    "table")  # fmt: skip
    finally:
        release.write_text(before)
    assert done.returncode != 0
    assert "cosign cannot use --signing-key" in done.stderr
    assert "dockerBuild" not in done.stderr


def test_a_token_of_another_workflow_is_refused_before_anything_is_built(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = clone / APP / "release.toml"
    before = release.read_text()
    release.write_text(before + KEYLESS)
    said = base64.urlsafe_b64encode(json.dumps(CLAIMS).encode()).decode().rstrip("=")
    monkeypatch.setenv("IDENTITY_TOKEN", f"e30.{said}.e30")
    try:
        done = call(clone, "--project", APP, "publish", "--env", "local",
                    "--identity-token", "env:IDENTITY_TOKEN", "table")  # fmt: skip
    finally:
        release.write_text(before)
    assert done.returncode != 0
    assert "--identity-token is that of the workflow octo/other/a.yml" in done.stderr
    assert said not in done.stderr
    assert "dockerBuild" not in done.stderr
