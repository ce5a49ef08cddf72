"""The promise: whatever a release may have to go back to is kept, and little else."""

from dataclasses import replace

import pytest

from todo_ci.core.database_schema import DatabaseSchema, of_database
from todo_ci.release.revision import Revision
from todo_ci.release.verdict import Verification
from todo_ci.rollout.pruning import superfluous


def revisions(*told: str) -> list[Revision]:
    """Make revisions from one word each: good, bad, new, or where a rollback went."""
    made: list[Revision] = []
    for number, word in enumerate(told, 1):
        verdict = {"good": Verification.PASSED, "bad": Verification.FAILED}
        back = f"Rollback to {word}" if word.isdigit() else "a commit"
        status = "deployed" if number == len(told) else "superseded"
        found = verdict.get(word, Verification.UNVERIFIED)
        made.append(Revision(number, status, found, description=back))
    return made


@pytest.mark.parametrize(
    ("told", "gone"),
    [
        (("good", "good", "bad"), ()),
        # The last verified one is never too old to stay, nor is the one before it.
        (("good", "good", "good", "bad", "bad", "bad", "bad"), (1, 4)),
        (("bad", "good", "bad", "2", "bad", "2", "bad", "2"), (1, 3, 4, 5)),
        # One content counts once, however often it was returned to.
        (("good", "bad", "good", "bad", "bad", "bad", "bad"), (2, 4)),
        (("bad", "bad", "bad", "bad"), (1,)),
    ],
)
def test_the_newest_stay_and_what_is_gone_back_to(
    told: tuple[str, ...], gone: tuple[int, ...]
) -> None:
    assert superfluous(revisions(*told), kept=3) == gone


def test_what_serves_stays_however_old() -> None:
    past = revisions("new", "bad", "bad", "bad", "bad")
    serving = [Revision(1, "deployed"), *(Revision(r.number, "failed") for r in past[1:])]
    assert superfluous(serving, kept=3) == (2,)


def test_what_the_database_was_brought_to_is_not_forgotten() -> None:
    """A database only goes forward; what the newest schema was is told by that release alone."""
    past = revisions("good", "bad", "1", "good", "good", "good", "good")
    schemas = ("0006", "0007", "0006", "0006", "0006", "0006", "0006")
    known = [
        replace(revision, schema=DatabaseSchema(head, "0005"))
        for revision, head in zip(past, schemas, strict=True)
    ]
    gone = superfluous(known, kept=3)
    kept = [revision for revision in known if revision.number not in gone]
    assert of_database(r.schema for r in kept) == of_database(r.schema for r in known)
    assert gone == (1, 3, 4)


def test_no_history_has_nothing_to_remove() -> None:
    assert superfluous([]) == ()
