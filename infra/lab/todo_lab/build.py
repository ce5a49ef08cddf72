"""Make everything the lab runs on, once; the network and the compiler work side by side."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from todo_lab import baseimages, daprbuild, foreignbase, gobuild, images, kafkajars
from todo_lab.progress import Progress


@dataclass(frozen=True)
class Artifacts:
    """What was built.

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
                base.name: foreignbase.served(base, progress, foreign=foreign)
                for base in baseimages.ALL
            }
        )
        compiled = pool.submit(_compile, progress)
        # What only has to be fetched does not wait for the compiler.
        kafka = kafkajars.ensure(progress)
        system_images = compiled.result()
        base_images = bases.result()
    binaries = {
        name: path for tool in gobuild.LAB_TOOLS for name, path in gobuild.programs(tool).items()
    }
    return Artifacts(
        binaries,
        system_images,
        base_images,
        gobuild.gateway_crds(progress),
        daprbuild.chart(progress),
        kafka,
    )


def _compile(progress: Progress) -> dict[str, Path]:
    for tool in gobuild.LAB_TOOLS:
        gobuild.ensure(tool, progress)
    own = {name: images.ensure(name, progress) for name in images.SYSTEM}
    return own | daprbuild.images(progress)
