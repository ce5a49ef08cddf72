"""Go back to the last release that verified, or to a given one, and verify it."""

from dataclasses import replace

import anyio

from todo_ci.checks.address import is_trusted
from todo_ci.cluster import helm, kubectl
from todo_ci.core.context import Context
from todo_ci.errors import InputError
from todo_ci.preflight import access, address
from todo_ci.release import history
from todo_ci.release.history import History
from todo_ci.release.result import ReleaseResult
from todo_ci.release.revision import Revision
from todo_ci.reports.report import Check, CheckStatus
from todo_ci.rollout import (
    auto_rollback,
    decisions,
    lease,
    lock,
    pruning,
    repair,
    verification,
    watched_helm,
)
from todo_ci.rollout.lock import HeldLease


async def rollback(
    context: Context, *, revision: int | None, url: str, lock_timeout: float, dry_run: bool
) -> ReleaseResult:
    """Release an earlier revision again. Helm makes a new revision of it, which is then verified.

    Args:
        context: the ports and the target.
        revision: the revision to return to; the last verified one when None.
        url: address of the gateway.
        lock_timeout: seconds to wait for a deploy.
        dry_run: True to say what would be done, and change nothing.

    Raises:
        InputError: when there is nothing to roll back to, or not to that revision.
        ClusterError: for a cluster that cannot be used.
        LockError: when a deploy goes on for longer than ``lock_timeout``, or takes over.
    """
    start = anyio.current_time()
    address.need_url(url)
    await access.preflight(context)
    # Refused before the lock is waited for, and decided again under it.
    past = await history.load(context)
    target = _target(past, revision)
    await _need_trusted(context, target.number, url)
    if dry_run:
        return _planned(context, past, target, url)

    async def work(held: HeldLease) -> ReleaseResult:
        return await _roll_back(context, held, revision, url)

    done = await lock.hold(context, work, lock_timeout=lock_timeout)
    return replace(done, seconds=anyio.current_time() - start)


async def _roll_back(
    context: Context, held: HeldLease, asked: int | None, url: str
) -> ReleaseResult:
    past = await repair.repair(context, held)
    target = _target(past, asked)
    await pruning.prune(context, past)
    number = (past.latest.number if past.latest else 0) + 1
    context.say(f"rollback: to revision {target.number} ({target.verdict}), as {number}")
    command = helm.rollback(target.number, context.target.helm_timeout)
    rolled = await watched_helm.run(context, held, f"rollback to revision {target.number}", command)
    checks = [rolled.check]
    seen = rolled.evidence
    if rolled.result.ok:
        context.say("verify: the release from outside, its test pods from inside")
        found = await verification.verify_new(context, held, url=url, images=None, revision=number)
        checks += found.checks
        seen = found.evidence
        if found.passed:
            checks.append(await auto_rollback.label(context, number, passed=True))
            return _result(context, target, number, checks, url)
    back = await auto_rollback.roll_back_automatically(context, held, number, url)
    done = _result(context, target, number, [*checks, *back.checks], url)
    shown = "\n\n".join(filter(None, (seen, back.evidence)))
    return replace(done, serving=back.serving, returned_to=back.returned_to, evidence=shown)


async def _need_trusted(context: Context, revision: int, url: str) -> None:
    """Refuse to go back to a revision that is sound at another address alone."""
    said = await context.shell.run(kubectl.step(helm.values(revision)))
    # What cannot be read is told by whatever needs it next.
    trusted = helm.parse_origins(said.stdout) if said.ok else ()
    if trusted and not is_trusted(url, trusted):
        raise InputError(
            f"revision {revision} lets nobody sign in at {url}",
            accepted=" or ".join(trusted),
            next_step=f"todo-ci rollback --revision {revision} --url {trusted[0]}",
        )


def _target(past: History, asked: int | None) -> Revision:
    return decisions.rollback_target(past.revisions, asked, past.table())


def _result(
    context: Context, target: Revision, number: int, checks: list[Check], url: str
) -> ReleaseResult:
    return ReleaseResult.judged(
        "rollback",
        context.target.environment,
        number,
        checks,
        commit=target.commit,
        url=url,
        serving=number,
    )


def _planned(context: Context, past: History, target: Revision, url: str) -> ReleaseResult:
    number = past.revisions[-1].number + 1
    plan = (
        f"take the Lease {lease.name()}",
        " ".join(helm.rollback(target.number, context.target.helm_timeout)),
        f"verify revision {number} at {url}",
        f"label revision {number} with the verdict",
        f"give the Lease {lease.name()} back",
    )
    done = _result(context, target, number, [], url)
    return replace(done, verdict=CheckStatus.SKIPPED, serving=past.revisions[-1].number, plan=plan)
