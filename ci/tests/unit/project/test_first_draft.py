"""The promise: a first release.toml is right where it can know, and says what it cannot."""

import tomllib
from typing import Any

import pytest

from todo_ci.errors import InputError
from todo_ci.project.first_draft import Chart, blanks, draft, image_tables
from todo_ci.project.model import Project
from todo_ci.project.release_file import parse
from todo_ci.project.rules.names import RESERVED

IMAGE = {"repository": "r", "digest": "", "tag": "t"}
CHART = Chart("deploy/chart", "Shop", {"image": IMAGE}, ("Chart.yaml", "values.yaml"))


def charted(values: Any, *files: str) -> list[Chart]:
    return [Chart("chart", "shop", values, files)]


def read(dockerfiles: list[str], charts: list[Chart], folder: str = "shop") -> Project:
    return parse(draft(dockerfiles, charts, folder))


def test_one_dockerfile_and_one_chart_need_nobody() -> None:
    text = draft(["Dockerfile"], [CHART], "checkout")
    assert blanks(text) == []
    app = parse(text)
    assert (app.release.name, app.release.namespace) == ("shop", "shop")
    assert app.release.chart == "deploy/chart"
    (component,) = app.components.values()
    assert (component.context, component.image, component.values) == (".", "shop", "image")
    assert list(app.environments) == ["production"]
    assert app.environments["production"].values == "values.yaml"


def test_each_dockerfile_is_a_component_and_finds_its_image() -> None:
    values = {"api": {"image": IMAGE}, "global": {"web": {"image": IMAGE}}, "redis": {"port": 1}}
    app = read(["services/api/Dockerfile", "web/Dockerfile"], charted(values))
    assert {name: it.values for name, it in app.components.items()} == {
        "services-api": "api.image",
        "web": "global.web.image",
    }
    assert app.components["web"].image == "shop-web"


@pytest.mark.parametrize(
    ("folders", "keys", "expected"),
    [
        # Once in the order of their names the first took what the second is called.
        (["admin-web", "web"], ["adminWeb", "web"], ["adminWeb", "web"]),
        (["s/user-api", "s/order-api"], ["user-api", "order_api"], ["user-api", "order_api"]),
        (["cmd/api-gateway", "cmd/api"], ["api", "apiGateway"], ["apiGateway", "api"]),
        (["s/shop-web"], ["web", "redis"], ["web"]),
        # Either may be meant.
        (["admin-api", "public-api"], ["api", "redis"], ["", ""]),
        (["old-web", "web"], ["web", "redis"], ["", "web"]),
    ],
)
def test_an_image_is_that_of_the_component_it_is_called_after(
    folders: list[str], keys: list[str], expected: list[str]
) -> None:
    values = {key: {"image": IMAGE} for key in keys}
    text = draft([f"{it}/Dockerfile" for it in folders], charted(values), "shop")
    found = {it["context"]: it["values"] for it in tomllib.loads(text)["components"].values()}
    assert [found[it].removesuffix(".image") for it in folders] == expected


@pytest.mark.parametrize(
    "values",
    [
        {"web": {"image": IMAGE}, "old": {"web": {"image": IMAGE}}},  # which of the two
        {"one": IMAGE, "two": IMAGE},
        {"web": {"image": {"name": "no repository"}}},
        {"web": {"image": {"repository": 3}}},
        {},
        None,
        "no table",
        ["a", "list"],
    ],
)
def test_an_image_that_cannot_be_told_is_a_blank_with_what_there_is(values: Any) -> None:
    text = draft(["web/Dockerfile", "api/Dockerfile"], charted(values), "shop")
    asked = [it for it in blanks(text) if "the image of web" in it]
    assert len(asked) == 1
    assert all(place in asked[0] for place in image_tables(values))
    with pytest.raises(InputError, match=r"components\.\w+\.values is \"\"") as refused:
        parse(text)
    assert "joined by dots" in refused.value.accepted


def test_without_a_chart_that_is_what_is_asked_for_first() -> None:
    text = draft(["Dockerfile"], [], "My Shop")
    assert tomllib.loads(text)["release"]["name"] == "my-shop"
    assert "the folder of your Helm chart" in blanks(text)[0]
    with pytest.raises(InputError, match=r"release\.chart is \"\""):
        parse(text)


def test_without_a_dockerfile_its_folder_is_asked_for() -> None:
    text = draft([], [CHART], "shop")
    assert blanks(text) == ["the folder of the Dockerfile of app"]
    with pytest.raises(InputError, match=r"components\.app\.context is \"\""):
        parse(text)


