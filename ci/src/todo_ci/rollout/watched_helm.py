"""Run a helm command that changes what serves, under watch."""

from dataclasses import dataclass

from todo_ci.cluster import errors, helm, kubectl, next_steps
from todo_ci.core.context import Context
from todo_ci.core.ports import Result
from todo_ci.reports.report import Check, CheckStatus
from todo_ci.rollout import evidence
from todo_ci.rollout.lock import HeldLease
from todo_ci.scripts import sources


@dataclass(frozen=True, slots=True)
class WatchedRun:
    """Hold how a helm command ended.

    Args:
        ok: True when helm succeeded.
        seconds: how long it took, its own return included.
        reason: for a failure, one line.
        evidence: for a failure, the failing pods with events and last lines.
        result: what came back, for errors that are the cluster's.
    """

    ok: bool
    seconds: float
    reason: str
    evidence: str
    result: Result


async def run(
    context: Context, held: HeldLease, command: tuple[str, ...], *, overlay: str = ""
) -> WatchedRun:
    """Run helm under watch, to the end of its own return.

    Args:
        context: the ports and the target.
        held: the Lease that it ends with.
        command: the helm command.
        overlay: further values of the chart, as YAML text.
    """
    files = sources(
        "watch.py",
        "child.py",
        "release_health.py",
        "pod_problems.py",
        "kube_objects.py",
        "daprd_log.py",
        "kubectl.py",
    )
    if overlay:
        files[helm.OVERLAY] = overlay
    step = kubectl.step(
        helm.watched(command),
        files=files,
        inputs=(helm.CHART,) if helm.CHART in command else (),
        outputs=(helm.EVIDENCE,),
        # Hooks, the wait and helm's own return have the same allowance each.
        timeout=3 * context.target.helm_timeout + 60,
    )
    result = await held.run(context, step)
    seen = result.files.get(helm.EVIDENCE)
    if result.ok:
        return WatchedRun(True, result.seconds, "", "", result)
    reason = evidence.reason(seen) or _helm_says(result)
    return WatchedRun(False, result.seconds, reason, evidence.render(seen), result)


async def run_unwatched(
    context: Context, held: HeldLease, command: tuple[str, ...], what: str
) -> None:
    """Run a helm command that only frees a release, without watching pods.

    Raises:
        ClusterError: when it fails.
    """
    step = kubectl.step(command, timeout=2 * context.target.helm_timeout + 60)
    result = await held.run(context, step)
    if not result.ok:
        raise errors.explain(result, what)


def _helm_says(result: Result) -> str:
    if result.timed_out:
        return f"helm did not end within {result.seconds:.0f} s"
    lines = [line for line in result.stderr.splitlines() if line.startswith("Error:")]
    return lines[-1] if lines else (result.stderr.strip().splitlines() or ["no reason given"])[-1]


def check(name: str, ended: WatchedRun) -> Check:
    """Turn the end of a helm command into a check."""
    if ended.ok:
        return Check(name, CheckStatus.PASSED, ended.seconds)
    step = "see the pods' events and last lines below" if ended.evidence else "todo-ci status"
    if next_steps.INJECTOR_WEBHOOK in ended.reason:
        step = next_steps.INJECTOR
    return Check(name, CheckStatus.FAILED, ended.seconds, ended.reason, step)
