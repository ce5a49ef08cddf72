"""What a release is labelled with, and where its images go by default."""

import pytest

from todo_ci.core.working_tree import WorkingTree, origin_of, owner_of, registry_of

CONFIG = """[core]
\trepositoryformatversion = 0
[remote "fork"]
\turl = git@github.com:Another/todo.git
[remote "origin"]
\tfetch = +refs/heads/*:refs/remotes/origin/*
\turl = git@github.com:Somebody/todo.git
[branch "main"]
\tremote = origin
"""


def test_a_given_commit_is_taken_at_its_word() -> None:
    tree = WorkingTree("a" * 40, dirty=True, owner="somebody")
    assert tree.at("") == tree
    assert tree.label == f"{'a' * 40}-dirty"
    assert tree.at("bbbbbbb") == WorkingTree("bbbbbbb", dirty=False, owner="somebody")
    assert tree.at("bbbbbbb").label == "bbbbbbb"


@pytest.mark.parametrize(
    ("given", "owner", "registry"),
    [
        ("host:5000/todo", "somebody", "host:5000/todo"),
        ("", "somebody", "ghcr.io/somebody"),
        ("", "", ""),
    ],
)
def test_the_registry_is_the_owners_by_default(given: str, owner: str, registry: str) -> None:
    assert registry_of(given, owner) == registry
    assert WorkingTree("a" * 40, dirty=False, owner=owner).registry(given) == registry


def test_the_origin_is_read_from_gits_own_file() -> None:
    assert owner_of(origin_of(CONFIG)) == "somebody"


@pytest.mark.parametrize("config", ["", '[remote "fork"]\n\turl = git@github.com:a/b.git\n'])
def test_a_repository_without_an_origin_names_none(config: str) -> None:
    assert origin_of(config) == ""
