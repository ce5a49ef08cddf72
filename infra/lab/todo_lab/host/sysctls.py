"""Remember the kernel settings that the lab and its kubelet change, and put them back."""

import json
from pathlib import Path

from todo_lab import files, paths

_NOTE = paths.RUN / "sysctls.json"
_ROOT = Path("/proc/sys")
# Setting ip_forward resets accept_redirects, so that one comes after it when values return.
CHANGED = (
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


def note() -> None:
    """Note the machine's values, once: a later note would hold the lab's own."""
    if not _NOTE.exists():
        files.write(_NOTE, json.dumps(read()))


def restore() -> None:
    """Put the noted values back."""
    if _NOTE.exists():
        noted: dict[str, str] = json.loads(_NOTE.read_text())
        for name, value in noted.items():
            write(name, value)
        _NOTE.unlink()


def read() -> dict[str, str]:
    """Return the present values of those in CHANGED that this kernel has."""
    present = {name: file(name) for name in CHANGED}
    return {name: path.read_text().strip() for name, path in present.items() if path.exists()}


def write(name: str, value: str) -> None:
    """Set a value that differs; writing an equal one can have effects too."""
    path = file(name)
    if path.exists() and path.read_text().strip() != value:
        path.write_text(value)


def file(name: str) -> Path:
    """Return the file of a setting."""
    return _ROOT / name.replace(".", "/")
