"""Check that what runs is what was asked for, and that it works: the table of contents.

Each check is a file in ``checks/``. The numbers are those of the design's list: 1 the release,
2 the Deployments, 3 the sidecars, 4 their components, 5 the gateway, and from inside the cluster
6 the secrets, 7 an event's whole way, 8 the state store, 9 a job that brings a reminder, 10 the
outbox; and that people can sign in.
"""

from todo_ci.checks import external
from todo_ci.checks.release import release
from todo_ci.checks.selfcheck import evidence, helm_test, not_run, run, selfcheck
from todo_ci.core.context import Pipeline
from todo_ci.core.image_refs import ImageRefs
from todo_ci.environments import RELEASE
from todo_ci.errors import InputError
from todo_ci.preflight import access
from todo_ci.release import history
from todo_ci.reports.report import Report, Verdict
from todo_ci.rollout import lock
from todo_ci.rollout.lock import Held

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
    await access.preflight(pipeline)

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

    Right after a deploy the gateway may need a moment to learn its new endpoints, a sidecar to
    reach its app, and a pod may be out of service while its sidecar restarts: so these are polled;
    the evidence says how often.

    Raises:
        ClusterError: when the cluster cannot be asked.
    """
    title = f"verify {RELEASE} on {pipeline.target.environment}"
    past = await history.read(pipeline)
    if past.latest is None:
        return Report(title, (release(past, revision, images, None, ()),))
    asked = external.Asked(past, past.latest, url, images, revision, tries)
    seen, excuses = await external.look(pipeline, asked)
    failed = [check.name for check in seen if check.verdict is Verdict.FAILED]
    if failed:
        return Report(title, (*seen, *not_run(f"not run, as {', '.join(failed)} failed")))
    said = await pipeline.shell.run(run())
    return Report(title, (*seen, helm_test(said), *selfcheck(said, excuses)), evidence(said))
