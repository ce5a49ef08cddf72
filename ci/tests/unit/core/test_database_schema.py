"""The promise: no build is ever left on a schema of the database that it does not work on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fake_cluster import FakeCluster
from fake_objects import images

from todo_ci.commands.rollback import rollback
from todo_ci.core import database_schema
from todo_ci.core.database_schema import DatabaseSchema
from todo_ci.errors import InputError
from todo_ci.release.result import ReleaseResult
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.upgrade import upgrade_release
from todo_ci.scripts import read_migrations as program

pytestmark = pytest.mark.anyio

MIGRATION = """revision = {own!r}
down_revision = {before!r}
compatible_from = {oldest!r}

def upgrade():
    raise AssertionError("nothing is run")
"""


def released(*schemas: DatabaseSchema | None) -> FakeCluster:
    """Make a history of good releases, the last one serving."""
    cluster = FakeCluster().seed(*(f"r{n}-passed" for n in range(1, len(schemas) + 1)))
    for kept, made in zip(cluster.kept, schemas, strict=True):
        kept.labels |= made.release_labels() if made else {}
    return cluster


async def deployed(
    cluster: FakeCluster, made: DatabaseSchema | None, *, dry_run: bool = False
) -> ReleaseResult:
    if made:
        cluster.image_labels = {
            "todo.schema.head": made.head,
            "todo.schema.compatible-from": made.compatible_from,
        }
    return await upgrade_release(
        cluster.context(),
        DeployRequest(url="http://app.test", lock_timeout=0, dry_run=dry_run),
        images=images(9),
        commit="abc",
    )


async def returned(cluster: FakeCluster, revision: int | None = None) -> ReleaseResult:
    return await rollback(
        cluster.context(), revision=revision, url="http://app.test", lock_timeout=0, dry_run=False
    )


async def test_a_release_keeps_what_its_image_says() -> None:
    cluster = FakeCluster()
    assert (await deployed(cluster, DatabaseSchema("0007", "0006"))).passed
    assert database_schema.of_release(cluster.kept[-1].labels) == DatabaseSchema("0007", "0006")


@pytest.mark.parametrize(
    ("before", "made", "why"),
    [
        # One release forward, the same schema again, and back within what the database serves.
        ((DatabaseSchema("0006", "0005"),), DatabaseSchema("0007", "0006"), ""),
        ((DatabaseSchema("0006", "0005"),), DatabaseSchema("0006", "0005"), ""),
        (
            (DatabaseSchema("0006", "0005"), DatabaseSchema("0007", "0006")),
            DatabaseSchema("0006", "0005"),
            "",
        ),
        # Nothing is known of what serves, or nothing serves: there is nothing to break.
        ((None,), DatabaseSchema("0007", "0006"), ""),
        ((), DatabaseSchema("0007", "0006"), ""),
        ((None,), None, ""),
        # A jump over a release, a build from before, and one that says nothing.
        (
            (DatabaseSchema("0005", "0004"),),
            DatabaseSchema("0007", "0006"),
            "would break what serves",
        ),
        (
            (DatabaseSchema("0007", "0006"),),
            DatabaseSchema("0005", "0004"),
            "serves builds from 0006 on",
        ),
        ((DatabaseSchema("0007", "0006"),), None, "was not recorded"),
        # The database stays where a release brought it that serves no longer.
        (
            (DatabaseSchema("0009", "0008"), DatabaseSchema("0008", "0007")),
            DatabaseSchema("0007", "0006"),
            "schema 0009",
        ),
    ],
)
@pytest.mark.parametrize("dry_run", [False, True])
async def test_a_deploy_is_refused_where_a_build_would_be_left_behind(
    before: tuple[DatabaseSchema | None, ...],
    made: DatabaseSchema | None,
    why: str,
    *,
    dry_run: bool,
) -> None:
    cluster = released(*before)
    if not why:
        assert (await deployed(cluster, made, dry_run=dry_run)).passed
        return
    with pytest.raises(InputError, match=why) as refused:
        await deployed(cluster, made, dry_run=dry_run)
    assert "todo-ci deploy a" in refused.value.next_step
    assert len(cluster.kept) == len(before)
    assert not {"upgrade", "test"} & set(cluster.ran)
    assert dry_run or cluster.ran[-1] == "lease replace", "the lock is given back"


def test_revisions_are_numbers_however_many_digits_they_have() -> None:
    nine, ten = DatabaseSchema("9", "9"), DatabaseSchema("10", "9")
    assert ten.serves(nine)
    assert ten.serves(ten)
    assert not DatabaseSchema("11", "10").serves(nine)
    assert database_schema.of_database([nine, ten, None]) == ten


async def test_a_rollback_goes_back_as_far_as_the_database_serves() -> None:
    cluster = released(DatabaseSchema("0006", "0005"), DatabaseSchema("0007", "0006"))
    assert (await returned(cluster)).passed
    assert cluster.kept[-1].description == "Rollback to 1"


@pytest.mark.parametrize("asked", [None, 1])
async def test_a_rollback_to_a_build_that_is_too_old_touches_nothing(asked: int | None) -> None:
    cluster = released(DatabaseSchema("0005", "0004"), DatabaseSchema("0007", "0006"))
    with pytest.raises(InputError, match="builds from 0006 on; this one is 0005"):
        await returned(cluster, asked)
    assert cluster.ran == ["preflight", "history", "labels"]


async def test_a_rollback_to_what_recorded_no_schema_is_refused_where_one_is_known() -> None:
    with pytest.raises(InputError, match="was not recorded"):
        await returned(released(None, DatabaseSchema("0007", "0006")))
    assert (await returned(released(None, None))).passed


async def test_a_failed_deploy_never_returns_to_a_build_that_is_too_old() -> None:
    """What verified last may be older than what served, whose verdict was never given."""
    cluster = released(DatabaseSchema("0005", "0004"), DatabaseSchema("0006", "0005"))
    del cluster.kept[-1].labels["verdict"]
    cluster.sick = {images(9)["backend"]}
    done = await deployed(cluster, DatabaseSchema("0007", "0006"))
    assert not done.passed
    assert cluster.kept[-1].description == "Rollback to 2"


async def test_a_failed_deploy_returns_to_what_recorded_no_schema() -> None:
    """Nobody can promise that it works, and what failed is known not to."""
    cluster = released(None)
    cluster.sick = {images(9)["backend"]}
    assert (await deployed(cluster, DatabaseSchema("0007", "0006"))).returned_to == 1


def migrations(folder: Path, *chain: tuple[str, str | None, str]) -> Path:
    for own, before, oldest in chain:
        text = MIGRATION.format(own=own, before=before, oldest=oldest)
        (folder / f"{own}_change.py").write_text(text)
    return folder


def read(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, program.__file__, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_schema_of_a_tree_is_read_from_its_newest_migration(tmp_path: Path) -> None:
    chain = (("0001", None, "0001"), ("0002", "0001", "0001"), ("0003", "0002", "0002"))
    done = read(migrations(tmp_path, *chain))
    assert database_schema.parse(done.stdout) == DatabaseSchema("0003", "0002")


def test_two_newest_migrations_and_one_that_states_nothing_are_refused(tmp_path: Path) -> None:
    chain = (("0001", None, "0001"), ("0002", "0001", "0001"), ("0003", "0001", "0001"))
    done = read(migrations(tmp_path, *chain))
    assert (done.returncode, "2 newest revisions" in done.stderr) == (1, True)
    (tmp_path / "0003_change.py").write_text("revision = '0003'\n")
    done = read(tmp_path)
    assert "0003_change.py does not state its down_revision, compatible_from" in done.stderr


def test_the_repositorys_own_migrations_can_be_read() -> None:
    done = read(Path(__file__).parents[4] / "backend/migrations/versions")
    assert json.loads(done.stdout)["head"].isdigit()
