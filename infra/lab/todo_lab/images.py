"""Make the images of the cluster's own pods from static binaries: pause, CoreDNS and Traefik.

They are imported into containerd and never pulled, so the cluster starts without its registry.
"""

from pathlib import Path

from todo_lab import archives, gobuild, keys, locks, paths
from todo_lab.gobuild import Tool
from todo_lab.progress import Progress

NONROOT = "65532:65532"
SYSTEM: dict[str, Tool] = {
    paths.PAUSE_IMAGE: gobuild.PAUSE_TOOL,
    paths.COREDNS_IMAGE: gobuild.COREDNS_TOOL,
    paths.TRAEFIK_IMAGE: gobuild.TRAEFIK_TOOL,
}


def config(tool: Tool) -> archives.Config:
    """Return how containers of `tool` start: the program, not as root."""
    return archives.Config(entrypoint=(f"/{tool.name}",), user=NONROOT)


def archive(reference: str) -> Path:
    """Return where the docker archive of an image is once it is made."""
    tool = SYSTEM[reference]
    made_by = Path(archives.__file__).read_bytes()
    key = keys.of(gobuild.folder(tool).name, reference, repr(config(tool)), made_by)
    return paths.SYSTEM_IMAGES / f"{tool.name}-{key}.tar"


def ensure(reference: str, progress: Progress) -> Path:
    """Return the docker archive of an image, making it and its binary when they are missing."""
    tool = SYSTEM[reference]
    binary = gobuild.ensure(tool, progress)
    target = archive(reference)
    if not target.is_file():
        with locks.hold(paths.BUILD_LOCKS / f"image-{tool.name}.lock"):
            if not target.is_file():
                with progress.step(f"image {reference}"):
                    archives.docker_archive(
                        target, reference, {f"/{tool.name}": binary}, config(tool)
                    )
    return target
