"""The promise: only what verified is returned to, and nobody is sent to what they just left."""

import pytest

from todo_ci.errors import InputError
from todo_ci.release import verdict
from todo_ci.release.revision import Revision
from todo_ci.release.verdict import Verification
from todo_ci.rollout import decisions
from todo_ci.rollout.decisions import Repair

PASSED, FAILED, NONE = Verification.PASSED, Verification.FAILED, Verification.UNVERIFIED


def history(
    *rows: tuple[str, Verification] | tuple[str, Verification, str],
) -> tuple[Revision, ...]:
    return tuple(
        Revision(number, row[0], row[1], description=row[2] if len(row) > 2 else "commit")
        for number, row in enumerate(rows, 1)
    )


OLD = ("superseded", PASSED)
NOW = ("deployed", PASSED)


def test_a_verdict_counts_only_for_the_revision_it_names() -> None:
    assert verdict.read(3, "r3-passed") is PASSED
    assert verdict.read(3, "r3-failed") is FAILED
    for other in ("r1-passed", "r33-passed", "passed", "r3-passed2", ""):
        assert verdict.read(3, other) is NONE


def test_a_verdict_names_its_own_revision() -> None:
    assert verdict.label(7, passed=True) == "verdict=r7-passed"
    assert verdict.label(7, passed=False) == "verdict=r7-failed"


def test_the_content_of_a_rollback_is_that_of_its_first_source() -> None:
    past = history(OLD, OLD, ("superseded", PASSED, "Rollback to 1"), (*NOW, "Rollback to 3"))
    assert decisions.origin(past, 4) == 1
    assert decisions.origin(past, 2) == 2


def test_a_rollback_whose_source_was_pruned_still_names_it() -> None:
    past = (Revision(14, "deployed", PASSED, description="Rollback to 2"),)
    assert decisions.origin(past, 14) == 2


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        (history(), (Repair.NOTHING, 0)),
        (history(NOW), (Repair.NOTHING, 0)),
        (history(NOW, ("failed", NONE)), (Repair.NOTHING, 0)),
        (history(NOW, ("pending-upgrade", NONE)), (Repair.ROLLBACK, 1)),
        (history(OLD, ("failed", NONE), ("pending-rollback", NONE)), (Repair.ROLLBACK, 1)),
        (history(("superseded", NONE), ("pending-rollback", NONE)), (Repair.ROLLBACK, 1)),
        (history(("superseded", NONE), ("failed", NONE)), (Repair.NOTHING, 0)),
        (history(("pending-install", NONE)), (Repair.UNINSTALL, 0)),
        (history(("failed", NONE)), (Repair.UNINSTALL, 0)),
        (history(NOW, ("uninstalling", NONE)), (Repair.UNINSTALL, 0)),
    ],
)
def test_a_stuck_release_is_freed_by_the_gentlest_means(
    past: tuple[Revision, ...], expected: tuple[Repair, int]
) -> None:
    assert decisions.choose_repair(past) == expected


def test_helms_return_to_the_verified_release_is_kept() -> None:
    past = history(OLD, ("failed", NONE), ("deployed", NONE, "Rollback to 1"))
    assert decisions.choose_rollback_after_failure(past, 2) is None


def test_helms_return_to_an_unverified_release_is_not() -> None:
    past = history(OLD, ("superseded", NONE), ("failed", NONE), ("deployed", NONE, "Rollback to 2"))
    assert decisions.choose_rollback_after_failure(past, 3) == 1


def test_helms_return_that_failed_too_is_done_again() -> None:
    past = history(NOW, ("failed", NONE), ("failed", NONE, "Release failed"))
    assert decisions.choose_rollback_after_failure(past, 2) == 1


def test_a_release_that_does_not_verify_goes_to_the_last_that_did() -> None:
    past = history(OLD, ("superseded", FAILED), ("deployed", NONE))
    assert decisions.choose_rollback_after_failure(past, 3) == 1


def test_without_a_verified_release_what_serves_is_kept() -> None:
    past = history(("superseded", NONE), ("failed", NONE), ("deployed", NONE, "Rollback to 1"))
    assert decisions.choose_rollback_after_failure(past, 2) is None


def test_a_release_known_to_be_bad_is_never_returned_to() -> None:
    assert (
        decisions.choose_rollback_after_failure(
            history(("superseded", FAILED), ("deployed", NONE)), 2
        )
        is None
    )


def test_after_a_first_failure_there_is_nothing_to_return_to() -> None:
    assert decisions.choose_rollback_after_failure(history(("deployed", NONE)), 1) is None
    assert decisions.choose_rollback_after_failure((), 1) is None


def test_rollback_skips_what_failed_and_what_nobody_verified() -> None:
    past = history(OLD, ("superseded", NONE), ("failed", FAILED), ("superseded", FAILED), NOW)
    assert decisions.rollback_target(past, None, "").number == 1


def test_rollback_after_a_return_goes_further_back_not_forward() -> None:
    past = history(OLD, OLD, ("failed", FAILED), (*NOW, "Rollback to 2"))
    assert decisions.rollback_target(past, None, "").number == 1
    past = history(OLD, OLD, (*NOW, "Rollback to 1"))
    with pytest.raises(InputError, match="nothing to roll back to"):
        decisions.rollback_target(past, None, "")


@pytest.mark.parametrize("past", [(), history(NOW), history(("superseded", NONE), NOW)])
def test_nothing_to_roll_back_to_is_said_with_the_next_step(past: tuple[Revision, ...]) -> None:
    with pytest.raises(InputError, match="nothing to roll back to") as refused:
        decisions.rollback_target(past, None, "the history")
    assert "next: todo-ci" in refused.value.text()
    assert not past or "the history" in refused.value.text()


UNFINISHED = ("deployed", NONE, "Rollback to 2")


@pytest.mark.parametrize(
    ("past", "target"),
    [
        # Somebody left 3, and was cut off before the verdict: 2 it is, and nothing older.
        (history(OLD, OLD, OLD, UNFINISHED), 2),
        # The pipeline left 3, which was bad, and was cut off.
        (history(OLD, OLD, ("superseded", FAILED), UNFINISHED), 2),
        # Helm undid 3, or healing did, which never served: 2 is what somebody wants to leave.
        (history(OLD, OLD, ("failed", NONE), UNFINISHED), 1),
        (history(OLD, OLD, ("pending-rollback", NONE), UNFINISHED), 1),
        # Finished, one goes on to what is older.
        (history(OLD, OLD, OLD, ("deployed", PASSED, "Rollback to 2")), 1),
        (history(OLD, OLD, OLD, ("deployed", FAILED, "Rollback to 2")), 1),
        # Where it went is no longer known to be good.
        (history(OLD, ("superseded", FAILED), OLD, UNFINISHED), 1),
    ],
)
def test_a_rollback_without_a_verdict_is_finished_first(
    past: tuple[Revision, ...], target: int
) -> None:
    assert decisions.rollback_target(past, None, "").number == target


def test_a_revision_by_name_may_be_unverified_but_must_have_served() -> None:
    past = history(("superseded", NONE), ("failed", NONE), NOW)
    assert decisions.rollback_target(past, 1, "").number == 1
    for asked, reason in (
        (2, "revision 2 never served"),
        (3, "revision 3 is the current one"),
        (9, "there is no revision 9"),
    ):
        with pytest.raises(InputError, match=reason) as refused:
            decisions.rollback_target(past, asked, "")
        assert "accepted: one of: 1" in refused.value.text()
