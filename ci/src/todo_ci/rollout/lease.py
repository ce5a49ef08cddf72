"""One deploy at a time: a Lease in the release's namespace, held while something changes.

It follows the leader election of Kubernetes' own clients. Whether a holder is gone is judged by
watching the Lease stay unchanged for its whole duration on one's own monotonic clock, so clocks
that disagree cannot hand the Lease to two clients. Every change carries the resourceVersion it was
based on, so of two clients the API server lets one through.
"""

import getpass
import json
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import current_process
from typing import Any

from todo_ci.core.context import LeaseTiming
from todo_ci.project.current import namespace, project

_LONGEST = 100


def name() -> str:
    """Name the Lease of the release; previews share one, for there may be so many of them alone."""
    return f"{project().release.name}-deploy"


def _interrupted() -> str:
    return f"{project().release.name}/interrupted"


@dataclass(frozen=True, slots=True)
class Lease:
    """Hold a Lease as it is stored; an empty holder is a free one.

    Args:
        holder: who has it.
        duration: seconds that it holds others back without a renewal.
        acquired: when it was taken, by the holder's clock.
        renewed: when it was last written, by the holder's clock.
        transitions: how often it changed hands.
        version: the API server's, which a change has to be based on.
        interrupted: True where its last holder was, and had ended what it started: a release that
            is pending is nobody's live helm then.
    """

    holder: str
    duration: float
    acquired: str
    renewed: str
    transitions: int = 0
    version: str = ""
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """Hold a Lease and when, on one's own clock, it was first seen as it is."""

    lease: Lease
    since: float


def parse(text: str) -> Lease:
    """Read a Lease from JSON."""
    value = json.loads(text)
    spec = value.get("spec", {})
    return Lease(
        holder=spec.get("holderIdentity") or "",
        duration=float(spec.get("leaseDurationSeconds") or 0),
        acquired=spec.get("acquireTime") or "",
        renewed=spec.get("renewTime") or "",
        transitions=int(spec.get("leaseTransitions") or 0),
        version=value["metadata"].get("resourceVersion", ""),
        interrupted=_interrupted() in (value["metadata"].get("annotations") or {}),
    )


def manifest(lease: Lease) -> str:
    """Write a Lease as JSON; with a version it replaces exactly that one."""
    metadata: dict[str, Any] = {"name": name(), "namespace": namespace()}
    if lease.version:
        metadata["resourceVersion"] = lease.version
    if lease.interrupted:
        metadata["annotations"] = {_interrupted(): "true"}
    spec = {
        "holderIdentity": lease.holder,
        "leaseDurationSeconds": max(1, round(lease.duration)),
        "acquireTime": lease.acquired,
        "renewTime": lease.renewed,
        "leaseTransitions": lease.transitions,
    }
    return json.dumps(
        {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": metadata,
            "spec": spec,
        }
    )


def fenced(command: Sequence[str], holder: str, deadline: float, age: float) -> tuple[str, ...]:
    """Put the fence in front of a command that changes something.

    Args:
        command: what to run.
        holder: who has to hold the Lease.
        deadline: seconds without a renewal after which the command is killed.
        age: seconds since the holder's last renewal.
    """
    return (
        "python3", "-m", "scripts.supervise.fence",
        "--namespace", namespace(), "--lease", name(), "--holder", holder,
        "--deadline", f"{deadline:.1f}", "--age", f"{age:.1f}",
        "--", *command,
    )  # fmt: skip


def claim(holder: str, timing: LeaseTiming, over: Lease | None = None) -> Lease:
    """Make the Lease a client asks for, based on the stored one where there is one."""
    now = timestamp()
    if over is None:
        return Lease(holder, timing.duration, acquired=now, renewed=now)
    return Lease(holder, timing.duration, now, now, over.transitions + 1, over.version)


def timestamp() -> str:
    """Return now as Kubernetes writes it in a Lease."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def observe(before: Observation | None, lease: Lease, at: float) -> Observation:
    """Note a Lease; the time stays that of the first look while nothing changed."""
    if before is not None and _record(before.lease) == _record(lease):
        return Observation(lease, before.since)
    return Observation(lease, at)


def expired(seen: Observation, at: float, wall: datetime, timing: LeaseTiming) -> bool:
    """Tell whether a holder has gone silent.

    Args:
        seen: the Lease and since when it has looked like this.
        at: now, on the same clock as ``seen.since``.
        wall: now, by the calendar; it only counts beyond any likely difference of clocks.
        timing: the seconds allowed.
    """
    if at - seen.since >= seen.lease.duration:
        return True
    try:
        renewed = datetime.fromisoformat(seen.lease.renewed)
    except ValueError:
        return False
    return wall - renewed > timedelta(seconds=seen.lease.duration + timing.skew)


def identity(caller: str = "") -> str:
    """Name this client, so that who waits knows whom to ask.

    Args:
        caller: who it is by a name of their own; empty for this machine's user and process.
    """
    if named := " ".join(caller.split())[:_LONGEST]:
        return f"{named} {secrets.token_hex(3)}"
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "somebody"
    return f"{user}@{socket.gethostname()} pid {current_process().pid} {secrets.token_hex(3)}"


def _record(lease: Lease) -> tuple[str, str, str]:
    return lease.holder, lease.acquired, lease.renewed
