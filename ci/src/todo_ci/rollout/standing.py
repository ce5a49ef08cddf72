"""What serves: what it was given, and whether a deploy has anything to change of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from todo_ci.cluster import comparison, errors, helm, kubectl
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Step
from todo_ci.errors import PipelineError
from todo_ci.release.history import History
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
        now: Mapping[str, str] = self.images.components if self.images else {}
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


def candidate(past: History, now: Standing, images: ImageRefs) -> Revision | None:
    """Return the revision that may be all that a deploy would make; None where it cannot be.

    Only the newest one, deployed and verified, with the very images: what is stuck, failed or was
    never judged is released anew.
    """
    newest = past.latest
    if newest is None or newest.status != "deployed" or not newest.good or now.images is None:
        return None
    return newest if now.images.components == images.components else None


async def find_done(
    context: Context, past: History, now: Standing, images: ImageRefs, rendering: Step
) -> Revision | None:
    """Return the verified revision that a deploy would change nothing of; None where it would.

    A deploy goes on where that cannot be told.

    Args:
        context: the ports and the target.
        past: the history, from which the release is not to be mended any more.
        now: what serves.
        images: what would be released.
        rendering: the step that prints what a deploy would apply.
    """
    newest = candidate(past, now, images)
    if newest is None:
        return None
    try:
        found = await comparison.look(context, rendering, newest.number)
    except PipelineError as error:
        context.say(f"cannot compare with revision {newest.number}: {error.problem}")
        return None
    return newest if found.is_empty else None
