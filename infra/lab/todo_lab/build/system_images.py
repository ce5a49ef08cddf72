"""Make the images of the cluster's own pods from static binaries: pause, CoreDNS and Traefik.

They are imported into containerd and never pulled, so the cluster starts without its registry.
"""

from pathlib import Path

from todo_lab import file_locks, paths
from todo_lab.build import go_programs, oci
from todo_lab.build.cache_keys import cache_key
from todo_lab.build.go_programs import Tool
from todo_lab.progress import Progress

NONROOT = "65532:65532"
SYSTEM: dict[str, Tool] = {
    paths.PAUSE_IMAGE: go_programs.PAUSE_TOOL,
    paths.COREDNS_IMAGE: go_programs.COREDNS_TOOL,
    paths.TRAEFIK_IMAGE: go_programs.TRAEFIK_TOOL,
}


def config(tool: Tool) -> oci.Config:
    """Return how containers of `tool` start: the program, not as root."""
    return oci.Config(entrypoint=(f"/{tool.name}",), user=NONROOT)


def archive(reference: str) -> Path:
    """Return where the docker archive of an image is once it is made."""
    tool = SYSTEM[reference]
    made_by = Path(oci.__file__).read_bytes()
    key = cache_key(go_programs.folder(tool).name, reference, repr(config(tool)), made_by)
    return paths.SYSTEM_IMAGES / f"{tool.name}-{key}.tar"


def ensure(reference: str, progress: Progress) -> Path:
    """Return the docker archive of an image, making it and its binary when they are missing."""
    tool = SYSTEM[reference]
    binary = go_programs.ensure(tool, progress)
    target = archive(reference)
    if not target.is_file():
        with file_locks.hold(paths.BUILD_LOCKS / f"image-{tool.name}.lock"):
            if not target.is_file():
                with progress.step(f"image {reference}"):
                    oci.docker_archive(target, reference, {f"/{tool.name}": binary}, config(tool))
    return target
