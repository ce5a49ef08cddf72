"""The promise: what a deploy would change nothing of is verified and left alone, and only that."""

import json

import pytest
import yaml
from fake_cluster import FakeCluster
from fake_objects import MANIFEST, Object, bad, images, live_answer

from todo_ci.cluster import helm, kubectl
from todo_ci.core.ports import Result, Step
from todo_ci.release import history
from todo_ci.release.history import History
from todo_ci.release.result import ReleaseResult
from todo_ci.release.revision import Revision
from todo_ci.release.verdict import Verification
from todo_ci.reports.report import CheckStatus
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.standing import Standing, candidate
from todo_ci.rollout.upgrade import upgrade_release

pytestmark = pytest.mark.anyio

OBJECTS: list[Object] = [item for item in yaml.safe_load_all(MANIFEST) if item]
ITEM, *OTHERS = OBJECTS
COLORED = {**ITEM, "spec": {**ITEM["spec"], "color": "blue"}}


def secret(mark: str) -> Object:
    return {"kind": "Secret", "metadata": {"name": "own"}, "data": {"key": mark}}


async def run(
    cluster: FakeCluster, number: int = 1, commit: str = "words", *, dry_run: bool = False
) -> ReleaseResult:
    return await upgrade_release(
        cluster.context(),
        DeployRequest(url="http://app.test", lock_timeout=0, dry_run=dry_run),
        images=images(number),
        commit=commit,
    )


async def test_a_commit_that_changes_nothing_is_verified_and_makes_no_revision() -> None:
    cluster = FakeCluster().seed("r1-passed")
    done = await run(cluster)
    assert "upgrade" not in cluster.ran
    assert not [step for step in cluster.ran if step.startswith(("label ", "rollback", "prune"))]
    assert {"probe", "sidecars", "test"} <= set(cluster.ran), "it is verified all the same"
    assert cluster.ran[-2:] == ["lease get", "lease replace"]
    assert cluster.verdicts() == {1: "r1-passed"}
    assert done.passed
    assert (done.revision, done.serving, done.returned_to) == (1, 1, None)
    assert done.nothing_to_do
    assert done.commit == "words", "its verdict is about what was asked for"


async def test_it_is_said_on_the_way_at_the_end_and_to_machines() -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.kept[0].labels["commit"] = "abc"
    done = await run(cluster)
    words = "nothing to do: revision 1 serves this already, made from abc"
    assert f"{words}; verifying it" in cluster.said
    assert words in done.table()
    headline = "deploy to local: nothing to do, revision 1 serves this already at http://app.test"
    assert done.headline.startswith(headline)
    assert json.loads(done.json())["nothing_to_do"] is True
    made = await run(cluster, 2)
    assert json.loads(made.json())["nothing_to_do"] is False


async def test_other_images_are_released_and_nothing_is_compared_before() -> None:
    cluster = FakeCluster().seed("r1-passed")
    done = await run(cluster, 2)
    assert "live" not in cluster.ran
    assert (done.revision, done.nothing_to_do) == (2, False)
    assert set(cluster.kept[-1].commits.values()) == {"words"}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(live_answer(rendered=[COLORED, *OTHERS]), id="another manifest"),
        pytest.param(live_answer(rendered=OTHERS, live=OBJECTS, planned=OTHERS), id="one goes"),
        pytest.param(
            live_answer(planned=[COLORED, *OTHERS]), id="changed in the cluster by somebody"
        ),
        pytest.param(
            live_answer(released=[*OBJECTS, secret("a")], rendered=[*OBJECTS, secret("b")]),
            id="a Secret of the chart's own",
        ),
        pytest.param(live_answer(live=OTHERS), id="deleted in the cluster by somebody"),
        pytest.param(bad("patch is forbidden"), id="what cannot be compared"),
    ],
)
async def test_what_differs_in_the_chart_or_in_the_cluster_is_released(answer: Result) -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["live"] = [answer]
    done = await run(cluster)
    assert done.passed
    assert (done.revision, done.nothing_to_do) == (2, False)
    assert cluster.verdicts() == {1: "r1-passed", 2: "r2-passed"}
    assert set(cluster.kept[-1].commits.values()) == {"commit-1"}, "the images are the same"


