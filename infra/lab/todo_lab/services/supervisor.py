"""Start the lab's processes detached and know them again later.

A process id alone says nothing: after a crash another program may own it. A process is the
lab's only when its id, its start time and the boot it was started in all match the record.
"""

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from todo_lab import paths
from todo_lab.errors import LabError
from todo_lab.host import cgroups

RECORDS = paths.RUN / "services"
_LOG_LIMIT = 20 * 1024 * 1024
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": str(paths.STATE),
    "LANG": "C.UTF-8",
}


@dataclass(frozen=True)
class Service:
    """Describe one process of the lab.

    files: what it reads at start; a change of their content makes `ensure` restart it.
    user: the account to run as (its primary group with it), default root.
    """

    name: str
    argv: tuple[str, ...]
    files: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM


@dataclass(frozen=True)
class Record:
    """Hold what identifies a started process, and the digest of what it was started with."""

    pid: int
    started: int
    boot: str
    digest: str


def boot_id() -> str:
    """Return the kernel's identifier of this boot."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def parse_stat(text: str) -> tuple[str, int]:
    """Return state letter and start time (clock ticks since boot) of a /proc/PID/stat line.

    The command name may itself hold spaces and brackets, so fields count from the last one.
    """
    fields = text[text.rindex(")") + 2 :].split()
    return fields[0], int(fields[19])


def start_time(pid: int) -> int | None:
    """Return the start time of a living process, None when there is none.

    A zombie counts as gone: process 1 of some containers reaps late or never.
    """
    try:
        state, started = parse_stat(Path(f"/proc/{pid}/stat").read_text())
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state in "ZX" else started


def is_alive(record: Record | None) -> bool:
    """Tell whether the very process of the record still runs."""
    return (
        record is not None and record.boot == boot_id() and start_time(record.pid) == record.started
    )


def read_record(name: str) -> Record | None:
    """Return what was noted when the service was started, None without a readable note."""
    try:
        return Record(**json.loads((RECORDS / f"{name}.json").read_text()))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None


def running(name: str) -> Record | None:
    """Return the record of a service that runs, None when it does not."""
    record = read_record(name)
    return record if is_alive(record) else None


def digest(service: Service) -> str:
    """Return what changes when the service has to be restarted: arguments, files, program."""
    sha = hashlib.sha256(json.dumps([service.argv, dict(service.environment)]).encode())
    program = Path(service.argv[0]).stat()
    sha.update(f"{program.st_size} {program.st_mtime_ns}".encode())
    for file in service.files:
        sha.update(file.read_bytes())
    return sha.hexdigest()


def ensure(service: Service) -> str:
    """Let the service run as described; return "kept", "started" or "restarted"."""
    record = running(service.name)
    if record and record.digest == digest(service):
        return "kept"
    if record:
        # Only the process itself: containerd's shims keep the containers running meanwhile.
        stop([service.name], how=service.stop_signal)
    start(service)
    return "restarted" if record else "started"


def start(service: Service) -> Record:
    """Start the service in a session and cgroup of its own and note who it is."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    paths.LOGS.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = paths.LOGS / f"{service.name}.log"
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.rename(log.with_suffix(".log.1"))
    argv: Sequence[str] = service.argv
    if service.user:
        argv = (
            "setpriv",
            f"--reuid={service.user}",
            f"--regid={service.user}",
            "--clear-groups",
            *argv,
        )
    # The shell enters the cgroup before it becomes the program: no moment outside of it.
    entry = ("/bin/sh", "-c", 'echo $$ >"$0" && exec "$@"', str(cgroups.entrance(service.name)))
    with log.open("ab") as output:
        process = subprocess.Popen(
            (*entry, *argv),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env={**_ENVIRONMENT, **service.environment},
            start_new_session=True,
        )
    started = start_time(process.pid)
    if started is None:
        raise LabError(f"{service.name} ended as it was started", f"see {log}")
    record = Record(process.pid, started, boot_id(), digest(service))
    note = RECORDS / f"{service.name}.json"
    draft = note.with_suffix(".new")
    draft.write_text(json.dumps(asdict(record)))
    draft.replace(note)
    return record


def stop(names: Iterable[str], seconds: float = 10, how: signal.Signals = signal.SIGTERM) -> None:
    """Ask the named services to end together; kill those that still run after `seconds`."""
    asked = {name: record for name in names if (record := running(name))}
    for record in asked.values():
        _send(record, how)
    end = time.monotonic() + seconds
    while any(map(is_alive, asked.values())) and time.monotonic() < end:
        time.sleep(0.05)
    for record in asked.values():
        _send(record, signal.SIGKILL)
    while any(map(is_alive, asked.values())):
        time.sleep(0.05)
    for name in asked:
        (RECORDS / f"{name}.json").unlink(missing_ok=True)


def log_tail(name: str, lines: int = 15) -> str:
    """Return the last lines a service wrote."""
    try:
        text = (paths.LOGS / f"{name}.log").read_text(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def _send(record: Record, number: signal.Signals) -> None:
    if is_alive(record):
        try:
            os.kill(record.pid, number)
        except ProcessLookupError:
            return
