"""What every verb is given: the two ports, the target, and how to say what goes on."""

from collections.abc import Callable
from dataclasses import dataclass, field

from todo_ci.core.ports import Images, Shell
from todo_ci.environments import Target
from todo_ci.errors import InputError
from todo_ci.rollout.lease import Timing


def _quiet(_line: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Bind the ports to one target, so that verbs take only what they decide on.

    Args:
        shell: runs steps.
        images: builds, pushes and looks up images.
        target: the environment's row of the table.
        say: shows one line of progress.
        secrets: names of the secrets the adapters were given.
        timing: seconds of the deploy Lease, by what a call through the shell may cost.
    """

    shell: Shell
    images: Images
    target: Target
    say: Callable[[str], None] = _quiet
    secrets: frozenset[str] = field(default_factory=frozenset[str])
    timing: Timing = field(default_factory=Timing)

    def need(self, *names: str) -> None:
        """Refuse to start without the named secrets.

        Raises:
            InputError: naming the first one that is missing and the flag that gives it.
        """
        for name in names:
            if name not in self.secrets:
                raise InputError(
                    f"no {name} was given",
                    accepted="a reference: env:NAME or file:PATH",
                    next_step=f"add --{name} file:PATH, or set <VERB>_{_variable(name)} in .env",
                )


def _variable(name: str) -> str:
    """Write a name as both doors find it in .env."""
    return name.upper().replace("-", "")
