"""Read off the machine the facts that preflight judges; nothing here decides anything."""

import os
import platform
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from todo_lab import paths
from todo_lab.build import go_programs
from todo_lab.host import cgroups
from todo_lab.services import supervisor

_NODE_PORTS = (6443, 5000, paths.POSTGRES_PORT, paths.KAFKA_PORT, 10250, paths.GATEWAY_PORT)
_LOOPBACK_PORTS = (
    *(2379, 2380, 2381, 8081, 10248, 10249, 10256, 10257, 10259),
    paths.KAFKA_CONTROLLER_PORT,
    paths.GATEWAY_PORT,
)
# What writes a node's rules, and the distributions that have it in one program.
_NODE_PROGRAMS = {
    *("kubelet", "kube-proxy", "kubelite"),
    *("k3s", "k3s-server", "k3s-agent", "rke2", "k0s"),
}


@dataclass(frozen=True)
class HostFacts:
    """Facts of a machine as it states them, mostly the raw text of its files.

    Attributes:
        machine: architecture as `uname -m` prints it.
        os_release: /etc/os-release.
        user: effective user id.
        mount_error: why a mount in a namespace of its own failed; empty when it worked.
        capabilities: effective capabilities, the CapEff of /proc/self/status as a number.
        mounts: /proc/self/mounts.
        controllers: cgroup.controllers of the cgroup v2 root; empty with v1.
        filesystems: /proc/filesystems.
        modules: names of the kernel modules that can be loaded or are built in.
        iptables_error: why `iptables -t nat -S` failed; None when iptables is not installed.
        meminfo: /proc/meminfo.
        free: bytes free for the cache and for the lab's state, whichever is less.
        go: what `go version` prints; empty without Go.
        java: what `java -version` prints; empty without Java, which is then installed.
        npm: whether there is an npm.
        python: version of this Python.
        built: whether the cache has the programs, so that no Go is needed and less disk.
        lab_runs: whether the lab runs on this machine.
        other_cluster: processes of a Kubernetes that is not the lab's, "name (process id)".
        left_rules: whether packet filter rules of a Kubernetes are there, none of this lab's.
        taken: addresses the lab needs that another program listens on.
    """

    machine: str = "x86_64"
    os_release: str = ""
    user: int = 0
    mount_error: str = ""
    capabilities: int = 0
    mounts: str = ""
    controllers: str = ""
    filesystems: str = ""
    modules: frozenset[str] = frozenset()
    iptables_error: str | None = None
    meminfo: str = ""
    free: int = 0
    go: str = ""
    java: str = ""
    npm: bool = True
    python: tuple[int, int] = (3, 11)
    built: bool = False
    lab_runs: bool = False
    other_cluster: tuple[str, ...] = ()
    left_rules: bool = False
    taken: tuple[str, ...] = ()


def read() -> HostFacts:
    """Return the readings of this machine. Changes nothing."""
    lab_runs = supervisor.running("kube-apiserver") is not None
    own = cgroups.members()
    left_by_lab = bool(own) or supervisor.read_record("kube-proxy") is not None
    return HostFacts(
        machine=platform.machine(),
        os_release=_text("/etc/os-release"),
        user=os.geteuid(),
        mount_error=_try_mount(),
        capabilities=_capabilities(_text("/proc/self/status")),
        mounts=_text("/proc/self/mounts"),
        controllers=_text("/sys/fs/cgroup/cgroup.controllers"),
        filesystems=_text("/proc/filesystems"),
        modules=_modules(),
        iptables_error=_try("iptables", "-t", "nat", "-S"),
        meminfo=_text("/proc/meminfo"),
        free=min(_free(paths.CACHE), _free(paths.STATE)),
        go=_output("go", "version"),
        java=_java(),
        npm=shutil.which("npm") is not None,
        python=sys.version_info[:2],
        built=all(go_programs.built(tool) for tool in go_programs.LAB_TOOLS),
        lab_runs=lab_runs,
        other_cluster=kubernetes(Path("/proc"), own),
        left_rules=not left_by_lab and ":KUBE-" in _output("iptables-save"),
        taken=() if lab_runs or left_by_lab else _taken(),
    )


def kubernetes(proc: Path, own: Collection[int] = ()) -> tuple[str, ...]:
    """Return the processes below `proc` that run a node of Kubernetes, less the lab's `own`.

    Rules of a packet filter tell less: they stay when their Kubernetes has ended.
    """
    stats = {int(path.parent.name): _text(str(path)) for path in proc.glob("[0-9]*/stat")}
    names = {
        pid: stat[stat.index("(") + 1 : stat.rindex(")")]
        for pid, stat in stats.items()
        # One that has ended keeps its name until its parent asks for it.
        if pid not in own and stat and supervisor.parse_stat(stat)[0] not in "ZX"
    }
    return tuple(
        f"{names[pid]} (process {pid})" for pid in sorted(names) if names[pid] in _NODE_PROGRAMS
    )


def _text(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def _capabilities(status: str) -> int:
    lines = [line for line in status.splitlines() if line.startswith("CapEff:")]
    return int(lines[0].split()[1], 16) if lines else 0


def _try(*argv: str) -> str | None:
    """Return why a command failed, "" when it worked, None when there is no such command."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True)
    except OSError:
        return None
    return (done.stderr.strip() or f"exit code {done.returncode}") if done.returncode else ""


def _try_mount() -> str:
    """Mount a file system where nobody else sees it; what fails here fails in containerd."""
    error = _try("unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt")
    return "there is no 'unshare'" if error is None else error


def _output(*argv: str) -> str:
    try:
        return subprocess.run(argv, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def _java() -> str:
    try:
        return subprocess.run(["java", "-version"], capture_output=True, text=True).stderr.strip()
    except OSError:
        return ""


def _modules() -> frozenset[str]:
    folder = Path("/lib/modules") / platform.release()
    lists = _text(str(folder / "modules.dep")) + "\n" + _text(str(folder / "modules.builtin"))
    known = (line.split(":")[0].split("/")[-1].split(".ko")[0] for line in lists.splitlines())
    loaded = (path.name for path in Path("/sys/module").glob("*"))
    names = (*known, *loaded, *carried(_text("/proc/kallsyms")))
    return frozenset(name.replace("-", "_") for name in names if name)


def carried(symbols: str) -> list[str]:
    """Return which packet filters a kernel with these symbols carries.

    A kernel made without modules names them nowhere else.
    """
    marks = {"nf_tables": "nft_do_chain", "ip_tables": "ipt_do_table"}
    return [name for name, mark in marks.items() if re.search(rf" {mark}(\s|$)", symbols)]


def _free(path: Path) -> int:
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


def _taken() -> tuple[str, ...]:
    wanted = [(paths.NODE_IP, port) for port in _NODE_PORTS]
    wanted += [("127.0.0.1", port) for port in _LOOPBACK_PORTS]
    return tuple(f"{host}:{port}" for host, port in wanted if not _can_listen(host, port))


def _can_listen(host: str, port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # The node's address is not on the machine yet when the lab is down.
        listener.setsockopt(socket.IPPROTO_IP, getattr(socket, "IP_FREEBIND", 15), 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True
