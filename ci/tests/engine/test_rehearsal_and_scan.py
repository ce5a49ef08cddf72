"""Through an engine, another app's commit is rehearsed, and what it is made of is looked up.

The guestbook in a repository of its own, with the table of docs/rehearsal.md and a key of its own:
one commit that nobody would notice, one that loses requests; images signed with what is in them,
which one set of advisories has nothing against, and another has. One story, in order.
"""

import json
import os
from collections.abc import Generator
from pathlib import Path

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
from guests import Theirs, blocks

from advisories import export, known, pack
from engines import ENGINE_REGISTRY, require_engine_registry
from http_servers import serving_folder
from lab_settings import gateway

pytestmark = [pytest.mark.engine, pytest.mark.lab]

NAMESPACE, TRIAL = "guestbook", "guestbook-rehearsal"
SCENES = ("return", "upgrade", "rollback")
# An update that ends the old pod first, as some charts have it.
ROLLING = "rollingUpdate:\n      maxSurge: 1\n      maxUnavailable: 0"
SIGNED = '''
[signing]
public-key = """
{}"""

[environments.local.requires]
signature = true
sbom = true
'''


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Generator[Theirs]:
    app = own_repository(tmp_path_factory.mktemp("home"))
    assert app.follow(blocks("promotion.md")["promotion_key"]).exit_code == 0
    rehearsal = blocks("rehearsal.md", "toml")["rehearsal_release"]
    release = (app.root / "release.toml").read_text().replace("allow-dirty = true\n", "")
    # A container reaches one address of the lab's gateway: the rehearsal has it for its name, and
    # what serves is asked from this machine alone.
    release += f"\n{rehearsal.replace('http://localhost:8000', gateway())}"
    release += SIGNED.format((app.home / "cosign.pub").read_text())
    values = blocks("rehearsal.md", "yaml")["rehearsal_values"]
    name = gateway().removeprefix("http://").partition(":")[0]
    (app.root / "chart/values-rehearsal.yaml").write_text(values.replace("localhost", name))
    settle(app, release)
    delete_namespaces(NAMESPACE, TRIAL)
    give_access(app, ("your-app.md", "their_access"), ("rehearsal.md", "rehearsal_access"))
    yield app
    delete_namespaces(NAMESPACE, TRIAL)


@pytest.fixture(scope="module")
def images(theirs: Theirs) -> str:
    key = f"--signing-key=file://{theirs.home}/cosign.key"
    run = dagger(theirs, "publish", *login(), "--env=local", key, form="json")
    assert run.exit_code == 0, run.text
    return json.dumps(json.loads(run.stdout))


def rehearse(app: Theirs) -> lab.Run:
    user, serving = (f"file://{app.home}/.kube/{it}-pipeline" for it in ("rehearsal", "guestbook"))
    access = (f"--kubeconfig={user}", f"--from-kubeconfig={serving}")
    run = dagger(app, "rehearse", *login(), "--env=rehearsal", *access)
    assert listing(TRIAL, "guestbook") == [], "all of it is removed"
    return run


def scan(app: Theirs, images: str, advisories: Path) -> lab.Run:
    host = os.environ[ENGINE_REGISTRY].partition(":")[0]
    with serving_folder(advisories, host) as (address, answered):
        given = (f"--images={images}", f"--database={address}")
        run = dagger(app, "scan", *login(), "--env=local", *given)
    assert answered, "it asked for them"
    return run


def test_a_commit_that_nobody_would_notice_passes_its_rehearsal(
    theirs: Theirs, images: str
) -> None:
    key = f"file:{theirs.home}/cosign.key"
    for verb, flags in (("secrets", ()), ("deploy", ("--images", images, "--signing-key", key))):
        first = theirs.todo_ci(verb, "--env", "local", *flags)
        assert first.exit_code == 0, first.text
    theirs.commit("chart/values.yaml", "title: Guestbook", "title: Our guests")
    run = rehearse(theirs)
    assert run.exit_code == 0, run.text
    assert all("none failed" in row(run.stdout, scene) for scene in SCENES)


def test_one_that_loses_requests_fails_it_with_their_number(theirs: Theirs) -> None:
    theirs.commit("chart/templates/deployment.yaml", ROLLING, "type: Recreate")
    run = rehearse(theirs)
    assert run.exit_code != 0
    assert "requests failed" in row(last_lines(run), "upgrade")


def test_images_are_looked_up_in_advisories_that_a_server_has(
    theirs: Theirs, images: str, tmp_path: Path
) -> None:
    require_engine_registry()
    export(tmp_path / "good")
    passed = scan(theirs, images, tmp_path / "good")
    assert passed.exit_code == 0, passed.text
    export(tmp_path / "bad")
    pack(tmp_path / "bad", known("GO-2099-0001", "Go", "stdlib", "1.99.0"), ecosystem="Go")
    found = scan(theirs, images, tmp_path / "bad")
    assert found.exit_code != 0
    assert "GO-2099-0001" in last_lines(found)


def test_advisories_in_a_folder_of_the_machine_are_refused(
    theirs: Theirs, images: str, tmp_path: Path
) -> None:
    given = (f"--images={images}", f"--database=file://{tmp_path}")
    run = dagger(theirs, "scan", *login(), "--env=local", *given)
    assert run.exit_code != 0
    assert "accepted: https://HOST/PATH or http://HOST/PATH" in last_lines(run)
