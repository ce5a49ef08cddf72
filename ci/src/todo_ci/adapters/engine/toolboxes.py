"""The toolboxes as containers: lock files first, sources never, downloads in shared caches."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath

import dagger
from dagger import dag

from todo_ci import tool_images
from todo_ci.core.own_images import asked_for
from todo_ci.core.ports import Tool
from todo_ci.project.current import project
from todo_ci.project.sources import Toolbox

WORK = "/work"
"""The work directory of every step."""


def toolboxes(
    components: Mapping[str, dagger.Directory],
    top: dagger.Directory,
    own: Collection[str] = (),
) -> dict[str, dagger.Container]:
    """Describe every toolbox of the app; the engine makes one when its first step runs.

    Args:
        components: their sources, of which only the lock files are read, so that a change of the
            sources leaves the toolbox as it is.
        top: the repository, for the same.
        own: addresses of images that a mirror has of its own.
    """
    boxes: dict[str, dagger.Container] = {
        Tool.KUBE: kube(own),
        Tool.SIGN: sign(own),
        Tool.SBOM: sbom(own),
        Tool.SCAN: scan(own),
    }
    for name, component in project().components.items():
        if component.toolbox:
            boxes[name] = toolbox(component.toolbox, components[name], f"{WORK}/{name}", own)
    if repository := project().repository:
        boxes[Tool.REPOSITORY] = toolbox(repository.toolbox, top, WORK, own)
    return boxes


def toolbox(
    described: Toolbox, sources: dagger.Directory, folder: str, own: Collection[str]
) -> dagger.Container:
    """Make a toolbox as ``release.toml`` describes it.

    Args:
        described: its table.
        sources: where its lock file is.
        folder: where they will be laid.
        own: addresses of images that a mirror has of its own.
    """
    match described.language:
        case "python":
            container = python(own)
        case "node":
            container = _image(tool_images.NODE, own).with_env_variable(
                "NODE_OPTIONS", "--use-system-ca"
            )
        case "go":
            container = _image(tool_images.GO, own).with_mounted_cache(
                "/go/pkg/mod", dag.cache_volume("todo-ci-go")
            )
    if described.debian:
        container = with_debian(container, described.debian)
    if described.lock and described.language == "node":
        container = with_node_modules(container, sources, described.lock, folder)
    elif described.lock:
        container = with_packages(container, sources.file(described.lock))
    for program in described.programs:
        container = _PROGRAMS[program](container, own)
    return container


def kube(own: Collection[str]) -> dagger.Container:
    """Put helm, kubectl and crane into the Python image that runs ``scripts/*.py``."""
    return _with_binaries(
        own,
        (tool_images.HELM, tool_images.HELM_BINARY),
        (tool_images.KUBECTL, tool_images.KUBECTL_BINARY),
        (tool_images.CRANE, tool_images.CRANE_BINARY),
    )


def sign(own: Collection[str]) -> dagger.Container:
    """Put cosign into the Python image that runs ``scripts/*.py``."""
    return _with_binaries(own, (tool_images.COSIGN, tool_images.COSIGN_BINARY))


def sbom(own: Collection[str]) -> dagger.Container:
    """Put syft into the Python image that runs ``scripts/*.py``."""
    return _with_binaries(own, (tool_images.SYFT, tool_images.SYFT_BINARY))


def scan(own: Collection[str]) -> dagger.Container:
    """Put osv-scanner into the Python image, where its advisories stay from call to call."""
    return _with_binaries(own, (tool_images.OSV, tool_images.OSV_BINARY)).with_mounted_cache(
        "/root/.cache/todo-ci", dag.cache_volume("todo-ci-advisories")
    )


def _with_binaries(own: Collection[str], *tools: tuple[str, str]) -> dagger.Container:
    container = _image(tool_images.PYTHON, own)
    for image, binary in tools:
        name = binary.rpartition("/")[2]
        container = container.with_file(f"/usr/local/bin/{name}", _image(image, own).file(binary))
    return container


def python(own: Collection[str]) -> dagger.Container:
    """Make a Python image with uv."""
    return (
        _image(tool_images.PYTHON, own)
        .with_env_variable("PIP_ROOT_USER_ACTION", "ignore")
        .with_env_variable("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        # The engine puts the machine's own certificate authorities into the system's store.
        .with_env_variable("UV_SYSTEM_CERTS", "1")
        .with_env_variable("UV_LINK_MODE", "copy")
        .with_mounted_cache("/root/.cache/pip", dag.cache_volume("todo-ci-pip"))
        .with_exec(["pip", "install", "--quiet", f"uv=={tool_images.UV_VERSION}"])
        .with_mounted_cache("/root/.cache/uv", dag.cache_volume("todo-ci-uv"))
    )


def with_debian(container: dagger.Container, packages: Sequence[str]) -> dagger.Container:
    """Add packages of Debian, such as a server that tests start for themselves."""
    locked = dagger.CacheSharingMode.LOCKED
    script = (
        # Debian's PostgreSQL would make and start a cluster of its own.
        "mkdir -p /etc/postgresql-common && "
        "echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf && "
        "rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update -qq && "
        'apt-get install -qq --yes --no-install-recommends "$@" >/dev/null'
    )
    return (
        container.with_mounted_cache(
            "/var/cache/apt", dag.cache_volume("todo-ci-apt"), sharing=locked
        )
        .with_mounted_cache(
            "/var/lib/apt/lists", dag.cache_volume("todo-ci-apt-lists"), sharing=locked
        )
        .with_env_variable("DEBIAN_FRONTEND", "noninteractive")
        .with_exec(["sh", "-ec", script, "install", *packages])
        .without_mount("/var/cache/apt")
        .without_mount("/var/lib/apt/lists")
    )


def with_packages(container: dagger.Container, lock: dagger.File) -> dagger.Container:
    """Add the packages of a lock file."""
    path = "/opt/requirements.lock"
    # Compiled here, as steps write nothing: each of their processes would compile it again.
    install = ["uv", "pip", "install", "--quiet", "--system", "--no-deps", "--compile-bytecode"]
    install += ["--require-hashes", "--requirement", path]
    return container.with_file(path, lock).with_exec(install)


def with_actionlint(container: dagger.Container, own: Collection[str]) -> dagger.Container:
    """Add the linter of workflows, which no package index has as a program."""
    program = _image(tool_images.ACTIONLINT, own).file(tool_images.ACTIONLINT_BINARY)
    return container.with_file(tool_images.ACTIONLINT_BINARY, program)


def with_node_modules(
    container: dagger.Container, sources: dagger.Directory, lock: str, folder: str
) -> dagger.Container:
    """Add the packages of a package-lock.json where the sources that use them will be laid."""
    beside = PurePosixPath(lock).parent
    place = str(folder / beside)
    return (
        container.with_mounted_cache("/root/.npm", dag.cache_volume("todo-ci-npm"))
        .with_workdir(place)
        .with_file("package.json", sources.file(str(beside / "package.json")))
        .with_file("package-lock.json", sources.file(lock))
        .with_exec(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .with_env_variable("PATH", f"{place}/node_modules/.bin:$PATH", expand=True)
        .with_workdir(WORK)
    )


_PROGRAMS = {"actionlint": with_actionlint}


def _image(name: str, own: Collection[str]) -> dagger.Container:
    return dag.container().from_(asked_for(name, own))