async def test_a_hook_that_changes_is_released() -> None:
    metadata = {"name": "migration", "annotations": {"helm.sh/hook": "pre-upgrade"}}
    old, new = ({"kind": "Job", "metadata": metadata, "spec": {"x": it}} for it in "ab")
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["live"] = [live_answer(released=[*OBJECTS, old], rendered=[*OBJECTS, new])]
    assert (await run(cluster)).revision == 2


async def test_what_somebody_added_beside_the_release_is_nothing_to_do() -> None:
    """A deploy leaves it, so one would change nothing."""
    owned: Object = {"manager": "k9s", "fieldsV1": {"f:spec": {"f:extra": {}}}}
    live: Object = {**ITEM, "metadata": {**ITEM["metadata"], "managedFields": [owned]}}
    live["spec"] = {**ITEM["spec"], "extra": 1}
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["live"] = [live_answer(live=[live, *OTHERS], planned=[live, *OTHERS])]
    assert (await run(cluster)).nothing_to_do


@pytest.mark.parametrize("verdicts", [("",), ("r1-failed",), ("r1-passed", "r1-passed")])
async def test_what_did_not_pass_is_released_anew(verdicts: tuple[str, ...]) -> None:
    number = len(verdicts)
    cluster = FakeCluster().seed(*verdicts)
    done = await run(cluster, number)
    assert done.passed
    assert (done.revision, done.nothing_to_do) == (number + 1, False)


async def test_what_passed_once_and_does_not_now_is_released_anew() -> None:
    """The migration runs again: the database may be another one than it was."""
    cluster = FakeCluster(sick={images(1)["backend"]}).seed("r1-passed")
    done = await run(cluster)
    assert "it does not verify: it is released anew" in cluster.said
    assert "upgrade" in cluster.ran
    assert not done.passed
    assert (done.revision, done.nothing_to_do) == (2, False)
    assert not done.is_judged, "the same content passed before"


async def test_a_pod_without_its_sidecar_is_renewed_and_no_revision_is_made() -> None:
    cluster = FakeCluster(bare={"backend"}).seed("r1-passed")
    done = await run(cluster)
    assert "restart todo-app-backend" in cluster.ran
    assert done.nothing_to_do
    assert "renewal" in {check.name for check in done.report.checks}


async def test_after_a_rollback_what_serves_is_nothing_to_do_and_what_was_left_is() -> None:
    cluster = FakeCluster().seed("r1-passed", "r2-passed")
    await cluster.run(rolled_back())
    cluster.kept[-1].labels["verdict"] = "r3-passed"
    assert (await run(cluster, 1)).revision == 3
    assert (await run(cluster, 2)).revision == 4


def rolled_back() -> Step:
    return kubectl.step(helm.watched(helm.rollback(1, 60)))


async def test_a_dry_run_says_that_there_is_nothing_to_do() -> None:
    cluster = FakeCluster().seed("r1-passed")
    done = await run(cluster, dry_run=True)
    assert done.verdict is CheckStatus.SKIPPED
    assert done.nothing_to_do
    assert not any("helm upgrade" in line for line in done.plan)
    assert any("nothing to do: revision 1 serves this already" in line for line in done.plan)
    assert "verify revision 1 at http://app.test" in done.plan
    assert "lease create" not in cluster.ran


@pytest.mark.parametrize("status", ["pending-upgrade", "failed", "superseded", "uninstalling"])
def test_only_what_is_deployed_can_serve_all_of_it_already(status: str) -> None:
    passed = Verification.PASSED
    now, good = Standing(images(1)), Revision(1, "deployed", passed)
    assert candidate(History((good,)), now, images(1)) == good
    assert candidate(History((good, Revision(2, status, passed))), now, images(1)) is None
    assert candidate(History(()), now, images(1)) is None
    assert candidate(History((good,)), now, images(2)) is None
    assert candidate(History((good,)), Standing(), images(1)) is None


async def test_the_history_still_says_which_commit_made_the_revision() -> None:
    cluster = FakeCluster()
    assert (await run(cluster, commit="one")).revision == 1
    assert (await run(cluster, commit="two")).nothing_to_do
    past = await history.load(cluster.context())
    assert [revision.commit for revision in past.revisions] == ["one"]
