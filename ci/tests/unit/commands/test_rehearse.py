"""The promise: a commit whose release would be noticed is known before it is made.

The cluster in memory is the one that is thrown away; what serves elsewhere was read from another.
"""

import json
from dataclasses import replace

import anyio
import pytest
from fake_cluster import FakeCluster
from fake_objects import bad, images, load_answer, ok

from todo_ci.commands.rehearse import rehearse
from todo_ci.core.context import Context
from todo_ci.core.working_tree import WorkingTree
from todo_ci.environments import target
from todo_ci.errors import InputError
from todo_ci.rollout.rehearsal import served
from todo_ci.rollout.rehearsal.scenes import Rehearsal
from todo_ci.rollout.rehearsal.served import Served
from todo_ci.rollout.request import DeployRequest

pytestmark = pytest.mark.anyio

TREE = WorkingTree("a" * 40, dirty=False, owner="somebody")
CHART = {"Chart.yaml": "{}", "values-local.yaml": ""}
SERVED = Served("oke", 7, images(1), "commit-7", "https://todo.example.com", CHART)
ALL = ["before", "return", "upgrade", "rollback", "removal"]


def on_trial(cluster: FakeCluster) -> Context:
    return replace(cluster.context(), target=replace(target("local"), rehearses="oke"))


async def run(
    cluster: FakeCluster, *, number: int = 9, now: Served = SERVED, keep: bool = False
) -> Rehearsal:
    request = DeployRequest(images=images(number), url="http://app.test", lock_timeout=0)
    return await rehearse(on_trial(cluster), TREE, request, now, keep=keep)


def statuses(done: Rehearsal) -> dict[str, str]:
    return {check.name: check.status for check in done.checks}


def evidence(done: Rehearsal, scene: str) -> str:
    return next(check.evidence for check in done.checks if check.name == scene)


async def test_a_good_commit_is_tried_in_its_order_and_nothing_is_left() -> None:
    cluster = FakeCluster()
    done = await run(cluster)
    assert done.passed
    assert statuses(done) == dict.fromkeys(ALL, "passed")
    assert "revision 7 on oke with its own chart: passed" in evidence(done, "before")
    assert "called broken once it served, and revision 1 serves again, as 3" in evidence(
        done, "return"
    )
    assert "revision 4 passed; 200 requests answered, none failed" in evidence(done, "upgrade")
    assert cluster.kept == []
    assert cluster.ran.index("delete labelled") > cluster.ran.index("uninstall")
    changes = [it for it in cluster.ran if it in ("upgrade", "uninstall") or "rollback" in it]
    assert changes == ["upgrade", "upgrade", "rollback 1", "upgrade", "rollback 3", "uninstall"]
    assert cluster.ran.count("load") == 3, "while what serves first is made, nobody is there to ask"
    assert "none of 600 requests failed" in done.headline
    assert json.loads(done.json())["loads"]["upgrade"]["answered"] == 200


async def test_a_lost_request_fails_the_rehearsal_and_the_rest_is_tried_all_the_same() -> None:
    cluster = FakeCluster()
    lost = ok(json.dumps(load_answer("status 502")))
    good = ok(json.dumps(load_answer()))
    cluster.answers["load"] = [good, lost, good]
    done = await run(cluster)
    assert not done.passed
    assert statuses(done) == {**dict.fromkeys(ALL, "passed"), "upgrade": "failed"}
    assert "1 of 201 requests failed, longest gap 0.2 s: 12:00:00 UTC /: status 502" in evidence(
        done, "upgrade"
    )
    assert "FAILED" in done.headline
    assert "1 of 601 requests failed" in done.headline
    assert cluster.kept == []


async def test_a_commit_that_does_not_come_up_is_returned_from_and_fails_its_upgrade() -> None:
    cluster = FakeCluster(upgrades=["deployed", "broken", "broken"])
    done = await run(cluster)
    assert statuses(done) == {
        "before": "passed", "return": "passed", "upgrade": "failed", "rollback": "skipped",
        "removal": "passed",
    }  # fmt: skip
    assert "it failed by itself, and revision 1 serves again" in evidence(done, "return")
    assert "revision 1 serves again" in evidence(done, "upgrade")
    assert "boom: on purpose" in done.table(), "the last words of its pods are shown"


async def test_where_what_serves_does_not_pass_nothing_is_said_of_the_commit() -> None:
    cluster = FakeCluster(upgrades=["broken"])
    done = await run(cluster)
    assert not done.passed
    assert statuses(done)["before"] == "failed"
    assert {statuses(done)[scene] for scene in ALL[1:4]} == {"skipped"}
    assert cluster.kept == []


