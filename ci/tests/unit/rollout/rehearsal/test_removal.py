"""The promise: what was made to be thrown away leaves nothing, whatever helm itself leaves."""

import json
from dataclasses import dataclass, field

import pytest
from fake_cluster import FakeCluster
from fake_objects import bad, ok
from fake_steps import step_name

from todo_ci.core.ports import Result, Step
from todo_ci.errors import ClusterError
from todo_ci.rollout import lock
from todo_ci.rollout.lock import HeldLease
from todo_ci.rollout.rehearsal.removal import take_away

pytestmark = pytest.mark.anyio

SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: todo-app-db}
"""
HOOK = """
apiVersion: batch/v1
kind: Job
metadata: {name: todo-app-migrate, annotations: {helm.sh/hook: pre-install}}
"""


@dataclass
class Recording(FakeCluster):
    steps: list[Step] = field(default_factory=list[Step])

    async def run(self, step: Step) -> Result:
        self.steps.append(step)
        return await super().run(step)

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step_name(step.argv) == name)


def released() -> Recording:
    cluster = Recording()
    cluster.seed("r1-passed")
    cluster.answers = {"manifest": [ok(SET)], "hooks": [ok(HOOK)]}
    return cluster


async def take(cluster: FakeCluster) -> tuple[str, ...]:
    context = cluster.context()

    async def work(held: HeldLease) -> tuple[str, ...]:
        return await take_away(context, held)

    return await lock.hold(context, work, lock_timeout=0)


async def test_hooks_and_volumes_go_too_once_helm_is_done() -> None:
    cluster = released()
    assert await take(cluster) == ("StatefulSet todo-app-db", "Job todo-app-migrate")
    named = json.loads(cluster.step("delete named").stdin)["items"]
    assert [it["metadata"]["name"] for it in named] == ["todo-app-db", "todo-app-migrate"]
    labelled = cluster.step("delete labelled").argv
    kinds = "job.v1.batch,statefulset.v1.apps,persistentvolumeclaim"
    assert kinds in labelled
    assert "--selector=app.kubernetes.io/instance=todo-app" in labelled
    assert "--cascade=foreground" in labelled
    order = [cluster.ran.index(it) for it in ("hooks", "uninstall", "delete named", "left")]
    assert order == sorted(order), "what it consists of is read while it is there"
    uninstall = cluster.step("uninstall").argv
    assert uninstall[uninstall.index("--cascade") + 1] == "foreground", "its pods are waited for"


async def test_what_is_in_no_namespace_goes_by_its_name_alone() -> None:
    """What is rehearsed has the same name, and with it the same label, in another namespace."""
    role = "\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
    cluster = released()
    cluster.answers["hooks"] = [ok(f"{HOOK}{role}metadata: {{name: rehearsal-todo-app}}")]
    assert "ClusterRole rehearsal-todo-app" in await take(cluster)
    assert "rehearsal-todo-app" in cluster.step("delete named").stdin
    asked = " ".join((*cluster.step("delete labelled").argv, *cluster.step("left").argv))
    assert "job.v1.batch" in asked
    assert "clusterrole" not in asked
    alone = released()
    alone.answers = {"manifest": [ok(f"{role}metadata: {{name: a}}")], "hooks": [ok()]}
    assert await take(alone) == ("ClusterRole a",)
    assert "delete labelled" not in alone.ran


@pytest.mark.parametrize("step", ["manifest", "uninstall", "delete named", "delete labelled"])
async def test_what_cannot_be_removed_is_an_error(step: str) -> None:
    cluster = released()
    cluster.answers[step] = [bad("Error from server (Forbidden): no")]
    with pytest.raises(ClusterError):
        await take(cluster)


async def test_what_stays_is_named_with_the_next_step() -> None:
    cluster = released()
    cluster.answers["left"] = [ok("persistentvolumeclaim/data-todo-app-db-0\n")]
    with pytest.raises(ClusterError) as stays:
        await take(cluster)
    assert "there stay: persistentvolumeclaim/data-todo-app-db-0" in stays.value.problem
    assert "delete persistentvolumeclaim/data-todo-app-db-0" in stays.value.next_step


async def test_where_nothing_is_released_there_is_nothing_to_do() -> None:
    cluster = FakeCluster()
    assert await take(cluster) == ()
    assert "uninstall" not in cluster.ran
