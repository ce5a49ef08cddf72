"""Checks from outside: what can be seen without running anything in the cluster, side by side."""

from dataclasses import dataclass, replace

import anyio

from todo_ci.checks.components import components
from todo_ci.checks.deployments import deployments
from todo_ci.checks.gateway import gateway, probe
from todo_ci.checks.release import release
from todo_ci.checks.selfcheck import CHECKS, SINCE_REMINDERS
from todo_ci.checks.sidecars import sidecars
from todo_ci.cluster import errors, helm, kubectl, manifest
from todo_ci.cluster.batch import side_by_side
from todo_ci.cluster.sidecars import metadata_step
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.release import history
from todo_ci.release.revision import Revision
from todo_ci.reports.report import Check, CheckStatus

_KINDS = ("deployments", "replicasets", "pods")
# What fails while a pod is out of service, as it is when its sidecar restarts.
_SETTLING = ("deployments", "sidecars")
# After a deploy, and seconds between them: a sidecar that restarts is back before the last one.
_LOOKS = 3
PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """Hold what is looked for, and how patiently: more than one try means again and again."""

    past: history.History
    latest: Revision
    url: str
    images: ImageRefs | None
    revision: int | None
    tries: int


async def run_external(
    context: Context, request: VerifyRequest
) -> tuple[tuple[Check, ...], dict[str, str]]:
    """Return what is seen from outside, and which of all checks do not apply and why."""
    looks = 1
    seen, skip_reasons = await _run_once(context, request)
    while _is_unsettled(seen) and request.tries > 1 and looks < _LOOKS:
        looks += 1
        await anyio.sleep(PAUSE)
        seen, skip_reasons = await _run_once(context, request)
    if looks > 1:
        seen = tuple(_at_look(check, looks) for check in seen)
    return seen, skip_reasons


async def _run_once(
    context: Context, request: VerifyRequest
) -> tuple[tuple[Check, ...], dict[str, str]]:
    number = request.revision or request.latest.number
    listed, values, rendered, metadata, probed = await side_by_side(
        context.shell,
        kubectl.get_release(*_KINDS),
        kubectl.step(helm.values(number)),
        kubectl.step(helm.manifest(number)),
        metadata_step(request.tries),
        probe(request.url, request.tries),
    )
    for result, what in (
        (listed, "listing the release's pods"),
        (values, "reading the release's values"),
        (rendered, "reading the release's manifest"),
    ):
        if not result.ok:
            raise errors.explain(result, what)
    items = kubectl.parse_items(listed.stdout)
    objects = manifest.parse(rendered.stdout)
    given = helm.parse_images(values.stdout)
    skip_reasons = _skip_reasons(values.stdout, number)
    seconds = listed.seconds + values.seconds
    environment = context.target.environment
    looked = (
        release(request.past, request.revision, request.images or given, given, items, seconds),
        deployments(items, request.latest, listed.seconds),
        _unless(skip_reasons, sidecars(items, listed.seconds)),
        _unless(skip_reasons, components(items, objects, metadata, environment)),
        *gateway(probed, request.url),
    )
    return looked, skip_reasons


def _is_unsettled(seen: tuple[Check, ...]) -> bool:
    return any(check.name in _SETTLING and check.verdict is CheckStatus.FAILED for check in seen)


def _at_look(check: Check, looks: int) -> Check:
    if check.name not in _SETTLING:
        return check
    return replace(check, evidence=f"{check.evidence}, at look {looks}")


def _skip_reasons(text: str, number: int) -> dict[str, str]:
    """Say which checks do not apply to a release, by its own values, and why."""
    values = f"in the values of revision {number}"
    dapr = helm.parse_switch(text, "dapr", "enabled")
    if dapr is None:
        why = f"the chart of revision {number} is older than sidecars and selfcheck"
        return dict.fromkeys(["sidecars", "components", *CHECKS], why)
    if not dapr:
        why = f"dapr.enabled is false {values}"
        return dict.fromkeys(["sidecars", "components", *CHECKS], why)
    skip_reasons: dict[str, str] = {}
    if helm.parse_switch(text, "secrets", "create"):
        why = f"secrets.create is true {values}: its Secret has a name of its own"
        skip_reasons["secrets"] = why
    if helm.parse_switch(text, "reminders", "sweepSeconds") is None:
        why = f"the chart of revision {number} is older than reminders"
        skip_reasons |= dict.fromkeys(SINCE_REMINDERS, why)
    if not helm.parse_url(text):
        skip_reasons["sign-in"] = f"the chart of revision {number} is older than sign-in"
    return skip_reasons


def _unless(skip_reasons: dict[str, str], check: Check) -> Check:
    why = skip_reasons.get(check.name)
    return Check(check.name, CheckStatus.SKIPPED, 0, why) if why else check
