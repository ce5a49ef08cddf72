"""Kafka asks everybody for a password and has the contract's topics."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from todo_lab import paths
from todo_lab.errors import LabError
from todo_lab.services import kafka

DESCRIPTION = """\
Topic: task-events\tTopicId: awW3rTibSq2sWBMu_H1sPA\tPartitionCount: 3\tReplicationFactor: 1
\tTopic: task-events\tPartition: 0\tLeader: 1\tReplicas: 1\tIsr: 1
Topic: reminders-dead-letter\tTopicId: x\tPartitionCount: 3\tReplicationFactor: 1
\tTopic: reminders\tPartition: 0\tLeader: none
"""


def settings(text: str) -> dict[str, str]:
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def test_clients_have_one_listener_and_it_asks_for_a_password():
    given = settings(kafka.properties("pw"))
    listeners = given["listeners"].split(",")
    assert listeners == ["SASL_PLAINTEXT://10.255.0.1:9092", "CONTROLLER://127.0.0.1:9093"]
    assert given["advertised.listeners"] == "SASL_PLAINTEXT://10.255.0.1:9092"
    assert given["sasl.enabled.mechanisms"] == "SCRAM-SHA-256"


def test_no_topic_appears_by_being_written_to():
    assert settings(kafka.properties("pw"))["auto.create.topics.enable"] == "false"


def test_all_of_kafkas_data_is_in_the_labs_folder():
    assert settings(kafka.properties("pw"))["log.dirs"] == "/var/lib/todo-lab/kafka"


def test_the_topics_are_the_contract():
    specs = [it["spec"] for it in yaml.safe_load_all(paths.SUBSCRIPTIONS.read_text())]
    assert kafka.topics() == tuple(spec["topic"] for spec in specs)
    assert {spec["deadLetterTopic"] for spec in specs if "deadLetterTopic" in spec} < {
        *kafka.topics()
    }
    assert kafka.PARTITIONS == 3
    assert kafka.RETENTION == 7 * 86_400_000


def test_only_topics_that_are_not_there_are_made():
    there = {"task-events", "reminders-dead-letter"}
    assert kafka.lacking(DESCRIPTION) == [it for it in kafka.topics() if it not in there]
    assert kafka.lacking("") == list(kafka.topics())
    assert kafka.lacking("".join(f"Topic: {name}\tTopicId: x\n" for name in kafka.topics())) == []


def test_the_password_is_never_an_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_in: Callable[[str, str], None]
):
    seen = tmp_path / "seen"
    stand_in("java", f'echo "$*" >>{seen}; stat -c %a "${{1#@}}" >>{seen}')
    for name in ("DATA", "_PROPERTIES", "_FORMAT_ARGUMENTS"):
        monkeypatch.setattr(kafka, name, tmp_path / name)
    for name in ("KAFKA_PASSWORD", "KAFKA_CLIENT"):
        monkeypatch.setattr(paths, name, tmp_path / name)
    service = kafka.configure()
    password = paths.KAFKA_PASSWORD.read_text()
    arguments, mode = seen.read_text().split()
    assert arguments == f"@{tmp_path}/_FORMAT_ARGUMENTS"
    assert mode == "600"
    assert not (tmp_path / "_FORMAT_ARGUMENTS").exists()
    assert password not in " ".join([*service.argv, *service.environment.values()])
    for file in (kafka._PROPERTIES, paths.KAFKA_CLIENT, paths.KAFKA_PASSWORD):  # pyright: ignore[reportPrivateUsage]
        assert password in file.read_text()
        assert file.stat().st_mode & 0o777 == 0o600, file
    assert kafka.DATA.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_prepared_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_in: Callable[[str, str], None]
):
    stand_in("java", "echo no room >&2; exit 1")
    for name in ("DATA", "_PROPERTIES", "_FORMAT_ARGUMENTS"):
        monkeypatch.setattr(kafka, name, tmp_path / name)
    for name in ("KAFKA_PASSWORD", "KAFKA_CLIENT"):
        monkeypatch.setattr(paths, name, tmp_path / name)
    with pytest.raises(LabError, match="no room") as raised:
        kafka.configure()
    assert str(kafka.DATA) in raised.value.fix
    assert not (tmp_path / "_FORMAT_ARGUMENTS").exists()
