"""The tables of ``release.toml`` on environments, and on the proof that each asks for."""

from typing import Annotated, Literal

from msgspec import Meta

from todo_ci.project.fields import Address, FrozenTime, Name, Path, Registry, Table
from todo_ci.project.previews import Previews

Platform = Literal["linux/amd64", "linux/arm64"]


class Requires(Table, frozen=True):
    """The proof that an environment asks of images before it takes them."""

    signature: Annotated[
        bool, Meta(description="True: images that publish signed, as [signing] names who does.")
    ] = False
    sbom: Annotated[
        bool,
        Meta(
            description="True: images with a signed SBOM for each platform of the environment; "
            "publish then makes them."
        ),
    ] = False
    scan: Annotated[
        bool,
        Meta(
            description="True: images in whose SBOMs a scanner finds nothing that [scan] refuses."
        ),
    ] = False
    verdict: Annotated[
        bool,
        Meta(description="True: images and chart that passed in the environment it comes after."),
    ] = False
    soak_minutes: Annotated[
        int, Meta(description="How long ago they must have passed there.", ge=0, le=100_000)
    ] = 0
    freeze: Annotated[
        tuple[FrozenTime, ...],
        Meta(description="When nothing new is taken, each week, in UTC; a rollback always is."),
    ] = ()


class Environment(Table, frozen=True):
    """A place that a release can go to."""

    values: Annotated[Path, Meta(description="The chart's values of it, below the chart.")]
    platforms: Annotated[
        tuple[Platform, ...],
        Meta(description="What images are published for.", min_length=1),
    ]
    after: Annotated[Name, Meta(description="The environment that comes before this one.")] = ""
    namespace: Annotated[
        Name, Meta(description="Its namespace, where it is not that of the release.")
    ] = ""
    rehearses: Annotated[
        Name,
        Meta(
            description="The environment whose next release `rehearse` tries here, in a namespace "
            "of its own; what is released here is removed again."
        ),
    ] = ""
    canary: Annotated[
        bool, Meta(description="True: each release is tried here as [canary] says, before helm.")
    ] = False
    previews: Annotated[
        Previews | None,
        Meta(
            description="Releases that `preview` makes beside each other here, in a namespace of "
            "theirs; left out, there is one release."
        ),
    ] = None
    requires: Requires = Requires()
    timeout_seconds: Annotated[
        int, Meta(description="How long helm waits for a release to be ready.", ge=10, le=3600)
    ] = 300
    url: Annotated[
        Address,
        Meta(description="Address people open; left out, it must be given with each call."),
    ] = ""
    registry: Annotated[
        Registry,
        Meta(description="Of the images; left out, ghcr.io/OWNER of git's origin."),
    ] = ""
    plain_http_registry: Annotated[
        bool, Meta(description="True where the registry speaks HTTP without TLS.")
    ] = False
    allow_dirty: Annotated[
        bool, Meta(description="True where a tree with uncommitted changes may be deployed.")
    ] = False
    verified_tls: Annotated[
        bool,
        Meta(description="True where people and database are reached over TLS that is checked."),
    ] = False
