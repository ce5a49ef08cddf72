"""Run a helm command that changes what serves, under watch."""

from dataclasses import dataclass

from todo_ci.cluster import errors, helm, kubectl, next_steps
from todo_ci.core.context import Pipeline
from todo_ci.core.ports import Result
from todo_ci.core.steps import tail
from todo_ci.reports.report import Check, Verdict
from todo_ci.rollout import evidence
from todo_ci.scripts import sources


@dataclass(frozen=True, slots=True)
class Rollout:
    """Hold how a helm command ended.

    Args:
        ok: True when helm succeeded.
        seconds: how long it took, its own return included.
        reason: for a failure, one line.
        evidence: for a failure, the failing pods with events and last lines.
        said: the last lines of helm and watcher.
        result: what came back, for errors that are the cluster's.
    """

    ok: bool
    seconds: float
    reason: str
    evidence: str
    said: str
    result: Result


async def run(pipeline: Pipeline, command: tuple[str, ...], *, overlay: str = "") -> Rollout:
    """Run helm under watch, to the end of its own return.

    Args:
        pipeline: the ports and the target.
        command: the helm command.
        overlay: further values of the chart, as YAML text.
    """
    files = sources(
        "watch.py", "release_health.py", "pod_problems.py", "kube_objects.py", "daprd_log.py"
    )
    if overlay:
        files[helm.OVERLAY] = overlay
    step = kubectl.step(
        helm.watched(command),
        files=files,
        inputs=(helm.CHART,) if helm.CHART in command else (),
        outputs=(helm.EVIDENCE,),
        # Hooks, the wait and helm's own return have the same allowance each.
        timeout=3 * pipeline.target.helm_timeout + 60,
    )
    result = await pipeline.shell.run(step)
    seen = result.files.get(helm.EVIDENCE)
    said = tail(result)
    if result.ok:
        return Rollout(True, result.seconds, "", "", said, result)
    reason = evidence.reason(seen) or _helm_says(result)
    return Rollout(False, result.seconds, reason, evidence.render(seen), said, result)


async def must(pipeline: Pipeline, command: tuple[str, ...], what: str) -> None:
    """Run a helm command that only frees a release, without watching pods.

    Raises:
        ClusterError: when it fails.
    """
    step = kubectl.step(command, timeout=2 * pipeline.target.helm_timeout + 60)
    result = await pipeline.shell.run(step)
    if not result.ok:
        raise errors.explain(result, what)


def _helm_says(result: Result) -> str:
    if result.timed_out:
        return f"helm did not end within {result.seconds:.0f} s"
    lines = [line for line in result.stderr.splitlines() if line.startswith("Error:")]
    return lines[-1] if lines else (result.stderr.strip().splitlines() or ["no reason given"])[-1]


def check(name: str, ended: Rollout) -> Check:
    """Turn the end of a helm command into a check."""
    if ended.ok:
        return Check(name, Verdict.PASSED, ended.seconds)
    step = "see the pods' events and last lines below" if ended.evidence else "todo-ci status"
    if next_steps.INJECTOR_WEBHOOK in ended.reason:
        step = next_steps.INJECTOR
    return Check(name, Verdict.FAILED, ended.seconds, ended.reason, step)
