"""Stop and start one service while the rest runs: for tests of what happens when it is away."""

import argparse
import signal
from collections.abc import Callable
from dataclasses import dataclass

from todo_lab import lab_lock
from todo_lab.errors import LabError
from todo_lab.services import kafka, postgres, supervisor


@dataclass(frozen=True)
class ManagedService:
    """Name a service, how it is configured, and what has to hold before it counts as started."""

    service: str
    configure: Callable[[], supervisor.Service]
    wait: Callable[[], object]


MANAGED = {
    "kafka": ManagedService("kafka", kafka.configure, kafka.wait),
    "postgresql": ManagedService("postgres", postgres.configure, postgres.provision),
}


def run(args: argparse.Namespace) -> int:
    """Stop or start one service and print which process ended or began."""
    managed = MANAGED[args.part]
    with lab_lock.hold(lambda: None):
        print(_stop(managed, args.kill) if args.verb == "stop" else _start(managed))
    return 0


def _stop(managed: ManagedService, kill: bool) -> str:
    record = supervisor.running(managed.service)
    if record is None:
        return f"{managed.service} did not run"
    how = signal.SIGKILL if kill else managed.configure().stop_signal
    supervisor.stop([managed.service], seconds=30, how=how)
    return f"{managed.service} stopped: {_who(record)}"


def _start(managed: ManagedService) -> str:
    if supervisor.running("kube-apiserver") is None:
        raise LabError("the lab is not up", "./do lab up")
    done = supervisor.ensure(managed.configure())
    managed.wait()
    record = supervisor.running(managed.service)
    if record is None:
        raise LabError(f"{managed.service} ended again", f"./do lab logs {managed.service}")
    return f"{managed.service} {done}: {_who(record)}"


def _who(record: supervisor.Record) -> str:
    return f"pid {record.pid}, start time {record.started}"
