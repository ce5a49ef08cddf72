"""The one list of what is checked, in its order: from outside, then inside the cluster.

A file of this package judges each check. What those from outside are judged by, ``external.py``
asks for; those inside are made by the release's own ``helm test``.
"""

from functools import partial

from todo_ci.checks.address import address
from todo_ci.checks.deployments import deployments
from todo_ci.checks.external import Answers, VerifyRequest, run_external
from todo_ci.checks.gateway import gateway
from todo_ci.checks.release import release
from todo_ci.checks.selfcheck import (
    blame_injector,
    evidence,
    has_reported,
    helm_test,
    helm_test_step,
    inside_names,
    not_run,
    selfcheck,
)
from todo_ci.cluster import helm, injection, kubectl
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.plugins.installed import PLUGINS
from todo_ci.plugins.protocol import Seen
from todo_ci.project.current import project, release_name
from todo_ci.release import history
from todo_ci.reports.report import Check, CheckStatus, Report

_TRIES = 10


def outside(request: VerifyRequest, environment: str, answers: Answers) -> tuple[Check, ...]:
    """List what is checked from outside."""
    items = answers.items
    seen = Seen(items, answers.objects, environment, answers.listed)
    given = helm.parse_images(answers.values)
    seconds = answers.listed + answers.read
    app = project()
    checks = [
        release(request.past, request.revision, request.images or given, given, items, seconds),
        deployments(items, request.latest, answers.listed),
    ]
    for plugin, told in zip(PLUGINS, answers.told, strict=True):
        checks += plugin.checks(seen, told)
    if app.gateway.value:
        checks.append(address(answers.values, request.url, answers.read))
    checks += gateway(answers.probed, request.url)
    reasons = skip_reasons(answers.values, request.number)
    return tuple(
        Check.skipped(check.name, reasons[check.name]) if check.name in reasons else check
        for check in checks
    )


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
    title = f"verify {release_name()} on {context.target.environment}"
    past = await history.load(context)
    if past.latest is None:
        return Report(title, (release(past, revision, images, None, ()),))
    request = VerifyRequest(past, past.latest, url, images, revision, tries)
    judge = partial(outside, request, context.target.environment)
    seen, answers = await run_external(context, request, judge)
    failed = [check.name for check in seen if check.status is CheckStatus.FAILED]
    if failed:
        return Report(
            title, (*seen, *not_run(inside_names(), f"not run, as {', '.join(failed)} failed"))
        )
    said = await context.shell.run(helm_test_step())
    made = selfcheck(said, inside_names(), skip_reasons(answers.values, request.number))
    inside = (helm_test(said), *made)
    # Where it said nothing, what lies there may be the pod of an earlier run.
    if not said.ok and has_reported(said) and (bare := await _without_sidecar(context)):
        return Report(title, (*seen, *blame_injector(inside, bare)))
    return Report(title, (*seen, *inside), evidence(said))


async def _without_sidecar(context: Context) -> injection.Injection | None:
    """Look whether the pod of the tests was made without its sidecar, and can only have failed."""
    listed = await context.shell.run(kubectl.get_release("pods"))
    return injection.lacking(kubectl.parse_items(listed.stdout)) if listed.ok else None


def skip_reasons(text: str, number: int) -> dict[str, str]:
    """Say which checks do not apply to a release, by its own values, and why."""
    values = f"in the values of revision {number}"
    older = f"the chart of revision {number} is older"
    app = project()
    reasons: dict[str, str] = {}
    for plugin in PLUGINS:
        if (switch := plugin.switch()) and not (on := helm.look_up(text, switch)):
            why = f"{older} than {switch}" if on is None else f"{switch} is false {values}"
            return dict.fromkeys([*plugin.check_names, *inside_names()], why)
    if app.gateway.value and not helm.parse_url(text):
        reasons["address"] = f"{older} than {app.gateway.value}"
    if app.helm_test is None:
        return reasons
    for check, path in app.helm_test.unless.items():
        if helm.look_up(text, path):
            reasons[check] = f"{path} is true {values}"
    for check, path in app.helm_test.needs.items():
        if helm.look_up(text, path) in (None, ""):
            reasons[check] = f"{older} than {path}"
    return reasons
