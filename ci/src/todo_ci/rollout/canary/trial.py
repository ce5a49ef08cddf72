"""Try a release on a share of the requests before helm: make it, measure it, take it back."""

from dataclasses import dataclass, field, replace
from functools import partial

from todo_ci.checks.selfcheck import evidence as said_by_tests
from todo_ci.checks.selfcheck import helm_test_step, selfcheck
from todo_ci.cluster import errors, kubectl, manifest, render
from todo_ci.cluster.kubectl import Object
from todo_ci.core.context import Context
from todo_ci.core.database_schema import DatabaseSchema
from todo_ci.core.ports import Step
from todo_ci.core.steps import gather
from todo_ci.project.canary import Canary, CanaryStep
from todo_ci.project.current import project
from todo_ci.release.revision import Revision
from todo_ci.reports.report import Check, CheckStatus
from todo_ci.rollout import watched_helm
from todo_ci.rollout.canary import judgement, names, plan, removal, steps
from todo_ci.rollout.canary.plan import CanaryPlan
from todo_ci.rollout.canary.released import objects_of
from todo_ci.rollout.lock import HeldLease

_NAME = "canary"
_LINES = 20


@dataclass(slots=True)
class Trial:
    """Hold what came of a canary: nothing where none was asked for."""

    checks: list[Check] = field(default_factory=list[Check])
    evidence: str = ""

    @property
    def passed(self) -> bool:
        """Tell whether the release may go on."""
        return all(check.status is not CheckStatus.FAILED for check in self.checks)


def asked(context: Context) -> Canary | None:
    """Return how a canary is tried here; None where none is."""
    return project().canary if context.target.canary else None


async def try_out(
    context: Context,
    held: HeldLease,
    rendering: Step,
    serving: Revision | None,
    *,
    schema: DatabaseSchema | None,
    url: str,
) -> Trial:
    """Try what a deploy would apply beside what serves, where the environment asks for it.

    Whatever comes of it, what serves is as it was before.

    Args:
        context: the ports and the target.
        held: the Lease, with which each change ends.
        rendering: the step that prints what helm would apply.
        serving: the revision that serves.
        schema: what the new images make of the database.
        url: address of the gateway.

    Raises:
        InputError: where the chart leaves no room for a canary.
        ClusterError: when the cluster cannot be asked.
    """
    policy = asked(context)
    if policy is None:
        return Trial()
    if serving is None:
        return _skipped("nothing serves that it could stand beside")
    if schema and schema.head != (serving.schema.head if serving.schema else ""):
        return _skipped(
            f"the release migrates the database to {schema.head}, which its pods need; a "
            "rehearsal tries that"
        )
    drawn = await _draw(context, policy, rendering, serving)
    if isinstance(drawn, str):
        return _skipped(drawn)
    trial = Trial()
    try:
        await _Walk(context, held, policy, drawn, url, trial).run()
    finally:
        trial.checks.append(await removal.take_back(context, held, drawn.routes))
    return trial


def _skipped(why: str) -> Trial:
    return Trial([Check.skipped(_NAME, why)])


async def _draw(
    context: Context, policy: Canary, rendering: Step, serving: Revision
) -> CanaryPlan | str:
    async def rendered() -> list[Object]:
        said = await context.shell.run(rendering)
        if not said.ok:
            raise render.refusal(said.stderr)
        return manifest.parse(said.stdout)

    released = partial(objects_of, context, serving.number)
    both = await gather({"released": released, "rendered": rendered})
    return plan.draw(policy, both["released"], both["rendered"])


@dataclass(frozen=True, slots=True)
class _Walk:
    """Go through the steps of one canary, up to the first that fails."""

    context: Context
    held: HeldLease
    policy: Canary
    plan: CanaryPlan
    url: str
    trial: Trial

    async def run(self) -> None:
        if not await self._make():
            return
        for step in self.policy.steps:
            if not await self._weigh(step):
                return

    async def _make(self) -> bool:
        self.context.say(f"canary: the pods of {self.policy.component}, beside those that serve")
        made = await watched_helm.run(
            self.context,
            self.held,
            f"{_NAME} made",
            steps.make(self.context.target.helm_timeout),
            values=steps.files(steps.OBJECTS, self.plan.objects),
            watching=names.pods(),
        )
        self.trial.checks.append(made.check)
        self.trial.evidence = made.evidence
        return made.result.ok and await self._reach()

    async def _reach(self) -> bool:
        """Wait until the gateway leads to its pods and they answer: nobody is sent before."""
        said = await self.context.shell.run(steps.measure(self.url, 0))
        if not said.ok:
            why = (said.stderr.strip().splitlines() or ["no answer in time"])[-1]
            step = "see what its pods said below"
            self.trial.checks.append(Check.failed(f"{_NAME} reached", why, step, said.seconds))
            self.trial.evidence = await self._last_lines()
        return said.ok

    async def _weigh(self, step: CanaryStep) -> bool:
        """Give it a share, and tell whether it does with that."""
        self.context.say(f"canary: {step.weight} % of the requests for {step.seconds} s")
        name = f"{_NAME} {step.weight} %"
        weighed = await self.held.run(self.context, steps.weigh(self.plan.weighted(step.weight)))
        if not weighed.ok:
            raise errors.explain(weighed, "giving the canary its share")
        said = await self.context.shell.run(steps.measure(self.url, step.seconds))
        if not said.ok:
            raise errors.explain(said, f"asking {self.url}")
        found = judgement.parse(said.stdout)
        if why := judgement.trouble(found, self.policy):
            self.trial.checks.append(
                Check.failed(name, why, "see what its pods said below", said.seconds)
            )
            self.trial.evidence = await self._last_lines()
            return False
        self.trial.checks.append(Check.passed(name, str(found), said.seconds))
        return await self._check_inside(name)

    async def _check_inside(self, step: str) -> bool:
        """Have the tests of what serves look, while the canary has its share."""
        if not self.policy.checks:
            return True
        said = await self.context.shell.run(helm_test_step())
        for check in selfcheck(said, self.policy.checks, {}):
            self.trial.checks.append(replace(check, name=f"{step}: {check.name}"))
        if not self.trial.passed:
            lines = (await self._last_lines(), said_by_tests(said))
            self.trial.evidence = "\n\n".join(filter(None, lines))
        return self.trial.passed

    async def _last_lines(self) -> str:
        said = await self.context.shell.run(kubectl.logs(names.pods(), _LINES))
        return f"what the canary said last:\n{said.stdout.strip()}" if said.ok else ""
