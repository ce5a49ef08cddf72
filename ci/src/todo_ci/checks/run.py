"""The one list of what is checked, in its order."""

from todo_ci.checks import external
from todo_ci.checks.release import release
from todo_ci.checks.selfcheck import evidence, helm_test, helm_test_step, not_run, selfcheck
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.environments import RELEASE
from todo_ci.release import history
from todo_ci.reports.report import CheckStatus, Report

_TRIES = 10


async def run_checks(
    context: Context,
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
    title = f"verify {RELEASE} on {context.target.environment}"
    past = await history.load(context)
    if past.latest is None:
        return Report(title, (release(past, revision, images, None, ()),))
    request = external.VerifyRequest(past, past.latest, url, images, revision, tries)
    seen, skip_reasons = await external.run_external(context, request)
    failed = [check.name for check in seen if check.verdict is CheckStatus.FAILED]
    if failed:
        return Report(title, (*seen, *not_run(f"not run, as {', '.join(failed)} failed")))
    said = await context.shell.run(helm_test_step())
    return Report(title, (*seen, helm_test(said), *selfcheck(said, skip_reasons)), evidence(said))
