"""The promise: no two keys of release.toml write one place of the chart's values."""

from pathlib import Path

import pytest

from todo_ci.errors import InputError
from todo_ci.project.release_file import parse

SMALL = (Path(__file__).parents[1] / "fixtures/guestbook.toml").read_text()
PATHS = "[gateway.paths]"
API = '[components.api]\ncontext = "api"\nimage = "api"\nvalues = "{}"\n'
PREVIEWS = """[environments.pr]
values = "pr.yaml"
platforms = ["linux/amd64"]
namespace = "previews"
[environments.pr.previews]
url = "https://{{name}}.example.org"
values = {{ {} }}
"""


def with_value(path: str) -> str:
    return SMALL.replace(PATHS, f'[gateway]\nvalue = "{path}"\n{PATHS}')


@pytest.mark.parametrize(
    ("text", "key", "other"),
    [
        # The address would stand where the images do, or the other way round.
        (with_value("image"), "gateway.value writes 'image'", "components.web.values"),
        (with_value("image.digest"), "gateway.value writes 'image.digest'", "components.web"),
        (with_value("image.repository.url"), "gateway.value", "writes 'image.repository'"),
        (SMALL + API.format("image.commit"), "components.api.values", "writes 'image.commit'"),
        (
            SMALL + PREVIEWS.format('image = "{name}"'),
            "environments.pr.previews.values writes 'image'",
            "components.web.values",
        ),
        (
            SMALL + PREVIEWS.format('host = "{name}", "host.name" = "{name}"'),
            "environments.pr.previews.values writes 'host.name'",
            "writes 'host'",
        ),
        (
            with_value("host") + PREVIEWS.format('host = "{name}"'),
            "environments.pr.previews.values writes 'host'",
            "gateway.value writes 'host'",
        ),
    ],
)
def test_a_value_over_or_inside_another_is_refused(text: str, key: str, other: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(text)
    assert key in refused.value.problem
    assert other in refused.value.problem
    assert "a place of its own" in refused.value.accepted


@pytest.mark.parametrize("path", ["image.url", "images", "image.digests"])
def test_a_value_beside_an_image_is_taken(path: str) -> None:
    assert parse(with_value(path)).gateway.value == path


def test_a_components_image_may_be_below_anothers() -> None:
    assert parse(SMALL + API.format("image.api")).components["api"].values == "image.api"
