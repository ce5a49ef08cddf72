"""After a failure: bring back what verified last, prove that it serves, and label it."""

from dataclasses import dataclass, replace

from todo_ci.cluster import helm, kubectl
from todo_ci.core.context import Context
from todo_ci.release import history, verdict
from todo_ci.release.result import SERVING
from todo_ci.release.revision import Revision
from todo_ci.reports.report import Check
from todo_ci.rollout import decisions, repair, verification, watched_helm
from todo_ci.rollout.lock import HeldLease


@dataclass(frozen=True, slots=True)
class AutoRollback:
    """Hold what serves after a failure.

    Args:
        serving: the revision that serves, None when nothing is released.
        returned_to: the earlier revision whose content that is, None when it is no earlier one.
        checks: what was done and found.
        evidence: where the return failed too, its failing pods.
    """

    serving: int | None
    returned_to: int | None
    checks: tuple[Check, ...]
    evidence: str = ""


async def roll_back_automatically(
    context: Context, held: HeldLease, failed: int, url: str
) -> AutoRollback:
    """Return from a failed revision.

    Helm returns by itself to what it deployed last. This goes on to what verified last, where that
    is something else, verifies whatever serves then, and labels it.

    Args:
        context: the ports and the target.
        held: the Lease, under which all of it happens.
        failed: the revision that failed, or would have been the next one.
        url: address of the gateway.
    """
    past = await history.load(context)
    checks: list[Check] = []
    if any(revision.number == failed for revision in past.revisions):
        checks.append(await label(context, failed, passed=False))
    target = decisions.choose_rollback_after_failure(past.revisions, failed)
    evidence = ""
    if target is not None:
        context.say(f"return: rolling on to revision {target}")
        command = helm.rollback(target, context.target.helm_timeout)
        rolled = await watched_helm.run(context, held, f"return to revision {target}", command)
        checks.append(rolled.check)
        evidence = rolled.evidence
    else:
        await repair.clear_pending(context, held, past)
    past = await history.load(context)
    latest = past.latest
    if latest is None:
        checks.append(Check.skipped("serving", "nothing is released"))
        return AutoRollback(None, None, tuple(checks))
    if latest.number == failed or latest.status != "deployed":
        found = f"revision {latest.number} is {latest.status}; no verified one to return to"
        step = "kubectl get pods; deploy a good commit"
        checks.append(Check.failed("serving", found, step))
        return AutoRollback(latest.number, None, tuple(checks), evidence)
    back = decisions.origin(past.revisions, latest.number)
    context.say(f"return: revision {back} serves again, as {latest.number}; verifying it")
    found = await verification.verify(context, held, url=url, images=None, revision=latest.number)
    known = decisions.verified_content(past.revisions, latest.number)
    if found.passed or known is None:
        given = await label(context, latest.number, passed=found.passed)
    else:
        given = spared(known)
    checks += (replace(check, name=SERVING + check.name) for check in (*found.checks, given))
    shown = "\n\n".join(filter(None, (evidence, found.evidence)))
    return AutoRollback(latest.number, back, tuple(checks), shown)


def spared(known: Revision) -> Check:
    """Say why a revision whose checks fail is not called failed.

    A content that verified does not become bad by an outage around it; condemned for one, nothing
    would be left to return to.
    """
    found = f"none: revision {known.number} passed with this content, what fails is outside of it"
    step = "mend what the failed checks name, then todo-ci deploy again"
    return Check.skipped("verdict", found, step)


async def label(context: Context, revision: int, *, passed: bool) -> Check:
    """Set the verdict on a revision.

    Where it cannot be set the check fails: a release without its verdict is one that no rollback
    will ever choose, so nobody may take it for finished.
    """
    text = verdict.label(revision, passed=passed)
    result = await context.shell.run(kubectl.label_revision(revision, text))
    if result.ok:
        return Check.passed("verdict", text, result.seconds)
    said = f"could not set {text}: {result.stderr.strip()}"
    return Check.failed("verdict", said, "todo-ci deploy, once more", result.seconds)
