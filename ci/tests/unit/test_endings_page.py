"""The page about deploys tells what became of every moment at which one can end."""

import endings


def test_the_table_names_every_moment() -> None:
    wanted = [(f"{ending.when} {ending.at}", ending.how) for ending in endings.ALL]
    assert endings.listed() == wanted, "next: ./do e2e ci/tests/cluster/test_endings.py --matrix"


def test_what_is_run_each_time_is_one_moment_of_each_step() -> None:
    assert set(endings.ALL) >= endings.CHOSEN
    assert sorted(ending.at for ending in endings.CHOSEN) == sorted({e.at for e in endings.ALL})
