"""Make everything the lab runs on, once; the network and the compiler work side by side."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from todo_lab.build import base_images, base_images_arm64, dapr, go_programs, kafka, system_images
from todo_lab.progress import Progress


@dataclass(frozen=True)
class Artifacts:
    """The files and folders that were built.

    Attributes:
        binaries: program name, as it is called, to file.
        system_images: image name to docker archive, for `ctr images import`.
        base_images: `repository:tag` to OCI layout, for `skopeo copy --all oci:DIR:latest
            docker://…`: one image, or an index of two platforms.
        gateway_crds: folder with the Gateway API's custom resources.
        dapr_chart: folder with Dapr's chart.
        kafka: folder with Kafka's programs.
    """

    binaries: dict[str, Path]
    system_images: dict[str, Path]
    base_images: dict[str, Path]
    gateway_crds: Path
    dapr_chart: Path
    kafka: Path


def ensure(progress: Progress, *, foreign: bool = False) -> Artifacts:
    """Return everything, making what the cache does not have; under a second when it has all.

    An interrupted build goes on where it stopped. The Go builds run one after the other, because
    each uses every core; the base images, which mostly wait for downloads, run beside them.

    Args:
        progress: shows the steps.
        foreign: True makes the base images for arm64 too, which a cluster on this machine needs
            not; once made, they are served with the native ones.

    Raises:
        LabError: a part cannot be made; the parts that were made stay in the cache.
    """
    with ThreadPoolExecutor(max_workers=2) as pool:
        bases = pool.submit(
            lambda: {
                base.name: base_images_arm64.served(
                    base, progress, foreign=foreign and not base.builder
                )
                for base in base_images.ALL
            }
        )
        compiled = pool.submit(_compile, progress)
        # What only has to be fetched does not wait for the compiler.
        kafka_folder = kafka.ensure(progress)
    binaries = {
        name: path
        for tool in go_programs.LAB_TOOLS
        for name, path in go_programs.programs(tool).items()
    }
    return Artifacts(
        binaries,
        compiled.result(),
        bases.result(),
        go_programs.gateway_crds(progress),
        dapr.chart(progress),
        kafka_folder,
    )


def _compile(progress: Progress) -> dict[str, Path]:
    for tool in go_programs.LAB_TOOLS:
        go_programs.ensure(tool, progress)
    own = {name: system_images.ensure(name, progress) for name in system_images.SYSTEM}
    return own | dapr.images(progress)
