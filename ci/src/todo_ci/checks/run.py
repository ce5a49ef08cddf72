"""The one list of what is checked, in its order."""

from todo_ci.checks import external
from todo_ci.checks.release import release
from todo_ci.checks.selfcheck import evidence, helm_test, helm_test_step, not_run, selfcheck
from todo_ci.core.context import Pipeline
from todo_ci.core.image_refs import ImageRefs
from todo_ci.environments import RELEASE
from todo_ci.release import history
from todo_ci.reports.report import Report, Verdict

_TRIES = 10


async def run_checks(
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
    said = await pipeline.shell.run(helm_test_step())
    return Report(title, (*seen, helm_test(said), *selfcheck(said, excuses)), evidence(said))
