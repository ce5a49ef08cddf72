"""The promise: what a deploy will not do is said before anything is built or asked."""

from dataclasses import replace

import pytest
from fake_cluster import FakeCluster
from fake_objects import images

from todo_ci.commands.deploy import deploy
from todo_ci.core.working_tree import WorkingTree
from todo_ci.environments import target
from todo_ci.errors import InputError
from todo_ci.rollout.request import DeployRequest

TREE = WorkingTree("a" * 40, dirty=False, owner="somebody")
REQUEST = DeployRequest(images=images(1), url="http://todo.example.com", registry="r.test/todo")


async def test_an_address_in_the_clear_is_refused_before_anything_runs() -> None:
    cluster = FakeCluster()
    context = replace(cluster.context(), target=target("oke"))
    with pytest.raises(InputError, match="is not https"):
        await deploy(context, TREE, REQUEST)
    assert not cluster.ran


@pytest.mark.parametrize("url", ["", "todo.example.com"])
async def test_an_address_that_is_none_is_refused_before_anything_is_built(url: str) -> None:
    cluster = FakeCluster()
    context = replace(cluster.context(), target=target("oke"))
    with pytest.raises(InputError, match="no address") as refused:
        await deploy(context, TREE, replace(REQUEST, images=None, url=url))
    assert "--url" in refused.value.next_step
    assert not cluster.ran


async def test_where_it_is_allowed_the_deploy_goes_on() -> None:
    cluster = FakeCluster()
    context = replace(cluster.context(), target=target("oke"))
    await deploy(context, TREE, replace(REQUEST, allow_http=True))
    assert "upgrade" in cluster.ran
