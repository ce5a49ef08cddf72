"""Kafka asks everybody for a password, has the contract's topics, and is made of known jars."""

import hashlib
import os
from pathlib import Path

import pytest

from todo_lab import paths, versions
from todo_lab.build import kafka as kafka_build
from todo_lab.errors import LabError
from todo_lab.progress import Progress
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
    assert kafka.TOPICS == (
        "task-events", "task-updates", "reminders",
        "task-events-dead-letter", "task-updates-dead-letter", "reminders-dead-letter",
    )  # fmt: skip
    assert kafka.RETENTION == 7 * 86_400_000


def test_only_topics_that_are_not_there_are_made():
    assert kafka.lacking(DESCRIPTION) == [
        "task-updates", "reminders", "task-events-dead-letter", "task-updates-dead-letter",
    ]  # fmt: skip
    assert kafka.lacking("") == list(kafka.TOPICS)
    assert kafka.lacking("".join(f"Topic: {name}\tTopicId: x\n" for name in kafka.TOPICS)) == []


def test_the_password_is_never_an_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    seen = tmp_path / "seen"
    stand_in(tmp_path, monkeypatch, "java", f'echo "$*" >>{seen}; stat -c %a "${{1#@}}" >>{seen}')
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


def test_a_folder_that_cannot_be_prepared_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stand_in(tmp_path, monkeypatch, "java", "echo no room >&2; exit 1")
    for name in ("DATA", "_PROPERTIES", "_FORMAT_ARGUMENTS"):
        monkeypatch.setattr(kafka, name, tmp_path / name)
    for name in ("KAFKA_PASSWORD", "KAFKA_CLIENT"):
        monkeypatch.setattr(paths, name, tmp_path / name)
    with pytest.raises(LabError, match="no room") as raised:
        kafka.configure()
    assert str(kafka.DATA) in raised.value.fix
    assert not (tmp_path / "_FORMAT_ARGUMENTS").exists()


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, script: str) -> None:
    """Put a program of the test's own first on PATH."""
    programs = folder / "programs"
    programs.mkdir()
    (programs / name).write_text(f"#!/bin/sh\n{script}\n")
    (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a source of one jar, fetched by a Maven of the test's own."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "pom.xml").write_text("<project/>")
    (folder / "kafka.sh").write_text("case x in\nkafka-topics.sh) class=x ;;\nesac\n")
    (folder / "jars.sha256").write_text(f"{hashlib.sha256(b'good').hexdigest()}  a.jar\n")
    monkeypatch.setattr(kafka_build, "_SOURCE", folder)
    for name in ("BINARIES", "BUILD_LOGS", "BUILD_LOCKS", "MAVEN_CACHE"):
        monkeypatch.setattr(paths, name, tmp_path / name)
    return folder


def maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    script = f"""
for word; do case $word in -DoutputDirectory=*) out=${{word#*=}} ;; esac; done
mkdir -p "$out" && {content}"""
    stand_in(tmp_path, monkeypatch, "mvn", script)


def fetched(tmp_path: Path) -> Path:
    return kafka_build.ensure(
        Progress(tmp_path / "times", (tmp_path / "shown").open("a"), heartbeat=0)
    )


def test_jars_that_are_expected_are_taken(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    maven(tmp_path, monkeypatch, 'printf good >"$out/a.jar"')
    folder = fetched(tmp_path)
    assert (folder / "libs" / "a.jar").read_text() == "good"
    assert (folder / "bin" / "kafka-topics.sh").read_text().startswith("case")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('printf evil >"$out/a.jar"', "a.jar has the SHA-256"),
        ('printf good >"$out/a.jar"; printf x >"$out/b.jar"', "b.jar is not in the list"),
        ("true", "a.jar is missing"),
        ("echo '[ERROR] no such artifact'; exit 1", "no such artifact"),
    ],
)
def test_other_jars_are_refused_and_nothing_of_them_stays(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, complaint: str
):
    maven(tmp_path, monkeypatch, content)
    with pytest.raises(LabError, match=complaint):
        fetched(tmp_path)
    assert not kafka_build.folder().exists()


def test_the_list_names_every_jar_of_this_version():
    wanted = kafka_build.read_checksums((paths.TOOLS / "kafka" / "jars.sha256").read_text())
    assert f"kafka_2.13-{versions.KAFKA}.jar" in wanted
    assert f"<kafka.version>{versions.KAFKA}<" in (paths.TOOLS / "kafka" / "pom.xml").read_text()
    assert all(len(digest) == 64 for digest in wanted.values())
