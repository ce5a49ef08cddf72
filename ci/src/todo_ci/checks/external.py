"""Ask for what can be seen of a release without running anything in the cluster, side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import anyio

from todo_ci.checks.gateway import paths
from todo_ci.cluster import errors, gateway, helm, kubectl, manifest, pods
from todo_ci.cluster.batch import side_by_side
from todo_ci.cluster.kubectl import Object
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Result
from todo_ci.plugins.installed import PLUGINS
from todo_ci.plugins.protocol import Look, judged
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

    @property
    def number(self) -> int:
        """Return the revision that is looked at."""
        return self.revision or self.latest.number


@dataclass(frozen=True, slots=True)
class Answers:
    """Hold what one look found.

    Args:
        items: the release's objects as they run.
        objects: the release's manifest.
        values: its values, as JSON.
        told: what came of what each plugin asks.
        probed: what the gateway answered.
        listed: seconds that listing the objects took.
        read: seconds that the values took.
    """

    items: Sequence[Object]
    objects: Sequence[Object]
    values: str
    told: Sequence[Sequence[Result]]
    probed: Result
    listed: float
    read: float


async def run_external(
    context: Context, request: VerifyRequest, judge: Callable[[Answers], tuple[Check, ...]]
) -> tuple[tuple[Check, ...], Answers]:
    """Return what is seen from outside, as judged, and the answers it was judged by."""
    looks = 1
    answers = await _ask(context, request)
    seen = judge(answers)
    while _may_settle(seen, answers) and request.tries > 1 and looks < _LOOKS:
        looks += 1
        await anyio.sleep(PAUSE)
        answers = await _ask(context, request)
        seen = judge(answers)
    if looks > 1:
        seen = tuple(_at_look(check, looks) for check in seen)
    return seen, answers


async def _ask(context: Context, request: VerifyRequest) -> Answers:
    looks = [Look(plugin.asks(request.tries), tuple) for plugin in PLUGINS]
    listed, values, rendered, *others, probed = await side_by_side(
        context.shell,
        kubectl.get_release(*_KINDS),
        kubectl.step(helm.values(request.number)),
        kubectl.step(helm.manifest(request.number)),
        *(step for look in looks for step in look.steps),
        gateway.probe(request.url, tuple(paths()), request.tries),
    )
    for result, what in (
        (listed, "listing the release's pods"),
        (values, "reading the release's values"),
        (rendered, "reading the release's manifest"),
    ):
        if not result.ok:
            raise errors.explain(result, what)
    return Answers(
        items=kubectl.parse_items(listed.stdout),
        objects=manifest.parse(rendered.stdout),
        values=values.stdout,
        told=judged(looks, others),
        probed=probed,
        listed=listed.seconds,
        read=values.seconds,
    )


def _may_settle(seen: tuple[Check, ...], answers: Answers) -> bool:
    unsettled = any(c.name in _SETTLING and c.status is CheckStatus.FAILED for c in seen)
    return unsettled and not any(s.problem == pods.WITHOUT for s in pods.sidecars(answers.items))


def _at_look(check: Check, looks: int) -> Check:
    if check.name not in _SETTLING:
        return check
    return replace(check, evidence=f"{check.evidence}, at look {looks}")
