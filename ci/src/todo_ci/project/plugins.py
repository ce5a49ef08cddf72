"""The tables of ``release.toml`` on what a release needs beyond Kubernetes."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from todo_ci.project.fields import Name, Path, Table, ValuesPath


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

    @property
    def read_brokers(self) -> bool:
        """Tell whether something reads a Secret's brokers that takes them in one spelling alone."""
        return self.dapr is not None

    def components(self) -> Iterator[tuple[str, str]]:
        """Return each key that names a component, and the name."""
        if self.dapr and self.dapr.jobs:
            yield "dapr.jobs", self.dapr.jobs
        if self.alembic:
            yield "alembic.component", self.alembic.component

    def folders(self) -> Iterator[tuple[str, str, str]]:
        """Return each key that names a folder, the folder, and the component that has it."""
        if self.alembic:
            yield "alembic.migrations", self.alembic.migrations, self.alembic.component
