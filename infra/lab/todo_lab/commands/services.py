"""Stop and start one part while the rest runs: for tests of what happens when it is away."""

import argparse
import signal
from collections.abc import Callable
from dataclasses import dataclass

from todo_lab import lab_lock
from todo_lab.errors import LabError
from todo_lab.services import kafka, postgres, supervisor


@dataclass(frozen=True)
class Part:
    """Name a service, how it is configured, and what has to hold before it counts as started."""

    service: str
    configure: Callable[[], supervisor.Service]
    wait: Callable[[], object]


PARTS = {
    "kafka": Part("kafka", kafka.configure, kafka.wait),
    "postgresql": Part("postgres", postgres.configure, postgres.provision),
}


def run(args: argparse.Namespace) -> int:
    """Stop or start one part and print which process ended or began."""
    part = PARTS[args.part]
    with lab_lock.hold(lambda: None):
        print(_stop(part, args.kill) if args.verb == "stop" else _start(part))
    return 0


def _stop(part: Part, kill: bool) -> str:
    record = supervisor.running(part.service)
    if record is None:
        return f"{part.service} did not run"
    how = signal.SIGKILL if kill else part.configure().stop_signal
    supervisor.stop([part.service], seconds=30, how=how)
    return f"{part.service} stopped: {_who(record)}"


def _start(part: Part) -> str:
    if supervisor.running("kube-apiserver") is None:
        raise LabError("the lab is not up", "./do lab up")
    done = supervisor.ensure(part.configure())
    part.wait()
    record = supervisor.running(part.service)
    if record is None:
        raise LabError(f"{part.service} ended again", f"./do lab logs {part.service}")
    return f"{part.service} {done}: {_who(record)}"


def _who(record: supervisor.Record) -> str:
    return f"pid {record.pid}, start time {record.started}"
