"""`down` leaves nothing but what was built and Debian's packages; the count can see a leftover."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import footprint
import machine
import pytest
from conftest import LAB, Command, call
from kafka_clients import consume, produce, topics

pytestmark = pytest.mark.lab


def test_data_can_be_kept(lab: Command):
    machine.sql("create table if not exists lab_kept (word text)")
    machine.kubectl("create", "configmap", "kept", "-n", "default")
    topics("--create", "--if-not-exists", "--topic=lab-kept", "--partitions=1")
    assert "ERROR" not in produce("lab-kept", "kept\n").stderr
    lab("down", "--keep-data")
    assert machine.identities() == {}
    lab("up")
    assert machine.sql("select count(*) from lab_kept") == "0"
    machine.kubectl("get", "configmap", "kept", "-n", "default")
    assert consume("lab-kept", 1).stdout.split() == ["kept"]


def test_a_lab_whose_files_were_removed_is_ended_and_begins_anew(lab: Command):
    before = machine.identities()
    remove = ("rm", "-rf", "--one-file-system", "/run/todo-lab", str(machine.STATE))
    subprocess.run(remove, check=False, capture_output=True)  # what is mounted there stays
    assert len(machine.identities()) > 10, "the removal itself ended the lab"
    stale = ("iptables", "--wait", "-t", "nat", "-N", "KUBE-SVC-LEFTBEHIND")
    subprocess.run(stale, check=True)
    assert "processes ended" in lab("up")
    assert not before.keys() & machine.identities().keys()
    assert "KUBE-SVC-LEFTBEHIND" not in subprocess.run(
        ["iptables-save"], check=True, capture_output=True, text=True
    ).stdout  # fmt: skip
    assert "changed: nothing" in lab("up")


@pytest.fixture
def as_booted() -> Iterator[None]:
    """Have a setting as kernels have it at first, also after a lab that could not put it back."""
    setting = Path("/proc/sys/vm/overcommit_memory")
    found = setting.read_text()
    setting.write_text("0")
    yield
    setting.write_text(found)


def test_down_leaves_nothing(lab: Command, request: pytest.FixtureRequest):
    lab("down")
    request.getfixturevalue("as_booted")
    before = footprint.take()
    assert footprint.residue(before) == {}

    # Two at once, as from two clones: one does the work, the other waits and finds it done.
    both = [subprocess.Popen([str(LAB), "up"], text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT) for _ in range(2)]  # fmt: skip
    told = [process.communicate(timeout=300)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert sum("changed: nothing" in text for text in told) == 1, told

    running = footprint.added(before, footprint.take())
    assert set(running) == set(before), "a kind of leftover that the count does not see"

    lab("down")
    after = footprint.take()
    assert footprint.added(before, after) == {}
    assert footprint.added(after, before) == {}
    assert footprint.residue(after) == {}


def test_the_count_sees_a_leftover():
    call("down")
    before = footprint.take()
    left = Path("/var/lib/todo-lab-leftover")
    subprocess.run(["ip", "address", "add", "10.255.0.1/32", "dev", "lo"], check=True)
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    group = Path("/sys/fs/cgroup/pids/todo-lab-leftover")
    try:
        left.write_text("")
        if group.parent.exists():
            group.mkdir()
            (group / "cgroup.procs").write_text(str(process.pid))
        seen = footprint.added(before, footprint.take())
        assert seen["files"] == {str(left)}
        assert seen["addresses"] == {"lo 10.255.0.1"}
        if group.exists():
            assert len(seen["processes"]) == 1
            assert seen["cgroups"] == {str(group)}
        assert footprint.residue(footprint.take())["addresses"] == {"lo 10.255.0.1"}
    finally:
        process.kill()
        process.wait()
        left.unlink()
        if group.exists():
            group.rmdir()
        subprocess.run(["ip", "address", "del", "10.255.0.1/32", "dev", "lo"], check=True)
