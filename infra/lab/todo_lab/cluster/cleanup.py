"""Clear what containers leave in the kernel and outside the lab's folders."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from todo_lab import paths
from todo_lab.host import cgroups, mounts, network
from todo_lab.services import containerd, node

# Fixed places of containerd, libcni and the kubelet: none of their settings moves them.
_SHIM_SOCKETS = Path("/run/containerd/s")
_CNI_RESULTS = Path("/var/lib/cni/results")
_LOG_LINKS = Path("/var/log/containers")
_DEVICE_PLUGINS = Path("/var/lib/kubelet/device-plugins")


def is_crashed(containerd_runs: bool) -> bool:
    """Tell whether containers left something behind while nothing looks after them any more."""
    return not containerd_runs and (containerd.RUN.exists() or bool(network.own_links()))


def clear_containers(grace: float) -> None:
    """End every container and shim and remove what they held; images and volumes' data stay.

    grace: seconds the processes get between the request to end and the kill.
    The caller has stopped the kubelet and containerd before, or found them dead.
    """
    cgroups.end(cgroups.PODS, grace)
    cgroups.end(cgroups.of_service("containerd"), grace=0)
    remove_files(containerd.shim_sockets())
    mounts.undo((containerd.RUN, containerd.ROOT, node.KUBELET_ROOT))
    network.remove_bridge()
    cgroups.remove(cgroups.PODS)
    for folder in (containerd.RUN, containerd.RUNC, containerd.ADDRESSES):
        shutil.rmtree(folder, ignore_errors=True)


def outside_files() -> list[Path]:
    """Return the lab's files outside of its folders; the kubelet must have ended."""
    return [
        *own_results(_entries(_CNI_RESULTS), paths.RUN),
        *own_links(_entries(_LOG_LINKS), paths.STATE),
        # The kubelet's own socket; preflight refuses a machine with another kubelet.
        *(path for path in _entries(_DEVICE_PLUGINS) if path.is_socket()),
    ]


def own_results(entries: Iterable[Path], root: Path) -> list[Path]:
    """Return libcni's notes on network namespaces below `root`."""
    return [entry for entry in entries if f'"{root}/' in entry.read_text(errors="replace")]


def own_links(entries: Iterable[Path], root: Path) -> list[Path]:
    """Return the entries that are links to something below `root`."""
    return [
        entry for entry in entries if entry.is_symlink() and entry.readlink().is_relative_to(root)
    ]


def remove_outside_files() -> None:
    """Remove the lab's files outside of its folders, and the folders they leave empty."""
    remove_files(outside_files())
    for folder in (
        _SHIM_SOCKETS,
        _SHIM_SOCKETS.parent,
        _CNI_RESULTS,
        _CNI_RESULTS.parent,
        _LOG_LINKS,
        _DEVICE_PLUGINS,
        _DEVICE_PLUGINS.parent,
    ):
        _remove_if_empty(folder)


def remove_files(files: Iterable[Path]) -> None:
    """Remove files, those already gone included."""
    for file in files:
        file.unlink(missing_ok=True)


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # somebody else uses it, or it is not there
        return
