"""The result of a deploy or a rollback, as text for people and machines."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from todo_ci.core.image_refs import ImageRefs
from todo_ci.project.current import release_name
from todo_ci.reports.render import Block, CodeBlock, Headline, NumberedList, Renderable
from todo_ci.reports.report import Check, CheckStatus, Report

# Begins the name of a check of what serves after a failure.
SERVING = "serving: "
# Names the check that a canary is gone, and its route as it was.
TAKEN_BACK = "canary taken back"


@dataclass(frozen=True, slots=True)
class ReleaseResult(Renderable):
    """Hold what came of a deploy or a rollback.

    Args:
        action: ``deploy`` or ``rollback``.
        environment: where.
        verdict: passed, failed, or skipped for a dry run.
        report: every step and check, in order.
        revision: the revision that was made; 0 when there is none.
        commit: what it was made from.
        images: the images it runs.
        url: address of the gateway.
        evidence: for a failure, the failing pods with events and last lines.
        serving: the revision that serves now, None when nothing is released.
        returned_to: after a failure, the earlier revision whose content serves again.
        seconds: how long all took, waiting for the lock included.
        plan: for a dry run, what would be done.
        schema: of the database, by its newest migration; empty where nothing was recorded.
        is_judged: False where its checks failed for what is outside of it.
        is_told: False where its signed verdict could not be published.
        is_released: False where its canary failed: helm was not called, and ``revision`` is 0.
        nothing_to_do: True where what serves was all of this already: nothing was released, and
            ``revision`` is the one that was verified once more.
    """

    action: str
    environment: str
    verdict: CheckStatus
    report: Report
    revision: int = 0
    commit: str = ""
    images: ImageRefs | None = None
    url: str = ""
    evidence: str = ""
    serving: int | None = None
    returned_to: int | None = None
    seconds: float = 0.0
    plan: tuple[str, ...] = ()
    schema: str = ""
    is_judged: bool = True
    is_told: bool = True
    is_released: bool = True
    nothing_to_do: bool = False

    @classmethod
    def judged(
        cls,
        action: str,
        environment: str,
        revision: int,
        checks: Sequence[Check],
        *,
        commit: str,
        url: str,
        serving: int | None,
        images: ImageRefs | None = None,
    ) -> Self:
        """Make the result that the checks of a revision add up to."""
        made = f" revision {revision}" if revision else ""
        report = Report(f"{release_name()}{made} on {environment}", tuple(checks))
        return cls(
            action=action,
            environment=environment,
            verdict=CheckStatus.PASSED if report.passed else CheckStatus.FAILED,
            report=report,
            revision=revision,
            commit=commit,
            images=images,
            url=url,
            serving=serving,
        )

    @property
    def passed(self) -> bool:
        """Tell whether nothing failed."""
        return self.verdict is not CheckStatus.FAILED and self.is_told

    @property
    def headline(self) -> str:
        """Say in one line what serves now."""
        what = f"{self.action} to {self.environment}"
        if self.plan:
            return f"{what}: dry run, nothing was changed"
        if self.verdict is not CheckStatus.FAILED:
            at = f" at {self.url}" if self.url else ""
            but = "" if self.is_told else "; its verdict could not be published"
            took = f"{self.seconds:.0f} s"
            if self.nothing_to_do:
                now = f"revision {self.revision} serves this already{at}"
                return f"{what}: nothing to do, {now}, and passed in {took}{but}"
            return f"{what}: revision {self.revision} passed in {took}, serves{at}{but}"
        failed = [c.name for c in self.report.checks if c.status is CheckStatus.FAILED]
        if not self.is_released:
            canary = "may have its share still" if TAKEN_BACK in failed else "is taken back"
            now = f"the canary {canary}, and revision {self.serving} serves on"
        elif self.serving is None:
            now = "nothing is released"
        elif self.returned_to is not None:
            now = f"revision {self.returned_to} serves again, as {self.serving}"
        else:
            now = f"revision {self.serving} serves, unverified"
        sick = [name.removeprefix(SERVING) for name in failed if name.startswith(SERVING)]
        also = f", and fails as well: {', '.join(sick)}" if sick else ""
        return f"{what}: FAILED after {self.seconds:.0f} s; {now}{also}"

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        yield Headline(self.headline)
        yield NumberedList(self.plan)
        if self.report.checks:
            yield from self.report.blocks()
        if self.evidence:
            yield CodeBlock(self.evidence)

    def fields(self) -> dict[str, Any]:
        """Return what machines are told."""
        images = self.images.fields() if self.images else None
        return {"passed": self.passed, **asdict(self), "images": images}
