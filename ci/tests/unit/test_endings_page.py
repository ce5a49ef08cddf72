"""The page about deploys tells what became of every moment at which one can end."""

import endings


def test_the_table_names_every_moment() -> None:
    wanted = [(f"{ending.when} {ending.at}", ending.how) for ending in endings.ALL]
    assert [row[:2] for row in endings.listed()] == wanted, (
        "next: ./do e2e ci/tests/cluster/test_endings.py --matrix"
    )


def test_what_is_run_each_time_leaves_behind_all_there_is_to_leave() -> None:
    states = {left for *_, left in endings.listed()}
    chosen = {(f"{ending.when} {ending.at}", ending.how) for ending in endings.CHOSEN}
    left_by_chosen = {left for at, how, left in endings.listed() if (at, how) in chosen}
    assert left_by_chosen == states - {endings.AS_BEFORE}
    assert {how for _, how in chosen} == set(endings.HOW)
    assert len(states) > 4
