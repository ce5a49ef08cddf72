"""Judge whether the lab can run on this machine, one line a matter, each with its fix."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from todo_lab.build import go_toolchain
from todo_lab.errors import LabError
from todo_lab.preflight import facts
from todo_lab.preflight.facts import HostFacts

GIB = 1024**3
MEMORY = 6 * 1000**3 * 15 // 16  # "6 GB", less what a kernel keeps for itself
DISK_COLD = 25 * 1000**3
DISK_WARM = 6 * 1000**3
_JAVA = 17
CONTROLLERS = ("cpu", "cpuset", "memory", "pids")
_SYS_ADMIN, _NET_ADMIN = 1 << 21, 1 << 12


@dataclass(frozen=True)
class Line:
    """One judgement: `fix` is empty when all is well."""

    name: str
    found: str
    fix: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether the machine passes."""
        return not self.fix

    def text(self) -> str:
        """Return the line as it is shown."""
        state = "ok  " if self.ok else "FAIL"
        return f"{state} {self.name:10} {self.found}" + (f" -> {self.fix}" if self.fix else "")


def system(host: HostFacts) -> Line:
    """Want Debian on amd64; other systems with apt are let through and named untried."""
    fields = dict(line.split("=", 1) for line in host.os_release.splitlines() if "=" in line)
    name, version = (fields.get(key, "").strip('"') for key in ("ID", "VERSION_ID"))
    found = f"{name or 'unknown system'} {version} {host.machine}".replace("  ", " ")
    if host.machine not in ("x86_64", "amd64"):
        return Line("system", found, "use an amd64 machine: the base images are made for it")
    if name == "debian" and version in ("12", "13"):
        return Line("system", found)
    if "debian" in (name, *fields.get("ID_LIKE", "").strip('"').split()):
        return Line("system", f"{found} (untried; known to work: Debian 12 and 13)")
    return Line("system", found, "use Debian 12 or 13")


def root(host: HostFacts) -> Line:
    """Want root: containers, addresses and packet filter rules need it."""
    if host.user == 0:
        return Line("root", "user 0")
    return Line("root", f"user {host.user}", "run the same command with sudo")


def mounts(host: HostFacts) -> Line:
    """Want the right to mount and to configure the network."""
    fix = "use a virtual machine, or a container with --privileged"
    if host.mount_error:
        return Line("mounts", host.mount_error, fix if host.user == 0 else "run it with sudo")
    lacking = [
        name
        for name, bit in (("CAP_SYS_ADMIN", _SYS_ADMIN), ("CAP_NET_ADMIN", _NET_ADMIN))
        if not host.capabilities & bit
    ]
    if lacking:
        return Line("mounts", f"without {' and '.join(lacking)}", fix)
    return Line("mounts", "allowed")


def cgroups(host: HostFacts) -> Line:
    """Want cgroup v1 or v2, writable, with the controllers that pods are limited by."""
    table = [line.split() for line in host.mounts.splitlines()]
    groups = [row for row in table if len(row) > 3 and row[2] in ("cgroup", "cgroup2")]
    v1 = {option: row for row in groups if row[2] == "cgroup" for option in row[3].split(",")}
    v2 = [row for row in groups if row[2] == "cgroup2" and row[1] == "/sys/fs/cgroup"]
    if v2:
        found, have, used = "v2", set(host.controllers.split()), v2
    else:
        found, have = "v1", set(v1)
        used = [v1[name] for name in CONTROLLERS if name in v1]
    if not used:
        return Line("cgroups", "none mounted", "mount -t cgroup2 none /sys/fs/cgroup, or reboot")
    lacking = [name for name in CONTROLLERS if name not in have]
    if lacking:
        return Line(
            "cgroups",
            f"{found} without {', '.join(lacking)}",
            f"boot with the kernel option cgroup_enable={lacking[0]}",
        )
    if any("ro" in row[3].split(",") for row in used):
        return Line("cgroups", f"{found}, read-only", "start the container with --privileged")
    return Line("cgroups", found)


def firewall(host: HostFacts) -> Line:
    """Want iptables that works, or, before it is installed, a kernel that can carry it."""
    if host.iptables_error == "":
        return Line("firewall", "iptables works")
    if host.iptables_error and host.user == 0:
        return Line(
            "firewall", host.iptables_error.splitlines()[0], "modprobe nf_tables nft_compat nf_nat"
        )
    kernel = host.modules & {"nf_tables", "ip_tables"}
    if kernel:
        return Line("firewall", f"kernel has {', '.join(sorted(kernel))}")
    return Line("firewall", "kernel has neither nf_tables nor ip_tables", "modprobe nf_tables")


