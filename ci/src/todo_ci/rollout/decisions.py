"""Decide what to return to: pure judgement of a history."""

import re
from collections.abc import Sequence
from enum import StrEnum

from todo_ci.core.database_schema import of_database, too_old
from todo_ci.errors import InputError
from todo_ci.release.revision import SERVED, Revision
from todo_ci.release.verdict import Verification

_ROLLBACK = re.compile(r"Rollback to (\d+)")


class Repair(StrEnum):
    """Name what frees a release that an interrupted helm left behind."""

    NOTHING = "nothing"
    ROLLBACK = "rollback"
    UNINSTALL = "uninstall"


def origin(history: Sequence[Revision], number: int) -> int:
    """Return the revision whose content a revision has: rollbacks copy an earlier one."""
    known = {revision.number: revision for revision in history}
    seen: set[int] = set()
    while number in known and number not in seen:
        seen.add(number)
        match = _ROLLBACK.fullmatch(known[number].description)
        if match is None:
            return number
        number = int(match[1])
    return number


def last_good(history: Sequence[Revision], before: int) -> Revision | None:
    """Return the newest verified revision older than a number."""
    return next((r for r in reversed(history) if r.number < before and r.good), None)


def verified_content(history: Sequence[Revision], number: int) -> Revision | None:
    """Return another revision that verified with the very content of this one."""
    content = origin(history, number)
    return next(
        (
            r
            for r in reversed(history)
            if r.good and r.number != number and origin(history, r.number) == content
        ),
        None,
    )


def choose_repair(history: Sequence[Revision]) -> tuple[Repair, int]:
    """Decide how to free a release that is stuck, and to which revision it goes."""
    if not history:
        return Repair.NOTHING, 0
    latest = history[-1]
    deployed = [r.number for r in history if r.status == "deployed"]
    back = deployed or _served(history)
    if latest.pending and latest.status != "uninstalling" and back:
        return Repair.ROLLBACK, back[-1]
    # Removing is only for what never served: an unfinished uninstall, or a first install.
    if latest.status == "uninstalling" or (
        not back and (latest.pending or latest.status == "failed")
    ):
        return Repair.UNINSTALL, 0
    return Repair.NOTHING, 0


def choose_rollback_after_failure(history: Sequence[Revision], failed: int) -> int | None:
    """Decide where to roll on to after a revision failed; None keeps what serves.

    Helm's own return goes to the last revision it deployed, verified or not, so the pipeline goes
    on to the last verified one. Where helm's return failed too, or nothing was returned, any
    deployed revision is better than a broken one. None whose build is too old for what the failed
    one made of the database: it would be as broken, verified or not.

    Args:
        history: the revisions after helm ended, oldest first.
        failed: the revision that failed; it is never returned to.
    """
    database = of_database(r.schema for r in history)
    older = [
        r for r in history if r.number < failed and not (r.schema and too_old(r.schema, database))
    ]
    if not older:
        return None
    latest = history[-1]
    good = last_good(older, failed)
    serving = latest.number if latest.status == "deployed" and latest.number != failed else None
    if good is None:
        served = _served(older)
        return served[-1] if serving is None and served else None
    if serving is not None and origin(history, serving) == origin(history, good.number):
        return None
    return good.number


def rollback_target(history: Sequence[Revision], asked: int | None, shown: str) -> Revision:
    """Pick the revision to roll back to.

    Without a wish it is the newest verified one that is older than the content that runs: after a
    return to revision 1, going back further must not mean going forward to revision 2. A rollback
    that ended before its verdict is finished first.

    Args:
        history: the revisions, oldest first.
        asked: a revision by number, or None.
        shown: the history as text, for the error.

    Raises:
        InputError: when there is nothing to roll back to, not to the revision asked for, or not
            with the database as it is.
    """
    if not history:
        raise InputError(
            "nothing to roll back to: nothing is released",
            next_step="todo-ci deploy",
        )
    current = history[-1]
    if asked is not None:
        return _serves(history, _asked(history, current, asked, shown), shown)
    older = last_good(history, min(current.number, origin(history, current.number)))
    good = _unfinished(history) or older
    if good is None:
        raise InputError(
            f"nothing to roll back to: nothing older than revision {current.number} is verified"
            f"\n{shown}",
            accepted="a revision with the verdict passed, or one you name",
            next_step="todo-ci rollback --revision N, or todo-ci deploy a good commit",
        )
    return _serves(history, good, shown)


def _unfinished(history: Sequence[Revision]) -> Revision | None:
    """Return where a rollback without a verdict went; None where it only undid what never served.

    Helm and the repair of a release return to what served before, which is the content that
    somebody may want to leave.
    """
    current = history[-1]
    match = _ROLLBACK.fullmatch(current.description)
    if (
        match is None
        or current.status != "deployed"
        or current.verdict is not Verification.UNVERIFIED
    ):
        return None
    before = [r.number for r in history[:-1] if r.status in SERVED]
    if before and origin(history, before[-1]) == origin(history, current.number):
        return None
    return next((r for r in history if r.number == int(match[1]) and r.good), None)


def _serves(history: Sequence[Revision], target: Revision, shown: str) -> Revision:
    """Refuse a target that does not work on the database as it is by now."""
    why = too_old(target.schema, of_database(r.schema for r in history))
    if why:
        raise InputError(
            f"revision {target.number} would not work: {why}\n{shown}",
            accepted="a revision whose build works on the database; a rollback migrates nothing",
            next_step="todo-ci deploy a commit that mends what is wrong",
        )
    return target


def _served(history: Sequence[Revision]) -> list[int]:
    """Number the revisions that served and are not known to be bad."""
    return [
        r.number for r in history if r.status in SERVED and r.verdict is not Verification.FAILED
    ]


def _asked(history: Sequence[Revision], current: Revision, asked: int, shown: str) -> Revision:
    others = [r for r in history if r.number != current.number and r.status in SERVED]
    accepted = "one of: " + ", ".join(str(r.number) for r in others) if others else "none yet"
    for revision in history:
        if revision.number != asked:
            continue
        if revision.number == current.number:
            problem = f"revision {asked} is the current one"
        elif revision.status not in SERVED:
            problem = f"revision {asked} never served: its status is {revision.status}"
        else:
            return revision
        break
    else:
        problem = f"there is no revision {asked}"
    raise InputError(f"{problem}\n{shown}", accepted=accepted, next_step="todo-ci history")
