"""Count what the lab has on a machine, by other means than the lab's own code."""

import json
import os
import subprocess
from pathlib import Path

_WORDS = ("todo-lab", "todolab0", "10.255.0.1", "10.244.0.", "kubepods")
_SYSCTLS = (
    "net/ipv4/ip_forward",
    "net/ipv4/conf/all/*",
    "net/ipv4/conf/default/*",
    "net/ipv6/conf/all/*",
    "net/bridge/*",
    "vm/overcommit*",
    "vm/panic*",
    "kernel/panic*",
    "kernel/keys/*",
    "net/netfilter/nf_conntrack_max",
)
_FOLDERS = ("/etc", "/run", "/var/lib", "/var/log", "/var/cache", "/opt", "/usr/libexec")
# Other programs work here while the tests run; the lab has nothing to write in these.
_BUSY = (
    "/run/lock",
    "/run/log",
    "/run/user",
    "/run/containers",
    "/run/crun",
    "/run/buildah",
    "/var/lib/containers",
    "/var/lib/apt",
    "/var/lib/dpkg",
    "/var/log/apt",
    "/var/cache",
)

# Where the parts of a Kubernetes write when nobody tells them otherwise.
_PLACES = (
    "/run/containerd",
    "/run/netns/",
    "/var/lib/kubelet",
    "/var/lib/cni/cache",
    "/var/lib/cni/results",
    "/var/lib/etcd",
    "/var/lib/containerd",
    "/var/log/containers",
    "/var/log/pods",
    "/opt/containerd",
    "/opt/cni",
    "/usr/libexec/kubernetes",
    "/etc/kubernetes",
)

Footprint = dict[str, set[str]]


def take() -> Footprint:
    """Return what is on the machine now, by kind; two of these are compared by `added`."""
    return {
        "processes": {f"{pid} {words[:80]}" for pid, words in lab_processes().items()},
        "mounts": {line for line in _read("/proc/self/mounts") if _is_ours(line)},
        "addresses": _addresses(),
        "links": _links(),
        "rules": _rules("iptables-save") | _rules("ip6tables-save"),
        "network namespaces": _namespaces(),
        "cgroups": _cgroups(),
        "sysctls": _sysctls(),
        "files": _files(),
    }


def added(before: Footprint, after: Footprint) -> Footprint:
    """Return what is there after and was not before; kinds without any are left out."""
    differences = {kind: after[kind] - before[kind] for kind in after}
    return {kind: items for kind, items in differences.items() if items}


def residue(found: Footprint) -> Footprint:
    """Return what can only be of a Kubernetes, for a machine that has no other one."""
    items = {
        kind: {item for item in found[kind] if _is_ours(item) or "KUBE-" in item}
        | {item for item in found[kind] if kind == "files" and item.startswith(_PLACES)}
        for kind in found
    }
    return {kind: left for kind, left in items.items() if left}


def _is_ours(text: str) -> bool:
    return any(word in text for word in _WORDS)


def _read(path: str) -> list[str]:
    try:
        return Path(path).read_text(errors="replace").splitlines()
    except OSError:
        return []


def lab_processes() -> dict[int, str]:
    """Return the lab's processes by id, with their command lines."""
    found: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        in_cgroup = any("/todo-lab" in line for line in _read(f"{folder}/cgroup"))
        words = " ".join(_read(f"{folder}/cmdline")).replace("\0", " ")
        if in_cgroup or words.startswith(("/var/lib/todo-lab/", "/usr/bin/containerd-shim")):
            found[int(folder.name)] = words
    return found


def _addresses() -> set[str]:
    shown = json.loads(_output("ip", "-json", "address"))
    return {f"{link['ifname']} {info['local']}" for link in shown for info in link["addr_info"]}


def _links() -> set[str]:
    return {link["ifname"] for link in json.loads(_output("ip", "-json", "link"))}


def _rules(program: str) -> set[str]:
    # Counters of default policies change by themselves.
    lines = _output(program).splitlines()
    return {f"{program} {line.split('[')[0]}" for line in lines if line[:1] in {":", "-"}}


def _namespaces() -> set[str]:
    named = {str(path) for path in Path("/run/netns").glob("*")}
    kernel = {line.split()[1] for line in _read("/proc/self/mounts") if " nsfs " in line}
    return named | kernel


def _cgroups() -> set[str]:
    folders = (folder for folder, _, _ in os.walk("/sys/fs/cgroup"))
    return {folder for folder in folders if "todo-lab" in folder or "kubepods" in folder}


def _sysctls() -> set[str]:
    files = (file for pattern in _SYSCTLS for file in Path("/proc/sys").glob(pattern))
    return {f"{file} {' '.join(_read(str(file)))}" for file in files}


def _files() -> set[str]:
    found: set[str] = set()
    for top in _FOLDERS:
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if f"{folder}/{name}" not in _BUSY]
            found.update(f"{folder}/{name}" for name in (*names, *folders))
    # The lock that all programs share which change the packet filter.
    return found - {"/run/xtables.lock"}


def _output(*argv: str) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout
