"""What Dapr adds to each verb."""

from collections.abc import Sequence
from functools import partial

from todo_ci.cluster import kubectl
from todo_ci.cluster.kubectl import Object
from todo_ci.core.ports import Result, Step
from todo_ci.plugins.dapr import causes, doctor, ground
from todo_ci.plugins.dapr.components import components
from todo_ci.plugins.dapr.metadata import metadata_step
from todo_ci.plugins.dapr.objects import of_dapr, stored
from todo_ci.plugins.dapr.sidecars import sidecars
from todo_ci.plugins.dapr.trial_pod import try_pod
from todo_ci.plugins.protocol import Look, Plugin, Seen
from todo_ci.project.current import project
from todo_ci.reports.report import Check
from todo_ci.scripts.kube_objects import part


class Dapr(Plugin):
    """Ask sidecars and Dapr's control plane; without the table the sidecars are not verified."""

    check_names = ("sidecars", "components")
    doctor_names = ("dapr", "topics", "injector")
    causes = (causes.sidecar, causes.scheduler)

    def ground(self, objects: Sequence[Object]) -> Look[tuple[str, ...]]:
        """Refuse a release of Dapr's objects where Dapr is not, or another release has them."""
        wanted = of_dapr(objects)
        return Look((stored(),), partial(_adopted, wanted)) if wanted else super().ground(objects)

    def bars_canary(self, template: Object) -> str:
        """Bar a second Deployment under one app id.

        Dapr hands it events and jobs whatever its weight is. Its operator even gives it the one
        Service of that id, which goes with it.
        """
        told = part(part(template, "metadata"), "annotations")
        if str(told.get("dapr.io/enabled", "")).lower() != "true":
            return ""
        return (
            "have sidecars of Dapr, to which a canary would be the same app: its events, jobs and "
            "calls would reach it whatever its weight is"
        )

    def doctor(self, objects: Sequence[Object]) -> Look[tuple[Check, ...]]:
        """Judge Dapr's version, the broker's topics and the injector."""
        if not of_dapr(objects):
            why = "the release has no Dapr components"
            return Look((), lambda _: tuple(Check.skipped(it, why) for it in self.doctor_names))
        listed = kubectl.get_release("deployments", "replicasets", "pods")
        return Look((stored(), metadata_step(1), try_pod(), listed), doctor.judged)

    def switch(self) -> str:
        """Name the chart's switch for sidecars, where it has one."""
        table = project().plugins.dapr
        return table.enabled if table else ""

    def asks(self, tries: int) -> tuple[Step, ...]:
        """Ask every sidecar for its metadata."""
        return (metadata_step(tries),) if project().plugins.dapr else ()

    def checks(self, seen: Seen, told: Sequence[Result]) -> tuple[Check, ...]:
        """Judge that every pod has its sidecar, and that each loaded what it should."""
        if not project().plugins.dapr:
            return ()
        (metadata,) = told
        return (
            sidecars(seen.items, seen.seconds),
            components(seen.items, seen.objects, metadata, seen.environment),
        )


def _adopted(wanted: Sequence[Object], answers: Sequence[Result]) -> tuple[str, ...]:
    (there,) = answers
    ground.require_installed(there)
    return ground.foreign(wanted, kubectl.parse_items(there.stdout))
