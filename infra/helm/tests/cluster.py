"""The lab's API server, as its administrator."""

import os
import subprocess
from pathlib import Path

STATE = Path("/var/lib/todo-lab")


def environment() -> dict[str, str]:
    """Return what helm and kubectl need to reach the lab."""
    return {
        "PATH": f"{STATE / 'bin'}:{os.environ['PATH']}",
        "KUBECONFIG": str(STATE / "admin.kubeconfig"),
        "HOME": "/nonexistent",
    }


def kubectl(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run kubectl and return what came back, whatever the exit code."""
    return subprocess.run(
        ["kubectl", *arguments],
        input=stdin,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
