"""Verify a release that was just made, and mend what an earlier fault left in its pods.

A pod that was made while the injector was away stays without its sidecar for as long as its
template does not change: every later deploy of the same commit would meet it again.
"""

from todo_ci.checks import run
from todo_ci.cluster import errors, kubectl, pods
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.errors import ClusterError
from todo_ci.release import history
from todo_ci.reports.report import Check, Report
from todo_ci.rollout.lock import HeldLease


async def verify(
    context: Context, held: HeldLease, *, url: str, images: ImageRefs | None, revision: int
) -> Report:
    """Run every check; where pods lack their sidecar, renew them and run every check again.

    Args:
        context: the ports and the target.
        held: the Lease, with which a renewal ends.
        url: address of the gateway.
        images: the images that should run; those of the release's values when None.
        revision: the revision that should be deployed.

    Raises:
        ClusterError: when the cluster cannot be asked.
    """
    found = await run.run_checks(context, url=url, images=images, revision=revision)
    if found.passed:
        return found
    renewed = await _renew(context, held, revision)
    if renewed is None:
        return found
    again = await run.run_checks(context, url=url, images=images, revision=revision)
    return Report(again.title, (renewed, *again.checks), again.evidence)


async def verify_new(
    context: Context, held: HeldLease, *, url: str, images: ImageRefs | None, revision: int
) -> Report:
    """Verify a revision that was just made; one that nobody can look at has not verified.

    Raised, an answer that did not come would leave it serving, neither judged nor returned from.
    Where the cluster stays away, the return says so.
    """
    try:
        return await verify(context, held, url=url, images=images, revision=revision)
    except ClusterError as error:
        return Report("", (Check.of_error("verify", error),))


async def _renew(context: Context, held: HeldLease, number: int) -> Check | None:
    """Restart the Deployments whose pods lack their sidecar; None where none does.

    Only pods that are older than the revision: those it made itself lack it for what is wrong now,
    and made anew they would lack it again.
    """
    past = await history.load(context)
    made = next((r.created for r in past.revisions if r.number == number), "")
    kinds = ("deployments", "replicasets", "pods")
    listed = await context.shell.run(kubectl.get_release(*kinds))
    if not listed.ok:
        raise errors.explain(listed, "looking for pods without a sidecar")
    lacking = pods.without_sidecar(kubectl.parse_items(listed.stdout), made)
    if not lacking:
        return None
    found = f"{', '.join(lacking)} restarted: a pod ran without {pods.SIDECAR}"
    context.say(f"renewal: {found}")
    done = await held.run(context, kubectl.restart(lacking, context.target.helm_timeout))
    if done.ok:
        return Check.passed("renewal", found, done.seconds)
    said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return Check.failed("renewal", f"{found}: {said}", "todo-ci logs", done.seconds)
