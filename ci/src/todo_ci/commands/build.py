"""The image of each component from its Dockerfile, side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from todo_ci.core.ports import BuiltImage, Images, ImageSpec, Shell
from todo_ci.core.steps import gather
from todo_ci.plugins.installed import PLUGINS
from todo_ci.plugins.protocol import Labels
from todo_ci.project.current import project
from todo_ci.reports.render import Block, Renderable, Table

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Build(Renderable):
    """Hold the built images, by component."""

    images: Mapping[str, BuiltImage]

    def fields(self) -> dict[str, Any]:
        """Return what machines are told."""
        return {name: asdict(image) for name, image in self.images.items()}

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
            for image in self.images.values()
        ]


_HEADERS = ("image", "platforms", "size", "id")


async def build(
    shell: Shell, images: Images, platforms: tuple[str, ...], source: str = ""
) -> Build:
    """Build all images, as :func:`plan` describes them.

    Raises:
        ToolError: from the image that fails first, with its build's last lines.
    """
    return await build_planned(images, await plan(shell, platforms, source))


async def build_planned(images: Images, planned: Mapping[str, ImageSpec]) -> Build:
    """Build the described images.

    Raises:
        ToolError: from the image that fails first, with its build's last lines.
    """
    return Build(await gather({name: partial(images.build, planned[name]) for name in planned}))


async def plan(
    shell: Shell, platforms: tuple[str, ...], source: str = ""
) -> Mapping[str, ImageSpec]:
    """Describe all images, which say whose they are and what plugins have them carry.

    Args:
        shell: the port by which a plugin reads the sources.
        platforms: such as ``linux/amd64``.
        source: page of the repository; a registry such as GitHub's links them to it.

    Raises:
        ToolError: where a plugin cannot read them.
    """
    told: dict[str, Labels] = {}
    for plugin in PLUGINS:
        for name, said in (await plugin.build_arguments(shell)).items():
            told[name] = {**told.get(name, {}), **said}
    return specs(platforms, told, source)


def specs(
    platforms: tuple[str, ...], told: Mapping[str, Labels], source: str = ""
) -> dict[str, ImageSpec]:
    """Describe all images, by component.

    None is told its commit: a digest depends on the sources alone, so that a commit which leaves
    them as they are is the same image. The release says which commit it came from.
    """
    return {
        name: ImageSpec(
            name,
            platforms,
            build_args={"SOURCE": source, **told.get(name, {})},
            context=component.context,
            dockerfile=component.dockerfile,
        )
        for name, component in project().components.items()
    }
