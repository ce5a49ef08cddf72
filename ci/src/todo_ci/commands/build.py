"""Both images from their Dockerfiles, side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from todo_ci.components import backend, frontend
from todo_ci.core import database_schema
from todo_ci.core.database_schema import DatabaseSchema
from todo_ci.core.ports import BuiltImage, Images, ImageSpec, Shell
from todo_ci.core.steps import gather, require_success
from todo_ci.reports.render import Block, Renderable, Table

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Build(Renderable):
    """Hold both built images."""

    backend: BuiltImage
    frontend: BuiltImage

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        yield Table(_HEADERS, self._rows())

    def _rows(self) -> list[tuple[str, str, str, str]]:
        return [
            (
                image.component,
                ", ".join(image.platforms),
                f"{image.size / _MB:.0f} MB" if image.size else "",
                image.handle,
            )
            for image in (self.backend, self.frontend)
        ]


_HEADERS = ("image", "platforms", "size", "id")


async def build(
    shell: Shell, images: Images, platforms: tuple[str, ...], commit: str, source: str = ""
) -> Build:
    """Build both images, which say which commit and which schema of the database they are of.

    Args:
        shell: the port that reads the schema.
        images: the port that builds.
        platforms: such as ``linux/amd64``.
        commit: what the images say they were built from.
        source: page of its repository; a registry such as GitHub's links them to it.

    Raises:
        ToolError: from the image that fails first, with its build's last lines.
    """
    read = require_success(await shell.run(database_schema.read()), "reading the migrations")
    planned = specs(platforms, commit, database_schema.parse(read.stdout), source)
    return Build(**await gather({name: partial(images.build, planned[name]) for name in planned}))


def specs(
    platforms: tuple[str, ...], commit: str, migrated: DatabaseSchema | None, source: str = ""
) -> dict[str, ImageSpec]:
    """Describe both images, by component."""
    return {
        backend.NAME: backend.image(platforms, commit, source, migrated),
        frontend.NAME: frontend.image(platforms, commit, source),
    }
