"""The programs that the lab is made of, for tests that need them and no cluster."""

import subprocess
from functools import cache

from rendering import REPOSITORY


@cache
def tool(name: str) -> str:
    """Ask the lab for a program; it builds what is not there yet."""
    command = [str(REPOSITORY / "infra/lab/lab"), "tools", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
