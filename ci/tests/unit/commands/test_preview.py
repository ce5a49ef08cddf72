"""The promise: a commit is released beside others, there are never too many, and none stays.

The cluster in memory holds the preview that a call is about, and the names of others beside it.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from fake_cluster import FakeCluster
from fake_objects import bad, images, ok
from fake_steps import step_name

from todo_ci.cluster import helm
from todo_ci.commands.deploy import deploy
from todo_ci.commands.preview import preview, unpreview
from todo_ci.commands.promote import promote
from todo_ci.core.context import Context
from todo_ci.core.ports import Result, Step
from todo_ci.core.working_tree import WorkingTree
from todo_ci.environments import target
from todo_ci.errors import InputError
from todo_ci.project import current
from todo_ci.project.model import Project
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import Report
from todo_ci.rollout.request import DeployRequest

pytestmark = pytest.mark.anyio

TREE = WorkingTree("a" * 40, dirty=False, owner="somebody")
ROUTED = """
apiVersion: v1
kind: Service
metadata: {{name: guestbook-{0}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: guestbook-{0}}}
"""


@dataclass
class Recording(FakeCluster):
    """Remember the steps that read the values of the chart."""

    steps: list[Step] = field(default_factory=list[Step])

    async def run(self, step: Step) -> Result:
        if helm.GIVEN in step.files:
            self.steps.append(step)
        return await super().run(step)


def since(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat()


def opened(cluster: FakeCluster, place: str) -> Context:
    current.enter(place)
    made = cluster.context()
    return Context(made.shell, made.images, target(place), made.say, made.secrets)


def renders(cluster: FakeCluster, *names: str) -> None:
    """Answer the two renderings of the chart; what comes later gets the usual one."""
    cluster.answers["template"] = [ok(ROUTED.format(name)) for name in names]


async def run(cluster: FakeCluster, *, number: int = 1) -> ReleaseResult:
    if "template" not in cluster.answers:
        renders(cluster, "pr-9", "a", "pr-9")
    asked = DeployRequest(images=images(number), lock_timeout=0)
    return await preview(opened(cluster, "preview/pr-9"), TREE, asked)


async def take(cluster: FakeCluster, place: str) -> Report:
    return await unpreview(opened(cluster, place), 0)


def lines(done: ReleaseResult | Report) -> dict[str, tuple[str, str]]:
    report = done.report if isinstance(done, ReleaseResult) else done
    return {check.name: (check.status, check.evidence) for check in report.checks}


async def test_a_commit_serves_at_an_address_of_its_own(previewed: Project) -> None:
    cluster = FakeCluster(beside={"guestbook-pr-1": since(3)})
    done = await run(cluster)
    assert done.passed, done.table()
    assert "preview to preview/pr-9: revision 1 passed" in done.headline
    assert "serves at https://pr-9.preview.example.org" in done.headline
    assert lines(done)["previews"] == ("passed", "2 of 2: pr-1 (3 h old), pr-9 (0 min old)")
    assert cluster.lease
    assert cluster.lease["metadata"]["name"] == "guestbook-deploy", "all of them share it"


async def test_the_chart_is_told_where_the_preview_answers(previewed: Project) -> None:
    cluster = Recording()
    assert (await run(cluster)).passed
    given = [json.loads(step.files[helm.GIVEN]) for step in cluster.steps]
    paths = [values["path"] for values in given]
    assert paths[:2] == ["/pr-9", "/a"], "beside another one it is rendered first"
    assert set(paths[2:]) == {"/pr-9"}
    assert {step_name(step.argv) for step in cluster.steps} == {"template", "upgrade"}
    assert given[0]["route"] == {"hostnames": ["pr-9.preview.example.org"]}


async def test_where_there_is_no_room_nothing_is_changed(previewed: Project) -> None:
    cluster = FakeCluster(beside={"guestbook-pr-1": since(3), "guestbook-pr-2": since(1)})
    with pytest.raises(
        InputError,
        match=r"has 2 of 2 previews that it may have: pr-1 \(3 h old\), pr-2 \(60 min old\)",
    ):
        await run(cluster)
    assert {"upgrade", "uninstall", "template", "lease create"}.isdisjoint(cluster.ran)


async def test_a_place_that_was_taken_meanwhile_is_taken(previewed: Project) -> None:
    cluster = FakeCluster(beside={"guestbook-pr-1": since(3)})

    async def come_first(name: str) -> None:
        if name == "lease create":
            cluster.beside["guestbook-pr-2"] = since(0)

    cluster.before = come_first
    with pytest.raises(InputError, match="has 2 of 2 previews"):
        await run(cluster)
    assert "upgrade" not in cluster.ran
    assert cluster.lease
    assert not cluster.lease["spec"]["holderIdentity"], "and the lock is free again"


async def test_a_release_that_is_no_preview_is_neither_removed_nor_overwritten(
    previewed: Project,
) -> None:
    cluster = FakeCluster(beside={"guestbook-pr-9": since(900)}, strange={"guestbook-pr-9"})
    assert lines(await take(cluster, "preview")) == {"previews": ("passed", "0 of 2")}
    for call in (run(cluster), take(cluster, "preview/pr-9")):
        with pytest.raises(
            InputError, match="guestbook-pr-9 is a release in guests-previews"
        ) as no:
            await call
        assert no.value.next_step
    assert {"upgrade", "uninstall"}.isdisjoint(cluster.ran)


async def test_each_revision_of_one_says_what_it_is(previewed: Project) -> None:
    cluster = Recording()
    assert (await run(cluster)).passed
    assert cluster.kept[-1].labels["preview"] == "pr-9"


async def test_what_is_over_its_age_makes_way_for_the_next(previewed: Project) -> None:
    cluster = FakeCluster(beside={"guestbook-pr-1": since(25), "guestbook-pr-2": since(1)})
    done = await run(cluster)
    assert done.passed, done.table()
    assert cluster.ran.index("uninstall") < cluster.ran.index("upgrade")
    status, told = lines(done)["pr-1"]
    assert (status, told.partition(":")[0]) == ("passed", "25 h old, removed with all that it had")
    assert set(cluster.beside) == {"guestbook-pr-2"}


async def test_an_old_one_that_cannot_be_removed_is_no_failure_of_the_next(
    previewed: Project,
) -> None:
    cluster = FakeCluster(beside={"guestbook-pr-1": since(25)})
    cluster.answers["uninstall"] = [bad("Error: timed out")]
    done = await run(cluster)
    assert done.passed
    status, told = lines(done)["pr-1"]
    assert status == "skipped"
    assert "it stays" in told


async def test_one_that_never_came_up_leaves_nothing(previewed: Project) -> None:
    cluster = FakeCluster(upgrades=["broken"])
    done = await run(cluster)
    assert not done.passed
    assert "nothing is released" in done.headline
    assert cluster.ran.index("delete labelled") > cluster.ran.index("upgrade")
    assert lines(done)["removal"] == ("passed", "nothing of it is left")
    assert lines(done)["previews"] == ("passed", "0 of 2")
    assert "boom: on purpose" in done.table(), "its last words are shown"


async def test_what_stays_of_one_that_never_came_up_is_said_beside_why_it_did_not(
    previewed: Project,
) -> None:
    cluster = FakeCluster(upgrades=["broken"])
    cluster.answers["left"] = [ok("job.batch/guestbook-pr-9-migrate\n")]
    done = await run(cluster)
    status, told = lines(done)["removal"]
    assert status == "failed"
    assert "there stay: job.batch/guestbook-pr-9-migrate" in told
    assert "boom: on purpose" in done.table()


async def test_what_another_call_made_of_the_name_since_is_not_swept(previewed: Project) -> None:
    cluster = FakeCluster(upgrades=["broken"])

    async def come_next(name: str) -> None:
        free = cluster.lease is not None and not cluster.lease["spec"]["holderIdentity"]
        if name == "lease get" and "upgrade" in cluster.ran and free and not cluster.kept:
            cluster.seed("r1-passed")

    cluster.before = come_next
    done = await run(cluster)
    assert cluster.kept, "the other call had the lock in between"
    assert {"delete named", "delete labelled"}.isdisjoint(cluster.ran)
    status, told = lines(done)["removal"]
    assert (status, told) == ("skipped", "another call has released this name since")


async def test_a_chart_with_fixed_names_is_refused_before_helm_is_called(
    previewed: Project,
) -> None:
    cluster = FakeCluster()
    renders(cluster, "same", "same")
    with pytest.raises(InputError, match="StatefulSet guestbook-same"):
        await run(cluster)
    assert "upgrade" not in cluster.ran


async def test_one_is_removed_by_its_name_and_the_others_stay(previewed: Project) -> None:
    cluster = FakeCluster(beside={"guestbook-pr-1": since(3), "guestbook-pr-2": since(1)})
    cluster.answers["manifest"] = [ok(ROUTED.format("pr-1"))]
    done = await take(cluster, "preview/pr-1")
    assert done.passed
    removed = "Service guestbook-pr-1, StatefulSet guestbook-pr-1"
    assert lines(done)["pr-1"][1].endswith(f"had: {removed}")
    assert lines(done)["previews"][1] == "1 of 2: pr-2 (60 min old)"
    assert set(cluster.beside) == {"guestbook-pr-2"}
    again = await take(cluster, "preview/pr-1")
    assert again.passed
    assert lines(again)["pr-1"][1] == "nothing is released under this name"


async def test_what_stays_of_one_is_named(previewed: Project) -> None:
    cluster = FakeCluster(beside={"guestbook-pr-1": since(3)})
    cluster.answers["left"] = [ok("job.batch/guestbook-pr-1-migrate\n")]
    done = await take(cluster, "preview/pr-1")
    assert not done.passed
    assert "there stay: job.batch/guestbook-pr-1-migrate" in lines(done)["pr-1"][1]


async def test_without_a_name_those_over_their_age_are_removed(previewed: Project) -> None:
    cluster = FakeCluster(beside={"guestbook-pr-1": since(25), "guestbook-pr-2": since(1)})
    done = await take(cluster, "preview")
    assert list(lines(done)) == ["pr-1", "previews"]
    assert set(cluster.beside) == {"guestbook-pr-2"}


async def test_one_that_cannot_be_removed_does_not_keep_the_next(previewed: Project) -> None:
    cluster = FakeCluster(beside={"guestbook-pr-1": since(26), "guestbook-pr-2": since(25)})
    cluster.answers["uninstall"] = [bad("Error: timed out")]
    done = await take(cluster, "preview")
    assert not done.passed
    assert {name: status for name, (status, _) in lines(done).items()} == {
        "pr-1": "failed", "pr-2": "passed", "previews": "passed",
    }  # fmt: skip


async def test_nothing_else_goes_where_previews_are(previewed: Project) -> None:
    cluster = FakeCluster()
    asked = DeployRequest(images=images(1), lock_timeout=0)
    with pytest.raises(InputError, match="preview is an environment for previews"):
        await deploy(opened(cluster, "preview"), TREE, asked)
    with pytest.raises(InputError, match="preview is an environment for previews"):
        await promote(opened(cluster, "preview/pr-9"), TREE, asked, before="stage")
    with pytest.raises(InputError, match="stage is no environment for previews"):
        await take(cluster, "stage")
    assert cluster.ran == []
