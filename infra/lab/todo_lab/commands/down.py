"""Take the lab down and leave the machine as it was found, Debian packages apart."""

import argparse
import shutil
import signal

from todo_lab import lab_lock, paths
from todo_lab.cluster import bootstrap, cleanup
from todo_lab.host import cgroups, debian_packages, mounts, network
from todo_lab.progress import Progress
from todo_lab.services import supervisor

# With --keep-data these go: they belong to containers and logs of the past.
_NOT_KEPT = ("containerd", "containerd-opt", "kubelet", "pod-logs", "log")


def run(args: argparse.Namespace) -> int:
    """Stop everything in order and remove what the lab made."""
    progress = Progress()
    with lab_lock.hold(lambda: progress.say("another lab command runs; waiting for it to end")):
        with progress.step("stop the node and its pods"):
            supervisor.stop(["kubelet", "kube-controller-manager", "kube-scheduler", "kube-proxy"])
            cgroups.end(cgroups.PODS, grace=5)
        with progress.step("stop the services"):
            supervisor.stop(["kube-apiserver", "containerd", "registry"])
            supervisor.stop(["postgres"], how=signal.SIGINT)
            supervisor.stop(["kafka"], seconds=30)
            supervisor.stop(bootstrap.SERVICES)
        with progress.step("remove what is left"):
            cleanup.clear_containers(grace=0)
            cgroups.end(grace=0)
            mounts.undo()
            network.take_down()
            cgroups.remove()
            cleanup.remove_outside_files()
            _remove_files(args.keep_data)
    print(summary(args.keep_data, debian_packages.installed()))
    return 0


def summary(kept: bool, debian: list[str]) -> str:
    """Return what stays on the machine."""
    data = (
        f"kept: {paths.STATE} (PostgreSQL, Kafka, cluster, registry, keys); `up` continues it"
        if kept
        else "removed: the cluster, the registry's images, PostgreSQL's data and Kafka's events"
    )
    return "\n".join(
        [
            data,
            f"stays: what was built, in {paths.CACHE}",
            f"stays: Debian packages {' '.join(debian)}",
        ]
    )


def _remove_files(keep_data: bool) -> None:
    shutil.rmtree(paths.RUN, ignore_errors=True)
    if not keep_data:
        shutil.rmtree(paths.STATE, ignore_errors=True)
        return
    for name in _NOT_KEPT:
        shutil.rmtree(paths.STATE / name, ignore_errors=True)
