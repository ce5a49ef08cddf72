"""The rules for DATABASE_URL, by the list that the frontend's and the pipeline's tests read too."""

import json
from pathlib import Path
from typing import Any

import pytest

from database_url import DatabaseUrlError, parse
from settings import ConfigurationError, load_settings

URLS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "database_urls.json").read_text(encoding="utf-8")
)


def by_url(case: dict[str, Any]) -> str:
    return case["url"]


@pytest.mark.parametrize("case", URLS["accepted"], ids=by_url)
def test_an_accepted_url_is_read_and_rendered(case: dict[str, Any]) -> None:
    read = parse(case["url"])
    assert {name: getattr(read, name) for name in case["reads"]} == case["reads"]
    assert read.render() == case["rendered"]


@pytest.mark.parametrize("case", URLS["accepted"], ids=by_url)
def test_what_is_rendered_reads_as_the_same(case: dict[str, Any]) -> None:
    assert parse(case["rendered"]) == parse(case["url"])


@pytest.mark.parametrize("case", URLS["refused"], ids=by_url)
def test_any_other_is_refused_and_what_is_wrong_is_named(case: dict[str, Any]) -> None:
    with pytest.raises(DatabaseUrlError) as refused:
        parse(case["url"])
    assert case["says"] in str(refused.value)


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("postgresql://u:se%cret@h/d", "%25"),
        ("postgresql://u:secret@h/d?sslmode=secret", "sslmode"),
        ("postgresql://u:secret@h/d?secret-1=x", "a parameter"),
    ],
)
def test_a_start_is_refused_with_the_next_step_and_without_a_secret(url: str, names: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_settings({"DATABASE_URL": url})
    said = str(refused.value)
    assert said.startswith("DATABASE_URL: ")
    assert names in said
    assert "Next: export DATABASE_URL=" in said
    assert "se%cret" not in said
    assert "secret" not in said


def test_a_file_of_authorities_is_looked_at_when_the_app_starts(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    for name in ("none.pem", "empty.pem"):
        url = f"postgresql://u@h/d?sslmode=verify-full&sslrootcert={tmp_path / name}"
        with pytest.raises(ConfigurationError, match="sslrootcert: the file holds no certificates"):
            load_settings({"DATABASE_URL": url})
