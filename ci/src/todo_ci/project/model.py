"""The tables of ``release.toml``, as types: what is not named here is refused.

A description is what an editor shows (``schema.py``).
"""

from typing import Annotated, Literal

from msgspec import Meta

from todo_ci.project.fields import (
    Address,
    FrozenTime,
    Key,
    Name,
    Path,
    PodPath,
    PublicKey,
    Registry,
    ReleaseName,
    Table,
    UrlPath,
    ValuesPath,
)
from todo_ci.project.scan import Scan
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


Platform = Literal["linux/amd64", "linux/arm64"]


class Requires(Table, frozen=True):
    """The proof that an environment asks of images before it takes them."""

    signature: Annotated[
        bool, Meta(description="True: images that publish signed, with the key of [signing].")
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


class Value(Table, frozen=True):
    """The source of a Secret's key: a flag, unless it is made or written here."""

    required: Annotated[bool, Meta(description="True: nothing is applied without it.")] = False
    plain: Annotated[
        str,
        Meta(
            description="The flag takes the value itself, as this placeholder shows; any other "
            "takes a reference to a secret.",
            min_length=1,
        ),
    ] = ""
    random: Annotated[
        int, Meta(description="Made once in the cluster, of so many random bytes.", ge=16, le=1024)
    ] = 0
    text: Annotated[str, Meta(description="This text, which is no secret.", min_length=1)] = ""

    @property
    def is_given(self) -> bool:
        """Tell whether a flag gives it; any other is made, or written in the file."""
        return not (self.random or self.text)


class Secret(Table, frozen=True):
    """A Secret that the release reads."""

    keys: Annotated[dict[Key, Value], Meta(description="Its keys.", min_length=1)]
    flags: Annotated[
        str, Meta(description="What stands before a key's name in the name of its flag.")
    ] = ""
    together: Annotated[
        bool, Meta(description="True: all keys are given, or the Secret is left alone.")
    ] = False
    hint: Annotated[
        str,
        Meta(description="What else may be wrong where it does not do, in words.", min_length=1),
    ] = ""
    restart: Annotated[
        bool, Meta(description="True: what runs is restarted when a value changed.")
    ] = True

    def flag_of(self, key: str) -> str:
        """Name the flag that gives a key."""
        return f"{self.flags}{key}"


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


class Dapr(Table, frozen=True):
    """The release's pods have sidecars of Dapr."""

    enabled: Annotated[
        ValuesPath,
        Meta(description="The chart's switch; where it is off, no sidecar is looked for."),
    ] = ""
    jobs: Annotated[Name, Meta(description="The component that Dapr's scheduler wakes.")] = ""
    missing_topic: Annotated[
        str, Meta(description="What to do where a sidecar misses a topic.", min_length=1)
    ] = "make the one that is missing"


class Alembic(Table, frozen=True):
    """The database's schema comes from migrations of Alembic, which are read before a release."""

    component: Annotated[Name, Meta(description="The component whose image migrates.")]
    migrations: Annotated[Path, Meta(description="Folder of the migrations.")]
    labels: Annotated[
        ValuesPath,
        Meta(
            description="Labels by which its image says its schema: LABELS.head, .compatible-from."
        ),
    ] = "schema"


class Plugins(Table, frozen=True):
    """The needs of a release beyond Kubernetes; a table that is left out is off."""

    dapr: Dapr | None = None
    alembic: Alembic | None = None


class Signing(Table, frozen=True):
    """The key by which images and verdicts are signed; its other half is given to a verb."""

    public_key: Annotated[PublicKey, Meta(description="Its public half.")]
    reuse_days: Annotated[
        int,
        Meta(
            description="For so many days an image that it signed is taken as it is while nothing "
            "changes that it is made from; then it is built again, for what RUN lines install "
            "ages. 0 builds each time.",
            ge=0,
            le=365,
        ),
    ] = 30


class Project(Table, frozen=True):
    """All that the pipeline knows of an app."""

    release: Release
    components: Annotated[dict[Name, Component], Meta(min_length=1)]
    environments: Annotated[dict[Name, Environment], Meta(min_length=1)]
    gateway: Gateway
    secrets: dict[Name, Secret] = {}
    helm_test: HelmTest | None = None
    signing: Signing | None = None
    scan: Scan = Scan()
    repository: Repository | None = None
    plugins: Plugins = Plugins()

    @property
    def folders(self) -> tuple[str, ...]:
        """Return what the checks of the repository see beside the components."""
        return self.repository.folders if self.repository else ()
