"""What a release is labelled with, and where its images go by default."""

from dataclasses import replace

import pytest

from todo_ci.core.working_tree import WorkingTree, origin_of, owner_of, registry_of, source_of
from todo_ci.errors import InputError

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
    tree = WorkingTree("a" * 40, dirty=True, owner="somebody", source="https://x/somebody/todo")
    assert tree.at("") == tree
    assert tree.label == f"{'a' * 40}-dirty"
    assert tree.at("bbbbbbb") == replace(tree, commit="bbbbbbb", dirty=False)
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


@pytest.mark.parametrize(
    "given",
    ["docker.io/you", "docker.io", "index.docker.io/you", "https://hub.docker.com/r/you"],
)
def test_docker_hub_is_refused_by_name(given: str) -> None:
    with pytest.raises(InputError, match="is Docker Hub") as refused:
        registry_of(given, "somebody")
    assert given in refused.value.problem
    assert "ghcr.io/OWNER" in refused.value.next_step


def test_another_registry_that_names_docker_is_none_of_it() -> None:
    assert registry_of("docker.io.example.com/you", "") == "docker.io.example.com/you"
    assert registry_of("registry.example.com/docker.io/you", "").startswith("registry.")


@pytest.mark.parametrize(
    ("url", "owner"),
    [
        ("git@github.com:Somebody/todo.git", "somebody"),
        ("https://github.com/octo_acme/todo", "octo_acme"),
        ("https://octocat:ghp_secret@github.com/octo_acme/todo.git/", "octo_acme"),
        ("ssh://git@ssh.github.com:443/octo_acme/todo.git", "octo_acme"),
        ("github.com:octo_acme/todo.git", "octo_acme"),
        ("https://gitlab.com/somebody/todo.git", ""),
        ("git@codeberg.org:somebody/todo.git", ""),
        ("https://github.com.example.org/somebody/todo", ""),
        ("https://example.org/github.com/todo", ""),
        ("/srv/git/todo.git", ""),
        ("", ""),
    ],
)
def test_an_owner_is_one_on_github(url: str, owner: str) -> None:
    """Another forge's name at ghcr.io may be a stranger there."""
    assert owner_of(url) == owner


def test_the_origin_is_read_from_gits_own_file() -> None:
    assert owner_of(origin_of(CONFIG)) == "somebody"
    assert source_of(origin_of(CONFIG)) == "https://github.com/Somebody/todo"


@pytest.mark.parametrize(
    "url",
    [
        "git@github.com:Somebody/todo.git",
        "https://github.com/Somebody/todo",
        "https://github.com/Somebody/todo.git/",
        "https://octocat:ghp_secret@github.com/Somebody/todo.git",
        "ssh://git@github.com:22/Somebody/todo.git",
    ],
)
def test_the_source_is_a_page_without_credentials(url: str) -> None:
    assert source_of(url) == "https://github.com/Somebody/todo"


@pytest.mark.parametrize("url", ["", "/srv/git/todo.git", "../todo", "https://github.com/"])
def test_a_path_is_no_page(url: str) -> None:
    assert source_of(url) == ""


@pytest.mark.parametrize("config", ["", '[remote "fork"]\n\turl = git@github.com:a/b.git\n'])
def test_a_repository_without_an_origin_names_none(config: str) -> None:
    assert origin_of(config) == ""
