"""Start the lab's parts in the order they need each other, and bring them back after a crash."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from todo_lab import paths, pki
from todo_lab.cluster import api_client, cleanup, dapr, manifests, pipeline_access, readiness
from todo_lab.errors import LabError
from todo_lab.host import cgroups, firewall, network
from todo_lab.progress import Progress
from todo_lab.services import (
    containerd,
    control_plane,
    etcd,
    kafka,
    node,
    postgres,
    registry,
    supervisor,
)

# In the order `status` shows them; `down` has its own order.
SERVICES = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "containerd",
    "kubelet",
    "kube-proxy",
    "registry",
    "postgres",
    "kafka",
)
# What keeps a picture of the cluster in memory, besides the API server.
_CONTROLLERS = ("kubelet", "kube-proxy", "kube-controller-manager", "kube-scheduler")


class Bootstrap:
    """Start the parts, note what changed, and show the steps.

    Args:
        progress: shows the steps.
        binaries: program name to its file; they are linked into the state folder.
        system_images: image name to docker archive, imported into containerd.
        base_images: image name to OCI layout, pushed to the registry.
        definitions: folder with the Gateway API's CustomResourceDefinitions.
        dapr_chart: folder with Dapr's chart.
    """

    def __init__(
        self,
        progress: Progress,
        binaries: dict[str, Path],
        system_images: dict[str, Path],
        base_images: dict[str, Path],
        definitions: Path,
        dapr_chart: Path,
    ) -> None:
        self._progress = progress
        self._binaries = binaries
        self._system_images = system_images
        self._base_images = base_images
        self._definitions = definitions
        self._dapr_chart = dapr_chart
        self.changes: list[str] = []
        self.set_aside: Path | None = None
        self._containers_since = 0.0

    def run(self) -> None:
        """Bring everything up; what already runs as described stays as it is."""
        with self._progress.step("prepare the node"):
            self._prepare()
        with ThreadPoolExecutor(max_workers=4) as pool:
            parts = (self._images, self._registry, self._database, self._kafka)
            others = [pool.submit(part) for part in parts]
            self._control_plane()
            others[0].result()  # no pod can start before its image is there
            self._ensure(node.kubelet())
            self._ensure(node.kube_proxy())
            self._objects()
            for other in others:
                other.result()

    def _prepare(self) -> None:
        paths.STATE.mkdir(parents=True, exist_ok=True)
        # PostgreSQL's account must reach its folder; what is secret has a mode of its own.
        paths.STATE.chmod(0o711)
        paths.RUN.mkdir(parents=True, exist_ok=True)
        link_programs(self._binaries)
        self._recover()
        cgroups.create()
        network.set_up()
        pki.ensure()

    def _recover(self) -> None:
        if not any(supervisor.read_record(name) for name in SERVICES):
            if cgroups.members():
                self._progress.say("a lab whose notes are gone was found: ending its processes")
                cgroups.end(grace=10)
                self.changes.append("processes ended")
            firewall.take_down()
        if cleanup.is_crashed(supervisor.running("containerd") is not None):
            self._progress.say("a lab that ended without `down` was found: clearing its containers")
            supervisor.stop(["kubelet"])
            cleanup.clear_containers(grace=1)
            self.changes.append("containers cleared")

    def _control_plane(self) -> None:
        with self._progress.step("start etcd and the API server"):
            done, self.set_aside = etcd.ensure()
            self._note("etcd", done)
            if self.set_aside:
                # They would write what they remember of the old cluster into the new one.
                supervisor.stop([*_CONTROLLERS, "kube-apiserver"], seconds=2)
                # The new cluster knows none of the old pods, and one of them holds the gateway.
                cgroups.end(cgroups.PODS)
                self._containers_since = time.time()
            self._ensure(control_plane.api_server())
            self._wait("the API server", api_client.is_ready, "kube-apiserver")
        self._ensure(control_plane.controller_manager())
        self._ensure(control_plane.scheduler())

    def _objects(self) -> None:
        with self._progress.step("apply the cluster's own objects"):
            if manifests.apply(self._definitions):
                self.changes.append("manifests applied")
            if pipeline_access.ensure():
                self.changes.append("pipeline token made")
        with self._progress.step("install Dapr"):
            if dapr.install(self._dapr_chart):
                self.changes.append("Dapr installed")
        with self._progress.step("wait for node, names, gateway and Dapr"):
            readiness.wait(self._containers_since)
            dapr.wait(self._containers_since)

    def _images(self) -> None:
        with self._progress.step("start containerd, import system images"):
            begin = time.time()
            if self._ensure(containerd.configure()) == "started":
                self._containers_since = begin
            containerd.wait()
            for name in containerd.import_images(self._system_images):
                self.changes.append(f"{name} imported")

    def _registry(self) -> None:
        with self._progress.step("start the registry, push base images"):
            self._ensure(registry.configure())
            registry.wait()
            for name in registry.push(self._base_images):
                self.changes.append(f"{name} pushed")

    def _database(self) -> None:
        with self._progress.step("start PostgreSQL"):
            self._ensure(postgres.configure())
            postgres.provision()

    def _kafka(self) -> None:
        with self._progress.step("start Kafka"):
            self._ensure(kafka.configure())
            for topic in kafka.provision():
                self.changes.append(f"topic {topic} made")

    def _ensure(self, service: supervisor.Service) -> str:
        done = supervisor.ensure(service)
        self._note(service.name, done)
        return done

    def _note(self, name: str, done: str) -> None:
        if done != "kept":
            self.changes.append(f"{name} {done}")

    def _wait(self, what: str, ready: Callable[[], bool], service: str) -> None:
        try:
            api_client.wait(what, ready, 60, f"./do lab logs {service}")
        except LabError as error:
            raise LabError(f"{error.what}\n{supervisor.log_tail(service)}", error.fix) from error


def link_programs(binaries: dict[str, Path]) -> None:
    """Link the built programs into the state folder under the names they are called by."""
    paths.BIN.mkdir(parents=True, exist_ok=True)
    for name, program in binaries.items():
        link = paths.BIN / name
        if not link.is_symlink() or link.readlink() != program:
            draft = link.with_suffix(".new")
            draft.unlink(missing_ok=True)
            draft.symlink_to(program)
            draft.replace(link)
