"""Give the node its address, and let pods reach it and the world; undo exactly that.

Every rule of the lab carries the comment `todo-lab`; chains named KUBE-* are made by its
kubelet and kube-proxy (preflight refuses a machine with another Kubernetes). All other rules
belong to others and are neither read into decisions nor changed.
"""

import json
import shlex
import subprocess
from pathlib import Path

from todo_lab import files, paths
from todo_lab.errors import LabError

COMMENT = "todo-lab"
SYSCTL_NOTE = paths.RUN / "sysctls.json"
# What the lab and its kubelet change. Setting ip_forward resets accept_redirects, so that one
# comes after it when the old values return.
SYSCTLS = (
    "net.ipv4.ip_forward",
    "net.ipv4.conf.all.accept_redirects",
    "net.ipv4.conf.all.route_localnet",
    "net.bridge.bridge-nf-call-iptables",
    "vm.overcommit_memory",
    "vm.panic_on_oom",
    "kernel.panic",
    "kernel.panic_on_oops",
    "kernel.keys.root_maxkeys",
    "kernel.keys.root_maxbytes",
)
_PROGRAMS = ("iptables", "ip6tables")


def rules() -> list[tuple[str, str, tuple[str, ...]]]:
    """Return the lab's own rules as (table, chain, match and target)."""
    pods, bridge = paths.POD_CIDR, paths.BRIDGE
    established = ("-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED")
    return [
        # Firewalls that drop by default (ufw, Docker) must let pods reach the node and out.
        ("filter", "INPUT", ("-i", bridge, "-d", paths.NODE_IP, "-j", "ACCEPT")),
        ("filter", "FORWARD", ("-i", bridge, "-j", "ACCEPT")),
        ("filter", "FORWARD", ("-o", bridge, *established, "-j", "ACCEPT")),
        # The gateway listens on every address; only loopback and the node's own may be used.
        ("filter", "INPUT", ("-p", "tcp", "--dport", str(paths.GATEWAY_PORT), "!", "-i", "lo",
                             "!", "-d", paths.NODE_IP, "-j", "REJECT",
                             "--reject-with", "tcp-reset")),
        ("nat", "POSTROUTING", ("-s", pods, "!", "-d", pods, "!", "-o", bridge,
                                "-j", "MASQUERADE")),
    ]  # fmt: skip


def set_up() -> None:
    """Give lo the node's address, set the sysctls pods need and add the lab's rules."""
    _note_sysctls()
    _write_sysctl("net.ipv4.ip_forward", "1")
    if not _sysctl_file("net.bridge.bridge-nf-call-iptables").exists():
        _run("modprobe", "br_netfilter")
    _write_sysctl("net.bridge.bridge-nf-call-iptables", "1")
    if not has_address():
        _run("ip", "address", "add", f"{paths.NODE_IP}/32", "dev", "lo")
    for table, chain, rule in rules():
        words = (*rule, "-m", "comment", "--comment", COMMENT)
        argv = ("iptables", "--wait", "--table", table)
        present = subprocess.run((*argv, "-C", chain, *words), check=False, capture_output=True)
        if present.returncode != 0:
            _run(*argv, "-I", chain, *words)


def take_down() -> None:
    """Remove the bridge, the lab's rules and chains, its address, and put the sysctls back."""
    remove_bridge()
    for program in _PROGRAMS:
        script = cleanup_script(saved_rules(program))
        if script:
            _run(f"{program}-restore", "--wait", "--noflush", stdin=script)
    if has_address():
        _run("ip", "address", "del", f"{paths.NODE_IP}/32", "dev", "lo")
    restore_sysctls()


def remove_bridge() -> None:
    """Remove the bridge of the pods and the host ends of their links."""
    for link in own_links():
        subprocess.run(("ip", "link", "del", link), check=False, capture_output=True)


