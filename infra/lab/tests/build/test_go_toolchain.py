"""Go runs in an environment that depends on nothing of the machine but its proxies."""

import shutil
from pathlib import Path

import pytest

from todo_lab.build import base_images, go_toolchain
from todo_lab.errors import LabError


def test_without_go_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(LabError) as raised:
        go_toolchain.run(["env"], Path())
    assert raised.value.fix == "install Go 1.21 or newer"


def test_settings_of_the_machine_do_not_reach_a_build():
    environment = go_toolchain.environment({"GOFLAGS": "-race", "GOWORK": "x", "GOPROXY": "y"})
    assert environment["GOFLAGS"] == "-mod=readonly -trimpath -buildvcs=false"
    assert environment["GOWORK"] == "off"
    assert environment["GOPROXY"] == "y"
    clean = base_images.clean_environment({"PIP_INDEX_URL": "x", "https_proxy": "p", "PATH": "/x"})
    assert "PIP_INDEX_URL" not in clean
    assert clean["https_proxy"] == "p"
    assert "/x" not in clean["PATH"]


@pytest.mark.parametrize(
    ("text", "version"),
    [("go version go1.26.8 linux/amd64", (1, 26)), ("go1.21", (1, 21)), ("no Go", (0, 0))],
)
def test_go_versions_are_read(text: str, version: tuple[int, int]):
    assert go_toolchain.parse_version(text) == version
