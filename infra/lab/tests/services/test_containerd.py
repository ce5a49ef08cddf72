"""Everything of containerd stays in the lab's folders, and an archive is imported once."""

import ipaddress
import json
import subprocess
import tomllib
from pathlib import Path

import pytest

from todo_lab import paths
from todo_lab.services import containerd

OWN = (paths.STATE, paths.RUN)


def test_containerd_writes_only_in_the_labs_folders():
    config = tomllib.loads(containerd.config())
    cri = config["plugins"]["io.containerd.grpc.v1.cri"]
    opt = config["plugins"]["io.containerd.internal.v1.opt"]["path"]
    runc = cri["containerd"]["runtimes"]["runc"]["options"]["Root"]
    for path in (config["root"], config["state"], config["grpc"]["address"], opt, runc):
        assert any(Path(path).is_relative_to(root) for root in OWN), path
    assert cri["netns_mounts_under_state_dir"] is True


def test_containerd_has_no_credential_for_the_registry():
    cri = tomllib.loads(containerd.config())["plugins"]["io.containerd.grpc.v1.cri"]
    assert set(cri["registry"]) == {"config_path"}
    hosts = tomllib.loads(containerd.registry_hosts())
    assert hosts["host"] == {f"http://{paths.REGISTRY}": {"capabilities": ["pull", "resolve"]}}


def test_pods_get_their_addresses_from_the_labs_network():
    (bridge,) = json.loads(containerd.cni_config())["plugins"]
    assert bridge["bridge"] == paths.BRIDGE
    assert bridge["ipam"]["ranges"] == [[{"subnet": paths.POD_CIDR}]]
    assert ipaddress.ip_address(paths.NODE_IP) not in ipaddress.ip_network(paths.POD_CIDR)


def test_an_archive_with_several_names_is_imported_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    calls: list[tuple[str, ...]] = []

    def ctr(*arguments: str, seconds: float = 10) -> subprocess.CompletedProcess[str]:
        calls.append(arguments)
        return subprocess.CompletedProcess(arguments, 0, "x/one:1\nx/two:1\n", "")

    monkeypatch.setattr(containerd, "_ctr", ctr)
    monkeypatch.setattr(containerd, "ROOT", tmp_path / "root")
    archive = tmp_path / "image.tar"
    archive.write_bytes(b"image")
    names = {"x/one:1": archive, "x/two:1": archive}
    assert containerd.import_images(names) == ["x/one:1", "x/two:1"]
    assert [words[1] for words in calls] == ["list", "import"]
    assert containerd.import_images(names) == []
