"""The promise: a build that fails one request in ten meets a share of the people, and not for long.

The guestbook of examples/ with the table [canary] of docs/canary.md, in a repository of its own.
One story, in order.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Generator
from typing import Any

import lab
import pytest
from guests import FAILS, SANE, Theirs, blocks, own_repository
from load import Load

pytestmark = pytest.mark.lab

NAMESPACE, PAGE = "guestbook", "canary.md"
KINDS = "deployments,services,httproutes"
ROWS = ("canary made", "canary 20 %", "canary 50 %", "canary taken back")


def get(what: str, *flags: str) -> Any:
    return json.loads(lab.admin("kubectl", "-n", NAMESPACE, "get", what, *flags, "-o", "json"))


def objects() -> set[str]:
    """Name what there is."""
    return {f"{it['kind']} {it['metadata']['name']}" for it in get(KINDS)["items"]}


def route() -> dict[str, Any]:
    """Return all of the route but for when it was written."""
    it = get("httproute/guestbook", "--show-managed-fields")
    owners = {
        (entry["manager"], entry["operation"], json.dumps(entry["fieldsV1"], sort_keys=True))
        for entry in it["metadata"]["managedFields"]
        if entry.get("subresource") != "status"
    }
    kept = {name: it["metadata"].get(name) for name in ("labels", "annotations")}
    return {"spec": it["spec"], "owners": owners, **kept}


def release() -> tuple[str, str]:
    """Return the newest revision, and the verdict on it."""
    text = lab.admin("helm", "history", "guestbook", "-n", NAMESPACE, "-o", "json")
    number = json.loads(text)[-1]["revision"]
    secret = f"secret/sh.helm.release.v1.guestbook.v{number}"
    path = "jsonpath={.metadata.labels.verdict}"
    return str(number), lab.admin("kubectl", "-n", NAMESPACE, "get", secret, "-o", path)


def rows(run: lab.Run) -> dict[str, str]:
    """Return the lines of the report on the canary, by the name of each."""
    lines = run.stdout.splitlines()
    return {row: line for row in ROWS for line in lines if line.startswith(f"{row} ")}


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Generator[Theirs]:
    app = own_repository(tmp_path_factory.mktemp("home"))
    with (app.root / "release.toml").open("a") as file:
        file.write(f"\n{blocks(PAGE, 'toml')['canary_release']}")
    app.commit_all()
    app.commit("release.toml", "allow-dirty = true", "allow-dirty = true\ncanary = true")
    gone = ("kubectl", "delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait")
    lab.admin(*gone)
    access = app.follow(blocks("your-app.md")["their_access"])
    assert access.exit_code == 0, access.text
    yield app
    lab.admin(*gone)


@pytest.fixture(scope="module")
def as_released(theirs: Theirs) -> tuple[dict[str, Any], set[str]]:
    """What has to be there whenever no canary is: taken after the first release."""
    return route(), objects()


def test_a_first_release_has_nothing_to_stand_beside(theirs: Theirs) -> None:
    assert theirs.todo_ci("secrets").exit_code == 0
    run = theirs.todo_ci("deploy")
    assert run.exit_code == 0, run.text
    assert "nothing serves that it could stand beside" in run.stdout
    assert release() == ("1", "r1-passed")


def test_a_good_commit_goes_through_and_nobody_notices(
    theirs: Theirs, as_released: tuple[dict[str, Any], set[str]]
) -> None:
    theirs.commit("chart/values.yaml", "title: Guestbook", "title: Our guests")
    with Load(("/guestbook/",)) as people:
        run = theirs.follow(blocks(PAGE)["canary_deploy"])
    assert run.exit_code == 0, run.text
    assert release() == ("2", "r2-passed")
    assert [row for row, line in rows(run).items() if "passed" in line] == list(ROWS)
    assert people.failures == []
    assert people.answered > 100
    assert (route(), objects()) == as_released


def begun(app: Theirs) -> "subprocess.Popen[str]":
    """Start a deploy, and return while its canary has a share."""
    short = str(lab.CLUSTER / "short_lease.py")
    call = app.start(sys.executable, short, "--project", "guests", "deploy", "--env", "local")
    lab.until("it has its share", lambda: '"weight": 20' in json.dumps(route()["spec"]), 90)
    return call


@pytest.mark.matrix
def test_an_interrupted_call_takes_it_back_before_it_ends(
    theirs: Theirs, as_released: tuple[dict[str, Any], set[str]]
) -> None:
    theirs.commit("chart/values.yaml", "title: Our guests", "title: Your guests")
    call = begun(theirs)
    call.send_signal(signal.SIGINT)
    said, _ = call.communicate(timeout=90)
    print(said)
    assert call.returncode == 130
    assert "lock: given back" in said
    assert (route(), objects()) == as_released
    theirs.git("revert", "--no-edit", "HEAD")


def test_a_killed_call_leaves_a_canary(theirs: Theirs) -> None:
    theirs.commit("web/pages.go", SANE, FAILS)
    lab.kill_and_prove(begun(theirs))
    assert "Deployment guestbook-canary" in objects()


def test_the_next_call_removes_it_and_refuses_the_build_by_itself(
    theirs: Theirs, as_released: tuple[dict[str, Any], set[str]]
) -> None:
    serves = release()
    with Load(("/guestbook/",), rate=40, workers=8) as people:
        run = theirs.todo_ci("deploy")
    assert run.exit_code == 1
    assert "heal: a call that was cut off left a canary; taking it back" in run.text
    found = rows(run)
    assert "failed" in found["canary 20 %"]
    assert "passed" in found["canary taken back"]
    assert "canary 50 %" not in found, "it gets no larger share"
    assert "one request in ten fails" in run.text, "its pods' own words"
    assert "revision 2 serves on" in run.text
    assert release() == serves == ("2", "r2-passed")
    print("\n".join(people.failures))
    assert {it.partition(": ")[2] for it in people.failures} == {"status 500"}
    share = 100 * len(people.failures) / (people.answered + len(people.failures))
    print(f"{len(people.failures)} of {people.answered} requests of people failed: {share:.1f} %")
    assert share < 4, "a tenth of a fifth is 2 %"
    assert (route(), objects()) == as_released
    # The API server agrees: of what serves, nothing differs from what is released.
    theirs.git("revert", "--no-edit", "HEAD")
    assert theirs.todo_ci("diff", "--env", "local", "--exit-code").exit_code == 0
