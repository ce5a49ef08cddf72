"""What the revision that serves was given."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from todo_ci.cluster import errors, helm, kubectl
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.release.revision import Revision


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold what serves; nothing where nothing does.

    Args:
        images: None where they were not given by digest.
        commits: what each of them was first released from, where it is known.
        url: the address that people open.
    """

    images: ImageRefs | None = None
    commits: Mapping[str, str] = field(default_factory=dict[str, str])
    url: str = ""

    def commits_with(self, images: ImageRefs, commit: str) -> dict[str, str]:
        """Name what each image of the next release was first released from.

        An image that stays keeps its commit: named after each one, its pods would be made anew for
        a change of something else.

        Args:
            images: of the next release.
            commit: what that is made from.
        """
        now = self.images.components if self.images else {}
        return {
            name: self.commits.get(name, commit) if now.get(name) == image else commit
            for name, image in images.components.items()
        }


async def read(context: Context, serving: Revision | None) -> Standing:
    """Read what the revision that serves was given.

    Raises:
        ClusterError: when it cannot be read.
    """
    if serving is None:
        return Standing()
    said = await context.shell.run(kubectl.step(helm.values(serving.number)))
    if not said.ok:
        raise errors.explain(said, f"reading revision {serving.number}")
    values = said.stdout
    return Standing(helm.parse_images(values), helm.parse_commits(values), helm.parse_url(values))
