"""The promise: a pod that never gets ready ends the wait in time, and one that gets on does not."""

from watched_releases import Object, sick_pod, snapshot, watching

from todo_ci.scripts.supervise import release_health
from todo_ci.scripts.supervise.release_health import Judge


def test_a_pod_that_is_slow_becomes_a_suspect_and_one_that_failed_at_once() -> None:
    watch, items = watching(), snapshot("crash")
    assert [p["metadata"]["name"] for p in watch.suspects(items, 0)] == [
        sick_pod(items)["metadata"]["name"]
    ]
    watch = watching()
    status = sick_pod(items)["status"]["containerStatuses"][0]
    status.update(state={"running": {}}, lastState={}, restartCount=0)
    assert watch.suspects(items, 0) == []
    assert len(watch.suspects(items, release_health.SUSPECT_AFTER)) == 1


def never_ready() -> list[Object]:
    """A new backend that runs, and whose readiness never comes."""
    items = snapshot("crash")
    status = sick_pod(items)["status"]["containerStatuses"][0]
    status.update(state={"running": {}}, lastState={}, restartCount=0)
    return items


def test_readiness_that_never_comes_ends_the_wait_before_the_deployments_deadline() -> None:
    watch = watching()
    assert watch.failing(never_ready(), 0) is None
    assert watch.failing(never_ready(), 25) is None
    problem = watch.failing(never_ready(), 26)
    assert problem is not None
    assert (problem.container, problem.reason) == ("backend", "not ready for 26 s")


def test_a_rollout_that_goes_on_gets_its_whole_deadline_again() -> None:
    watch, onward = watching(), never_ready()
    assert watch.failing(never_ready(), 0) is None
    for item in onward:
        if item["kind"] == "Deployment":
            item["status"]["readyReplicas"] = 7
    assert watch.failing(onward, 20) is None
    assert watch.failing(onward, 45) is None
    assert watch.failing(onward, 46) is not None


def test_a_ready_release_has_no_deadline() -> None:
    watch = Judge(frozenset())
    items = [i for i in snapshot("steady") if i["kind"] != "Job" and "migration" not in str(i)]
    assert watch.failing(items, 0) is None
    assert watch.failing(items, 1000) is None
