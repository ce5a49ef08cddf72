"""`down` removes the lab's rules and chains and leaves every other one alone."""

import pytest

from todo_lab.host import firewall

OTHERS = [
    ":INPUT DROP [0:0]",
    ":DOCKER - [0:0]",
    ":MY-KUBE-CHAIN - [0:0]",
    "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT",
    '-A FORWARD -m comment --comment "not todo-lab" -j DOCKER',
    "-A FORWARD -m comment --comment KUBE-FORWARD -j DOCKER",
    "-A FORWARD -s 10.244.0.0/24 -j DROP",
]
OURS = [
    ":KUBE-FORWARD - [0:0]",
    "-A INPUT -i todolab0 -m comment --comment todo-lab -j ACCEPT",
    '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
    '-A KUBE-FORWARD -m conntrack --ctstate INVALID -m comment --comment "a * b" -j DROP',
]


def saved(*lines: str) -> str:
    chains = [line for line in lines if line.startswith(":")]
    entries = [line for line in lines if line.startswith("-")]
    return "\n".join(["# Generated", "*filter", *chains, *entries, "COMMIT", "# Completed", ""])


@pytest.mark.parametrize("line", OURS)
def test_our_lines_are_known(line: str):
    assert firewall.own_lines(saved(*OTHERS, line)) == [line]


def test_lines_of_others_are_not_ours():
    assert firewall.own_lines(saved(*OTHERS)) == []


def test_nothing_of_ours_means_nothing_to_do():
    assert firewall.cleanup_script(saved(*OTHERS)) == ""


def test_the_script_empties_our_chains_and_deletes_our_rules_in_chains_of_others():
    assert firewall.cleanup_script(saved(*OTHERS, *OURS)).splitlines() == [
        "*filter",
        ":KUBE-FORWARD - [0:0]",
        "-D INPUT -i todolab0 -m comment --comment todo-lab -j ACCEPT",
        '-D FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
        "-X KUBE-FORWARD",
        "COMMIT",
    ]


def test_every_rule_of_the_lab_would_be_found_again():
    for _, chain, rule in firewall.rules():
        line = f"-A {chain} {' '.join(rule)} -m comment --comment {firewall.COMMENT}"
        assert firewall.own_lines(line) == [line]


def test_a_table_is_empty_only_without_rules_chains_and_refusals():
    assert firewall.empty_tables(saved(":INPUT ACCEPT [3:1]")) == ["filter"]
    assert firewall.empty_tables(saved(":INPUT DROP [0:0]")) == []
    assert firewall.empty_tables(saved(":INPUT ACCEPT [0:0]", ":DOCKER - [0:0]")) == []
    assert firewall.empty_tables(saved(":INPUT ACCEPT [0:0]", "-A INPUT -j ACCEPT")) == []