def own_links() -> list[str]:
    """Return the bridge and what is plugged into it, plugs first."""
    listed = subprocess.run(("ip", "-json", "link"), check=True, capture_output=True, text=True)
    links: list[dict[str, object]] = json.loads(listed.stdout)
    plugged = [str(link["ifname"]) for link in links if link.get("master") == paths.BRIDGE]
    bridge = [paths.BRIDGE for link in links if link["ifname"] == paths.BRIDGE]
    return plugged + bridge


def has_address() -> bool:
    """Tell whether lo has the node's address."""
    argv = ("ip", "-json", "address", "show", "dev", "lo", "to", paths.NODE_IP)
    shown = subprocess.run(argv, check=True, capture_output=True, text=True)
    return any(json.loads(shown.stdout))


def saved_rules(program: str) -> str:
    """Return all rules as `iptables-save` prints them; empty where the program is absent."""
    try:
        argv = (f"{program}-save",)
        return subprocess.run(argv, check=False, capture_output=True, text=True).stdout
    except FileNotFoundError:
        return ""


def own_lines(saved: str) -> list[str]:
    """Return the lines of an `iptables-save` text that are the lab's: chains and rules."""
    return [line for line in saved.splitlines() if _is_own(line)]


def cleanup_script(saved: str) -> str:
    """Return input for `iptables-restore --noflush` that removes the lab's lines, "" if none."""
    script: list[str] = []
    for table, lines in _sections(saved):
        own = [line for line in lines if _is_own(line)]
        chains = [line[1:].split()[0] for line in own if line.startswith(":")]
        entries = [line for line in own if line.startswith("-A")]
        # A declared chain is emptied, so only rules in chains of others are deleted one by one.
        foreign = [entry for entry in entries if entry.split()[1] not in chains]
        if own:
            script += [
                table,
                *(f":{chain} - [0:0]" for chain in chains),
                *("-D" + entry.removeprefix("-A") for entry in foreign),
                *(f"-X {chain}" for chain in chains),
                "COMMIT",
            ]
    return "\n".join(script) + "\n" if script else ""


def restore_sysctls() -> None:
    """Put back the values noted before the lab changed them."""
    if SYSCTL_NOTE.exists():
        noted: dict[str, str] = json.loads(SYSCTL_NOTE.read_text())
        for name, value in noted.items():
            _write_sysctl(name, value)
        SYSCTL_NOTE.unlink()


def read_sysctls() -> dict[str, str]:
    """Return the present values of what the lab may change."""
    present = {name: _sysctl_file(name) for name in SYSCTLS}
    return {name: file.read_text().strip() for name, file in present.items() if file.exists()}


def _sections(saved: str) -> list[tuple[str, list[str]]]:
    sections: list[tuple[str, list[str]]] = []
    for line in saved.splitlines():
        if line.startswith("*"):
            sections.append((line, []))
        elif sections:
            sections[-1][1].append(line)
    return sections


def _is_own(line: str) -> bool:
    if line.startswith(":"):
        return line.startswith(":KUBE-")
    if not line.startswith("-A"):
        return False
    words = shlex.split(line)
    if words[1].startswith("KUBE-"):
        return True
    pairs = list(zip(words, words[1:], strict=False))
    return ("--comment", COMMENT) in pairs or any(
        flag in {"-j", "-g"} and value.startswith("KUBE-") for flag, value in pairs
    )


def _note_sysctls() -> None:
    # Only the first note holds the machine's own values; later ones would hold the lab's.
    if not SYSCTL_NOTE.exists():
        files.write(SYSCTL_NOTE, json.dumps(read_sysctls()))


def _write_sysctl(name: str, value: str) -> None:
    file = _sysctl_file(name)
    if file.exists() and file.read_text().strip() != value:
        file.write_text(value)


def _sysctl_file(name: str) -> Path:
    return Path("/proc/sys") / name.replace(".", "/")


def _run(*argv: str, stdin: str | None = None) -> None:
    done = subprocess.run(argv, check=False, capture_output=True, text=True, input=stdin)
    if done.returncode != 0:
        raise LabError(f"{' '.join(argv)} failed: {done.stderr.strip()}", "./do status")
