"""What cannot be promoted is said before anything is asked."""

from dataclasses import replace

import pytest
from fake_cluster import FakeCluster
from fake_objects import images

from todo_ci.commands.deploy import deploy
from todo_ci.commands.promote import promote
from todo_ci.core.working_tree import WorkingTree
from todo_ci.environments import target
from todo_ci.errors import InputError
from todo_ci.project.environment import Requires
from todo_ci.rollout.request import DeployRequest

TREE = WorkingTree("a" * 40, dirty=False, owner="somebody")
REQUEST = DeployRequest(images=images(1), url="https://todo.example.com", registry="r.test/todo")
ALWAYS = ("Mon 00:00 - Mon 00:00",)  # it ends where it begins: the whole week


@pytest.mark.parametrize(
    ("name", "before", "problem", "step"),
    [
        ("local", "", "local comes after no environment", "--from oke --to local"),
        ("oke", "stage", "'stage' is no other environment", "--from local --to oke"),
        ("oke", "oke", "'oke' is no other environment", "--from local --to oke"),
    ],
)
async def test_an_environment_to_promote_from_is_asked_for(
    name: str, before: str, problem: str, step: str
) -> None:
    cluster = FakeCluster()
    context = replace(cluster.context(), target=target(name))
    with pytest.raises(InputError, match=problem) as refused:
        await promote(context, TREE, REQUEST, before=before)
    assert step in refused.value.next_step
    assert not cluster.ran


async def test_an_environment_that_requires_a_verdict_says_of_which_one() -> None:
    cluster = FakeCluster()
    asking = replace(target("oke"), after="staging", requires=Requires(verdict=True))
    context = replace(cluster.context(), target=asking)
    with pytest.raises(InputError, match="passed in staging, not in local") as refused:
        await promote(context, TREE, REQUEST, before="local")
    assert "todo-ci promote --to oke" in refused.value.next_step
    assert not cluster.ran


async def test_a_tree_with_changes_is_told_how_to_promote() -> None:
    cluster = FakeCluster()
    context = replace(cluster.context(), target=target("oke"))
    dirty = replace(TREE, dirty=True)
    with pytest.raises(InputError, match="uncommitted changes, which oke refuses") as refused:
        await promote(context, dirty, replace(REQUEST, images=None), before="")
    assert "--commit or --images" in refused.value.next_step
    assert "--allow-dirty" not in refused.value.next_step, "promote has no such flag"


async def test_a_frozen_environment_is_left_alone_before_anything_runs() -> None:
    cluster = FakeCluster()
    frozen = replace(target("oke"), requires=Requires(freeze=ALWAYS))
    context = replace(cluster.context(), target=frozen)
    for verb in (deploy(context, TREE, REQUEST), promote(context, TREE, REQUEST, before="local")):
        with pytest.raises(InputError, match="takes nothing new"):
            await verb
    assert not cluster.ran


async def test_where_a_verdict_is_asked_for_nothing_is_built() -> None:
    cluster = FakeCluster()
    asking = replace(target("oke"), requires=Requires(verdict=True))
    context = replace(cluster.context(), target=asking)
    with pytest.raises(InputError, match="takes images that passed in local alone"):
        await deploy(context, TREE, replace(REQUEST, images=None))
    assert not cluster.ran
