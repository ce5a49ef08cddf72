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
    argv = helm.upgrade(LOCAL, "abc123", overlay=False)
    given = options(argv)
    assert argv[:4] == ("helm", "upgrade", "todo-app", "chart")
    assert {"--install", "--rollback-on-failure", "--wait=watcher"} <= set(argv)
    assert given["--namespace"] == "todo"
    assert given["--timeout"] == f"{LOCAL.helm_timeout}s"
    assert given["--history-max"] == "0", "rollout/pruning.py keeps what is gone back to"
    assert given["--description"] == "abc123"
    assert values_of(argv) == ["chart/values-local.yaml", "given.json"]
    told = json.loads(helm.value_files(images(5), URL)["given.json"])
    assert told["backend"]["image"]["digest"] == images(5)["backend"].partition("@")[2]
    assert told["frontend"]["image"]["repository"] == "registry.test/todo/todo-frontend"
    assert told["gateway"] == {"url": URL}
    assert "--create-namespace" not in argv


def values_of(argv: tuple[str, ...]) -> list[str]:
    return [b for a, b in pairwise(argv) if a == "--values"]


def test_an_overlay_is_laid_over_the_environments_values() -> None:
    argv = helm.upgrade(LOCAL, "abc", overlay=True)
    assert values_of(argv) == ["chart/values-local.yaml", "overlay.yaml", "given.json"]
    assert helm.value_files(images(), URL, "replicas: 2")["overlay.yaml"] == "replicas: 2"


@pytest.mark.parametrize(
    "url",
    [
        "https://x,backend.image.digest=sha256:0",
        "https://x{a,b}",
        "https://x\\,y",
        "https://x=y[0]",
    ],
)
def test_no_text_of_an_address_becomes_another_value(url: str) -> None:
    """What `--set` would read is a file, so that a comma is a comma."""
    files = helm.value_files(images(5), url)
    assert helm.parse_images(files["given.json"]) == images(5)
    assert helm.parse_url(files["given.json"]) == url
    for argv in (helm.upgrade(LOCAL, "a,b=c", overlay=True), helm.template(LOCAL, overlay=True)):
        assert not [word for word in argv if word.startswith("--set")]
        assert "b=c" not in dict(pairwise(argv)).get("--labels", "")


@pytest.mark.parametrize("url", ["https://todo.example.org", "https://todo.example.org/"])
def test_the_address_is_given_as_an_origin(url: str) -> None:
    assert helm.url_values(url) == {"gateway.url": "https://todo.example.org"}


def test_what_each_image_came_from_is_a_value_beside_it_and_read_back() -> None:
    commits = {"backend": "one", "frontend": "two"}
    given = helm.value_files(images(5), URL, commits=commits)[helm.GIVEN]
    assert json.loads(given)["frontend"]["image"]["commit"] == "two"
    assert helm.parse_commits(given) == commits
    assert helm.parse_images(given) == images(5)
    assert helm.parse_commits(helm.value_files(images(5), URL)[helm.GIVEN]) == {}


def test_the_address_of_what_serves_is_read_back() -> None:
    assert helm.parse_url(json.dumps({"gateway": {"url": URL}})) == URL
    assert helm.parse_url(json.dumps({"gateway": {"host": ""}})) == ""
    assert helm.parse_url("null") == ""


def test_a_field_that_a_person_wrote_refuses_no_change() -> None:
    commands = (helm.upgrade(LOCAL, "abc", overlay=False), helm.rollback(3, 45))
    assert all("--force-conflicts" in command for command in commands)
    # One that was first made on the client would be changed there again, and cannot be forced.
    assert all("--server-side=true" in command for command in commands)


def test_what_belongs_to_no_release_is_taken_over_only_when_told() -> None:
    assert "--take-ownership" not in helm.upgrade(LOCAL, "abc", overlay=False)
    assert "--take-ownership" in helm.upgrade(LOCAL, "abc", overlay=False, adopt=True)


def test_what_is_rendered_beforehand_is_what_is_released() -> None:
    upgrade = helm.upgrade(LOCAL, "abc", overlay=True)
    template = helm.template(LOCAL, overlay=True)
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
    assert helm.parse_images(helm.value_files(images(4), URL)[helm.GIVEN]) == images(4)


@pytest.mark.parametrize("text", ["null", "{}", '{"backend": {"image": {"tag": "latest"}}}'])
def test_a_release_without_digests_has_no_images_to_compare(text: str) -> None:
    assert helm.parse_images(text) is None


def test_an_image_whose_digest_the_chart_leaves_empty_was_not_given_by_digest() -> None:
    """So a release by hand has it; the next deploy must not be refused for it."""
    given = json.loads(helm.value_files(images(4), URL)[helm.GIVEN])
    given["backend"]["image"]["digest"] = ""
    assert helm.parse_images(json.dumps(given)) is None


@pytest.mark.parametrize(
    ("commit", "label"),
    [("abc-dirty", "abc-dirty"), ("feature/x y", "feature-x-y"), ("-" + "a" * 80, "a" * 62)],
)
def test_a_commit_becomes_a_value_that_kubernetes_takes(commit: str, label: str) -> None:
    assert helm.label_value(commit) == label
