"""The module through the engine's own command: what it lists, and how its calls end."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from engines import require_engine
from todo_ci.environments import names
from todo_ci.main import Todo

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[3]
CHART = ROOT / "infra/helm/todo-app"


@pytest.fixture(autouse=True)
def engine() -> None:
    require_engine()


def dagger(*argv: str) -> subprocess.CompletedProcess[str]:
    # A .env of the developer's may hold default arguments, which are not this test's business.
    return subprocess.run(
        ["dagger", "--progress=plain", *argv], cwd=ROOT, env={**os.environ, "NO_COLOR": "1"},
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip


def last_lines(done: subprocess.CompletedProcess[str]) -> str:
    """Return the error a person sees at the end, without the steps above it."""
    return done.stderr.rpartition("\nError: ")[2]


def test_every_verb_is_listed() -> None:
    done = dagger("functions")
    assert done.returncode == 0, done.stderr
    listed = {line.split()[0] for line in done.stdout.splitlines() if line.strip()}
    verbs = {name for name in vars(Todo)["__dagger_object_type__"].functions if name}
    assert verbs <= listed


def test_a_check_passes_and_says_what_it_saw() -> None:
    done = dagger("call", "chart", "markdown")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("### chart")
    assert done.stdout.count("| passed") == 5


def test_a_broken_chart_fails_the_check_by_name(tmp_path: Path) -> None:
    chart = tmp_path / "chart"
    shutil.copytree(CHART, chart)
    (chart / "templates/broken.yaml").write_text('{{ fail "canary" }}\n')
    done = dagger("call", f"--chart={chart}", "chart", "table")
    assert done.returncode != 0
    assert done.stdout == ""
    error = last_lines(done)
    assert "chart: render local" in error
    assert "canary" in error
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no kubeconfig was given"),
        (("--kubeconfig=file:///nowhere/kubeconfig",), "--kubeconfig cannot be read"),
        (("--kubeconfig=env:EMPTY",), "--kubeconfig"),
    ],
)
def test_a_kubeconfig_that_cannot_be_used_is_named(arguments: tuple[str, ...], said: str) -> None:
    own = ROOT / ".env"
    if not arguments and own.exists() and "STATUS_KUBECONFIG=" in own.read_text():
        pytest.skip("the .env of this clone gives one: move it away")
    done = dagger("call", "status", "--env=local", *arguments)
    assert done.returncode != 0
    assert said in last_lines(done)
    assert "Traceback" not in done.stderr


def test_an_unknown_environment_is_refused_with_the_known_ones() -> None:
    done = dagger("call", "status", "--env=staging")
    assert done.returncode != 0
    assert "there is no environment 'staging'" in last_lines(done)
    assert f"one of: {', '.join(names())}" in last_lines(done)
