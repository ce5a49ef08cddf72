"""Packages are added to the machine without touching what is on it."""

import os
from pathlib import Path

import pytest

from todo_lab import paths
from todo_lab.errors import LabError
from todo_lab.host import debian_packages
from todo_lab.progress import Progress


def test_nothing_is_missing_when_all_is_there():
    assert debian_packages.missing(lambda _: True) == []


def test_a_package_is_missing_when_what_it_is_wanted_for_is_not_there():
    assert debian_packages.missing(
        lambda wanted: wanted not in ("buildah", debian_packages.POSTGRES)
    ) == [
        "buildah",
        "postgresql",
    ]


def test_a_browser_is_installed_on_request_alone():
    assert "chromium" not in debian_packages.missing(lambda _: False)
    assert debian_packages.missing(lambda _: False, among=["chromium"]) == ["chromium"]


def test_commands_and_paths_are_looked_up():
    assert debian_packages.is_there("sh")
    assert debian_packages.is_there("/etc/pass*d")
    assert not debian_packages.is_there("no-such-command")
    assert not debian_packages.is_there("/etc/no-such-*")


def test_apt_neither_upgrades_nor_removes_nor_asks():
    argv = debian_packages.apt_argv(["buildah", "skopeo"])
    assert argv[:2] == ["apt-get", "install"]
    assert {"--yes", "--no-upgrade", "--no-remove", "--no-install-recommends"} < set(argv)
    assert argv[-2:] == ["buildah", "skopeo"]


def test_without_root_the_error_is_the_command_to_run(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(debian_packages, "missing", lambda **_: ["buildah", "skopeo"])
    with pytest.raises(LabError) as raised:
        debian_packages.ensure(Progress())
    assert raised.value.what == "Debian packages are missing: buildah skopeo"
    assert raised.value.fix == "sudo apt-get install --no-install-recommends buildah skopeo"


def test_nothing_missing_needs_no_root(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(debian_packages, "missing", lambda **_: [])
    debian_packages.ensure(Progress())


@pytest.mark.parametrize(
    ("stderr", "text"),
    [
        ("W: old\nE: Unable to locate package x\nE: more\n", "Unable to locate package x"),
        ("it broke\n", "it broke"),
        ("", "it gave no reason"),
    ],
)
def test_the_first_error_of_apt_is_the_reason(stderr: str, text: str):
    assert debian_packages.reason(stderr) == text


def test_no_service_starts_meanwhile_and_nothing_is_left(tmp_path: Path):
    policy = tmp_path / "policy-rc.d"
    with debian_packages.services_held(policy):
        assert os.access(policy, os.X_OK)
        assert policy.read_text().endswith("exit 101\n")
    assert list(tmp_path.iterdir()) == []


def test_the_machine_keeps_its_own_policy(tmp_path: Path):
    policy = tmp_path / "policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 0\n")

    def install() -> None:
        with debian_packages.services_held(policy):
            assert policy.read_text().endswith("exit 101\n")
            raise KeyError

    with pytest.raises(KeyError):
        install()
    assert policy.read_text() == "#!/bin/sh\nexit 0\n"
    assert [path.name for path in tmp_path.iterdir()] == ["policy-rc.d"]


@pytest.mark.parametrize("own", ["#!/bin/sh\nexit 0\n", None], ids=["with a policy", "without"])
def test_an_interrupted_installation_is_put_right_by_the_next(tmp_path: Path, own: str | None):
    policy = tmp_path / "policy-rc.d"
    if own:
        policy.write_text(own)
    interrupted = debian_packages.services_held(policy)
    interrupted.__enter__()  # and the process is killed
    with debian_packages.services_held(policy):
        pass
    assert (policy.read_text() if policy.exists() else None) == own
    assert len(list(tmp_path.iterdir())) == (1 if own else 0)


def test_no_database_cluster_is_made_meanwhile(tmp_path: Path):
    (tmp_path / "kept").touch()
    setting = tmp_path / "new" / "sub" / "todo-lab.conf"
    with debian_packages.no_postgres_cluster(setting):
        assert setting.read_text() == "create_main_cluster = false\n"
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_what_was_installed_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paths, "INSTALLED", tmp_path / "packages.txt")
    assert debian_packages.installed() == []
    (tmp_path / "packages.txt").write_text("buildah\nskopeo\n")
    assert debian_packages.installed() == ["buildah", "skopeo"]


def test_a_package_the_lab_does_not_need_is_refused():
    with pytest.raises(LabError, match="'emacs'"):
        debian_packages.ensure(Progress(), among=["emacs"])


def test_only_the_packages_asked_for_are_looked_at():
    assert debian_packages.missing(lambda _: False, among=["skopeo", "buildah"]) == [
        "buildah",
        "skopeo",
    ]
