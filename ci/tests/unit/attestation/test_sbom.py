"""What syft lists becomes one document a platform, and what is signed says which platform it is."""

import json
from dataclasses import replace
from typing import Any

import pytest
from fake_objects import images

from todo_ci.attestation import policy, sbom
from todo_ci.attestation.sbom import Listed
from todo_ci.environments import target
from todo_ci.errors import InputError, ToolError

DIGEST = f"sha256:{'1' * 64}"
IMAGE = images(1)["backend"]
PURL = f"pkg:oci/todo-backend@sha256%3A{'1' * 64}?arch=arm64&repository_url=registry.test/todo/"


def listed(**changes: Any) -> Listed:
    """Return what syft prints, with what differs from run to run."""
    printed = {
        "bomFormat": "CycloneDX",
        "serialNumber": f"urn:uuid:{changes.pop('serial', 1)}",
        "metadata": {
            "timestamp": changes.pop("timestamp", "2026-06-02T12:00:00Z"),
            "component": {"type": "container", "name": "registry.test/todo/todo-backend"},
        },
        "components": [{"type": "library", "name": "six", "version": "1.17.0"}],
    }
    return replace(Listed(IMAGE, "linux/arm64", DIGEST, json.dumps(printed), ""), **changes)


def stated(predicate: Any) -> str:
    return json.dumps({"predicate": predicate})


def test_the_same_image_has_the_same_document_each_time() -> None:
    one = sbom.document(listed())
    assert sbom.document(listed(serial=2, timestamp="2026-06-03T12:00:00Z")) == one
    assert one["components"][0]["name"] == "six"
    assert one["metadata"]["component"]["name"] == "registry.test/todo/todo-backend"


def test_a_document_says_whose_it_is_by_a_package_url() -> None:
    made = sbom.document(listed())
    assert made["metadata"]["component"]["purl"] == f"{PURL}todo-backend"
    assert sbom.platforms([stated(made)]) == {"linux/arm64"}
    other = sbom.document(listed(platform="linux/amd64"))
    assert sbom.platforms([stated(made), stated(other)]) == {"linux/arm64", "linux/amd64"}


@pytest.mark.parametrize(
    "predicate",
    [
        None,
        [],
        "text",
        {"bomFormat": "CycloneDX"},
        {"bomFormat": "CycloneDX", "metadata": {"component": {"name": "no package URL"}}},
        {"bomFormat": "CycloneDX", "metadata": {"component": {"purl": 1}}},
        {"bomFormat": "CycloneDX", "metadata": {"component": {"purl": "pkg:oci/a@b"}}},
        {"bomFormat": "CycloneDX", "metadata": {"component": {"purl": "pkg:deb/a?arch=amd64"}}},
        {"bomFormat": "another", "metadata": {"component": {"purl": f"{PURL}todo-backend"}}},
    ],
)
def test_what_names_no_platform_of_an_image_counts_for_none(predicate: Any) -> None:
    assert sbom.platforms([stated(predicate), "", "[]"]) == set()


def test_an_image_that_syft_cannot_read_is_named_with_the_reason() -> None:
    with pytest.raises(ToolError, match=r"todo-backend@sha256:0{12}… for linux/arm64: UNAUTH"):
        sbom.document(listed(text="", error="UNAUTHORIZED"))
    with pytest.raises(
        ToolError, match=r"what is in registry\.test/todo/todo-backend@.*: HTTP 404"
    ):
        sbom.document(listed(platform="", text="", error="HTTP 404"))


def test_a_document_that_is_too_large_is_refused_with_its_size() -> None:
    largest = listed(text=listed().text.ljust(sbom.LARGEST))
    assert sbom.document(largest)
    with pytest.raises(ToolError, match=f"has {sbom.LARGEST + 1} bytes, and {sbom.LARGEST} is"):
        sbom.document(replace(largest, text=f"{largest.text} "))


def test_a_login_is_for_its_registry_and_nobody_is_asked_without_one() -> None:
    step = sbom.step(target("local"), [IMAGE], registry="registry.test/todo", username="ada")
    order = json.loads(step.stdin)
    assert (order["host"], order["plain_http"]) == ("registry.test", True)
    assert [use.name for use in step.secrets] == ["registry-password"]
    assert not sbom.step(target("oke"), [IMAGE], registry="registry.test", username="").secrets


def test_a_machine_without_syft_is_told_from_one_with_nothing_to_list() -> None:
    assert sbom.parse('{"syft": false, "listed": []}') is None
    assert sbom.parse('{"syft": true, "listed": []}') == []


def test_each_platform_of_the_environment_has_to_be_listed() -> None:
    oke = target("oke")
    policy.require_sboms(IMAGE, {"linux/amd64", "linux/arm64"}, oke, before="")
    policy.require_sboms(IMAGE, {"linux/amd64"}, target("local"), before="")
    with pytest.raises(
        InputError, match=r"todo-backend@\S+ has no SBOM for linux/arm64 that"
    ) as no:
        policy.require_sboms(IMAGE, {"linux/amd64"}, oke, before="")
    platforms = "--platforms linux/amd64,linux/arm64, with --signing-key"
    assert no.value.next_step.startswith(f"todo-ci publish --env oke {platforms}")
    with pytest.raises(InputError, match="has no SBOM for linux/amd64, linux/arm64") as no:
        policy.require_sboms(IMAGE, (), oke, before="local")
    assert no.value.next_step.startswith(f"todo-ci publish --env local {platforms}")
