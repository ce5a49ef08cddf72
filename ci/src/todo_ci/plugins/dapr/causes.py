"""Why a release with sidecars may not work: pure, one function for each cause."""

from collections.abc import Iterator

from todo_ci.cluster import next_steps, pods
from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.snapshot import Finding, Snapshot, short
from todo_ci.plugins.dapr.metadata import missing_components
from todo_ci.plugins.dapr.objects import expected, secrets_of
from todo_ci.project.current import namespace, project
from todo_ci.scripts import daprd_log, pod_problems

SCHEDULER = (
    "kubectl -n dapr-system get pods -l app=dapr-scheduler-server; meanwhile reminders come by the "
    "sweep, late by less than the value reminders.sweepSeconds"
)
# What an app says when its sidecar takes no job, and when it takes them again.
_NO_JOB = "no job scheduled"
_JOBS_AGAIN = "jobs are scheduled again"
_UNASKED: Object = {"error": "not asked"}


def sidecar(snapshot: Snapshot) -> Iterator[Finding]:
    """Find sidecars that are missing, do not run, or lack a component; and pods never made."""
    for _, problem in pod_problems.unmade(snapshot.items, frozenset()):
        if next_steps.INJECTOR_WEBHOOK in problem.message:
            yield Finding("daprd", problem.pod, short(problem.message), next_steps.INJECTOR)
    by_name = {pod["metadata"]["name"]: pod for pod in snapshot.pods()}
    if (seen := snapshot.newest) and not seen.injected and seen.pod not in by_name:
        yield Finding("daprd", seen.pod, str(seen), next_steps.INJECTOR)
    for found in pods.sidecars(snapshot.items):
        pod = by_name.get(found.pod)
        if not found.app_id or pod is None:
            continue
        log = f"kubectl -n {namespace()} logs {found.pod} -c {pods.SIDECAR}"
        wanted = expected(snapshot.dapr, found.app_id)
        for component, text in missing_components(
            snapshot.sidecars.get(found.pod, _UNASKED), wanted
        ):
            secrets = secrets_of(snapshot.dapr, component)
            step = "; ".join([*(next_steps.secret(s, snapshot.environment) for s in secrets), log])
            yield Finding.at(pod, "daprd", pods.SIDECAR, text, step)
        if found.problem and not _waits(pod, found.problem):
            evidence = ": ".join(
                filter(None, (found.problem, daprd_log.reason(snapshot.logs_of(pod, pods.SIDECAR))))
            )
            step = next_steps.INJECTOR if found.problem == pods.WITHOUT else log
            if "scheduler" in evidence:
                step = f"{SCHEDULER}; {log}"
            yield Finding.at(pod, "daprd", pods.SIDECAR, evidence, step)


def _waits(pod: Object, problem: str) -> bool:
    """Tell whether a sidecar only waits: for a node, or for its app to be ready."""
    states = pod["status"].get("containerStatuses")
    if states is None:
        return problem != pods.WITHOUT
    app = all(state.get("ready") for state in states if state["name"] != pods.SIDECAR)
    return problem.endswith("not ready") and not app


def scheduler(snapshot: Snapshot) -> Iterator[Finding]:
    """Find pods that no job wakes: what is due is done only when somebody happens to look."""
    dapr = project().plugins.dapr
    by_name = {pod["metadata"]["name"]: pod for pod in snapshot.pods()}
    for found in pods.sidecars(snapshot.items):
        pod = by_name.get(found.pod)
        if not dapr or found.component != dapr.jobs or found.problem or pod is None:
            continue
        log = snapshot.logs_of(pod)
        metadata = snapshot.sidecars.get(found.pod, _UNASKED).get("metadata")
        if metadata and not metadata.get("scheduler"):
            evidence = "knows no scheduler of Dapr, so no job can be kept"
        elif log.rfind(_NO_JOB) > log.rfind(_JOBS_AGAIN):
            evidence = log[log.rfind(_NO_JOB) :].partition("\n")[0]
        else:
            continue
        yield Finding.at(pod, "scheduler", pods.SIDECAR, evidence, SCHEDULER)
