"""Look at the lab's parts from outside: processes, cluster objects, database rows."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from footprint import lab_processes

STATE = Path("/var/lib/todo-lab")
STILL_SECONDS = 5
Identity = tuple[int, str]


def identities() -> dict[Identity, str]:
    """Return the lab's processes: (id, start time) and command line."""
    found: dict[Identity, str] = {}
    for pid, words in lab_processes().items():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] not in "ZX":
            # A server of PostgreSQL's has in its name what it does at the moment.
            found[pid, fields[19]] = "postgres:" if words.startswith("postgres: ") else words
    return found


def still() -> dict[Identity, str]:
    """Return the lab's processes once none has come or gone for a while.

    Of a pod that is deleted, some are left for a moment after the cluster has forgotten it.
    """
    until = time.monotonic() + 120
    seen, since = identities(), time.monotonic()
    while time.monotonic() - since < STILL_SECONDS:
        time.sleep(0.5)
        now = identities()
        if now != seen:
            seen, since = now, time.monotonic()
        assert time.monotonic() < until, "the lab's processes do not come to rest"
    return seen


def one(part: str) -> Identity:
    """Return the one process of the lab whose command line begins with `part`."""
    (found,) = (key for key, words in identities().items() if words.startswith(part))
    return found


def kill(keys: list[Identity]) -> None:
    """Kill processes at once, and return when none of them is left."""
    for pid, _ in keys:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while set(keys) & set(identities()):
        assert time.monotonic() < until, "processes outlived SIGKILL"
        time.sleep(0.05)


def kill_all() -> set[Identity]:
    """Kill every process of the lab, also those that the dying ones start; return which."""
    killed: set[Identity] = set()
    while alive := list(identities()):
        killed.update(alive)
        kill(alive)
    return killed


def kubectl(*arguments: str, config: str = "admin", stdin: str | None = None) -> str:
    """Run kubectl against the lab; return what it printed, fail the test when it fails."""
    done = try_kubectl(*arguments, config=config, stdin=stdin)
    assert done.returncode == 0, f"kubectl {' '.join(arguments)}\n{done.stderr}"
    return done.stdout


def try_kubectl(
    *arguments: str, config: str = "admin", stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run kubectl against the lab, whatever comes of it."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "KUBECONFIG": str(STATE / f"{config}.kubeconfig"),
        "KUBECACHEDIR": "/run/todo-lab/kubectl-cache",
    }
    return subprocess.run(
        [str(STATE / "bin" / "kubectl"), *arguments], check=False, capture_output=True, text=True,
        input=stdin, env=environment, timeout=120,
    )  # fmt: skip


def sql(statement: str) -> str:
    """Run a statement as the app's role; return what it selected."""
    url = (STATE / "database-url").read_text()
    argv = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()
