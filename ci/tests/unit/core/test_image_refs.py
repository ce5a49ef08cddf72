"""Only digests name what is deployed."""

import json

import pytest

from todo_ci.commands.publish import given
from todo_ci.core.image_refs import ImageRefs, Reference
from todo_ci.errors import InputError

DIGEST = "sha256:" + "0123456789abcdef" * 4
BACKEND = f"ghcr.io/somebody/todo-backend@{DIGEST}"
FRONTEND = f"10.255.0.1:5000/todo/todo-frontend@{DIGEST}"


@pytest.mark.parametrize("text", [BACKEND, FRONTEND, f"localhost/x@{DIGEST}"])
def test_a_digest_is_read_and_written_back(text: str) -> None:
    reference = Reference.parse(text)
    assert str(reference) == text
    assert reference.digest == DIGEST


@pytest.mark.parametrize(
    "text",
    [
        "",
        "todo-backend",
        f"todo-backend@{DIGEST}",
        "ghcr.io/a/b:latest",
        f"ghcr.io/a/b@{DIGEST[:-1]}",
        f"ghcr.io/a/b@{DIGEST}\n",
        f"ghcr.io/a/b:v1@{DIGEST}",
        f"ghcr.io/A/b@{DIGEST}",
        f"https://ghcr.io/a/b@{DIGEST}",
    ],
)
def test_anything_else_is_refused_by_name_with_the_shape(text: str) -> None:
    with pytest.raises(InputError) as refused:
        Reference.parse(text)
    assert repr(text) in refused.value.problem
    assert "@sha256:" in refused.value.accepted
    assert "todo-ci publish" in refused.value.next_step


def test_references_survive_json() -> None:
    refs = ImageRefs({"backend": BACKEND, "frontend": FRONTEND})
    assert ImageRefs.from_json(refs.json()) == refs
    assert BACKEND in refs.table()
    assert BACKEND in refs.markdown()


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "{}", '{"backend": "x"}', '{"front": "x"}', "null", '{"backend": null}',
        f'{{"backend": "{BACKEND}", "frontend": "{FRONTEND}", "front": "{BACKEND}"}}',
    ],
)  # fmt: skip
def test_json_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        ImageRefs.from_json(text)
    assert refused.value.next_step


def test_some_components_alone_are_refused() -> None:
    with pytest.raises(InputError, match="that of frontend is missing"):
        given("", backend=BACKEND)


def test_images_given_twice_are_refused() -> None:
    with pytest.raises(InputError, match="twice"):
        given(
            ImageRefs({"backend": BACKEND, "frontend": FRONTEND}).json(),
            backend=BACKEND,
            frontend=FRONTEND,
        )


def test_no_images_means_publish_first() -> None:
    assert given("") is None
    assert given("", backend=BACKEND, frontend=FRONTEND) == ImageRefs(
        {"backend": BACKEND, "frontend": FRONTEND}
    )


def test_machines_are_told_each_artifact_by_its_name() -> None:
    refs = ImageRefs({"backend": BACKEND, "frontend": FRONTEND}, BACKEND)
    assert json.loads(refs.json()) == {"backend": BACKEND, "frontend": FRONTEND, "chart": BACKEND}
    assert ImageRefs.from_json(refs.json()) == refs


@pytest.mark.usefixtures("guestbook")
def test_an_app_of_one_component_has_one_image() -> None:
    refs = given(json.dumps({"web": BACKEND}))
    assert refs is not None
    assert refs["web"] == BACKEND
    with pytest.raises(InputError, match="that of web is missing"):
        given(json.dumps({"backend": BACKEND}))
