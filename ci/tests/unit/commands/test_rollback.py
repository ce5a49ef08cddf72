"""The promise: the last good release is one call away, and it is verified again."""

import pytest
from fake_cluster import FakeCluster
from fake_objects import bad, images, ok

from todo_ci.commands.rollback import rollback
from todo_ci.errors import InputError
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import CheckStatus

pytestmark = pytest.mark.anyio

READ = ["history", "labels"]
CHECKS = [*READ, "objects", "values", "manifest", "sidecars", "probe", "test"]


async def run(
    cluster: FakeCluster, revision: int | None = None, *, dry_run: bool = False
) -> ReleaseResult:
    return await rollback(
        cluster.context(),
        revision=revision,
        url="http://app.test",
        lock_timeout=0,
        dry_run=dry_run,
    )


async def test_it_returns_to_the_last_good_one_and_labels_the_new_revision() -> None:
    cluster = FakeCluster().seed("r1-passed", "r1-passed", "r3-failed", "r4-passed")
    done = await run(cluster)
    assert cluster.ran == [
        "preflight", *READ, "values", "lease get", "lease create", *READ, "rollback 1", *CHECKS,
        "label 5 r5-passed", "lease get", "lease replace",
    ]  # fmt: skip
    assert done.passed
    assert (done.revision, done.serving) == (5, 5)
    assert cluster.kept[-1].images == images(1)


@pytest.mark.parametrize("verdicts", [(), ("r1-passed",), ("", "r2-passed")])
async def test_nothing_to_roll_back_to_touches_nothing(verdicts: tuple[str, ...]) -> None:
    cluster = FakeCluster().seed(*verdicts)
    with pytest.raises(InputError, match="nothing to roll back to"):
        await run(cluster)
    assert cluster.ran == ["preflight", *READ]


async def test_a_revision_that_is_sound_at_another_address_alone_is_refused_at_first() -> None:
    """It would be returned from, to the release that somebody wanted to leave."""
    cluster = FakeCluster().seed("r1-passed", "r2-passed")
    cluster.answers["values"] = [ok('{"gateway": {"url": "https://old.test"}}')]
    with pytest.raises(InputError) as refused:
        await run(cluster)
    assert cluster.ran == ["preflight", *READ, "values"]
    assert "revision 1 lets nobody sign in at http://app.test" in refused.value.text()
    assert "todo-ci rollback --revision 1 --url https://old.test" in refused.value.text()


async def test_one_that_could_not_be_looked_at_is_returned_from() -> None:
    cluster = FakeCluster().seed("r1-passed", "r2-passed")
    cluster.answers["objects"] = [bad("Unable to connect to the server: i/o timeout")]
    done = await run(cluster)
    assert (done.passed, done.returned_to) == (False, 2)
    assert cluster.verdicts()[4] == "r4-passed"


async def test_a_given_revision_is_taken_even_unverified() -> None:
    cluster = FakeCluster().seed("", "r2-passed", "r3-passed")
    done = await run(cluster, 1)
    assert done.passed
    assert cluster.kept[-1].description == "Rollback to 1"


async def test_a_given_revision_that_does_not_verify_is_returned_from() -> None:
    cluster = FakeCluster(sick={images(1)["backend"]}).seed("", "r2-passed", "r3-passed")
    done = await run(cluster, 1)
    assert not done.passed
    assert (done.returned_to, done.serving) == (3, 5)
    assert cluster.verdicts()[4] == "r4-failed"
    assert cluster.verdicts()[5] == "r5-passed"


async def test_a_rollback_that_helm_fails_is_reported_with_what_serves() -> None:
    cluster = FakeCluster().seed("r1-passed", "r2-passed")
    cluster.answers["rollback 1"] = [bad("Error: timed out")]
    done = await run(cluster)
    assert not done.passed
    assert "timed out" in done.table()
    assert done.serving == 2
    assert cluster.ran[-1] == "lease replace"


async def test_a_dry_run_names_the_target_and_changes_nothing() -> None:
    cluster = FakeCluster().seed("r1-passed", "r2-passed")
    done = await run(cluster, dry_run=True)
    assert cluster.ran == ["preflight", *READ, "values"]
    assert done.verdict is CheckStatus.SKIPPED
    assert any("helm rollback todo-app 1" in line for line in done.plan)
