"""Run a helm command that changes what serves, under watch."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from todo_ci.cluster import errors, helm, kubectl, next_steps
from todo_ci.core.context import Context
from todo_ci.core.ports import Result
from todo_ci.reports.report import Check
from todo_ci.rollout import evidence
from todo_ci.rollout.lock import HeldLease
from todo_ci.scripts import sources

WATCH = (
    "supervise/watch.py",
    "supervise/child.py",
    "supervise/release_health.py",
    "supervise/release_reader.py",
    "pod_problems.py",
    "kube_objects.py",
    "daprd_log.py",
    "kubectl.py",
)
# How the watcher's own lines begin.
_SAYS = "watch: "


@dataclass(frozen=True, slots=True)
class WatchedRun:
    """Hold how a helm command ended.

    Args:
        check: its row of the report.
        evidence: for a failure, the failing pods with events and last lines.
        result: what came back, for errors that are the cluster's.
    """

    check: Check
    evidence: str
    result: Result


async def run(
    context: Context,
    held: HeldLease,
    name: str,
    command: tuple[str, ...],
    *,
    values: Mapping[str, str] | None = None,
    watching: str = "",
) -> WatchedRun:
    """Run helm under watch, to the end of its own return.

    Args:
        context: the ports and the target.
        held: the Lease that it ends with.
        name: of its row of the report.
        command: the helm command.
        values: the files of values that it reads, beside the chart.
        watching: selects the pods that are waited for; empty for those of the release.
    """
    step = kubectl.step(
        helm.watched(command, watching),
        files={**sources(*WATCH), **(values or {})},
        inputs=(helm.CHART,) if helm.CHART in command else (),
        outputs=(helm.EVIDENCE,),
        # Hooks, the wait and helm's own return have the same allowance each.
        timeout=3 * context.target.helm_timeout + 60,
    )
    result = await held.run(context, replace(step, progress=_SAYS))
    seen = result.files.get(helm.EVIDENCE)
    shown = "" if result.ok else evidence.render(seen)
    return WatchedRun(_check(name, result, evidence.reason(seen), shown), shown, result)


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


def _check(name: str, result: Result, reason: str, shown: str) -> Check:
    """Turn the end of a helm command into its row of the report."""
    if result.ok:
        return Check.passed(name, seconds=result.seconds)
    reason = reason or _helm_says(result)
    step = "see the pods' events and last lines below" if shown else "todo-ci status"
    if next_steps.INJECTOR_WEBHOOK in reason:
        step = next_steps.INJECTOR
    return Check.failed(name, reason, step, result.seconds)
