"""The context of a verb: the two ports, the target, and how to say what goes on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from todo_ci.core.ports import Images, Shell
from todo_ci.core.secret_names import setting_of
from todo_ci.environments import Target
from todo_ci.errors import InputError


def quiet(_line: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class LeaseTiming:
    """Hold the Lease's seconds.

    Args:
        duration: how long a Lease that is not renewed still holds others back.
        renew: pause between two renewals.
        retry: pause after a failed renewal, and between two looks at a held Lease.
        deadline: without a renewal for so long, the holder itself gives up.
        fence: without one for so long, what it started is killed where it runs. Shorter than
            duration, so that the next holder never begins beside it.
        skew: a Lease whose end lies further back than clocks may differ is taken at once.
    """

    duration: float = 30
    renew: float = 10
    retry: float = 2
    deadline: float = 20
    fence: float = 25
    skew: float = 300

    def __post_init__(self) -> None:
        """Refuse seconds under which two clients could change the release at once."""
        order = (self.renew, self.deadline, self.fence, self.duration)
        if not all(one < other for one, other in pairwise(order)):
            raise ValueError(f"a Lease needs renew < deadline < fence < duration, not {order}")


# Each call through an engine is a container of its own: seconds when the machine is free, half a
# minute when it is not. A client that died then holds the others back for longer.
THROUGH_AN_ENGINE = LeaseTiming(duration=90, renew=15, deadline=75, fence=85)


@dataclass(frozen=True, slots=True)
class Context:
    """Bind the ports to one target, so that verbs take only what they decide on.

    Args:
        shell: runs steps.
        images: builds, pushes and looks up images.
        target: the environment's row of the table.
        say: shows one line of progress.
        secrets: names of the secrets the adapters were given.
        plain: values that were given beside them and are no secrets, by the flag of each.
        timing: seconds of the deploy Lease, by what a call through the shell may cost.
        caller: who calls, for whoever waits for the deploy lock; empty for this machine's user.
        steps_outlive: True where a step is an engine's container, and may go on after whoever
            called it is gone: an engine ends it in its own time, a machine at once.
    """

    shell: Shell
    images: Images
    target: Target
    say: Callable[[str], None] = quiet
    secrets: frozenset[str] = field(default_factory=frozenset[str])
    timing: LeaseTiming = field(default_factory=LeaseTiming)
    caller: str = ""
    steps_outlive: bool = False
    plain: Mapping[str, str] = field(default_factory=dict[str, str])

    def need(self, *names: str) -> None:
        """Refuse to start without the named secrets.

        Raises:
            InputError: naming the first one that is missing and the flag that gives it.
        """
        for name in names:
            if name not in self.secrets and name not in self.plain:
                raise InputError(
                    f"no {name} was given",
                    accepted="a reference: env:NAME or file:PATH",
                    next_step=f"add --{name} file:PATH, or set <VERB>_{setting_of(name)} in .env",
                )
