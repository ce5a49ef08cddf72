"""Tell whether a new revision is what verified before, to the last line of its manifest."""

from todo_ci.cluster import errors, helm, kubectl
from todo_ci.cluster.batch import side_by_side
from todo_ci.core.context import Context
from todo_ci.release.history import History
from todo_ci.release.revision import Revision
from todo_ci.rollout import decisions


async def verified_before(context: Context, before: History, number: int) -> Revision | None:
    """Return the last verified revision where a new one is the same, else None.

    Args:
        context: the ports and the target.
        before: the history before the new revision was made.
        number: the new revision.

    Where either cannot be read it counts as another one: it is returned from, as it would be then.
    """
    good = decisions.last_good(before.revisions, number)
    if good is None:
        return None
    answers = await side_by_side(
        context.shell, *(kubectl.step(helm.manifest(n)) for n in (good.number, number))
    )
    for answer in answers:
        if not answer.ok:
            why = errors.explain(answer, "comparing the release with the last verified one")
            context.say(why.problem)
            return None
    old, new = (answer.stdout for answer in answers)
    return good if old == new else None
