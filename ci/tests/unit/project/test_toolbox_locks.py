"""The promise: a lock file that no toolbox is made of is refused before a container reads it."""

from pathlib import Path

import pytest

from todo_ci.errors import InputError
from todo_ci.project.release_file import parse

SMALL = (Path(__file__).parents[1] / "fixtures/guestbook.toml").read_text()
BOX = '[components.web.toolbox]\nlanguage = "{}"\nlock = "{}"\n'
REPOSITORY = '[repository]\nfolders = ["do"]\ntoolbox = {{ language = "{}", lock = "{}" }}\n'


@pytest.mark.parametrize(
    ("language", "lock", "accepted"),
    [
        ("python", "poetry.lock", "requirements with hashes"),
        ("python", "api/uv.lock", "uv export"),
        ("python", "Pipfile.lock", "requirements with hashes"),
        ("node", "yarn.lock", "package-lock.json"),
        ("node", "site/pnpm-lock.yaml", "package-lock.json"),
    ],
)
@pytest.mark.parametrize(("table", "place"), [(BOX, "components.web"), (REPOSITORY, "repository")])
def test_a_lock_of_another_tool_is_refused_with_what_is_read(
    table: str, place: str, language: str, lock: str, accepted: str
) -> None:
    with pytest.raises(InputError) as refused:
        parse(SMALL + table.format(language, lock))
    assert f"{place}.toolbox.lock: no toolbox is made of '{lock}'" in refused.value.problem
    assert accepted in refused.value.accepted


@pytest.mark.parametrize(
    ("language", "lock"),
    [("python", "requirements-dev.txt"), ("python", "ci/dev.lock"), ("node", "package-lock.json")],
)
def test_a_lock_that_is_read_is_taken(language: str, lock: str) -> None:
    box = parse(SMALL + BOX.format(language, lock)).components["web"].toolbox
    assert box
    assert box.lock == lock
