"""The promise: where people sign in, no address is released that carries passwords in the clear."""

import pytest

from todo_ci.environments import target, targets
from todo_ci.errors import InputError
from todo_ci.preflight.address import need_https

OKE = target("oke")


def test_http_is_refused_with_the_address_that_would_do() -> None:
    with pytest.raises(InputError) as refused:
        need_https("http://todo.example.com", OKE, allowed=False)
    said = refused.value.text()
    assert "'http://todo.example.com' is not https" in said
    assert "--allow-http" in said
    assert "todo-ci deploy --env oke --url https://todo.example.com" in said


def test_whoever_says_so_may() -> None:
    need_https("http://todo.example.com", OKE, allowed=True)


def test_https_and_the_embedded_cluster_are_taken() -> None:
    need_https("https://todo.example.com", OKE, allowed=False)
    for row in targets():
        need_https(row.url, row, allowed=False)
