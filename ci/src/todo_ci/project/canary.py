"""The table of ``release.toml`` on canaries: how a release is tried on a share of the requests."""

import math
from typing import Annotated

from msgspec import Meta

from todo_ci.project.fields import Name, Table

# Requests a second that each side is sent: the canary, and what serves beside it.
RATE = 20
# Of fewer answers no share is worth a judgement.
_FEWEST = 50


class CanaryStep(Table, frozen=True):
    """A while in which the canary has a share of the requests."""

    weight: Annotated[
        int,
        Meta(description="Percent of the requests; at 0 nobody meets it yet.", ge=0, le=99),
    ]
    seconds: Annotated[int, Meta(description="How long it is measured then.", ge=5, le=3600)]


class Canary(Table, frozen=True):
    """One component's next pods are tried beside those that serve, where an environment says so."""

    component: Annotated[Name, Meta(description="The component, which an HTTPRoute leads to.")]
    steps: Annotated[
        tuple[CanaryStep, ...],
        Meta(description="Its shares in turn, each above the one before.", min_length=1),
    ]
    max_failed_percent: Annotated[
        float,
        Meta(
            description="How many percent of its requests may fail beyond those of what serves.",
            ge=0,
            le=50,
        ),
    ] = 1.0
    max_latency_ratio: Annotated[
        float,
        Meta(description="How many times as slow it may be at the 95th percentile.", ge=1, le=100),
    ] = 2.0
    checks: Annotated[
        tuple[Name, ...],
        Meta(description="Checks of [helm-test] that have to pass in each step, such as events."),
    ] = ()

    @property
    def enough(self) -> int:
        """Return how many requests each side has to have been seen to take, to judge by them.

        So many that one alone that fails is within the share that may.
        """
        alone = math.ceil(100 / self.max_failed_percent) if self.max_failed_percent else 0
        return max(_FEWEST, alone)

    def __str__(self) -> str:
        """Say its steps."""
        steps = ", ".join(f"{step.weight} % for {step.seconds} s" for step in self.steps)
        return f"a canary of {self.component}: {steps}"
