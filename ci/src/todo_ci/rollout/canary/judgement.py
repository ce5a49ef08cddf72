"""Judge a canary by what was measured beside it in the same while: pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from todo_ci.project.canary import Canary
from todo_ci.rollout.canary.names import CANARY, STABLE

# Differences that no person notices, and a busy machine makes: seconds.
FLOOR = 0.05


@dataclass(frozen=True, slots=True)
class Side:
    """Hold what came of the requests to one side.

    Args:
        answered: how many were, with status 200.
        failed: how many were not, or with another status.
        elsewhere: how many came back without the side's mark, and say nothing of it.
        p95: seconds within which 95 % of the answers came.
        first: the first that failed: when, which path, and why.
    """

    answered: int
    failed: int
    elsewhere: int
    p95: float
    first: tuple[str, ...] = ()

    @property
    def asked(self) -> int:
        """Return how many requests it is judged by."""
        return self.answered + self.failed

    @property
    def failed_percent(self) -> float:
        """Return how many percent of them failed."""
        return 100 * self.failed / self.asked if self.asked else 0.0

    @property
    def elsewhere_percent(self) -> float:
        """Return how many percent of all that were sent say nothing of it."""
        sent = self.asked + self.elsewhere
        return 100 * self.elsewhere / sent if sent else 0.0

    def __str__(self) -> str:
        """Say both of it."""
        return (
            f"{self.failed} of {self.asked} requests failed ({self.failed_percent:.1f} %), "
            f"p95 {1000 * self.p95:.0f} ms"
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """Hold what was measured of both sides in the same while."""

    canary: Side
    stable: Side

    def __str__(self) -> str:
        """Say it of both."""
        return f"canary: {self.canary}; what serves: {self.stable}"


def parse(text: str) -> Measured:
    """Read what the step printed."""
    told = json.loads(text)

    def side(name: str) -> Side:
        it = told[name]
        first = tuple(f"{one['at']} UTC {one['path']}: {one['reason']}" for one in it.pop("first"))
        return Side(**it, first=first)

    return Measured(side(CANARY), side(STABLE))


def trouble(found: Measured, policy: Canary) -> str:
    """Say why a canary goes no further; empty where it may.

    Of too few requests nothing can be said, which is no reason to go on; nor where more of the
    canary's come back without its mark than of what serves: a gateway's own error has none. Where
    what serves hardly answers, the canary may be what mends it: it is judged by itself, and by its
    failures.
    """
    canary, stable = found.canary, found.stable
    first = f": {_shown(canary.first)}" if canary.first else ""
    if canary.asked < policy.enough:
        return (
            f"no verdict: {canary.asked} requests reached the canary and {canary.elsewhere} "
            f"another, and {policy.enough} are judged{first}"
        )
    if canary.elsewhere_percent - stable.elsewhere_percent > policy.max_failed_percent:
        return (
            f"no verdict: {canary.elsewhere} of the canary's requests came back without its mark "
            f"and {stable.elsewhere} of the others, so whose errors they are is not known{first}"
        )
    is_known = stable.answered >= policy.enough
    more = canary.failed_percent - (stable.failed_percent if is_known else 0)
    if more > policy.max_failed_percent:
        return f"{found}; at most {policy.max_failed_percent:g} % more may fail{first}"
    is_slower = canary.p95 - stable.p95 > FLOOR
    if is_known and is_slower and canary.p95 > policy.max_latency_ratio * stable.p95:
        return f"{found}; at most {policy.max_latency_ratio:g} times as slow may it be"
    return ""


def _shown(first: Sequence[str]) -> str:
    return "; ".join(first[:2])
