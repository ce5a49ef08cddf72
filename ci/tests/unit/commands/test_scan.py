"""What serves is scanned, or what is given; before anybody is asked what cannot be is refused."""

from dataclasses import replace
from typing import Any

import pytest
from fake_cluster import FakeCluster
from fake_objects import images
from fake_osv import ZLIB, Signed, answer, listed, printed
from msgspec.structs import replace as with_table

from todo_ci.commands.scan import scan
from todo_ci.errors import InputError
from todo_ci.project import current
from todo_ci.project.signing import Signing
from todo_ci.reports.report import Report

CLEAN = answer(printed([listed(ZLIB)], [listed(ZLIB)]))


@pytest.fixture(autouse=True)
def signing() -> Any:
    before = current.project()
    current.use(with_table(before, signing=Signing(public_key="a key")))
    yield
    current.use(before)


async def run(cluster: FakeCluster, **given: Any) -> tuple[Report, Signed]:
    registry = Signed(cluster.run, CLEAN)
    context = replace(cluster.context(), shell=registry)
    asked: dict[str, Any] = {"images": None, "username": "", "database": "", **given}
    return await scan(context, registry="registry.test/todo", **asked), registry


async def test_the_images_that_serve_are_scanned() -> None:
    report, registry = await run(FakeCluster().seed("r1-passed", "r2-passed"))
    assert report.passed
    assert report.title == "scan for local"
    assert registry.looked_at == [*images(2).components.values()]


async def test_images_that_are_given_need_no_cluster() -> None:
    cluster = FakeCluster()
    _, registry = await run(cluster, images=images(7))
    assert registry.looked_at == [*images(7).components.values()]
    assert cluster.ran == []


async def test_where_nothing_serves_images_are_asked_for() -> None:
    with pytest.raises(InputError, match="so there is nothing to scan") as refused:
        await run(FakeCluster())
    assert "--images JSON" in refused.value.accepted


@pytest.mark.parametrize("database", ["mirror", "/var/osv", "https://", "file://osv", "ftp://a/b"])
async def test_an_address_that_is_none_is_refused_before_anybody_is_asked(database: str) -> None:
    cluster = FakeCluster()
    with pytest.raises(InputError, match=f"--database '{database}' is no address") as refused:
        await run(cluster, database=database)
    assert "ECOSYSTEM/all.zip" in refused.value.accepted
    assert cluster.ran == []


async def test_a_user_without_a_password_is_refused() -> None:
    with pytest.raises(InputError, match="no registry-password was given"):
        await run(FakeCluster(), username="ada")
