"""The promise: a deploy ends with something verified serving, and says which and why."""

import json

import anyio
import pytest
from fake_cluster import FakeCluster
from fake_objects import MANIFEST, bad, images, ok

from todo_ci.cluster import helm
from todo_ci.cluster.helm import EVIDENCE
from todo_ci.core.ports import Result
from todo_ci.errors import ClusterError, InputError, LockError, ToolError
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import CheckStatus
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.upgrade import upgrade_release

pytestmark = pytest.mark.anyio

LOOK = ["preflight", "registry", "template", "keys", "dapr"]
READ = ["history", "labels"]
CHECKS = [*READ, "objects", "values", "manifest", "sidecars", "probe", "test"]
GIVE_BACK = ["lease get", "lease replace"]


async def run(
    cluster: FakeCluster, number: int = 9, *, dry_run: bool = False, lock_timeout: float = 0
) -> ReleaseResult:
    return await upgrade_release(
        cluster.context(),
        DeployRequest(url="http://app.test", lock_timeout=lock_timeout, dry_run=dry_run),
        images=images(number),
        commit="abc",
    )


async def test_a_first_deploy_goes_through_all_steps_in_order() -> None:
    cluster = FakeCluster()
    done = await run(cluster)
    assert cluster.ran == [
        *LOOK, "lease get", "lease create", *READ, "upgrade", *CHECKS,
        "label 1 r1-passed", *GIVE_BACK,
    ]  # fmt: skip
    assert done.passed
    assert (done.revision, done.serving, done.returned_to) == (1, 1, None)
    assert cluster.lease is not None
    assert cluster.lease["spec"]["holderIdentity"] == ""


async def test_the_address_asked_for_is_where_sign_in_works() -> None:
    cluster = FakeCluster()
    planned = await run(cluster, dry_run=True)
    (given,) = [line for line in planned.plan if "given.json: " in line]
    assert helm.parse_url(given.partition(": ")[2]) == "http://app.test"


async def test_a_second_deploy_makes_a_second_revision() -> None:
    cluster = FakeCluster().seed("r1-passed")
    done = await run(cluster)
    assert done.passed
    assert done.revision == 2
    assert cluster.verdicts() == {1: "r1-passed", 2: "r2-passed"}


async def test_a_broken_release_returns_and_shows_the_failing_pod() -> None:
    cluster = FakeCluster(upgrades=["failed"]).seed("r1-passed")
    done = await run(cluster)
    assert not done.passed
    assert (done.revision, done.returned_to, done.serving) == (2, 1, 3)
    assert cluster.verdicts() == {1: "r1-passed", 2: "r2-failed", 3: "r3-passed"}
    assert cluster.ran.count("test") == 1, "what serves again is tested, what failed is not"
    assert cluster.ran[-2:] == GIVE_BACK
    for text in (done.table(), done.markdown(), json.loads(done.json())["evidence"]):
        assert "todo-app-backend-7-x" in text
        assert "Warning BackOff" in text
        assert "boom: on purpose" in text
    assert "revision 1 serves again, as 3" in done.headline


async def test_an_injector_that_is_away_is_named_with_where_to_look() -> None:
    cluster = FakeCluster(upgrades=["failed"]).seed("r1-passed")
    pod: dict[str, object] = {
        "pod": "todo-app-migration", "container": "", "reason": "FailedCreate", "events": [],
        "said": "failed calling webhook", "log": "", "previous_log": "",
    }  # fmt: skip
    reason = 'todo-app-migration: FailedCreate: failed calling webhook "sidecar-injector.dapr.io"'
    seen = json.dumps({"reason": reason, "seconds": 4, "pods": [pod]}).encode()
    cluster.answers["upgrade"] = [Result(1, "", "Error: UPGRADE FAILED", 9, files={EVIDENCE: seen})]
    done = await run(cluster)
    upgrade = done.report.checks[0]
    assert reason in upgrade.evidence
    assert "dapr-sidecar-injector" in upgrade.next_step
    assert "todo-app-migration: FailedCreate: failed calling webhook" in done.table()


async def test_helms_return_to_an_unverified_release_is_rolled_on_to_the_verified_one() -> None:
    cluster = FakeCluster(upgrades=["failed"]).seed("r1-passed", "r1-passed")
    done = await run(cluster)
    assert [k.description for k in cluster.kept[3:]] == ["Rollback to 2", "Rollback to 1"]
    assert (done.returned_to, done.serving) == (1, 5)
    assert cluster.verdicts()[5] == "r5-passed"
    assert cluster.verdicts()[4] != "r4-passed"


async def test_a_failed_first_install_leaves_nothing_released() -> None:
    cluster = FakeCluster(upgrades=["failed"])
    done = await run(cluster)
    assert not done.passed
    assert done.serving is None
    assert "nothing is released" in done.headline
    assert cluster.ran[-2:] == GIVE_BACK


async def test_a_release_that_does_not_verify_is_returned_from() -> None:
    cluster = FakeCluster(sick={images(9)["backend"]}).seed("r1-passed")
    done = await run(cluster)
    assert not done.passed
    assert cluster.verdicts() == {1: "r1-passed", 2: "r2-failed", 3: "r3-passed"}
    assert done.returned_to == 1
    failed = [c.name for c in done.report.checks if c.status is CheckStatus.FAILED]
    assert failed == ["gateway /api/health", "gateway /"]


async def test_a_release_that_could_not_be_looked_at_is_returned_from() -> None:
    """One answer that did not come leaves nobody with a release that nobody judged."""
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["objects"] = [bad("Unable to connect to the server: i/o timeout")]
    done = await run(cluster)
    assert (done.passed, done.returned_to) == (False, 1)
    assert cluster.verdicts() == {1: "r1-passed", 2: "r2-failed", 3: "r3-passed"}
    assert "the cluster cannot be reached" in done.table()