def overlay(host: HostFacts) -> Line:
    """Want overlayfs, which containerd's images are mounted with."""
    if "overlay" in host.filesystems.split():
        return Line("overlayfs", "there")
    if "overlay" in host.modules:
        return Line("overlayfs", "can be loaded")
    return Line("overlayfs", "not in this kernel", "use Debian's own kernel: modprobe overlay")


def memory(host: HostFacts) -> Line:
    """Want memory for the compiler and for the cluster, which come one after the other."""
    totals = [line.split()[1] for line in host.meminfo.splitlines() if line.startswith("MemTotal:")]
    total = int(totals[0]) * 1024 if totals else 0
    found = f"{total / GIB:.1f} GiB"
    return Line("memory", found, "" if total >= MEMORY else "use a machine with 6 GB or more")


def disk(host: HostFacts) -> Line:
    """Want room for the Go build; much less once that is done."""
    want = DISK_WARM if host.built else DISK_COLD
    found = f"{host.free / 1e9:.0f} GB free"
    fix = f"free {(want - host.free) / 1e9:.0f} GB, or set TODO_LAB_CACHE to a larger disk"
    return Line("disk", found, "" if host.free >= want else fix)


def tools(host: HostFacts) -> Line:
    """Want Python, and for the first build Go and npm."""
    oldest = ".".join(map(str, go_toolchain.OLDEST))
    python = ".".join(map(str, host.python))
    if host.python < (3, 11):
        return Line("tools", f"Python {python}", "install Python 3.11 or newer")
    if host.built:
        return Line("tools", f"Python {python}; the programs are built")
    go = go_toolchain.parse_version(host.go)
    if go < go_toolchain.OLDEST:
        found = host.go.removeprefix("go version ") or "no Go"
        return Line("tools", found, f"install Go {oldest} or newer (https://go.dev/doc/install)")
    if not host.npm:
        return Line("tools", "no npm", "install Node 20 or newer (https://nodejs.org)")
    return Line("tools", f"Go {go[0]}.{go[1]}, npm, Python {python}")


def java(host: HostFacts) -> Line:
    """Want a Java that Kafka runs on, or none: Debian's is installed then."""
    if not host.java:
        return Line("java", "none; Debian's will be installed")
    found = re.search(r'version "(\d+)', host.java)
    version = int(found[1]) if found else 0
    if version < _JAVA:
        first = host.java.splitlines()[0]
        return Line("java", first, f"put Java {_JAVA} or newer first on PATH")
    return Line("java", f"Java {version}")


def alone(host: HostFacts) -> Line:
    """Want no other Kubernetes and free ports; a lab that runs is adopted."""
    if host.lab_runs:
        return Line("alone", "the lab runs already")
    if host.other_cluster:
        found = f"another Kubernetes runs here: {', '.join(host.other_cluster)}"
        return Line("alone", found, "stop it: the lab's rules and its would get into each other")
    if host.taken:
        first = host.taken[0].rsplit(":", 1)[1]
        return Line(
            "alone", f"in use: {', '.join(host.taken)}", f"find it: ss -ltnp 'sport = :{first}'"
        )
    if host.left_rules:
        return Line("alone", "ports are free; KUBE-* rules that a Kubernetes left will be removed")
    return Line("alone", "ports are free")


CHECKS: tuple[Callable[[HostFacts], Line], ...] = (
    system,
    root,
    mounts,
    cgroups,
    firewall,
    overlay,
    memory,
    disk,
    tools,
    java,
    alone,
)


def judge(host: HostFacts) -> list[Line]:
    """Return every line, failed or not, in the order they are shown."""
    return [check(host) for check in CHECKS]


def require() -> None:
    """Go on only on a machine that can run the lab.

    Raises:
        LabError: with every line that failed.
    """
    failed = [line for line in judge(facts.read()) if not line.ok]
    if failed:
        lines = "\n".join(line.text() for line in failed)
        raise LabError(
            f"the lab cannot run on this machine:\n{lines}",
            "./do lab doctor, or the app alone, without root and cluster: ./do dev",
        )
