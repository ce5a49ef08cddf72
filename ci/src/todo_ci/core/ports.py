"""The two ports between what to do and how it runs.

A verb builds :class:`Step` values and judges :class:`Result` values. Whether a step becomes a
subprocess or a container is an adapter's business (``adapters/host`` or
``adapters/engine``). Secrets and source directories travel by name only: an adapter
is made with the values, so that the core can neither print nor store them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Tool(StrEnum):
    """The toolboxes of a pipeline; further ones have the names of the components."""

    KUBE = "kube"  # python, helm, kubectl
    SIGN = "sign"  # python, cosign
    SBOM = "sbom"  # python, syft
    SCAN = "scan"  # python, osv-scanner
    REPOSITORY = "repository"  # what checks the parts that are no component


@dataclass(frozen=True, slots=True)
class SecretUse:
    """Give a step a secret.

    Args:
        name: the name the adapter knows the secret by, such as ``kubeconfig``.
        env: the variable that carries it.
        as_file: True puts the value into a file of mode 0400 and its path into ``env``.
    """

    name: str
    env: str
    as_file: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """Describe one command completely, without running it.

    Args:
        tool: the toolbox that provides ``argv[0]``: a container image (``tool_images.py``), or a
            PATH on the host.
        argv: the command; relative paths are below the step's work directory.
        workdir: directory below the work directory to run in, such as ``ci``.
        env: plain variables.
        secrets: secrets, by name.
        stdin: text for standard input, never a secret.
        inputs: names of what is laid into the work directory under its name: components,
            ``chart``, ``role``, folders of the repository.
        files: further files of the work directory, path to text.
        outputs: paths that are read back into ``Result.files`` where they exist.
        timeout: seconds after which the step is ended; the result then says ``timed_out``.
        network: True for a step that reads or changes a registry or cluster, so that no cache
            may answer for it.
        progress: how the lines begin that say how far a long step is. They are shown as they come,
            also where a command's own words are kept to its end.
    """

    tool: str
    argv: tuple[str, ...]
    workdir: str = "."
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: tuple[SecretUse, ...] = ()
    stdin: str = ""
    inputs: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    outputs: tuple[str, ...] = ()
    timeout: float = 600
    network: bool = False
    progress: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """Hold what came back from a step; secrets are masked in both streams.

    The streams of a failure may come without the white space around them.
    """

    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    timed_out: bool = False

    @property
    def ok(self) -> bool:
        """Tell whether the command succeeded."""
        return self.exit_code == 0


class Shell(Protocol):
    """Run steps."""

    async def run(self, step: Step) -> Result:
        """Run one step to its end; a failing command is a Result, not an exception."""
        ...


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """Describe an image to build.

    Args:
        component: its name in ``release.toml``.
        platforms: such as ``linux/amd64``.
        build_args: values for the Dockerfile's ``ARG`` lines.
        context: the source directory, below the repository's root; called like the component where
            it is empty.
        dockerfile: path below the source directory.
    """

    component: str
    platforms: tuple[str, ...]
    build_args: Mapping[str, str] = field(default_factory=dict[str, str])
    context: str = ""
    dockerfile: str = "Dockerfile"

    @property
    def folder(self) -> str:
        """Return the source directory."""
        return self.context or self.component


@dataclass(frozen=True, slots=True)
class BuiltImage:
    """Name a built image inside its adapter; ``handle`` means nothing elsewhere."""

    component: str
    platforms: tuple[str, ...]
    handle: str
    size: int = 0


class Images(Protocol):
    """Build, push and look up images."""

    async def dockerfile(self, spec: ImageSpec) -> str:
        """Return a spec's Dockerfile, with the images' names that are asked for here."""
        ...

    async def build(self, spec: ImageSpec) -> BuiltImage:
        """Build all platforms of a spec; raises ToolError with the build's last lines."""
        ...

    async def push(self, image: BuiltImage, reference: str) -> str:
        """Push to ``host/repository:tag`` and return the digest, ``sha256:`` and 64 hex digits."""
        ...

    async def resolve(self, reference: str) -> str | None:
        """Return the digest a reference has in its registry, or None where it does not exist."""
        ...

    async def tag(self, reference: str, tag: str) -> None:
        """Let a tag of its repository lead to what is there by digest, ``repository@sha256:…``."""
        ...