async def test_what_cannot_be_compared_is_returned_from_all_the_same() -> None:
    cluster = FakeCluster(sick={images(9)["backend"]}).seed("r1-passed")
    cluster.answers["manifest"] = [ok(MANIFEST), bad("i/o timeout")]
    done = await run(cluster)
    assert (done.passed, done.returned_to) == (False, 1)


async def test_a_failing_chart_test_is_returned_from_and_shown() -> None:
    cluster = FakeCluster(test_passes=False).seed("r1-passed")
    done = await run(cluster)
    assert not done.passed
    assert done.returned_to == 1
    assert "pod test-x failed" in done.evidence


async def test_a_first_release_that_does_not_verify_stays_and_is_labelled() -> None:
    cluster = FakeCluster(sick={images(9)["backend"]})
    done = await run(cluster)
    assert not done.passed
    assert cluster.verdicts() == {1: "r1-failed"}
    assert "revision 1 serves, unverified" in done.headline


async def test_a_release_that_an_interrupted_client_left_pending_is_healed_first() -> None:
    cluster = FakeCluster(upgrades=["killed"]).seed("r1-passed")
    assert not (await run(cluster)).passed
    cluster = FakeCluster().seed("r1-passed", "")
    cluster.kept[0].status, cluster.kept[1].status = "deployed", "pending-upgrade"
    cluster.lease = silent_lease()
    done = await run(cluster)
    assert done.passed
    assert cluster.ran.index("heal 1") < cluster.ran.index("upgrade")
    assert any(line.startswith("heal:") for line in cluster.said)
    assert done.revision == 4


async def test_a_first_install_that_was_interrupted_is_removed_first() -> None:
    cluster = FakeCluster().seed("")
    cluster.kept[0].status = "pending-install"
    cluster.lease = silent_lease()
    done = await run(cluster)
    assert done.passed
    assert cluster.ran.index("uninstall") < cluster.ran.index("upgrade")


async def test_a_helm_that_had_to_be_killed_is_healed_at_once() -> None:
    cluster = FakeCluster(upgrades=["killed"]).seed("r1-passed")
    done = await run(cluster)
    assert (done.returned_to, done.serving) == (1, 3)
    assert cluster.verdicts()[3] == "r3-passed"


async def test_wrong_values_are_refused_and_change_nothing() -> None:
    cluster = FakeCluster(upgrades=["refused"]).seed("r1-passed")
    with pytest.raises(InputError, match="replicas"):
        await run(cluster)
    assert cluster.verdicts() == {1: "r1-passed"}
    assert cluster.ran[-2:] == GIVE_BACK


async def test_a_cluster_that_goes_away_is_named_and_the_lock_given_back() -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["upgrade"] = [bad("Error: dial tcp: connection refused")]
    with pytest.raises(ClusterError, match="cannot be reached"):
        await run(cluster)
    assert cluster.ran[-2:] == GIVE_BACK


async def test_another_refusal_by_helm_is_shown_in_its_own_words() -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["upgrade"] = [bad("Error: template: no such function")]
    with pytest.raises(ToolError, match="no such function"):
        await run(cluster)


async def test_an_image_that_does_not_exist_is_refused_before_anything_is_touched() -> None:
    cluster = FakeCluster(in_registry={images(9)["backend"]})
    with pytest.raises(InputError) as refused:
        await run(cluster)
    assert images(9)["frontend"] in str(refused.value)
    assert images(9)["backend"] not in str(refused.value)
    assert cluster.ran == ["preflight", "registry"]


async def test_a_dry_run_changes_nothing_and_names_every_step() -> None:
    cluster = FakeCluster().seed("r1-passed")
    done = await run(cluster, dry_run=True)
    assert cluster.ran == [*LOOK, *READ, "values"]
    assert done.passed
    assert done.verdict is CheckStatus.SKIPPED
    assert any("helm upgrade todo-app" in line for line in done.plan)
    assert "nothing was changed" in done.table()


async def test_a_held_lock_refuses_by_name_and_touches_nothing() -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.lease = silent_lease(renewed="2999-01-01T00:00:00.000000Z")
    with pytest.raises(LockError, match="dead@elsewhere"):
        await run(cluster)
    assert cluster.ran == [*LOOK, "lease get", "lease get"]


async def test_a_cancelled_deploy_gives_the_lock_back() -> None:
    cluster = FakeCluster().seed("r1-passed")

    async def hang(name: str) -> None:
        if name == "upgrade":
            scope.cancel()
            await anyio.sleep_forever()

    cluster.before = hang
    with anyio.CancelScope() as scope:
        await run(cluster)
    assert scope.cancelled_caught
    assert cluster.ran[-2:] == GIVE_BACK
    assert cluster.lease is not None
    assert cluster.lease["spec"]["holderIdentity"] == ""


async def test_a_verdict_that_cannot_be_set_fails_the_deploy_and_says_so() -> None:
    cluster = FakeCluster()
    cluster.answers["label 1 r1-passed"] = [Result(1, "", "forbidden", 0)]
    done = await run(cluster)
    assert not done.passed
    assert done.serving == 1
    assert cluster.verdicts() == {1: ""}
    assert "could not set verdict=r1-passed: forbidden" in done.table()


def silent_lease(renewed: str = "2020-01-01T00:00:00.000000Z") -> dict[str, object]:
    return {
        "metadata": {"resourceVersion": "0"},
        "spec": {
            "holderIdentity": "dead@elsewhere", "leaseDurationSeconds": 30,
            "acquireTime": renewed, "renewTime": renewed, "leaseTransitions": 3,
        },
    }  # fmt: skip
