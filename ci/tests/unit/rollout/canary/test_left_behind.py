"""The promise: what is left of a canary goes with the next call, and is said until then."""

import json

import pytest
from fake_canary import rows, run, seeded
from fake_objects import bad

from todo_ci.errors import ClusterError
from todo_ci.rollout import lease

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("with_canary")]


async def test_one_that_cannot_be_taken_back_is_no_release() -> None:
    cluster = seeded()
    cluster.answers["canary back"] = [bad("Error: etcd is slow")]
    done = await run(cluster)
    assert not done.passed
    assert rows(done)["canary taken back"] == "failed"
    assert "upgrade" not in cluster.ran
    assert "the canary may have its share still, and revision 1 serves on" in done.headline


async def test_one_that_stays_is_told_of_whatever_ended_the_call() -> None:
    """The error that ended it is about something else, and comes without a report."""
    cluster = seeded()
    cluster.answers["canary weigh"] = [bad("Error: dial tcp: connection refused")]
    cluster.answers["canary back"] = [bad("Error: dial tcp: connection refused")]
    with pytest.raises(ClusterError):
        await run(cluster)
    (told,) = [line for line in cluster.said if "not taken back" in line]
    assert told.endswith("; the next deploy begins with that")


async def test_what_a_killed_call_left_is_removed_first() -> None:
    cluster = seeded(behind="deployment.apps/guestbook-canary\n")
    done = await run(cluster)
    assert done.passed
    assert cluster.weights[0] == 0
    assert cluster.ran.index("canary back") < cluster.ran.index("canary make")
    assert any("left a canary" in line for line in cluster.said)


async def test_a_route_that_was_given_a_share_after_all_is_put_back() -> None:
    """What an engine's step did after its call was gone: the canary was taken back before."""
    gone = lease.Lease("cut off", 1, "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z")
    cluster = seeded(rendered="old")
    cluster.lease = {**json.loads(lease.manifest(gone)), "metadata": {"resourceVersion": "0"}}
    assert (await run(cluster)).passed
    assert cluster.weights == [0]
    assert not any("left a canary" in line for line in cluster.said)


async def test_an_environment_without_routes_is_released_to() -> None:
    """The table is there for another one."""
    cluster = seeded(wanted=False)
    cluster.answers["names"] = [bad('error: the server doesn\'t have a resource type "httproutes"')]
    assert (await run(cluster)).passed


async def test_what_cannot_be_looked_for_stops_the_deploy() -> None:
    cluster = seeded()
    cluster.answers["names"] = [bad("Error: dial tcp: connection refused")]
    with pytest.raises(Exception, match="looking for a canary"):
        await run(cluster)
    assert "upgrade" not in cluster.ran
