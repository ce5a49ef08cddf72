"""The promise: helm is given no release whose canary fails, and each canary is taken back."""

import json

import anyio
import anyio.lowlevel
import pytest
from fake_canary import POLICY, Canaries, measured, release, rows, run, seeded
from fake_objects import bad, evidence, helm_tested
from msgspec.structs import replace as with_changes

from todo_ci.cluster import helm, kubectl
from todo_ci.core.database_schema import DatabaseSchema
from todo_ci.core.ports import Result, Step
from todo_ci.project import current
from todo_ci.project.canary import Canary
from todo_ci.project.model import HelmTest
from todo_ci.release.revision import Revision
from todo_ci.reports.report import CheckStatus
from todo_ci.rollout import lease
from todo_ci.rollout.canary import trial
from todo_ci.rollout.lock import HeldLease

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("with_canary")]
SECRETS = (kubectl.KUBECONFIG,)
MADE = ["canary make", "reach", "canary weigh", "measure"]


def use(policy: Canary, *checks: str) -> None:
    test = HelmTest(job="t", checks=checks) if checks else None
    current.use(with_changes(current.project(), canary=policy, helm_test=test))


async def test_one_that_passes_is_taken_back_and_released() -> None:
    cluster = seeded()
    done = await run(cluster)
    assert done.passed
    assert cluster.weights == [20, 50, 0]
    ran = [name for name in cluster.ran if name in (*MADE, "canary back", "upgrade")]
    assert ran == [*MADE, "canary weigh", "measure", "canary back", "upgrade"]
    shown = rows(done)
    assert list(shown)[:5] == [
        "canary made", "canary 20 %", "canary 50 %", "canary taken back", "upgrade",
    ]  # fmt: skip
    assert set(shown.values()) == {CheckStatus.PASSED}
    assert "canary: 0 of 200 requests failed (0.0 %), p95 4 ms; what serves: 0" in done.table()


async def test_one_that_fails_is_refused_and_what_serves_is_as_it_was() -> None:
    cluster = seeded(found=[measured(20)])
    done = await run(cluster)
    assert not done.passed
    assert "upgrade" not in cluster.ran
    assert not [name for name in cluster.ran if name.startswith("label ")]
    assert cluster.verdicts() == {1: "r1-passed"}
    assert cluster.weights == [20, 0], "it gets no larger share"
    assert cluster.applied[-1]["spec"] == release()[-1]["spec"]
    assert rows(done) == {
        "canary made": "passed", "canary 20 %": "failed", "canary taken back": "passed",
    }  # fmt: skip
    assert "one in ten fails" in done.evidence
    assert (done.revision, done.serving, done.returned_to) == (0, 1, None)
    assert "the canary is taken back, and revision 1 serves on" in done.headline
    assert json.loads(done.json())["is_released"] is False
    assert done.report.title == "guestbook on stage"


async def test_its_own_pods_are_watched_and_both_sides_are_asked() -> None:
    cluster = seeded()
    await run(cluster)
    made, asked = cluster.argv["canary make"], cluster.argv["measure"]
    assert "app.kubernetes.io/instance=guestbook-canary" in made
    assert made[: made.index("--")][:3] == ("python3", "-m", "scripts.supervise.fence")
    assert asked[asked.index("--url") + 1] == "http://app.test"
    assert [asked[at + 1] for at, word in enumerate(asked) if word == "--side"] == [
        "canary", "stable",
    ]  # fmt: skip
    assert asked[-1:] == tuple(current.project().gateway.paths)


async def test_one_whose_pods_do_not_start_meets_nobody() -> None:
    cluster = seeded()
    seen = {helm.EVIDENCE: evidence()}
    cluster.answers["canary make"] = [Result(1, "", "watch: ending", 9, files=seen)]
    done = await run(cluster)
    assert cluster.weights == [0]
    assert rows(done) == {"canary made": "failed", "canary taken back": "passed"}
    assert "boom: on purpose" in done.evidence


