"""What the parts are told: everything of theirs stays in the lab's folders, no door is open."""

import base64
import ipaddress
import json
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from todo_lab import cli, files, paths
from todo_lab.secrets import secret
from todo_lab.services import containerd, node, postgres, registry

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


def test_the_kubelet_runs_on_both_cgroup_versions_and_asks_who_calls():
    config = node.kubelet_config()
    assert config["failCgroupV1"] is False
    assert config["cgroupDriver"] == "cgroupfs"
    assert config["cgroupRoot"] == "/todo-lab"
    assert config["authentication"]["anonymous"]["enabled"] is False


def test_kube_proxy_leaves_the_machines_connection_tracking_alone():
    assert node.kube_proxy_config()["conntrack"] == {
        "maxPerCore": 0,
        "min": 0,
        "tcpEstablishedTimeout": "0s",
        "tcpCloseWaitTimeout": "0s",
    }


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("nameserver 192.0.2.53\nsearch example.org\n", ["192.0.2.53"]),
        ("nameserver 127.0.0.53\nnameserver 192.0.2.1\n", ["192.0.2.1"]),
        ("# nameserver 192.0.2.1\nnameserver ::1\nnameserver fd00::1\nnameserver\n", []),
        ("nameserver not-an-address\n", []),
        ("", []),
    ],
)
def test_only_name_servers_a_pod_can_reach_are_used(text: str, servers: list[str]):
    assert node.parse_nameservers(text) == servers


def test_the_registry_asks_everybody_for_the_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(paths, "STATE", tmp_path)
    config = yaml.safe_load(registry.config())
    assert config["http"]["addr"] == paths.REGISTRY
    assert set(config["auth"]) == {"htpasswd"}


def test_docker_hubs_names_are_looked_up_in_the_labs_registry_first():
    config = tomllib.loads(registry.registries_conf())
    hub = next(entry for entry in config["registry"] if entry.get("prefix") == "docker.io")
    assert hub["mirror"] == [{"location": paths.REGISTRY, "insecure": True}]
    assert config["unqualified-search-registries"] == ["docker.io"]


def test_the_credential_file_is_for_the_labs_registry_alone():
    auths = json.loads(registry.auth_json("s3cret"))["auths"]
    assert list(auths) == [paths.REGISTRY]
    assert base64.b64decode(auths[paths.REGISTRY]["auth"]) == b"todo:s3cret"


def test_a_secret_is_made_once_and_only_root_reads_it(tmp_path: Path):
    file = tmp_path / "secret"
    first = secret(file)
    assert len(first) >= 32
    assert secret(file) == first
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_is_written_only_when_it_differs(tmp_path: Path):
    file = tmp_path / "below" / "file"
    assert files.write(file, "one", 0o600) is True
    assert files.write(file, "one", 0o600) is False
    assert files.write(file, "one", 0o644) is True
    assert files.write(file, "two", 0o644) is True
    assert [entry.name for entry in file.parent.iterdir()] == ["file"]


def test_postgresql_lets_nobody_in_without_a_password_over_the_network():
    lines = [line.split() for line in postgres.hba().splitlines()]
    assert {line[-1] for line in lines if line[0] == "host"} == {"scram-sha-256"}
    assert {line[3] for line in lines if line[0] == "host"} == {"10.255.0.1/32", "10.244.0.0/24"}
    assert [line for line in lines if line[0] == "local"] == [["local", "all", "postgres", "peer"]]


def test_the_database_url_is_the_contract():
    assert postgres.database_url("pw") == "postgresql://todo:pw@10.255.0.1:15432/todo"


def test_another_database_has_a_role_of_its_own():
    url = postgres.database_url("pw", "bench", "bench")
    assert url == "postgresql://bench:pw@10.255.0.1:15432/bench"
    sql = postgres.provisioning_sql("pw", "bench", "bench")
    assert "create database bench owner bench" in sql
    assert "todo" not in sql


@pytest.mark.parametrize("name", ["", "1st", "Bench", "a-b", "a'; drop", "a" * 41, "postgres"])
def test_a_name_that_is_none_for_a_database_is_refused(
    name: str, capsys: pytest.CaptureFixture[str]
):
    assert cli.main(["database", name]) == 1
    assert f"'{name}'" in capsys.readouterr().err


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
