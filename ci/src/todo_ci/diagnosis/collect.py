"""Read the logs and events of the release's pods."""

from todo_ci.cluster import kubectl
from todo_ci.cluster.kubectl import selector
from todo_ci.core.ports import Step
from todo_ci.project.current import namespace, project
from todo_ci.scripts import sources


def collect_step(lines: int) -> Step:
    """Read the logs and events of the release's pods, from inside a step."""
    argv = (
        "python3", "-m", "scripts.collect_logs",
        "--namespace", namespace(), "--selector", selector(), "--lines", str(lines),
    )  # fmt: skip
    asked = [(n, c.health) for n, c in project().components.items() if c.health]
    argv += tuple(f"--health={name}={place}" for name, place in asked)
    return kubectl.step(argv, files=sources("collect_logs.py", "kubectl.py"), timeout=90)
