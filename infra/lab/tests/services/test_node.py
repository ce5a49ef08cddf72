"""The node's parts fit both cgroup versions and leave the machine's settings alone."""

import pytest

from todo_lab.services import node


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
