"""The promise: an editor marks what the pipeline would refuse, and takes what it takes."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from todo_ci.project import schema

ROOT = Path(__file__).parents[4]
SMALL = (Path(__file__).parents[1] / "fixtures/guestbook.toml").read_text()
KEPT = Path(schema.__file__).with_name("release.schema.json")


def judged(text: str) -> list[Any]:
    validator: Any = Draft202012Validator(json.loads(KEPT.read_text()))
    return list(validator.iter_errors(tomllib.loads(text)))


def test_the_schema_that_editors_read_is_that_of_the_types() -> None:
    command = f"python -m todo_ci.project.schema >{KEPT.relative_to(ROOT)}"
    assert KEPT.read_text() == schema.render(), f"run in ci/.venv: {command}"


def test_release_toml_names_it_and_fits_it() -> None:
    text = (ROOT / "release.toml").read_text()
    assert text.startswith(f"#:schema {KEPT.relative_to(ROOT)}\n")
    assert not judged(text)
    assert not judged(SMALL)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('chart = "chart"', 'chrat = "chart"'),
        ('chart = "chart"', 'chart = "../chart"'),
        ('name = "guestbook"', 'name = "Guest Book"'),
        ("[components.web]", "[components.Web]"),
        ('["linux/amd64"]', "[]"),
        ("verified-tls = true", "verified-tls = 1"),
        ('"/" = "page"', '"/" = "html"'),
    ],
)
def test_it_refuses_what_the_pipeline_refuses(old: str, new: str) -> None:
    assert judged(SMALL.replace(old, new))