async def test_one_that_cannot_be_returned_from_stops_there() -> None:
    cluster = FakeCluster()
    cluster.answers["rollback 1"] = [bad("Error: timed out")]
    done = await run(cluster)
    assert statuses(done)["return"] == "failed"
    assert statuses(done)["upgrade"] == "skipped"
    assert cluster.kept == []


async def test_a_refusal_is_a_row_and_what_is_released_is_removed() -> None:
    cluster = FakeCluster(upgrades=["deployed", "refused"])
    done = await run(cluster)
    assert statuses(done)["return"] == "failed"
    assert "does not take these values" in evidence(done, "return")
    assert cluster.kept == []


async def test_a_deploy_that_would_be_refused_is_not_tried() -> None:
    cluster = FakeCluster(in_registry=set(images(1).components.values()))
    done = await run(cluster)
    assert statuses(done) == {
        "before": "passed", "return": "failed", "upgrade": "skipped", "rollback": "skipped",
        "removal": "passed",
    }  # fmt: skip
    assert images(9)["backend"] in evidence(done, "return")
    assert cluster.ran.count("upgrade") == 1


async def test_what_is_not_removed_is_said() -> None:
    cluster = FakeCluster()
    cluster.answers["uninstall"] = [bad("Error: timed out")]
    done = await run(cluster)
    assert not done.passed
    assert statuses(done) == {**dict.fromkeys(ALL, "passed"), "removal": "failed"}


async def test_a_call_that_is_ended_removes_what_it_released() -> None:
    cluster = FakeCluster()

    async def end(name: str) -> None:
        if name == "upgrade" and cluster.kept:
            scope.cancel()
            await anyio.sleep(1)

    cluster.before = end
    with anyio.CancelScope() as scope:
        await run(cluster)
    assert scope.cancelled_caught
    assert "uninstall" in cluster.ran
    assert cluster.kept == []


async def test_a_commit_that_changes_nothing_has_nothing_to_rehearse() -> None:
    cluster = FakeCluster()
    done = await run(cluster, number=1)
    assert done.passed
    assert {statuses(done)[scene] for scene in ALL[1:4]} == {"skipped"}
    assert "load" not in cluster.ran


async def test_what_an_earlier_one_left_is_removed_first_and_the_last_may_be_kept() -> None:
    cluster = FakeCluster().seed("r1-passed", "r2-passed")
    done = await run(cluster, keep=True)
    assert statuses(done) == dict.fromkeys(ALL[:4], "passed")
    assert cluster.ran.index("uninstall") < cluster.ran.index("upgrade")
    assert [kept.number for kept in cluster.kept] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "now", [replace(SERVED, chart={}, why="has charts within it"), replace(SERVED, chart=CHART)]
)
async def test_the_chart_of_what_serves_is_taken_where_it_can_be_had(now: Served) -> None:
    cluster = FakeCluster()
    if now.chart:
        now = replace(now, chart={"Chart.yaml": "{}"})
    done = await run(cluster, now=now)
    why = now.why or "has no values-local.yaml"
    assert f"with the chart of this tree, as its own {why}" in evidence(done, "before")
    assert done.passed


async def test_only_a_place_for_it_is_taken_and_never_the_address_of_what_is_rehearsed() -> None:
    cluster = FakeCluster()
    request = DeployRequest(images=images(9), url="https://TODO.example.com/")
    with pytest.raises(InputError, match="is where oke serves"):
        await rehearse(on_trial(cluster), TREE, request, SERVED)
    elsewhere = replace(cluster.context(), target=target("oke"))
    with pytest.raises(InputError, match="oke is no environment for rehearsals"):
        await rehearse(elsewhere, TREE, request, SERVED)
    with pytest.raises(InputError, match="--rate 0 is no"):
        await rehearse(
            on_trial(cluster), TREE, replace(request, url="http://a.test"), SERVED, rate=0
        )
    assert not cluster.ran


async def test_what_serves_elsewhere_is_read_and_left_alone() -> None:
    cluster = FakeCluster().seed("r1-passed", "r2-passed")
    found = await served.read(cluster.context())
    assert (found.revision, found.images) == (2, images(2))
    assert found.chart == {"values-local.yaml": ""}
    assert cluster.ran == ["history", "labels", "values", "chart"]
    with pytest.raises(InputError, match="nothing serves on local"):
        await served.read(FakeCluster().context())
