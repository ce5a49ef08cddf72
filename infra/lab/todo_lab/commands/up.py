"""Bring the lab up: from nothing, from a crash, or not at all when it runs already."""

import argparse

from todo_lab import lab_lock, paths
from todo_lab.build import artifacts
from todo_lab.cluster.bootstrap import Bootstrap
from todo_lab.host import debian_packages
from todo_lab.preflight import requirements
from todo_lab.progress import Progress


def run(args: argparse.Namespace) -> int:
    """Check the machine, install and build what is missing, start what does not run."""
    progress = Progress()
    with lab_lock.hold(lambda: progress.say("another lab command runs; waiting for it to end")):
        requirements.require()
        debian_packages.ensure(progress)
        made = artifacts.ensure(progress)
        bootstrap = Bootstrap(
            progress,
            binaries=made.binaries,
            system_images=made.system_images,
            base_images=made.base_images,
            definitions=made.gateway_crds,
            dapr_chart=made.dapr_chart,
        )
        bootstrap.run()
    print(summary(bootstrap))
    return 0


def summary(bootstrap: Bootstrap) -> str:
    """Return what a person wants to know after `up`."""
    lines: list[str] = []
    if bootstrap.set_aside:
        lines += [
            f"etcd's data was damaged; it is set aside in {bootstrap.set_aside}.",
            "The cluster started empty; PostgreSQL's data is as it was.",
            "Deploy again: ./do deploy",
        ]
    lines += [
        f"changed: {', '.join(bootstrap.changes) or 'nothing'}",
        f"gateway  {paths.GATEWAY_URL}",
        f"Kafka    {paths.KAFKA}, user {paths.KAFKA_USER}, {paths.KAFKA_PASSWORD}",
        f"kubectl  export KUBECONFIG={paths.ADMIN_KUBECONFIG} PATH={paths.BIN}:$PATH",
    ]
    return "\n".join(lines)
