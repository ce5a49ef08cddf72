"""The promise: the pipeline reads a database URL as the app does, by the app's list of URLs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from todo_ci.scripts import database_url
from todo_ci.scripts.apply_secrets import database_url_for_pods
from todo_ci.scripts.database_url import DatabaseUrlError

BACKEND = Path(__file__).parents[4] / "backend"
URLS: dict[str, list[dict[str, Any]]] = json.loads(
    (BACKEND / "tests/database_urls.json").read_text(encoding="utf-8")
)
# The one file of authorities is what the chart's database.authority becomes.
NO_POD_HAS = re.compile(r"[?&](host=|sslrootcert=(?!%2Fetc%2Ftodo%2Fdatabase-authority\.pem(&|$)))")


def by_url(case: dict[str, Any]) -> str:
    return case["url"]


def test_the_rules_are_the_backends() -> None:
    # A copy: a step is sent single files, and the image of the backend holds no pipeline.
    ours = Path(database_url.__file__).read_text(encoding="utf-8")
    assert ours == (BACKEND / "database_url.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", URLS["accepted"], ids=by_url)
def test_what_the_app_accepts_is_stored_or_is_what_no_pod_has(case: dict[str, Any]) -> None:
    of_a_pod = not NO_POD_HAS.search(case["rendered"])
    if of_a_pod:
        assert database_url_for_pods(case["url"]) == case["rendered"]
    else:
        with pytest.raises(DatabaseUrlError, match="no pod has"):
            database_url_for_pods(case["url"])


@pytest.mark.parametrize("case", URLS["refused"] + URLS["refused_in_pods"], ids=by_url)
def test_any_other_is_refused_and_what_is_wrong_is_named(case: dict[str, Any]) -> None:
    with pytest.raises(DatabaseUrlError) as refused:
        database_url_for_pods(case["url"])
    assert case["says"] in str(refused.value)
