"""The file that says which registry images are in says which are this machine's own."""

from pathlib import Path

import pytest

from todo_ci.adapters.host.own_images import own_images

PYTHON = "docker.io/library/python:3.13"
VARIABLE = "CONTAINERS_REGISTRIES_CONF"


def test_the_file_that_says_where_images_are_says_which_are_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "registries.conf"
    monkeypatch.setenv(VARIABLE, str(file))
    file.write_text(f'[[registry]]\nlocation = "a"\n[todo-ci]\nown-images = ["{PYTHON}"]\n')
    assert own_images() == {PYTHON}
    for text in ('[[registry]]\nlocation = "a"\n', "no = [toml"):
        file.write_text(text)
        assert own_images() == frozenset()
    file.unlink()
    assert own_images() == frozenset()


def test_nobody_says_so_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert own_images() == frozenset()
