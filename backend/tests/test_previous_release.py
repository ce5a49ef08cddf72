"""The release before this one works on this one's schema: its own tests say so.

A deploy migrates the database while the pods of the release before still serve, and a rollback
leaves the schema as it is. So the last code without the newest migration, taken from the history,
runs its tests of the API on a database that has it.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from migrations.runner import known_revisions

BACKEND = Path(__file__).resolve().parents[1]
VERSIONS = "migrations/versions"
# What a user does; how migrations themselves behave is not the old code's business any more.
SUITES = ("test_tasks", "test_versions", "test_listing", "test_outbox", "test_feed")


def git(*argv: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(BACKEND), *argv], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    """The backend as it was before its newest migration was added."""
    (newest,) = BACKEND.glob(f"{VERSIONS}/{known_revisions()[0]}_*.py")
    try:
        # On the line of what was released, where a merge brings all of a branch at once.
        line = ("log", "--first-parent", "-m", "--diff-filter=A", "--format=%H", "--", str(newest))
        added = git(*line).splitlines()
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        pytest.skip(f"the code of the release before is in git's history alone: {error}")
    if not added or git("rev-parse", "--is-shallow-repository") == "true":
        pytest.skip("the history does not reach back to the release before")
    archive = subprocess.run(
        ["git", "-C", str(BACKEND), "archive", f"{added[-1]}^", "."],
        capture_output=True, check=True,
    )  # fmt: skip
    tree = tmp_path / "previous"
    tree.mkdir()
    subprocess.run(["tar", "x", "-C", str(tree)], input=archive.stdout, check=True)
    return tree


def run_suites(tree: Path, names: Sequence[str] = SUITES, *options: str) -> str:
    """Run the API's tests of a backend and return what they said."""
    # A backend of before may keep its tests in one folder.
    suites = [str(path) for name in names for path in tree.glob(f"tests/**/{name}.py")]
    done = subprocess.run(
        # Nothing is ever deployed on SQLite.
        [sys.executable, "-m", "pytest", "-q", "-knot sqlite", *options, *suites],
        cwd=tree, env={"PATH": os.environ["PATH"], "HOME": str(tree)},
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    return done.stdout + done.stderr


def migrate_as_now(tree: Path) -> None:
    """Give an older backend the migrations of this one; its models stay its own."""
    shutil.copytree(BACKEND / VERSIONS, tree / VERSIONS, dirs_exist_ok=True)


def test_the_release_before_passes_its_tests_on_this_schema(previous: Path) -> None:
    migrate_as_now(previous)
    said = run_suites(previous)
    assert re.search(r"\d{2,} passed", said), said
    if " failed" in said:
        # What they wait for is theirs, and on a busy machine too short now and then.
        said = run_suites(previous, SUITES, "--last-failed")
    assert "failed" not in said, said
    assert "error" not in said.lower().rpartition("\n")[2]


def test_a_migration_that_breaks_the_release_before_is_noticed(previous: Path) -> None:
    migrate_as_now(previous)
    head = known_revisions()[0]
    breaking = previous / VERSIONS / "9999_break.py"
    breaking.write_text(
        "from alembic import op\n"
        f'revision, down_revision, compatible_from = "9999", "{head}", "9999"\n'
        "branch_labels = depends_on = None\n"
        "def upgrade() -> None:\n"
        '    op.drop_column("tasks", "description")\n'
    )
    assert " failed" in run_suites(previous, SUITES[:1])
