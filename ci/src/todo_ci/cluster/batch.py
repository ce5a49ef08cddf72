"""Several questions to the cluster as one step.

A step is a container where an engine runs it, and each costs seconds beside others; the lock, which
has to be renewed meanwhile, would wait for all of them.
"""

import json

from todo_ci.cluster.kubectl import KUBECONFIG, step
from todo_ci.core.ports import Result, Shell, Step
from todo_ci.scripts import sources
from todo_ci.scripts.run_batch import TIMED_OUT

_MARGIN = 10


async def side_by_side(shell: Shell, *steps: Step) -> tuple[Result, ...]:
    """Run steps that do not depend on each other; results come in their order.

    Args:
        shell: runs the one step they become.
        steps: commands that need nothing but the kubeconfig and their files.
    """
    result = await shell.run(combined(steps))
    if not result.ok:
        return (result,) * len(steps)
    return tuple(
        Result(
            exit_code=answer["exit"],
            stdout=answer["stdout"],
            stderr=answer["stderr"],
            seconds=answer["seconds"],
            timed_out=answer["exit"] == TIMED_OUT,
        )
        for answer in json.loads(result.stdout)
    )


def combined(steps: tuple[Step, ...]) -> Step:
    """Make one step of several."""
    for one in steps:
        if one.secrets != (KUBECONFIG,) or one.stdin or one.inputs or one.outputs:
            raise ValueError(f"{one.argv[:3]} needs more than the kubeconfig and its files")
    files = {name: text for one in steps for name, text in one.files.items()}
    return step(
        ("python3", "scripts/run_batch.py"),
        stdin=json.dumps([{"argv": one.argv, "timeout": one.timeout} for one in steps]),
        files={**files, **sources("run_batch.py")},
        timeout=max(one.timeout for one in steps) + _MARGIN,
    )
