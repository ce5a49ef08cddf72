"""The promise: a deploy ends early for what cannot heal, and never for what others broke."""

import copy

import pytest
from watched_releases import Object, pod_of, set_waiting, sick_pod, snapshot, watching

from todo_ci.scripts import kube_objects, pod_problems
from todo_ci.scripts.supervise import release_health
from todo_ci.scripts.supervise.release_health import Judge


def test_a_crash_loop_ends_the_wait_at_once() -> None:
    problem = watching().failing(snapshot("crash"), 0)
    assert problem is not None
    assert problem.pod.startswith("todo-app-backend-")
    assert (problem.container, problem.reason) == ("backend", "CrashLoopBackOff")


def test_a_pull_that_fails_is_tried_once_more() -> None:
    watch = watching()
    assert watch.failing(snapshot("image"), 0) is None
    assert watch.failing(snapshot("image"), 11) is None, "the kubelet tries again after 10 s"
    problem = watch.failing(snapshot("image"), 13)
    assert problem is not None
    assert problem.reason in ("ErrImagePull", "ImagePullBackOff")


def test_the_patience_is_for_the_container_not_for_each_of_its_words() -> None:
    watch, items = watching(), snapshot("image")
    set_waiting(sick_pod(items), "ErrImagePull")
    assert watch.failing(items, 0) is None
    set_waiting(sick_pod(items), "ImagePullBackOff")
    assert watch.failing(items, 13) is not None


def test_a_pull_that_succeeds_at_last_starts_anew() -> None:
    watch, items = watching(), snapshot("image")
    assert watch.failing(items, 0) is None
    recovered = copy.deepcopy(items)
    set_waiting(sick_pod(recovered), "")
    assert watch.failing(recovered, 11) is None
    assert watch.failing(items, 14) is None


def test_a_migration_that_failed_ends_the_wait_and_names_its_pod() -> None:
    problem = watching().failing(snapshot("migration"), 0)
    assert problem is not None
    assert problem.pod.startswith("todo-app-migration-")
    assert "Job todo-app-migration failed" in problem.reason


def test_a_job_that_a_timetable_made_is_none_of_the_release() -> None:
    """Helm does not wait for it, and it may have the template from before."""
    items = snapshot("migration")
    for item in items:
        if item["kind"] == "Job":
            item["metadata"]["ownerReferences"] = [
                {"kind": "CronJob", "uid": "c-nightly", "controller": True}
            ]
    watch = watching()
    assert watch.failing(items, 0) is None
    assert watch.suspects(items, 60) == []
    assert pod_problems.podless_jobs(items, frozenset()) == []


def test_a_container_that_cannot_be_configured_ends_the_wait() -> None:
    watch, items = watching(), snapshot("crash")
    set_waiting(sick_pod(items), "CreateContainerConfigError")
    assert watch.failing(items, 0) is None
    assert watch.failing(items, 3) is not None


def test_two_restarts_are_a_crash_loop_even_between_two_crashes() -> None:
    watch, items = watching(), snapshot("crash")
    set_waiting(sick_pod(items), "", restarts=1)
    assert watch.failing(items, 0) is None
    set_waiting(sick_pod(items), "", restarts=2)
    assert watch.failing(items, 1) is not None


def test_a_second_crash_counts_before_the_kubelet_calls_it_a_loop() -> None:
    watch, items = watching(), snapshot("crash")
    status = sick_pod(items)["status"]["containerStatuses"][0]
    status["state"] = {"terminated": {"exitCode": 1, "reason": "Error"}}
    status["restartCount"] = 0
    assert watch.failing(items, 0) is None
    status["restartCount"] = 1
    problem = watch.failing(items, 1)
    assert problem is not None
    assert problem.reason == "CrashLoopBackOff"


@pytest.mark.parametrize("name", ["crash", "image", "migration"])
def test_what_was_broken_before_does_not_fail_a_repair(name: str) -> None:
    watch = watching(before=name)
    assert watch.failing(snapshot(name), 0) is None
    assert watch.failing(snapshot(name), 60) is None
    assert watch.suspects(snapshot(name), 60) == []


