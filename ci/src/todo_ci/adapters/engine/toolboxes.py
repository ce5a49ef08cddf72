"""The toolboxes as containers: lock files first, sources never, downloads in shared caches."""

from collections.abc import Mapping

import dagger
from dagger import dag

from todo_ci import tool_images
from todo_ci.core.ports import Tool

WORK = "/work"
"""The work directory of every step."""


def toolboxes(sources: Mapping[str, dagger.Directory]) -> dict[Tool, dagger.Container]:
    """Describe every toolbox; the engine makes one when its first step runs.

    Args:
        sources: ``backend``, ``frontend`` and ``ci``, of which only the lock files are read, so
            that a change of the sources leaves the toolbox as it is.
    """
    return {
        Tool.KUBE: kube(),
        Tool.BACKEND: with_packages(
            with_postgresql(python()), sources["backend"].file("requirements-dev.lock")
        ),
        Tool.FRONTEND: node(sources["frontend"]),
        Tool.CI: with_actionlint(
            with_packages(python(), sources["ci"].file("requirements-dev.lock"))
        ),
    }


def kube() -> dagger.Container:
    """Put helm, kubectl and crane into the Python image that runs ``scripts/*.py``."""
    container = _image(tool_images.PYTHON)
    for image, binary in (
        (tool_images.HELM, tool_images.HELM_BINARY),
        (tool_images.KUBECTL, tool_images.KUBECTL_BINARY),
        (tool_images.CRANE, tool_images.CRANE_BINARY),
    ):
        name = binary.rpartition("/")[2]
        container = container.with_file(f"/usr/local/bin/{name}", _image(image).file(binary))
    return container


def python() -> dagger.Container:
    """Make a Python image with uv."""
    return (
        _image(tool_images.PYTHON)
        .with_env_variable("PIP_ROOT_USER_ACTION", "ignore")
        .with_env_variable("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        # The engine puts the machine's own certificate authorities into the system's store.
        .with_env_variable("UV_SYSTEM_CERTS", "1")
        .with_env_variable("UV_LINK_MODE", "copy")
        .with_mounted_cache("/root/.cache/pip", dag.cache_volume("todo-pip"))
        .with_exec(["pip", "install", "--quiet", f"uv=={tool_images.UV_VERSION}"])
        .with_mounted_cache("/root/.cache/uv", dag.cache_volume("todo-uv"))
    )


def with_postgresql(container: dagger.Container) -> dagger.Container:
    """Add the server that half of the backend's tests start for themselves."""
    locked = dagger.CacheSharingMode.LOCKED
    script = (
        "mkdir -p /etc/postgresql-common && "
        "echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf && "
        "rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update -qq && "
        "apt-get install -qq --yes --no-install-recommends postgresql >/dev/null"
    )
    return (
        container.with_mounted_cache("/var/cache/apt", dag.cache_volume("todo-apt"), sharing=locked)
        .with_mounted_cache(
            "/var/lib/apt/lists", dag.cache_volume("todo-apt-lists"), sharing=locked
        )
        .with_env_variable("DEBIAN_FRONTEND", "noninteractive")
        .with_exec(["sh", "-ec", script])
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


def with_actionlint(container: dagger.Container) -> dagger.Container:
    """Add the linter of workflows, which no package index has as a program."""
    program = _image(tool_images.ACTIONLINT).file(tool_images.ACTIONLINT_BINARY)
    return container.with_file(tool_images.ACTIONLINT_BINARY, program)


def node(frontend: dagger.Directory) -> dagger.Container:
    """Make a Node image with the frontend's packages where its sources will be laid."""
    folder = f"{WORK}/frontend"
    return (
        _image(tool_images.NODE)
        .with_env_variable("NODE_OPTIONS", "--use-system-ca")
        .with_mounted_cache("/root/.npm", dag.cache_volume("todo-npm"))
        .with_workdir(folder)
        .with_file("package.json", frontend.file("package.json"))
        .with_file("package-lock.json", frontend.file("package-lock.json"))
        .with_exec(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .with_env_variable("PATH", f"{folder}/node_modules/.bin:$PATH", expand=True)
        .with_workdir(WORK)
    )


def _image(address: str) -> dagger.Container:
    return dag.container().from_(address)