async def test_one_that_answers_nothing_well_meets_nobody() -> None:
    cluster = seeded()
    cluster.answers["measure"] = [bad("not within 20 s: status 500")]
    done = await run(cluster)
    assert cluster.weights == [0]
    assert rows(done)["canary reached"] == "failed"
    assert "not within 20 s: status 500" in done.table()
    assert "one in ten fails" in done.evidence


async def test_a_check_of_the_chart_that_fails_meanwhile_stops_it() -> None:
    use(with_changes(POLICY, checks=("events",)), "events", "state")
    cluster = seeded()
    lost = json.dumps({"check": "events", "passed": False, "evidence": "1 of 5 seen"})
    cluster.answers["test"] = [helm_tested(lost, "job t failed")]
    done = await run(cluster)
    assert cluster.weights == [20, 0]
    assert rows(done)["canary 20 %: events"] == "failed"
    assert "1 of 5 seen" in done.table()
    assert "canary 20 %: state" not in rows(done), "it was not asked for"
    # One that says nothing has failed too.
    silent = seeded()
    silent.answers["test"] = [helm_tested("")]
    assert rows(await run(silent))["canary 20 %: events"] == "failed"


@pytest.mark.parametrize("at", ["canary make", "canary weigh", "measure"])
async def test_one_that_is_interrupted_is_taken_back_before_the_lock_is(at: str) -> None:
    cluster = seeded()

    async def hang(name: str) -> None:
        if name == at:
            scope.cancel()
        # Where a real step would be ended with the call.
        await anyio.lowlevel.checkpoint()

    cluster.before = hang
    with anyio.CancelScope() as scope:
        await run(cluster)
    assert scope.cancelled_caught
    assert cluster.ran[-3:] == ["canary back", "lease get", "lease replace"]
    assert cluster.weights[-1] == 0


async def test_a_cluster_that_goes_away_is_named_and_all_is_tried_to_be_taken_back() -> None:
    cluster = seeded()
    cluster.answers["canary weigh"] = [bad("Error: dial tcp: connection refused")]
    with pytest.raises(Exception, match="cannot be reached"):
        await run(cluster)
    assert "canary back" in cluster.ran
    assert "upgrade" not in cluster.ran


async def test_where_nothing_serves_or_no_pod_changes_it_is_said_and_released() -> None:
    first = Canaries()
    done = await run(first)
    assert done.passed
    assert rows(done)["canary"] == "skipped"
    assert "nothing serves" in done.table()
    same = seeded(rendered="old")
    done = await run(same)
    assert (done.passed, rows(done)["canary"]) == (True, "skipped")
    assert not set(MADE) & {*first.ran, *same.ran}


async def test_one_that_migrates_is_left_to_a_rehearsal() -> None:
    held = HeldLease(lease.Lease("me", 30, "", ""), renewed_at=0)

    async def tried(before: str, after: str) -> trial.Trial:
        cluster = Canaries()
        serving = Revision(1, "deployed", schema=DatabaseSchema(before, before))
        new = DatabaseSchema(after, before)
        return await trial.try_out(
            cluster.context(), held, Step("kube", ("helm", "template"), secrets=SECRETS,
            network=True), serving, schema=new, url="http://app.test",
        )  # fmt: skip

    (skipped,) = (await tried("0001", "0002")).checks
    assert "migrates the database to 0002" in skipped.evidence
    assert (await tried("0001", "0001")).checks[0].name == "canary made"


async def test_where_no_environment_asks_for_one_there_is_none() -> None:
    cluster = seeded(wanted=False)
    done = await run(cluster)
    assert done.passed
    assert "upgrade" in cluster.ran
    assert not [name for name in rows(done) if "canary" in name]


async def test_a_dry_run_says_what_would_be_tried() -> None:
    done = await run(seeded(), dry_run=True)
    assert "try a canary of web: 20 % for 10 s, 50 % for 10 s" in done.plan