def test_an_old_template_that_is_used_again_is_judged_again() -> None:
    items = snapshot("crash")
    watch = Judge(kube_objects.generations(items))
    again = copy.deepcopy(items)
    sick = sick_pod(again)
    owner = sick["metadata"]["ownerReferences"][0]["uid"]
    owned_by = next(i for i in again if i["metadata"]["uid"] == owner)
    owned_by["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "99"
    assert watch.failing(again, 0) is not None


def test_a_steady_release_is_left_alone() -> None:
    watch = Judge(frozenset())
    items = [i for i in snapshot("steady") if i["kind"] != "Job" and "migration" not in str(i)]
    assert watch.failing(items, 0) is None
    assert watch.suspects(items, 60) == []


def crashing_sidecar() -> list[Object]:
    """A new backend whose native sidecar crashes while the app itself runs."""
    items = snapshot("crash")
    status = sick_pod(items)["status"]
    app = status["containerStatuses"][0]
    status["initContainerStatuses"] = [
        {**copy.deepcopy(app), "name": "daprd", "started": False, "ready": False}
    ]
    app.update(state={"running": {}}, lastState={}, restartCount=0, ready=True)
    return items


def test_a_sidecar_that_crashes_gets_one_start_more_than_the_app() -> None:
    watch = watching()
    assert watch.failing(crashing_sidecar(), 0) is None
    assert watch.failing(crashing_sidecar(), 11) is None
    problem = watch.failing(crashing_sidecar(), 12)
    assert problem is not None
    assert (problem.container, problem.reason) == ("daprd", "CrashLoopBackOff")


def test_a_sidecar_that_comes_back_starts_anew() -> None:
    watch, back = watching(), crashing_sidecar()
    sidecar = sick_pod(back)["status"]["initContainerStatuses"][0]
    sidecar.update(state={"running": {}}, restartCount=5)
    assert watch.failing(crashing_sidecar(), 0) is None
    assert watch.failing(back, 10) is None
    assert watch.failing(crashing_sidecar(), 13) is None


@pytest.mark.parametrize("reason", ["CreateContainerConfigError", "ImagePullBackOff"])
def test_a_sidecar_that_cannot_even_start_is_judged_like_an_app(reason: str) -> None:
    watch, items = watching(), crashing_sidecar()
    sidecar = sick_pod(items)["status"]["initContainerStatuses"][0]
    sidecar["state"] = {"waiting": {"reason": reason}}
    assert watch.failing(items, 0) is None
    problem = watch.failing(items, pod_problems.PATIENCE[reason])
    assert problem is not None
    assert (problem.container, problem.reason) == ("daprd", reason)


@pytest.mark.parametrize(
    ("app", "named"),
    [
        ({"state": {"waiting": {"reason": "PodInitializing"}}, "ready": False}, "daprd"),
        ({"state": {"running": {}}, "ready": True}, "daprd"),
        ({"state": {"running": {}}, "ready": False}, "backend"),
    ],
)
def test_the_container_to_look_at_is_the_one_the_other_waits_for(app: Object, named: str) -> None:
    pod = sick_pod(crashing_sidecar())
    pod["status"]["containerStatuses"][0].update(app)
    assert pod_problems.first_unready(pod) == named


REFUSED = (
    'Internal error occurred: failed calling webhook "sidecar-injector.dapr.io": '
    "no endpoints available for service"
)


def refused_set() -> list[Object]:
    """A new ReplicaSet whose pods the API server does not take."""
    items = snapshot("crash")
    owner = sick_pod(items)["metadata"]["ownerReferences"][0]["uid"]
    made = next(i for i in items if i["metadata"]["uid"] == owner)
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate"}
    made["status"] = {"replicas": 0, "conditions": [{**failure, "message": REFUSED}]}
    return [i for i in items if i["kind"] != "Pod" or i is not sick_pod(items)]


def test_pods_that_are_refused_end_the_wait_and_the_reason_is_kept() -> None:
    watch = watching()
    assert watch.failing(refused_set(), 0) is None
    problem = watch.failing(refused_set(), 3)
    assert problem is not None
    assert problem.pod.startswith("todo-app-backend-")
    assert (problem.container, problem.reason, problem.message) == ("", "FailedCreate", REFUSED)


def test_a_set_that_was_refused_before_fails_no_repair() -> None:
    watch = Judge(kube_objects.generations(refused_set()))
    assert watch.failing(refused_set(), 0) is None
    assert watch.failing(refused_set(), 60) is None


def test_a_new_job_without_a_pod_is_noticed_until_it_has_one() -> None:
    items = snapshot("migration")
    baseline = kube_objects.generations(snapshot("steady"))
    (job,) = (i for i in items if i["kind"] == "Job")
    assert pod_problems.podless_jobs(items, baseline) == []
    job["status"] = {}
    assert pod_problems.podless_jobs(items, baseline) == [job]
    assert pod_problems.podless_jobs(items, kube_objects.generations(items)) == []


def test_why_a_pod_is_not_ready_is_said_in_the_kubelets_words() -> None:
    assert "CrashLoopBackOff" in pod_problems.describe(sick_pod(snapshot("crash")))
    assert "ErrImagePull" in pod_problems.describe(sick_pod(snapshot("image")))
    assert "exit 1" in pod_problems.describe(pod_of(snapshot("migration"), "migration"))
    pod = sick_pod(snapshot("crash"))
    pod["status"]["containerStatuses"] = []
    assert "is False" in pod_problems.describe(pod)


def test_progress_counts_the_new_pods_where_there_are_any() -> None:
    baseline = kube_objects.generations(snapshot("steady"))
    assert (
        release_health.progress(snapshot("steady"), baseline)
        == "backend 1/1 ready, frontend 1/1 ready"
    )
    assert (
        release_health.progress(snapshot("crash"), baseline)
        == "backend 0/1 ready, frontend 1/1 ready"
    )
