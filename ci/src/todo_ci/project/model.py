"""The tables of ``release.toml``, as types: what is not named here is refused.

A description is what an editor shows (``schema.py``).
"""

from typing import Annotated, Literal

from msgspec import Meta

from todo_ci.project.canary import Canary
from todo_ci.project.environment import Environment
from todo_ci.project.fields import (
    Name,
    Path,
    PodPath,
    ReleaseName,
    Table,
    UrlPath,
    ValuesPath,
)
from todo_ci.project.plugins import Plugins
from todo_ci.project.scan import Scan
from todo_ci.project.secret import Secret
from todo_ci.project.signing import Signing
from todo_ci.project.sources import Checks, Repository, Toolbox


class Release(Table, frozen=True):
    """The release: its name, and where it goes."""

    name: Annotated[ReleaseName, Meta(description="The name that helm keeps the release under.")]
    namespace: Annotated[Name, Meta(description="The namespace, which somebody made before.")]
    chart: Annotated[Path, Meta(description="Folder of the Helm chart.")]
    role: Annotated[
        Path,
        Meta(description="YAML with the Role that the pipeline has; its rights are asked for."),
    ] = ""
    pull_secret: Annotated[
        Name, Meta(description="Secret by which the kubelet reads the registry.")
    ] = "registry-login"  # noqa: S105


class Component(Table, frozen=True):
    """A part of the app: how its image is made, and where the chart reads it."""

    context: Annotated[Path, Meta(description="Folder the image is built from.")]
    image: Annotated[Name, Meta(description="Its name below the registry.")]
    values: Annotated[
        ValuesPath,
        Meta(description="Where the chart's values hold the image's repository and digest."),
    ]
    dockerfile: Annotated[Path, Meta(description="The Dockerfile, below the context.")] = (
        "Dockerfile"
    )
    health: Annotated[
        PodPath, Meta(description="Where a pod says in JSON how it is, for whoever asks for logs.")
    ] = ""
    toolbox: Annotated[
        Toolbox | None, Meta(description="What its checks run in; left out, there are none.")
    ] = None
    lint: Annotated[Checks, Meta(description="Style and types.")] = {}
    test: Annotated[Checks, Meta(description="Tests.")] = {}


Expectation = Literal["health", "page", "ok"]


class Gateway(Table, frozen=True):
    """The answers at the address that people open."""

    paths: Annotated[
        dict[UrlPath, Expectation],
        Meta(
            description="Each path and its answer: health (JSON whose status is ok), page (HTML) "
            "or ok (any 200).",
            min_length=1,
        ),
    ]
    value: Annotated[
        ValuesPath, Meta(description="The chart's value for that address; left out, it has none.")
    ] = ""


class HelmTest(Table, frozen=True):
    """The chart's own test that prints one line of JSON for each of its checks."""

    job: Annotated[Name, Meta(description="The Job that helm test makes.")]
    checks: Annotated[
        tuple[Name, ...], Meta(description="What it must print, in this order.", min_length=1)
    ]
    needs: Annotated[
        dict[Name, ValuesPath],
        Meta(
            description="A check is left out where the release's values lack this: an older chart."
        ),
    ] = {}
    unless: Annotated[
        dict[Name, ValuesPath],
        Meta(description="A check is left out where this value of the release is true."),
    ] = {}


class Project(Table, frozen=True):
    """All that the pipeline knows of an app."""

    release: Release
    components: Annotated[dict[Name, Component], Meta(min_length=1)]
    environments: Annotated[dict[Name, Environment], Meta(min_length=1)]
    gateway: Gateway
    secrets: dict[Name, Secret] = {}
    helm_test: HelmTest | None = None
    canary: Canary | None = None
    signing: Signing | None = None
    scan: Scan = Scan()
    repository: Repository | None = None
    plugins: Plugins = Plugins()

    @property
    def sigstore(self) -> str:
        """Return the folder of a Sigstore of one's own; empty for the public one, or a key."""
        return self.signing.sigstore if self.signing else ""

    @property
    def folders(self) -> tuple[str, ...]:
        """Return what the checks of the repository see beside the components."""
        return self.repository.folders if self.repository else ()
