"""The promise: a deploy that changes nothing makes no revision and no pod, and is still verified.

One story, in order: each test starts from the release that the one before it left.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import lab
import pytest

pytestmark = pytest.mark.lab


def deploy(*argv: str, cwd: Path = lab.ROOT) -> dict[str, Any]:
    """Deploy, and return what machines are told."""
    run = lab.todo_ci("deploy", "--env", "local", "--format", "json", *argv, cwd=cwd, timeout=900)
    assert run.exit_code == 0, run.text
    return json.loads(run.stdout)


def serving() -> tuple[int, set[str]]:
    """Return the newest revision, and the pods."""
    return lab.latest()["revision"], lab.pods("backend") | lab.pods("frontend")


def was_verified(done: dict[str, Any]) -> bool:
    checks = {check["name"]: check["status"] for check in done["report"]["checks"]}
    return checks["release"] == checks["helm test"] == checks["events"] == "passed"


@pytest.fixture(scope="module")
def clone(served: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of this repository that serves, for commits of its own."""
    folder = tmp_path_factory.mktemp("clone") / "todo"
    subprocess.run(["git", "clone", "--quiet", "--local", lab.ROOT, folder], check=True)
    return folder


def commit(clone: Path, file: str, text: str) -> str:
    """Add a line to a file, commit it, and return the commit."""
    with (clone / file).open("a") as opened:
        opened.write(text)
    who = ("-c", "user.name=octocat", "-c", "user.email=octocat@example.com")
    subprocess.run(["git", *who, "commit", "--quiet", "--all", "-m", text], cwd=clone, check=True)
    said = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=clone, capture_output=True, text=True, check=True
    )
    return said.stdout.strip()


def test_the_same_again_is_verified_and_makes_no_revision(clone: Path) -> None:
    before = serving()
    done = deploy(cwd=clone)
    assert done["nothing_to_do"] is True
    assert done["revision"] == done["serving"] == before[0]
    assert was_verified(done)
    assert serving() == before
    assert lab.verdict(before[0]) == f"r{before[0]}-passed"
    assert not lab.holder(), "the lock is given back"


def test_a_commit_of_words_alone_makes_no_revision(clone: Path) -> None:
    before = serving()
    sha = commit(clone, "docs/architecture.md", "\nA word more.\n")
    done = deploy(cwd=clone)
    assert done["commit"] == sha
    assert done["nothing_to_do"] is True
    assert was_verified(done)
    assert serving() == before
    plan = lab.todo_ci("deploy", "--env", "local", "--dry-run", cwd=clone)
    assert f"nothing to do: revision {before[0]} serves this already" in plan.stdout


def test_a_commit_of_the_chart_makes_one_and_new_pods_only_where_they_change(clone: Path) -> None:
    revision, _ = serving()
    frontend, backend = lab.pods("frontend"), lab.pods("backend")
    commit(clone, "infra/helm/todo-app/values-local.yaml", "\nreminders: { sweepSeconds: 29 }\n")
    done = deploy(cwd=clone)
    assert done["nothing_to_do"] is False
    assert done["revision"] == lab.latest()["revision"] == revision + 1
    assert lab.pods("frontend") == frontend, "its image keeps the commit it was released from"
    assert not lab.pods("backend") & backend


def test_what_failed_is_released_anew(clone: Path) -> None:
    revision, _ = serving()
    secret = f"secret/sh.helm.release.v1.{lab.RELEASE}.v{revision}"
    failed = f"verdict=r{revision}-failed"
    lab.admin("kubectl", "-n", lab.NAMESPACE, "label", "--overwrite", secret, failed)
    done = deploy(cwd=clone)
    assert done["nothing_to_do"] is False
    assert lab.latest()["revision"] == revision + 1
    assert lab.verdict(revision + 1) == f"r{revision + 1}-passed"


def test_what_somebody_scaled_is_released_anew(clone: Path) -> None:
    revision, _ = serving()
    name = f"deployment/{lab.RELEASE}-frontend"
    lab.admin("kubectl", "-n", lab.NAMESPACE, "scale", name, "--replicas=0")
    done = deploy(cwd=clone)
    assert done["nothing_to_do"] is False
    assert lab.latest()["revision"] == revision + 1
    assert lab.pods("frontend")
