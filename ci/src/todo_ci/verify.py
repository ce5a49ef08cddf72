"""Check that what runs is what was asked for, and that it works: the table of contents.

Each check is a file in ``checks/``. The numbers are those of the design's list: 1 the release,
2 the Deployments, 3 the sidecars, 4 their components, 5 the gateway, and from inside the cluster
6 the secrets, 7 an event's whole way, 8 the state store, 9 a job that brings a reminder, 10 the
outbox; and that people can sign in.
"""

from todo_ci import cluster, helm, history, kubectl, lock, manifest
from todo_ci.batch import side_by_side
from todo_ci.checks.components import ask, components
from todo_ci.checks.deployments import deployments
from todo_ci.checks.gateway import gateway, probe
from todo_ci.checks.release import release
from todo_ci.checks.selfcheck import (
    NEWER,
    PROMISES,
    evidence,
    helm_test,
    not_run,
    run,
    selfcheck,
)
from todo_ci.checks.sidecars import sidecars
from todo_ci.environments import RELEASE
from todo_ci.errors import InputError
from todo_ci.lock import Held
from todo_ci.refs import ImageRefs
from todo_ci.report import Check, Report, Verdict
from todo_ci.session import Pipeline

_KINDS = ("deployments", "replicasets", "pods")
_TRIES = 10
_LOCK_SECONDS = 120


async def verify(
    pipeline: Pipeline, *, url: str, images: ImageRefs | None, revision: int | None
) -> Report:
    """Run all checks, while no deploy changes what they look at.

    The test pods are helm's to run, and helm writes into the release's record when it does: beside
    a deploy that could bring an old revision back to life, so the deploy lock is held meanwhile.

    Args:
        pipeline: the ports and the target.
        url: address of the gateway.
        images: the images that should run; those of the release's values when None.
        revision: the revision that should be deployed; the newest when None.

    Raises:
        InputError: without a kubeconfig or an address.
        ClusterError: when the cluster cannot be asked.
        LockError: when a deploy goes on for longer than two minutes.
    """
    need_url(url)
    await cluster.preflight(pipeline)

    async def work(_held: Held) -> Report:
        return await checks(pipeline, url=url, images=images, revision=revision, tries=1)

    return await lock.hold(pipeline, work, lock_timeout=_LOCK_SECONDS)


def need_url(url: str) -> None:
    """Refuse to check a release nobody can reach.

    Raises:
        InputError: without an http or https address.
    """
    if not url.startswith(("http://", "https://")):
        raise InputError(
            f"--url {url!r} is no address" if url else "no address of the gateway was given",
            accepted="http://HOST[:PORT] or https://HOST",
            next_step="add --url, or set <VERB>_URL in .env",
        )


async def checks(
    pipeline: Pipeline,
    *,
    url: str,
    images: ImageRefs | None,
    revision: int | None,
    tries: int = _TRIES,
) -> Report:
    """Look from outside, all side by side, and let the release's own tests look from inside.

    The tests are for a release that looks sound: they wait for an event that a broken one never
    delivers, and what serves again waits for them.

    Right after a deploy the gateway may need a moment to learn its new endpoints, and a sidecar to
    reach its app, so these are polled; the evidence says how often.

    Raises:
        ClusterError: when the cluster cannot be asked.
    """
    environment = pipeline.target.environment
    title = f"verify {RELEASE} on {environment}"
    past = await history.read(pipeline)
    if past.latest is None:
        return Report(title, (release(past, revision, images, None, ()),))
    number = revision or past.latest.number
    listed, values, rendered, asked, probed = await side_by_side(
        pipeline.shell,
        kubectl.get_release(*_KINDS),
        kubectl.step(helm.values(number)),
        kubectl.step(helm.manifest(number)),
        ask(tries),
        probe(url, tries),
    )
    for result, what in (
        (listed, "listing the release's pods"),
        (values, "reading the release's values"),
        (rendered, "reading the release's manifest"),
    ):
        if not result.ok:
            raise cluster.explain(result, what)
    items = kubectl.parse_items(listed.stdout)
    objects = manifest.parse(rendered.stdout)
    given = helm.parse_images(values.stdout)
    excuses = _excuses(values.stdout, number)
    seconds = listed.seconds + values.seconds
    outside = (
        release(past, revision, images or given, given, items, seconds),
        deployments(items, past.latest, listed.seconds),
        _unless(excuses, sidecars(items, listed.seconds)),
        _unless(excuses, components(items, objects, asked, environment)),
        *gateway(probed, url),
    )
    failed = [check.name for check in outside if check.verdict is Verdict.FAILED]
    if failed:
        return Report(title, (*outside, *not_run(f"not run, as {', '.join(failed)} failed")))
    said = await pipeline.shell.run(run())
    return Report(title, (*outside, helm_test(said), *selfcheck(said, excuses)), evidence(said))


def _excuses(text: str, number: int) -> dict[str, str]:
    """Say which checks do not apply to a release, by its own values, and why."""
    values = f"in the values of revision {number}"
    dapr = helm.parse_switch(text, "dapr", "enabled")
    if dapr is None:
        why = f"the chart of revision {number} is older than sidecars and selfcheck"
        return dict.fromkeys(["sidecars", "components", *PROMISES], why)
    if not dapr:
        why = f"dapr.enabled is false {values}"
        return dict.fromkeys(["sidecars", "components", *PROMISES], why)
    excuses: dict[str, str] = {}
    if helm.parse_switch(text, "secrets", "create"):
        why = f"secrets.create is true {values}: its Secret has a name of its own"
        excuses["secrets"] = why
    if helm.parse_switch(text, "reminders", "sweepSeconds") is None:
        why = f"the chart of revision {number} is older than reminders"
        excuses |= dict.fromkeys(NEWER, why)
    if not helm.parse_url(text):
        excuses["sign-in"] = f"the chart of revision {number} is older than sign-in"
    return excuses


def _unless(excuses: dict[str, str], check: Check) -> Check:
    why = excuses.get(check.name)
    return Check(check.name, Verdict.SKIPPED, 0, why) if why else check
