"""Judge whether the lab can run on this machine, one line a matter, each with its fix."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from todo_lab.build import go_toolchain
from todo_lab.errors import LabError
from todo_lab.preflight import facts
from todo_lab.preflight.facts import Readings

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


def system(r: Readings) -> Line:
    """Want Debian on amd64; other systems with apt are let through and named untried."""
    fields = dict(line.split("=", 1) for line in r.os_release.splitlines() if "=" in line)
    name, version = (fields.get(key, "").strip('"') for key in ("ID", "VERSION_ID"))
    found = f"{name or 'unknown system'} {version} {r.machine}".replace("  ", " ")
    if r.machine not in ("x86_64", "amd64"):
        return Line("system", found, "use an amd64 machine: the base images are made for it")
    if name == "debian" and version in ("12", "13"):
        return Line("system", found)
    if "debian" in (name, *fields.get("ID_LIKE", "").strip('"').split()):
        return Line("system", f"{found} (untried; known to work: Debian 12 and 13)")
    return Line("system", found, "use Debian 12 or 13")


def root(r: Readings) -> Line:
    """Want root: containers, addresses and packet filter rules need it."""
    if r.user == 0:
        return Line("root", "user 0")
    return Line("root", f"user {r.user}", "run the same command with sudo")


def mounts(r: Readings) -> Line:
    """Want the right to mount and to configure the network."""
    fix = "use a virtual machine, or a container with --privileged"
    if r.mount_error:
        return Line("mounts", r.mount_error, fix if r.user == 0 else "run it with sudo")
    lacking = [
        name
        for name, bit in (("CAP_SYS_ADMIN", _SYS_ADMIN), ("CAP_NET_ADMIN", _NET_ADMIN))
        if not r.capabilities & bit
    ]
    if lacking:
        return Line("mounts", f"without {' and '.join(lacking)}", fix)
    return Line("mounts", "allowed")


def cgroups(r: Readings) -> Line:
    """Want cgroup v1 or v2, writable, with the controllers that pods are limited by."""
    table = [line.split() for line in r.mounts.splitlines()]
    groups = [row for row in table if len(row) > 3 and row[2] in ("cgroup", "cgroup2")]
    v1 = {option: row for row in groups if row[2] == "cgroup" for option in row[3].split(",")}
    v2 = [row for row in groups if row[2] == "cgroup2" and row[1] == "/sys/fs/cgroup"]
    if v2:
        found, have, used = "v2", set(r.controllers.split()), v2
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


def firewall(r: Readings) -> Line:
    """Want iptables that works, or, before it is installed, a kernel that can carry it."""
    if r.iptables_error == "":
        return Line("firewall", "iptables works")
    if r.iptables_error and r.user == 0:
        return Line(
            "firewall", r.iptables_error.splitlines()[0], "modprobe nf_tables nft_compat nf_nat"
        )
    kernel = r.modules & {"nf_tables", "ip_tables"}
    if kernel:
        return Line("firewall", f"kernel has {', '.join(sorted(kernel))}")
    return Line("firewall", "kernel has neither nf_tables nor ip_tables", "modprobe nf_tables")


def overlay(r: Readings) -> Line:
    """Want overlayfs, which containerd's images are mounted with."""
    if "overlay" in r.filesystems.split():
        return Line("overlayfs", "there")
    if "overlay" in r.modules:
        return Line("overlayfs", "can be loaded")
    return Line("overlayfs", "not in this kernel", "use Debian's own kernel: modprobe overlay")


def memory(r: Readings) -> Line:
    """Want memory for the compiler and for the cluster, which come one after the other."""
    totals = [line.split()[1] for line in r.meminfo.splitlines() if line.startswith("MemTotal:")]
    total = int(totals[0]) * 1024 if totals else 0
    found = f"{total / GIB:.1f} GiB"
    return Line("memory", found, "" if total >= MEMORY else "use a machine with 6 GB or more")


def disk(r: Readings) -> Line:
    """Want room for the Go build; much less once that is done."""
    want = DISK_WARM if r.built else DISK_COLD
    found = f"{r.free / 1e9:.0f} GB free"
    fix = f"free {(want - r.free) / 1e9:.0f} GB, or set TODO_LAB_CACHE to a larger disk"
    return Line("disk", found, "" if r.free >= want else fix)


def tools(r: Readings) -> Line:
    """Want Python, and for the first build Go and npm."""
    oldest = ".".join(map(str, go_toolchain.OLDEST))
    python = ".".join(map(str, r.python))
    if r.python < (3, 11):
        return Line("tools", f"Python {python}", "install Python 3.11 or newer")
    if r.built:
        return Line("tools", f"Python {python}; the programs are built")
    go = go_toolchain.parse_version(r.go)
    if go < go_toolchain.OLDEST:
        found = r.go.removeprefix("go version ") or "no Go"
        return Line("tools", found, f"install Go {oldest} or newer (https://go.dev/doc/install)")
    if not r.npm:
        return Line("tools", "no npm", "install Node 20 or newer (https://nodejs.org)")
    return Line("tools", f"Go {go[0]}.{go[1]}, npm, Python {python}")


def java(r: Readings) -> Line:
    """Want a Java that Kafka runs on, or none: Debian's is installed then."""
    if not r.java:
        return Line("java", "none; Debian's will be installed")
    found = re.search(r'version "(\d+)', r.java)
    version = int(found[1]) if found else 0
    if version < _JAVA:
        first = r.java.splitlines()[0]
        return Line("java", first, f"put Java {_JAVA} or newer first on PATH")
    return Line("java", f"Java {version}")


def alone(r: Readings) -> Line:
    """Want no other Kubernetes and free ports; a lab that runs is adopted."""
    if r.lab_runs:
        return Line("alone", "the lab runs already")
    if r.other_cluster:
        return Line("alone", "another Kubernetes runs here (chains KUBE-*)", "stop it, or reboot")
    if r.taken:
        first = r.taken[0].rsplit(":", 1)[1]
        return Line(
            "alone", f"in use: {', '.join(r.taken)}", f"find it: ss -ltnp 'sport = :{first}'"
        )
    return Line("alone", "ports are free")


CHECKS: tuple[Callable[[Readings], Line], ...] = (
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


def judge(r: Readings) -> list[Line]:
    """Return every line, failed or not, in the order they are shown."""
    return [check(r) for check in CHECKS]


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
