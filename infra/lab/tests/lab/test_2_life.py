"""`up` changes nothing that runs, and brings back what was killed or damaged."""

import os
import re
from pathlib import Path

import machine
import pytest
from conftest import Command

pytestmark = pytest.mark.lab

MARK = "create table if not exists lab_mark (word text); delete from lab_mark; insert into lab_mark"


def test_a_second_up_changes_no_process(lab: Command):
    before = machine.still()
    assert "changed: nothing" in lab("up")
    assert machine.identities() == before


def test_up_starts_only_what_is_missing(lab: Command):
    before = machine.identities()
    scheduler = machine.one("/var/lib/todo-lab/bin/kube-scheduler")
    machine.kill([scheduler])
    assert "changed: kube-scheduler started" in lab("up")
    after = machine.identities()
    assert set(before) - set(after) == {scheduler}
    assert len(set(after) - set(before)) == 1


def test_a_lab_whose_processes_were_all_killed_comes_back(lab: Command):
    machine.sql(f"{MARK} values ('before the crash')")
    machine.kubectl("create", "configmap", "mark", "-n", "default")
    killed = machine.kill_all()
    assert len(killed) > 10
    assert machine.identities() == {}
    assert "containers cleared" in lab("up")
    assert not killed & set(machine.identities())
    assert machine.sql("select word from lab_mark") == "before the crash"
    machine.kubectl("delete", "configmap", "mark", "-n", "default")
    assert "changed: nothing" in lab("up")


def test_a_damaged_etcd_is_set_aside_and_named(lab: Command):
    machine.sql(f"{MARK} values ('before the damage')")
    machine.kubectl("create", "configmap", "mark", "-n", "default")
    machine.kill([machine.one("/var/lib/todo-lab/bin/etcd")])
    database = machine.STATE / "etcd" / "member" / "snap" / "db"
    with database.open("r+b") as file:
        file.write(os.urandom(64 * 1024))
    told = lab("up")
    (aside,) = re.findall(r"set aside in (\S+)\.\n", told)
    assert (Path(aside) / "member" / "snap" / "db").exists()
    assert "./do deploy" in told
    assert machine.try_kubectl("get", "configmap", "mark", "-n", "default").returncode != 0
    assert machine.sql("select word from lab_mark") == "before the damage"
    # The pipeline's old token was of the old cluster.
    machine.kubectl("get", "pods", "-n", "todo", config="pipeline")
