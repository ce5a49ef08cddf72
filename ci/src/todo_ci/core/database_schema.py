"""The database's schema: written on images and releases, judged before a change.

A database only ever goes forward, and a rollback does not migrate it back. So every image says
which schema it makes (``head``) and how old a build may be to work on that (``compatible_from``),
every release keeps what its image said, and a step that would leave a build on a schema it is too
old for is refused before anything is touched.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Labels of helm's releases, and build arguments of the Dockerfile.
_ON_RELEASE = ("schema", "schema-compatible-from")
_ARGUMENTS = ("SCHEMA_HEAD", "SCHEMA_COMPATIBLE_FROM")


@dataclass(frozen=True, slots=True)
class DatabaseSchema:
    """Hold revisions of the database, which are numbered in their order.

    Args:
        head: the newest one of a build.
        compatible_from: the ``head`` of the oldest build that works on this schema.
    """

    head: str
    compatible_from: str

    def serves(self, build: "DatabaseSchema") -> bool:
        """Tell whether a build works on this schema or a newer one it migrates to."""
        return int(build.head) >= int(self.compatible_from)

    def build_arguments(self) -> dict[str, str]:
        """Return what the image is told."""
        return dict(zip(_ARGUMENTS, (self.head, self.compatible_from), strict=True))

    def release_labels(self) -> dict[str, str]:
        """Return what the release keeps."""
        return dict(zip(_ON_RELEASE, (self.head, self.compatible_from), strict=True))


def parse(text: str) -> DatabaseSchema:
    """Read what ``scripts/read_migrations.py`` printed."""
    return DatabaseSchema(**json.loads(text))


def of_image(labels: Mapping[str, str], prefix: str) -> DatabaseSchema | None:
    """Read an image's labels; None for one that was built without them."""
    return _of(labels, (f"{prefix}.head", f"{prefix}.compatible-from"))


def of_release(labels: Mapping[str, str]) -> DatabaseSchema | None:
    """Read a release's labels; None for one that recorded nothing."""
    return _of(labels, _ON_RELEASE)


def of_database(releases: Iterable[DatabaseSchema | None]) -> DatabaseSchema | None:
    """Return what the database may be at: the newest schema any release brought, or tried to."""
    known = [schema for schema in releases if schema is not None]
    return max(known, key=lambda schema: int(schema.head), default=None)


def too_old(build: DatabaseSchema | None, database: DatabaseSchema | None) -> str:
    """Say why a build cannot work on the database; nothing where it can.

    Where the database's schema is known and the build's is not, nobody can promise that it works.
    """
    if database is None:
        return ""
    at = f"the database is at schema {database.head}"
    if build is None:
        return f"{at}, and which schema this build needs was not recorded"
    if database.serves(build):
        return ""
    return f"{at}, which serves builds from {database.compatible_from} on; this one is {build.head}"


def breaks(build: DatabaseSchema | None, serving: DatabaseSchema | None) -> str:
    """Say why migrating for a build would break the release that serves; nothing where not."""
    if build is None or serving is None or build.serves(serving):
        return ""
    return (
        f"migrating to schema {build.head} would break what serves: it is at {serving.head}, and "
        f"{build.head} serves builds from {build.compatible_from} on"
    )


def _of(labels: Mapping[str, str], names: tuple[str, str]) -> DatabaseSchema | None:
    head, oldest = (labels.get(name, "") for name in names)
    return DatabaseSchema(head, oldest) if head.isdecimal() and oldest.isdecimal() else None
