"""Keep ten revisions and whatever it takes to go back: helm's own limit counts failures too.

Five failed deploys make ten revisions, each one and its return. Helm would then have pruned the
last verified one, so helm is told to keep all, and the pipeline removes the rest under its Lease.
"""

from collections.abc import Sequence

from todo_ci.cluster import kubectl
from todo_ci.core.context import Context
from todo_ci.core.database_schema import of_database
from todo_ci.release.history import History
from todo_ci.release.revision import Revision
from todo_ci.rollout import decisions

KEPT = 10
_GOOD_CONTENTS = 2  # one to return to after a failure, and the one before it for a rollback


async def prune(context: Context, past: History) -> None:
    """Remove the records of revisions that nothing goes back to; what cannot be removed stays."""
    gone = superfluous(past.revisions)
    if not gone:
        return
    removed = await context.shell.run(kubectl.delete_revisions(gone))
    if not removed.ok:
        context.say(f"prune: old revisions stay for now: {removed.stderr.strip()}")


def superfluous(revisions: Sequence[Revision], kept: int = KEPT) -> tuple[int, ...]:
    """Name the revisions that may go, oldest first.

    Args:
        revisions: all there are, oldest first.
        kept: how many of the newest stay, whatever became of them.
    """
    needed = {decisions.origin(revisions, number) for number in _newest_good(revisions)}
    needed |= _newest_good(revisions) | {r.number for r in revisions if r.status == "deployed"}
    # What the database was brought to, and never goes back from, is recorded nowhere else.
    database = of_database(r.schema for r in revisions)
    needed |= set([r.number for r in revisions if r.schema and r.schema == database][-1:])
    return tuple(r.number for r in revisions[:-kept] if r.number not in needed)


def _newest_good(revisions: Sequence[Revision]) -> set[int]:
    """Return the newest verified revision of each of the last verified contents."""
    found: dict[int, int] = {}
    for revision in reversed(revisions):
        content = decisions.origin(revisions, revision.number)
        if revision.good and content not in found and len(found) < _GOOD_CONTENTS:
            found[content] = revision.number
    return set(found.values())
