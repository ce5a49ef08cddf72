"""The promise: each change can be looked at where it runs, and nothing of it stays.

The guestbook in a repository of its own, with the environment for previews of docs/preview.md: two
commits beside each other, each at its own address; a third finds no room; what is old makes way;
what is removed, or never came up, leaves its namespace as it was. One story, in order.
"""

import shutil
from collections.abc import Generator

import httpx
import lab
import pytest
from guests import Theirs, blocks, own_repository

pytestmark = pytest.mark.lab

PAGE = "preview.md"
NAMESPACE = "guestbook-previews"
ACCESS = ("--env", "preview", "--kubeconfig", "file:~/.kube/previews-pipeline")
LOCK = "lease.coordination.k8s.io/guestbook-deploy"
# What somebody can make in a namespace, beside what Kubernetes makes there by itself.
KINDS = (
    "deployments,replicasets,pods,services,endpointslices,secrets,configmaps,jobs,httproutes,leases"
)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Generator[Theirs]:
    app = own_repository(tmp_path_factory.mktemp("home"))
    shutil.copy(app.root / "lab.env", app.root / ".env")
    with (app.root / "release.toml").open("a") as file:
        file.write(f"\n{blocks(PAGE, 'toml')['preview_release']}")
    (app.root / "chart/values-preview.yaml").write_text(blocks(PAGE, "yaml")["preview_values"])
    app.commit_all()
    lab.admin("kubectl", "delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait")
    access = app.follow(blocks(PAGE)["preview_access"])
    assert access.exit_code == 0, access.text
    yield app
    lab.admin("kubectl", "delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait")


def listing() -> set[str]:
    """Name all that is in the namespace."""
    return set(lab.admin("kubectl", "-n", NAMESPACE, "get", KINDS, "--output=name").split())


@pytest.fixture(scope="module")
def empty(theirs: Theirs) -> set[str]:
    """Tell what is in the namespace before there is any preview."""
    return listing()


def title(name: str) -> str:
    """Return the heading of a preview's page; nothing where somebody else answers, or nobody."""
    url = f"http://127.0.0.1:8000/{name}/guestbook/"
    answer = httpx.get(url, trust_env=False, timeout=10)
    return "" if answer.is_error else answer.text.partition("<h1>")[2].partition("</h1>")[0]


def rows(run: lab.Run) -> dict[str, str]:
    """Return the lines of a report by the names of their checks."""
    return {line.split()[0]: line for line in run.stdout.splitlines() if line.strip()}


def test_two_commits_serve_beside_each_other_each_at_its_own_address(
    theirs: Theirs, empty: set[str]
) -> None:
    assert [name for name in empty if "guestbook" in name] == [LOCK], "which all of them share"
    first = theirs.follow(blocks(PAGE)["preview_make"])
    assert first.exit_code == 0, first.text
    assert "preview to preview/pr-12: revision 1 passed" in first.stdout
    assert "serves at http://127.0.0.1:8000/pr-12" in first.stdout
    theirs.commit("chart/values.yaml", "title: Guestbook", "title: Our guests")
    second = theirs.todo_ci("preview", *ACCESS, "--name", "pr-13")
    assert second.exit_code == 0, second.text
    assert "2 of 2: pr-12 (" in rows(second)["previews"]
    assert (title("pr-12"), title("pr-13")) == ("Guestbook", "Our guests")


def test_a_third_finds_no_room_and_is_told_who_has_it(theirs: Theirs) -> None:
    before = listing()
    refused = theirs.todo_ci("preview", *ACCESS, "--name", "pr-14")
    assert refused.exit_code == 1
    assert "preview has 2 of 2 previews that it may have: pr-12 (" in refused.text
    assert "todo-ci --project guests unpreview --env preview --name pr-12" in refused.text
    assert "building" not in refused.text, "before anything is built"
    assert listing() == before


def test_any_verb_tells_of_one_of_them(theirs: Theirs) -> None:
    status = theirs.todo_ci("status", "--env", "preview/pr-13", *ACCESS[2:])
    assert status.exit_code == 0, status.text
    assert "guestbook-pr-13 on preview/pr-13: revision 1 is deployed, passed" in status.stdout
    assert "pr-12" not in status.stdout
    alone = theirs.todo_ci("deploy", *ACCESS)
    assert alone.exit_code == 1
    assert "preview is an environment for previews" in alone.text


def test_what_is_removed_leaves_nothing_and_the_other_serves_on(theirs: Theirs) -> None:
    removed = theirs.follow(blocks(PAGE)["preview_remove"])
    assert removed.exit_code == 0, removed.text
    assert "Deployment guestbook-pr-12" in rows(removed)["pr-12"]
    assert [name for name in listing() if "pr-12" in name] == []
    assert (title("pr-12"), title("pr-13")) == ("", "Our guests")


def test_one_that_never_came_up_leaves_nothing_either(theirs: Theirs) -> None:
    before = listing()
    theirs.commit("web/Dockerfile", 'ENTRYPOINT ["/guestbook"]', 'ENTRYPOINT ["/guestbook", "?"]')
    run = theirs.todo_ci("preview", *ACCESS, "--name", "pr-15")
    assert run.exit_code == 1
    assert "nothing is released" in run.stdout
    assert "usage: guestbook" in run.stdout, "its last lines are shown"
    assert listing() == before


def test_what_is_over_its_age_is_taken_away(theirs: Theirs, empty: set[str]) -> None:
    young = theirs.todo_ci("unpreview", *ACCESS)
    assert young.exit_code == 0, young.text
    assert list(rows(young))[-1] == "previews", "nothing is old yet"
    assert title("pr-13") == "Our guests"
    old = theirs.later("unpreview", *ACCESS)
    assert old.exit_code == 0, old.text
    assert "3 d old, removed with all that it had: Service guestbook-pr-13" in rows(old)["pr-13"]
    assert "0 of 2" in rows(old)["previews"]
    assert title("pr-13") == ""
    assert listing() == empty
