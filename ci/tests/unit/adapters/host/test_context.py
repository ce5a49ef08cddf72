"""Who calls is known by name to whoever waits for the deploy lock."""

from pathlib import Path

import pytest

from todo_ci.adapters.host.context import open_host_context

ROOT = Path(__file__).parents[5]


def caller(given: str = "") -> str:
    with open_host_context(ROOT, "local", caller=given) as context:
        return context.caller


def test_a_run_on_github_is_named_by_its_repository_and_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GITHUB_RUN_ID", "4711")
    monkeypatch.setenv("GITHUB_REPOSITORY", "octocat/todo")
    assert caller() == "octocat/todo run 4711"
    assert caller("octocat@laptop") == "octocat@laptop"


def test_elsewhere_it_is_this_machines_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_RUN_ID", raising=False)
    assert caller() == ""
