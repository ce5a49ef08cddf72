"""Through an engine, another app's commit meets a share of the people, or an address of its own.

The guestbook in a repository of its own, with the tables of docs/canary.md and docs/preview.md: two
commits are tried on people, of which one fails one request in ten; a preview is made, and removed.
One story, in order; what else there is to either, the cluster's own tests have.
"""

from collections.abc import Generator

import httpx
import lab
import pytest
from guest_calls import (
    dagger,
    delete_namespaces,
    give_access,
    last_lines,
    listing,
    login,
    own_repository,
    row,
    settle,
)
from guests import FAILS, SANE, Theirs, blocks

from lab_settings import gateway

pytestmark = [pytest.mark.engine, pytest.mark.lab]

NAMESPACES = ("guestbook", "guestbook-previews")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Generator[Theirs]:
    app = own_repository(tmp_path_factory.mktemp("home"))
    release = (app.root / "release.toml").read_text()
    release = release.replace("allow-dirty = true", "canary = true")
    release += blocks("canary.md", "toml")["canary_release"]
    release += blocks("preview.md", "toml")["preview_release"].replace("limit = 2", "limit = 1")
    values = blocks("preview.md", "yaml")["preview_values"]
    (app.root / "chart/values-preview.yaml").write_text(values)
    settle(app, release.replace("http://127.0.0.1:8000", gateway()))
    delete_namespaces(*NAMESPACES)
    give_access(app, ("your-app.md", "their_access"), ("preview.md", "preview_access"))
    yield app
    delete_namespaces(*NAMESPACES)


def deploy(app: Theirs) -> lab.Run:
    access = f"--kubeconfig=file://{app.home}/.kube/guestbook-pipeline"
    return dagger(app, "deploy", *login(), "--env=local", access)


def previews(app: Theirs, verb: str, name: str) -> lab.Run:
    access = f"--kubeconfig=file://{app.home}/.kube/previews-pipeline"
    who = login() if verb == "preview" else []
    return dagger(app, verb, *who, "--env=preview", f"--name={name}", access)


def served(path: str = "") -> str:
    """Return the heading of the page below a path; nothing where somebody else answers."""
    answer = httpx.get(f"{gateway()}{path}/guestbook/", trust_env=False, timeout=10)
    return "" if answer.is_error else answer.text.partition("<h1>")[2].partition("</h1>")[0]


def test_a_good_commit_is_tried_on_a_share_and_then_released(theirs: Theirs) -> None:
    for verb in ("secrets", "deploy"):
        first = theirs.todo_ci(verb)
        assert first.exit_code == 0, first.text
    theirs.commit("chart/values.yaml", "title: Guestbook", "title: Our guests")
    run = deploy(theirs)
    assert run.exit_code == 0, run.text
    for step in ("canary 20 %", "canary 50 %", "canary taken back"):
        assert "passed" in row(run.stdout, step)
    assert "revision 2 passed" in run.stdout
    assert served() == "Our guests"


def test_a_bad_one_is_refused_with_its_figures_and_what_served_serves_on(theirs: Theirs) -> None:
    theirs.commit("web/pages.go", SANE, FAILS)
    run = deploy(theirs)
    assert run.exit_code != 0
    said = last_lines(run)
    assert "the canary is taken back, and revision 2 serves on" in said
    assert "failed" in row(said, "canary 20 %")
    assert "requests failed (" in row(said, "canary 20 %")
    assert "one request in ten fails" in said, "its pods' own words"
    assert listing("guestbook", "canary") == []
    assert served() == "Our guests"
    theirs.git("revert", "--no-edit", "HEAD")


def test_a_preview_answers_at_its_own_address_and_beyond_the_limit_is_no_other(
    theirs: Theirs,
) -> None:
    made = previews(theirs, "preview", "pr-12")
    assert made.exit_code == 0, made.text
    assert f"serves at {gateway()}/pr-12" in made.stdout
    assert served("/pr-12") == "Our guests"
    second = previews(theirs, "preview", "pr-13")
    assert second.exit_code != 0
    assert "preview has 1 of 1 previews that it may have: pr-12 (" in last_lines(second)
    assert "unpreview --env preview --name pr-12" in last_lines(second)
    assert listing("guestbook-previews", "pr-13") == []


def test_what_is_removed_leaves_nothing(theirs: Theirs) -> None:
    removed = previews(theirs, "unpreview", "pr-12")
    assert removed.exit_code == 0, removed.text
    assert "Deployment guestbook-pr-12" in removed.stdout
    assert listing("guestbook-previews", "pr-12") == []
    assert served("/pr-12") == ""
