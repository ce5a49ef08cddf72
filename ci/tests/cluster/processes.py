"""The processes behind pods and the lab's parts: who they are, and killing them for certain."""

import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lab

import process_state

LAB = lab.ROOT / "infra/lab/lab"
Identity = tuple[int, str]
# What the lab calls a part, where its process has another name.
_PARTS = {"postgres": "postgresql"}


@dataclass(frozen=True)
class Container:
    """Name a running container of the release."""

    pod: str
    name: str
    id: str
    restarts: int


def containers(component: str, name: str) -> list[Container]:
    """List the running containers of that name in the component's pods, by pod name.

    A native sidecar is reported among the init containers.
    """
    text = lab.admin(
        "kubectl", "-n", lab.NAMESPACE, "get", "pods", "-o", "json",
        "-l", f"app.kubernetes.io/instance={lab.RELEASE},app.kubernetes.io/component={component}",
    )  # fmt: skip
    found: list[Container] = []
    for pod in sorted(json.loads(text)["items"], key=lambda item: item["metadata"]["name"]):
        found += [
            Container(
                pod["metadata"]["name"],
                name,
                status["containerID"].rpartition("/")[2],
                status["restartCount"],
            )
            for status in _statuses(pod)
            if status["name"] == name and "running" in status.get("state", {})
        ]
    return found


def _statuses(pod: dict[str, Any]) -> list[dict[str, Any]]:
    status = pod["status"]
    return [*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])]


def of_container(container: Container) -> Identity:
    """Return the container's first process as (id, start time)."""
    found = [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cgroup")
             if container.id in _text(path)]  # fmt: skip
    born = {pid: started for pid in found if (started := process_state.started(pid))}
    assert born, f"no process of {container.pod}/{container.name}"
    # Ids begin anew past the highest: a worker's may be lower than that of who started it.
    return min(born.items(), key=lambda one: (int(one[1]), one[0]))


def of_part(name: str) -> Identity | None:
    """Return the process of one of the lab's parts, None when it does not run."""
    note = Path(f"/run/todo-lab/services/{name}.json")
    if not note.exists():
        return None
    pid = json.loads(note.read_text())["pid"]
    started = process_state.started(pid)
    return (pid, started) if started else None


def helms() -> list[int]:
    """List the processes of helm that are changing the release; one that is stopped is not.

    What runs beside these tests has a helm for a release of that name in another namespace, too.
    """
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        words = _text(path).split("\0")
        changes = words[0].endswith("helm") and words[1] in ("upgrade", "rollback", "uninstall")
        ours = changes and {lab.RELEASE, lab.NAMESPACE} <= set(words)
        if ours and _state(path.parent) not in "TZ":
            found.append(int(path.parent.name))
    return found


def descendants(pid: int) -> list[int]:
    """List a process and all that it started, itself first."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        fields = _text(path).rpartition(")")[2].split()
        if fields:
            children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def kill(what: str, process: Identity) -> None:
    """Kill a process at once and prove that this very one is gone."""
    pid, started = process
    os.kill(pid, signal.SIGKILL)
    lab.until(f"{what} is dead", lambda: process_state.started(pid) != started, 10)
    print(f"killed {what}: process {pid}, started at tick {started}")


def kill_container(container: Container) -> None:
    """Kill a container's process and wait until another one stands in its place."""
    before = of_container(container)
    kill(f"{container.pod}/{container.name}", before)
    component = container.pod.split("-")[2]

    def back() -> bool:
        return any(
            now.pod == container.pod and now.restarts > container.restarts
            for now in containers(component, container.name)
        )

    lab.until(f"{container.pod}/{container.name} runs again", back, 90)
    (again,) = [now for now in containers(component, container.name) if now.pod == container.pod]
    after = of_container(again)
    assert after != before
    print(f"  in its place: process {after[0]}, started at tick {after[1]}")


def stop_part(name: str) -> Identity:
    """Stop a part of the lab, prove that it stopped, and return what it was."""
    before = of_part(name)
    assert before, f"{name} does not run"
    _lab("stop", _PARTS.get(name, name))
    assert of_part(name) != before
    print(f"stopped {name}: process {before[0]}, started at tick {before[1]}")
    return before


def start_part(name: str, before: Identity) -> None:
    """Start a part again and prove that it is another process."""
    _lab("start", _PARTS.get(name, name))
    after = of_part(name)
    assert after, f"{name} does not run"
    assert after != before
    print(f"started {name}: process {after[0]}, started at tick {after[1]}")


def _lab(*argv: str) -> None:
    lab.admin(str(LAB), *argv)


def _state(folder: Path) -> str:
    return (_text(folder / "stat").rpartition(")")[2].split() or ["Z"])[0]


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
