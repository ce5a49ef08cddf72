"""The promise: an image keeps the commit it was first released from, and others get their own."""

import json

import pytest
from fake_cluster import FakeCluster
from fake_objects import bad, images, ok

from todo_ci.core.image_refs import ImageRefs
from todo_ci.errors import ClusterError
from todo_ci.release import history
from todo_ci.rollout import standing
from todo_ci.rollout.standing import Standing

pytestmark = pytest.mark.anyio


def test_an_image_that_stays_keeps_its_commit_and_one_that_changes_has_the_new_one() -> None:
    old, new = images(1), images(2)
    now = Standing(old, {"backend": "one", "frontend": "one"})
    mixed = ImageRefs({"backend": new["backend"], "frontend": old["frontend"]})
    assert now.commits_with(old, "two") == {"backend": "one", "frontend": "one"}
    assert now.commits_with(mixed, "two") == {"backend": "two", "frontend": "one"}
    assert now.commits_with(new, "two") == {"backend": "two", "frontend": "two"}


def test_an_image_whose_commit_nobody_wrote_down_has_the_new_one() -> None:
    for now in (Standing(), Standing(images(1))):
        assert now.commits_with(images(1), "two") == {"backend": "two", "frontend": "two"}


async def read(cluster: FakeCluster) -> Standing:
    context = cluster.context()
    return await standing.read(context, (await history.load(context)).serving)


async def test_it_is_read_from_the_values_of_what_serves() -> None:
    cluster = FakeCluster().seed("r1-passed", "r2-passed")
    now = await read(cluster)
    assert now.images == images(2)
    assert now.commits == {"backend": "commit-2", "frontend": "commit-2"}
    assert now.url == "http://app.test"


async def test_where_nothing_serves_nothing_is_known() -> None:
    cluster = FakeCluster()
    assert await read(cluster) == Standing()
    assert "values" not in cluster.ran


async def test_values_of_an_older_chart_name_no_commit() -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["values"] = [ok(json.dumps({"backend": {"image": {"repository": "a"}}}))]
    assert await read(cluster) == Standing()


async def test_values_that_cannot_be_read_are_not_taken_for_none() -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["values"] = [bad("secrets is forbidden")]
    with pytest.raises(ClusterError, match="lacks a right"):
        await read(cluster)
