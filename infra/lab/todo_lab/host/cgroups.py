"""Keep every process of the lab in cgroups of its own.

`todo-lab/host/NAME` holds a service that `up` started and all it forked (containerd's shims,
PostgreSQL's backends), `todo-lab/kubepods` is the kubelet's. So what belongs to the lab stays known
even when a parent died, on cgroup v1 and v2; the hierarchies' own mounts are never touched.
"""

import os
import signal
import time
from pathlib import Path

from todo_lab.host import mounts

NAME = "todo-lab"
PODS = "kubepods"
_CPUSET_FILES = ("cpuset.cpus", "cpuset.mems")
# All pods together would count as much as one process beside them, and a release wait for a test;
# much more, and the pipeline that releases them would wait for its own pods.
_WEIGHTS = {"cpu.shares": "4096", "cpu.weight": "400"}
"""Four times what a process or another group has, by the file of v1 and of v2."""


def roots(table: list[mounts.Mount]) -> list[Path]:
    """Return every cgroup hierarchy; a hybrid machine has those of v1 and the one of v2."""
    return sorted({mount.path for mount in table if mount.kind in {"cgroup", "cgroup2"}})


def is_v2(table: list[mounts.Mount]) -> bool:
    """Tell whether the machine has the unified hierarchy alone."""
    return not any(mount.kind == "cgroup" for mount in table)


def groups() -> list[Path]:
    """Return the lab's cgroup in every hierarchy, whether it exists or not."""
    return [root / NAME for root in roots(mounts.read())]


def of_service(name: str) -> str:
    """Return the cgroup of a service, as the other functions here take it."""
    return f"host/{name}"


def entrance(service: str) -> Path:
    """Make the service's cgroup; return the file a process writes its id to, to enter it."""
    group = _tracking_group() / of_service(service)
    group.mkdir(parents=True, exist_ok=True)
    return group / "cgroup.procs"


def create() -> None:
    """Make the lab's cgroups; what exists stays."""
    table = mounts.read()
    for group in (root / NAME for root in roots(table)):
        group.mkdir(exist_ok=True)
        if (group / "cpuset.cpus").exists() and not is_v2(table):
            # A v1 cpuset is born without processors, and no process may enter it so.
            for name in _CPUSET_FILES:
                (group / name).write_text((group.parent / name).read_text())
        if is_v2(table):
            for parent in (group.parent, group):
                _delegate(parent)
        for name, weight in _WEIGHTS.items():
            if (group / name).exists():
                (group / name).write_text(weight)


def members(below: str = "") -> list[int]:
    """Return the ids of the processes in the lab's cgroups, `below` one of them if given."""
    found: set[int] = set()
    for folder, _, files in os.walk(_tracking_group() / below):
        if "cgroup.procs" in files:
            try:
                found.update(map(int, (Path(folder) / "cgroup.procs").read_text().split()))
            except OSError:  # the group vanished while it was read
                continue
    return sorted(found)


def end(below: str = "", grace: float = 2) -> None:
    """End the processes in the lab's cgroups: first asked, after `grace` seconds killed."""
    _signal(below, signal.SIGTERM)
    until = time.monotonic() + grace
    while members(below) and time.monotonic() < until:
        time.sleep(0.05)
    until = time.monotonic() + 10
    while members(below) and time.monotonic() < until:
        _signal(below, signal.SIGKILL)
        time.sleep(0.05)


def remove(below: str = "") -> None:
    """Remove the lab's empty cgroups, deepest first."""
    for group in groups():
        for folder, _, _ in os.walk(group / below, topdown=False):
            _rmdir(Path(folder))


def _tracking_group() -> Path:
    # Every container is in the pids hierarchy of v1; v2 has one hierarchy for all.
    candidates = groups()
    return next((group for group in candidates if group.parent.name == "pids"), candidates[0])


def _delegate(group: Path) -> None:
    available = (group / "cgroup.controllers").read_text().split()
    given = (group / "cgroup.subtree_control").read_text().split()
    for controller in sorted({"cpu", "cpuset", "memory", "pids", "io", "hugetlb"} - set(given)):
        if controller in available:
            (group / "cgroup.subtree_control").write_text(f"+{controller}")


def _signal(below: str, number: signal.Signals) -> None:
    for pid in members(below):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _rmdir(folder: Path) -> None:
    until = time.monotonic() + 2
    while True:
        try:
            folder.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError:  # a process that was killed may need a moment to leave it
            if time.monotonic() > until:
                return
            time.sleep(0.05)
