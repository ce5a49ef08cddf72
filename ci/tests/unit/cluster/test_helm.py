"""The promise: helm is told exactly what design and flags say, and its answers are read right."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from fake_objects import images

from todo_ci.cluster import helm
from todo_ci.environments import target

FIXTURES = Path(__file__).parents[1] / "fixtures"
LOCAL = target("local")


URL = "https://todo.example.org"


def options(argv: tuple[str, ...]) -> dict[str, str]:
    return {a: b for a, b in zip(argv, (*argv[1:], ""), strict=True) if a.startswith("--")}


def test_an_upgrade_names_both_images_by_digest_and_returns_by_itself() -> None:
    argv = helm.upgrade(LOCAL, images(5), "abc123", url=URL, overlay=False)
    given = options(argv)
    assert argv[:4] == ("helm", "upgrade", "todo-app", "chart")
    assert {"--install", "--rollback-on-failure", "--wait=watcher"} <= set(argv)
    assert given["--namespace"] == "todo"
    assert given["--timeout"] == f"{LOCAL.helm_timeout}s"
    assert given["--history-max"] == "0", "rollout/pruning.py keeps what is gone back to"
    assert given["--description"] == "abc123"
    assert given["--values"] == "chart/values-local.yaml"
    digest = images(5)["backend"].partition("@")[2]
    assert f"backend.image.digest={digest}" in given["--set-string"].split(",")
    assert "frontend.image.repository=registry.test/todo/todo-frontend" in given["--set-string"]
    assert f"gateway.url={URL}" in given["--set-string"].split(",")
    assert "--create-namespace" not in argv


def test_an_overlay_is_laid_over_the_environments_values() -> None:
    argv = helm.upgrade(LOCAL, images(), "abc", url=URL, overlay=True)
    files = [b for a, b in pairwise(argv) if a == "--values"]
    assert files == ["chart/values-local.yaml", "overlay.yaml"]


@pytest.mark.parametrize("url", ["https://todo.example.org", "https://todo.example.org/"])
def test_the_address_is_given_as_an_origin(url: str) -> None:
    assert helm.url_values(url) == ("gateway.url=https://todo.example.org",)


def test_the_address_of_what_serves_is_read_back() -> None:
    assert helm.parse_url(json.dumps({"gateway": {"url": URL}})) == URL
    assert helm.parse_url(json.dumps({"gateway": {"host": ""}})) == ""
    assert helm.parse_url("null") == ""


def test_a_field_that_a_person_wrote_refuses_no_change() -> None:
    commands = (helm.upgrade(LOCAL, images(), "abc", url=URL, overlay=False), helm.rollback(3, 45))
    assert all("--force-conflicts" in command for command in commands)


def test_what_belongs_to_no_release_is_taken_over_only_when_told() -> None:
    assert "--take-ownership" not in helm.upgrade(LOCAL, images(), "abc", url=URL, overlay=False)
    assert "--take-ownership" in helm.upgrade(
        LOCAL, images(), "abc", url=URL, overlay=False, adopt=True
    )


def test_what_is_rendered_beforehand_is_what_is_released() -> None:
    upgrade = helm.upgrade(LOCAL, images(5), "abc", url=URL, overlay=True)
    template = helm.template(LOCAL, images(5), url=URL, overlay=True)
    values = template[template.index("--values") :]
    assert upgrade[-len(values) :] == values


def test_every_command_stays_in_the_releases_namespace() -> None:
    commands = (
        helm.rollback(3, 45), helm.uninstall(45), helm.test(90), helm.history(), helm.values(2),
    )  # fmt: skip
    assert all(options(command)["--namespace"] == "todo" for command in commands)


def test_a_rollback_waits_unless_it_only_repairs_the_record() -> None:
    assert "--wait=watcher" in helm.rollback(3, 45)
    assert "--wait=watcher" not in helm.rollback(3, 45, wait=False)


def test_the_watcher_stands_before_the_command_it_watches() -> None:
    argv = helm.watched(("helm", "upgrade"))
    assert argv[:3] == ("python3", "-m", "scripts.supervise.watch")
    assert argv[argv.index("--") :] == ("--", "helm", "upgrade")


def test_a_real_history_is_read_oldest_first() -> None:
    rows = helm.parse_history((FIXTURES / "helm-history.json").read_text())
    assert [row.revision for row in rows] == sorted(row.revision for row in rows)
    assert rows[-1].status == "deployed"
    assert rows[-1].description == "Rollback to 25"


def test_the_values_of_a_release_give_its_images_back() -> None:
    given = dict(pair.split("=") for pair in helm.image_values(images(4)))
    nested = {
        name: {"image": {k: given[f"{name}.image.{k}"] for k in ("repository", "digest")}}
        for name in ("backend", "frontend")
    }
    assert helm.parse_images(json.dumps(nested)) == images(4)


@pytest.mark.parametrize("text", ["null", "{}", '{"backend": {"image": {"tag": "latest"}}}'])
def test_a_release_without_digests_has_no_images_to_compare(text: str) -> None:
    assert helm.parse_images(text) is None


@pytest.mark.parametrize(
    ("commit", "label"),
    [("abc-dirty", "abc-dirty"), ("feature/x y", "feature-x-y"), ("-" + "a" * 80, "a" * 62)],
)
def test_a_commit_becomes_a_value_that_kubernetes_takes(commit: str, label: str) -> None:
    assert helm.label_value(commit) == label
