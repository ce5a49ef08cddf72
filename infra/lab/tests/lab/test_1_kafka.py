"""Kafka lets in who knows the password, keeps what it acknowledged, and comes back when killed."""

import re
import secrets
import subprocess
from collections.abc import Generator
from pathlib import Path

import machine
import pytest
from conftest import Command
from kafka_clients import CLIENT, consume, produce, topics

from todo_lab.services import kafka

pytestmark = pytest.mark.lab


@pytest.fixture
def topic(lab: object) -> Generator[str]:
    name = f"lab-test-{secrets.token_hex(4)}"
    topics("--create", f"--topic={name}", "--partitions=1")
    yield name
    topics("--delete", f"--topic={name}")


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """Return a client's file with the wrong password."""
    file = tmp_path / "client.properties"
    file.write_text(re.sub('password=".*"', 'password="wrong"', CLIENT.read_text()))
    return file


def test_the_right_password_writes_and_reads(topic: str):
    assert produce(topic, "one\ntwo\n").returncode == 0
    assert consume(topic, 2).stdout.split() == ["one", "two"]


def test_a_wrong_password_is_refused(topic: str, stranger: Path):
    assert "invalid credentials" in produce(topic, "never\n", stranger).stderr
    refused = consume(topic, 1, stranger)
    assert "invalid credentials" in refused.stderr
    assert refused.stdout == ""
    assert produce(topic, "right\n").returncode == 0
    assert consume(topic, 1).stdout.split() == ["right"]


def test_the_topics_of_the_contract_are_there(lab: object):
    rows = [line.split("\t") for line in topics("--describe").splitlines() if line[0] != "\t"]
    found = {row[0].removeprefix("Topic: "): " ".join(row[2:]) for row in rows}
    for name in kafka.topics():
        assert "PartitionCount: 3" in found[name], name
        assert "retention.ms=604800000" in found[name], name


def test_a_topic_that_nobody_made_does_not_appear(lab: object):
    name = f"lab-test-{secrets.token_hex(4)}"
    produce(name, "x\n")
    assert name not in topics("--list").split()


def test_a_killed_kafka_is_brought_back_with_all_it_acknowledged(lab: Command, topic: str):
    assert produce(topic, "before\n").returncode == 0
    old = machine.one("java ")
    machine.kill([old])
    assert "kafka started" in lab("up")
    assert machine.one("java ") != old
    assert produce(topic, "after\n").returncode == 0
    assert consume(topic, 2).stdout.split() == ["before", "after"]


def test_a_part_can_be_away_and_come_back(lab: Command, topic: str):
    for part, words in (("kafka", "java "), ("postgresql", "/usr/lib/postgresql/")):
        pid, started = named(lab("stop", part))
        assert (pid, started) not in machine.identities()
        assert "did not run" in lab("stop", part)
        again = named(lab("start", part))
        assert again != (pid, started)
        assert again in machine.identities(), words
        assert "kept" in lab("start", part)
    assert "changed: nothing" in lab("up")


def named(printed: str) -> machine.Identity:
    found = re.search(r"pid (\d+), start time (\d+)", printed)
    assert found, printed
    return int(found[1]), found[2]


def test_another_database_is_apart_from_the_apps(lab: Command):
    file = Path(lab("database", "lab_test").strip())
    assert file.stat().st_mode & 0o777 == 0o600
    url = file.read_text()
    assert lab("database", "lab_test").strip() == str(file)
    assert file.read_text() == url
    argv = ["psql", "-X", "-A", "-t", "-d", url, "-c", "select current_user, current_database()"]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "lab_test|lab_test"
    app = url.replace("/lab_test", "/todo")
    argv = ["psql", "-X", "-d", app, "-c", "create table lab_test (word text)"]
    assert subprocess.run(argv, capture_output=True).returncode != 0


def test_files_that_hold_kafkas_password_are_for_root_alone(lab: object):
    for name in ("kafka-password", "kafka-client.properties", "kafka.properties"):
        assert (machine.STATE / name).stat().st_mode & 0o777 == 0o600, name
    assert (machine.STATE / "kafka").stat().st_mode & 0o777 == 0o700
