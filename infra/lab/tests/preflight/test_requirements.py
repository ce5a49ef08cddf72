"""Preflight passes the machines the lab is for and names every fault with its fix."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from todo_lab import cli
from todo_lab.errors import LabError
from todo_lab.preflight import facts, requirements
from todo_lab.preflight.facts import HostFacts
from todo_lab.preflight.requirements import Line

MACHINES = sorted((Path(__file__).parent / "facts").glob("*.json"))


V1, V2 = "debian-12-cgroup-v1", "debian-13-cgroup-v2"
NO_MEMORY = "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0\n"


READ_ONLY = "cgroup2 /sys/fs/cgroup cgroup2 ro,nosuid 0 0\n"


def machine(name: str) -> HostFacts:
    path = Path(__file__).parent / "facts" / f"{name}.json"
    values = json.loads(path.read_text())
    frozen = {"modules": frozenset, "python": tuple, "taken": tuple, "other_cluster": tuple}
    return HostFacts(**{key: frozen.get(key, lambda v: v)(value) for key, value in values.items()})


def failed(facts: HostFacts) -> dict[str, Line]:
    return {line.name: line for line in requirements.judge(facts) if not line.ok}


def test_the_fixtures_cover_both_systems_and_both_cgroups():
    assert [path.stem for path in MACHINES] == [
        f"debian-{version}-cgroup-{cgroup}" for version in (12, 13) for cgroup in ("v1", "v2")
    ]


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.stem)
def test_a_machine_the_lab_is_for_passes(path: Path):
    facts = machine(path.stem)
    assert failed(facts) == {}
    lines = {line.name: line for line in requirements.judge(facts)}
    assert lines["cgroups"].found == path.stem.rsplit("-", 1)[1]
    assert set(json.loads(path.read_text())) == {field.name for field in fields(HostFacts)}


@pytest.mark.parametrize(
    ("base", "fault", "line", "found", "fix"),
    [
        (V1, {"machine": "aarch64"}, "system", "aarch64", "amd64"),
        (V1, {"os_release": "ID=fedora\nVERSION_ID=42\n"}, "system", "fedora 42", "Debian 12"),
        (V1, {"user": 1000}, "root", "user 1000", "sudo"),
        (V1, {"mount_error": "unshare failed: Operation not permitted"}, "mounts",
         "not permitted", "--privileged"),
        (V1, {"capabilities": 1 << 12}, "mounts", "CAP_SYS_ADMIN", "--privileged"),
        (V1, {"capabilities": 1 << 21}, "mounts", "CAP_NET_ADMIN", "--privileged"),
        (V1, {"mounts": ""}, "cgroups", "none mounted", "mount -t cgroup2"),
        (V1, {"mounts": NO_MEMORY}, "cgroups", "v1 without cpuset, memory, pids",
         "cgroup_enable=cpuset"),
        (V2, {"controllers": "cpuset cpu pids"}, "cgroups", "v2 without memory",
         "cgroup_enable=memory"),
        (V2, {"mounts": READ_ONLY}, "cgroups", "v2, read-only", "--privileged"),
        (V2, {"iptables_error": "iptables v1.8.9 (nf_tables): Could not fetch rule set\nmore"},
         "firewall", "Could not fetch rule set", "modprobe nf_tables"),
        (V2, {"iptables_error": None, "modules": frozenset({"overlay"})}, "firewall",
         "neither nf_tables nor ip_tables", "modprobe nf_tables"),
        (V2, {"filesystems": "ext4", "modules": frozenset({"nf_tables"})}, "overlayfs",
         "not in this kernel", "modprobe overlay"),
        (V2, {"meminfo": "MemTotal:  4039000 kB\n"}, "memory", "3.9 GiB", "6 GB"),
        (V2, {"meminfo": ""}, "memory", "0.0 GiB", "6 GB"),
        (V2, {"free": 20 * 10**9}, "disk", "20 GB", "free 5 GB"),
        (V2, {"free": 5 * 10**9, "built": True}, "disk", "5 GB", "free 1 GB"),
        (V2, {"go": ""}, "tools", "no Go", "install Go 1.21"),
        (V2, {"go": "go version go1.19.8 linux/amd64"}, "tools", "go1.19.8", "install Go 1.21"),
        (V2, {"npm": False}, "tools", "no npm", "install Node 20"),
        (V2, {"java": 'openjdk version "11.0.2" 2019-01-15\nmore'}, "java", '"11.0.2"', "Java 17"),
        (V2, {"java": "no Java at all"}, "java", "no Java at all", "Java 17"),
        (V2, {"python": (3, 10)}, "tools", "Python 3.10", "Python 3.11"),
        (V2, {"other_cluster": ("k3s-server (process 812)",)}, "alone",
         "another Kubernetes runs here: k3s-server (process 812)", "stop it"),
        (V2, {"taken": ("127.0.0.1:8000",)}, "alone", "127.0.0.1:8000", "sport = :8000"),
    ],
)  # fmt: skip
def test_each_fault_fails_its_own_line_with_the_fix(
    base: str, fault: dict[str, object], line: str, found: str, fix: str
):
    lines = failed(replace(machine(base), **fault))
    assert list(lines) == [line]
    assert found in lines[line].found
    assert fix in lines[line].fix
    assert "\n" not in lines[line].text()


def test_every_line_has_a_fault_above():
    faults = {
        "system", "root", "mounts", "cgroups", "firewall", "overlayfs", "memory", "disk", "tools",
        "java", "alone",
    }  # fmt: skip
    assert {line.name for line in requirements.judge(machine(V1))} == faults


def test_a_built_lab_needs_no_go_and_less_disk():
    built = replace(machine(V2), built=True, go="", npm=False, free=10 * 10**9)
    assert failed(built) == {}
    assert set(failed(replace(built, built=False))) == {"disk", "tools"}


def test_a_lab_that_runs_is_adopted_whatever_its_ports():
    assert failed(replace(machine(V1), lab_runs=True, taken=("127.0.0.1:8000",))) == {}


def test_rules_of_a_kubernetes_that_ended_are_named_and_stop_nothing():
    left = replace(machine(V2), left_rules=True)
    assert failed(left) == {}
    (line,) = (line for line in requirements.judge(left) if line.name == "alone")
    assert "KUBE-* rules that a Kubernetes left will be removed" in line.found


def test_a_failed_preflight_stops_with_a_non_zero_exit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(facts, "read", lambda: replace(machine(V1), user=1000))
    with pytest.raises(LabError, match="user 1000") as refused:
        requirements.require()
    assert "./do dev" in refused.value.fix
    assert cli.main(["doctor"]) == 1
    assert "FAIL root       user 1000 -> run the same command with sudo" in capsys.readouterr().out
