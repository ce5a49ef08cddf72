"""The page about deploys tells what became of every moment at which one can end."""

import interruption_matrix


def test_the_table_names_every_moment() -> None:
    wanted = [(f"{ending.when} {ending.at}", ending.how) for ending in interruption_matrix.ALL]
    assert [row[:2] for row in interruption_matrix.listed()] == wanted, (
        "next: ./do e2e ci/tests/cluster/test_endings.py --matrix"
    )


def test_what_is_run_each_time_leaves_behind_all_there_is_to_leave() -> None:
    states = {left for *_, left in interruption_matrix.listed()}
    chosen = {(f"{ending.when} {ending.at}", ending.how) for ending in interruption_matrix.CHOSEN}
    left_by_chosen = {left for at, how, left in interruption_matrix.listed() if (at, how) in chosen}
    assert left_by_chosen == states - {interruption_matrix.AS_BEFORE}
    assert {how for _, how in chosen} == set(interruption_matrix.HOW)
    assert len(states) > 4
