"""Run the container runtime with everything it writes inside the lab's two folders."""

import json
import subprocess
import time
from pathlib import Path

from todo_lab import files, paths
from todo_lab.errors import LabError
from todo_lab.services import supervisor

ROOT = paths.STATE / "containerd"
RUN = paths.RUN / "containerd"
RUNC = paths.RUN / "runc"
CONFIG = paths.STATE / "containerd.toml"
CNI = paths.STATE / "cni"
ADDRESSES = paths.RUN / "cni"  # which pod has which address
NETWORK = "todo-lab"
_HOSTS = paths.STATE / "registry-hosts"
_NAMESPACE = "k8s.io"
_CTR = ("ctr", "--address", str(paths.CONTAINERD_SOCKET), "--namespace", _NAMESPACE)


def config() -> str:
    """Return containerd's configuration.

    The registry's host file has no credential: pods must bring their imagePullSecret, as on OKE.
    Network namespaces live under the state folder, so that a crash leaves them where they are
    found again.
    """
    return f"""\
version = 2
root = "{ROOT}"
state = "{RUN}"
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.tracing.processor.v1.otlp",
]
[grpc]
  address = "{paths.CONTAINERD_SOCKET}"
[plugins."io.containerd.internal.v1.opt"]
  path = "{ROOT}-opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{paths.PAUSE_IMAGE}"
  # Some machines' root may not lower a score below its own.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  # A profile, once loaded, stays in the kernel; the pods' own restrictions hold without it.
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        Root = "{RUNC}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{CNI}"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{_HOSTS}"
"""


def cni_config() -> str:
    """Return the pod network: one bridge; the address of each pod is kept under the state folder.

    The bridge plugin is not asked to masquerade: one rule of the lab does it for all pods.
    """
    network = {
        "cniVersion": "1.0.0",
        "name": NETWORK,
        "plugins": [
            {
                "type": "bridge",
                "bridge": paths.BRIDGE,
                "isGateway": True,
                "hairpinMode": True,
                "ipam": {
                    "type": "host-local",
                    "dataDir": str(ADDRESSES),
                    "ranges": [[{"subnet": paths.POD_CIDR}]],
                    "routes": [{"dst": "0.0.0.0/0"}],
                },
            }
        ],
    }
    return json.dumps(network, indent=2)


def registry_hosts() -> str:
    """Return how the lab's registry is reached: plain HTTP, no credential."""
    return f"""\
server = "http://{paths.REGISTRY}"
[host."http://{paths.REGISTRY}"]
  capabilities = ["pull", "resolve"]
"""


def configure() -> supervisor.Service:
    """Write containerd's files and return the service."""
    files.write(CONFIG, config())
    files.write(CNI / "10-todo-lab.conflist", cni_config())
    files.write(_HOSTS / paths.REGISTRY / "hosts.toml", registry_hosts())
    return supervisor.Service(
        name="containerd",
        argv=("/usr/bin/containerd", "--config", str(CONFIG)),
        files=(CONFIG, CNI / "10-todo-lab.conflist"),
    )


def wait(seconds: float = 60) -> None:
    """Wait until containerd answers on its socket."""
    until = time.monotonic() + seconds
    while True:
        try:
            if _ctr("version").returncode == 0:
                return
        except subprocess.TimeoutExpired:
            pass
        if time.monotonic() > until or not supervisor.running("containerd"):
            raise LabError(
                "containerd does not answer:\n" + supervisor.log_tail("containerd"),
                "./do lab logs containerd",
            )
        time.sleep(0.1)


def import_images(archives: dict[str, Path]) -> list[str]:
    """Import the system images (name to docker archive) that containerd lacks; return those.

    They are only ever imported: containerd 1.6 leaves an image incomplete when some of its layers
    came by import and others by pull.
    """
    present = _ctr("images", "list", "--quiet").stdout.split()
    missing = [
        name for name, archive in archives.items() if not _is_imported(name, archive, present)
    ]
    for archive in dict.fromkeys(archives[name] for name in missing):  # one may have many names
        done = _ctr("images", "import", "--digests=false", str(archive), seconds=120)
        if done.returncode != 0:
            raise LabError(
                f"import of {archive} failed: {done.stderr.strip()}",
                f"rm {archive} and ./do lab up again",
            )
    for name in missing:
        files.write(_stamp(name), _version(archives[name]))
    return missing


def shim_sockets() -> list[Path]:
    """Return the sockets of the lab's shims.

    containerd 1.6 puts them in /run/containerd/s whatever its configuration says; each
    container's bundle notes its own.
    """
    notes = RUN.glob("io.containerd.runtime.v2.task/*/*/address")
    return [Path(note.read_text().strip().removeprefix("unix://")) for note in notes]


def _is_imported(name: str, archive: Path, present: list[str]) -> bool:
    stamp = _stamp(name)
    return name in present and stamp.exists() and stamp.read_text() == _version(archive)


def _stamp(name: str) -> Path:
    return ROOT / "imported" / name.replace("/", "_")


def _version(archive: Path) -> str:
    stat = archive.stat()
    return f"{archive} {stat.st_size} {stat.st_mtime_ns}"


def _ctr(*arguments: str, seconds: float = 10) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*_CTR, *arguments), check=False, capture_output=True, text=True, timeout=seconds
    )