def test_values_files_are_environments_in_the_order_of_their_care() -> None:
    files = ("values.yaml", "values-prod.yaml", "values-stage.yml", "values.local.yaml", "notes.md")
    app = read(["Dockerfile"], charted({"image": IMAGE}, *files))
    assert [(name, it.after, it.values) for name, it in app.environments.items()] == [
        ("local", "", "values.local.yaml"),
        ("stage", "local", "values-stage.yml"),
        ("prod", "stage", "values-prod.yaml"),
    ]


def test_the_chart_nearest_to_the_root_is_taken_and_the_others_are_named() -> None:
    text = draft(["Dockerfile"], [Chart("a/b/c", "deep"), CHART], "shop")
    assert parse(text.replace('values = ""', 'values = "x"')).release.chart == "deploy/chart"
    assert "# there is a chart in a/b/c too" in text


@pytest.mark.parametrize("name", [*RESERVED, "scripts"])
def test_a_component_of_that_name_is_refused(name: str) -> None:
    text = draft(["web/Dockerfile"], [CHART], "shop").replace(
        "[components.web]", f"[components.{name}]"
    )
    with pytest.raises(InputError, match=rf"components\.{name}: the name means something else"):
        parse(text)


@pytest.mark.parametrize("name", [*RESERVED, "scripts"])
def test_a_folder_whose_name_means_something_else_gets_another(name: str) -> None:
    app = read([f"{name}/Dockerfile"], [CHART])
    assert list(app.components) == [f"{name}-app"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Größe & Co.", "gr-e-co"),
        ("---", "app"),
        ("x" * 80, "x" * 53),
        ("7up", "7up"),
        ("", "shop"),
    ],
)
def test_a_name_that_kubernetes_refuses_is_made_one(given: str, name: str) -> None:
    chart = Chart("chart", given, {"image": IMAGE})
    assert read(["Dockerfile"], [chart]).release.name == name


def test_dockerfiles_of_one_folder_are_a_component_each() -> None:
    values = {"api": IMAGE, "web": IMAGE, "night": IMAGE}
    app = read(["Dockerfile.api", "web.Dockerfile", "jobs/night.dockerfile"], charted(values))
    assert {name: (it.context, it.dockerfile) for name, it in app.components.items()} == {
        "api": (".", "Dockerfile.api"),
        "web": (".", "web.Dockerfile"),
        "jobs-night": ("jobs", "night.dockerfile"),
    }
    assert (app.components["api"].values, app.components["web"].values) == ("api", "web")


@pytest.mark.parametrize(
    "paths",
    [
        ("a/b/Dockerfile", "a-b/Dockerfile"),
        ("a/Dockerfile.b", "a/b.Dockerfile", "a/b/Dockerfile", "a-b/Dockerfile"),
        ("chart/Dockerfile", "chart-app/Dockerfile"),
        (f"{'x' * 60}/Dockerfile", f"{'x' * 70}/Dockerfile"),
        # An image's name is cut where the release's and the component's are long together.
        (f"{'x' * 50}/a/Dockerfile", f"{'x' * 50}/b/Dockerfile"),
    ],
)
def test_no_dockerfile_is_lost_where_two_make_one_name(paths: tuple[str, ...]) -> None:
    text = draft(paths, [CHART], "shop")
    described = tomllib.loads(text)["components"]
    found = {f"{it['context']}/{it.get('dockerfile', 'Dockerfile')}" for it in described.values()}
    assert found == set(paths)
    assert len({it["image"] for it in described.values()}) == len(paths)
    assert all(len(name) <= 53 and len(it["image"]) <= 53 for name, it in described.items())


def test_a_chart_that_goes_by_a_tag_is_told_to_read_the_digest() -> None:
    text = draft(["Dockerfile"], charted({"image": {"repository": "r", "tag": "t"}}), "shop")
    (asked,) = blanks(text)
    assert asked.startswith("image.digest, which the chart has to read")
    assert "docs/your-app.md" in asked
    # It is no mistake of the file's.
    assert parse(text).components["app"].values == "image"


def test_what_is_no_plain_text_of_toml_is_quoted() -> None:
    folder = 'we"ird\\folder'
    chart = Chart(folder, "shop", {"image": IMAGE})
    assert read(["Dockerfile"], [chart]).release.chart == folder
