"""The pipeline's Role holds what the pipeline uses, and not one verb more.

The API server wrote down what was asked of it; whatever the Role grants beside that is too much.
"""

import json
from pathlib import Path

import lab
import pytest
import roles
from audit import Audit
from roles import Right

pytestmark = pytest.mark.lab

FAULTS = Path(__file__).parent / "faults"
# Everything the chart can consist of, so that all of it is made, changed and removed.
EVERYTHING = {
    "backend": {"replicas": 2},
    "gateway": {"httpRoute": {"enabled": True}},
    "networkPolicy": {"enabled": True},
}
# An API server of this version hands out what there is at the start of a watch; an older one is
# asked for a list first.
OLDER = {Right(r.group, r.resource, "list") for r in roles.rights() if r.verb == "watch"}


def passed(*argv: str) -> None:
    run = lab.todo_ci(*argv)
    assert run.exit_code == 0, run.text


@pytest.fixture(scope="module")
def asked(images: str, tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """Have everything made that the chart can consist of, and every verb called."""
    folder = tmp_path_factory.mktemp("values")
    (folder / "all.yaml").write_text(json.dumps(EVERYTHING))
    deploy = ("deploy", "--env", "local", "--images", images)
    with Audit() as audit:
        passed("secrets", "--env", "local")
        passed(*deploy, "--values", str(folder / "all.yaml"))
        passed(*deploy)
        for verb in ("verify", "status", "history", "logs", "diff", "doctor"):
            passed(verb, "--env", "local")
    return audit


@pytest.fixture(scope="module")
def used(images: str, asked: Audit, all_calls: Audit) -> set[Right]:
    """Return what all of this run's tests took, with what a failed release and a rollback take."""
    all_calls.read()
    if set(roles.rights()) <= all_calls.used | OLDER:
        return all_calls.used
    # Other tests see to that, where they ran before.
    crash = ("--images", images, "--values", str(FAULTS / "crash.yaml"))
    test = ("--images", images, "--values", str(FAULTS / "test.yaml"))
    with Audit() as audit:
        passed("rollback", "--env", "local")
        failed = lab.todo_ci("deploy", "--env", "local", *test)
        assert failed.exit_code == 1, "its own test is a pod of helm's"
        failed = lab.todo_ci("deploy", "--env", "local", *crash)
        assert failed.exit_code == 1
        lab.uninstall()
        failed = lab.todo_ci("deploy", "--env", "local", *crash)
        assert failed.exit_code == 1, "a first install that fails is removed again"
        passed("deploy", "--env", "local", "--images", images)
    return all_calls.used | audit.used


def test_nothing_was_refused(asked: Audit) -> None:
    # Nodes belong to no namespace, and doctor asks for them knowing that.
    assert asked.refused == set()


def test_what_the_role_grants_is_used(used: set[Right]) -> None:
    assert set(roles.rights()) - used - OLDER == set()


def test_what_is_used_the_role_grants(used: set[Right]) -> None:
    assert used - set(roles.rights()) == set()


def test_the_role_reaches_into_no_container_and_no_other_namespace() -> None:
    assert not {right for right in roles.rights() if right.resource in ("pods/exec", "nodes")}
    kinds = {document["kind"] for document in roles.documents()}
    assert kinds == {"Namespace", "ServiceAccount", "Role", "RoleBinding"}


def refused_without(*rights: Right) -> str:
    """Return what a verb says that is refused before it touches anything."""
    with roles.without(*rights):
        run = lab.todo_ci("rollback", "--env", "local", "--dry-run")
    assert run.exit_code == 1
    assert "infra/oke/pipeline-rbac.yaml" in run.stderr
    return run.stderr


def test_every_right_that_is_missing_is_named_at_the_start() -> None:
    """One verb of each kind: what is missing shows before anything is done, not in the middle."""
    first = {(r.group, r.resource): r for r in reversed(roles.rights())}.values()
    assert len(first) > 10
    said = refused_without(*first)
    named = said.partition(f"lacks rights in namespace {lab.NAMESPACE}: ")[2].splitlines()[0]
    assert named.split(", ") == [f"{r.verb} {r.resource}" for r in roles.rights() if r in first]


ALONE = [
    pytest.param(right, id=str(right), marks=pytest.mark.matrix if place else [])
    for place, right in enumerate(roles.rights())
]


@pytest.mark.parametrize("right", ALONE)
def test_one_right_less_is_enough(right: Right) -> None:
    assert f"{right.verb} {right.resource}" in refused_without(right)
